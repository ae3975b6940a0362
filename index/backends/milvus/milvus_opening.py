"""Opening what was committed last in an engine."""

from __future__ import annotations

import io
from dataclasses import dataclass

from index.backends.milvus.collections.engine_address import EngineAddress
from index.backends.milvus.collections.ledger import Ledger
from index.backends.milvus.collections.shelf import Shelf
from index.backends.milvus.collections.wire import Wire
from index.backends.milvus.milvus_engine import MilvusEngine
from index.backends.milvus.term_weights import TermStatistics
from index.encoder.calibration import Calibration
from index.errors import SnapshotMissing

Stamp = tuple[str, int]  # the collection that an alias stands for, and its generation


@dataclass(frozen=True, slots=True)
class OpenedEngine:
    """One generation in an engine, with what it was made with."""

    engine: MilvusEngine
    ledger: Ledger
    calibration: Calibration
    stamp: Stamp


def open_engine(address: EngineAddress) -> OpenedEngine:
    """Open the generation committed last.

    Raises SnapshotMissing, EngineAway, or SnapshotDamaged for what cannot be read.
    """
    wire = Wire(address)
    try:
        collection, ledger = _committed(wire)
        shelf = Shelf(wire, collection)
        try:
            statistics = TermStatistics.of_content(shelf.kept(ledger.statistics))
            calibration = Calibration.load(io.BytesIO(shelf.kept(ledger.calibration)))
        except (ValueError, KeyError, OSError, EOFError) as error:
            raise wire.nonsense(f"statistics that cannot be read ({error})") from error
        engine = MilvusEngine(wire, collection, ledger, statistics)
        return OpenedEngine(engine, ledger, calibration, (collection, ledger.generation))
    except BaseException:
        wire.close()
        raise


def stamp_of(wire: Wire) -> Stamp | None:
    """Tell what was committed last; None while nothing was. Raises EngineAway."""
    try:
        collection, ledger = _committed(wire)
    except SnapshotMissing:
        return None
    return collection, ledger.generation


def _committed(wire: Wire) -> tuple[str, Ledger]:
    collection = wire.target()
    ledger = None if collection is None else Shelf(wire, collection).ledger()
    if collection is None or ledger is None or not ledger.complete:
        raise SnapshotMissing(
            f"there is no index in {wire.address};"
            f" make one with: python -m index build PATH --index {wire.address}"
        )
    return collection, ledger
