"""Writing to an index in an engine: which collection, and who may."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

from index.backends.milvus.collections.engine_address import EngineAddress
from index.backends.milvus.collections.ledger import Ledger
from index.backends.milvus.collections.milvus_schema import create, drop, number_of, numbered
from index.backends.milvus.collections.shelf import Shelf
from index.backends.milvus.collections.wire import Wire
from index.backends.milvus.writing.milvus_writer import COMMITTED_AT_ONCE, Bands, MilvusWriter
from index.errors import SnapshotMissing
from index.store.durable.lock import writer_lock
from index.store.writing.writer import Identity


@contextlib.contextmanager
def writing_elsewhere(
    address: EngineAddress,
    identity: Identity | None,
    *,
    anew: bool = False,
    goes_on: bool = True,
    bands: Bands = lambda _mark: [],
    at_once: int = COMMITTED_AT_ONCE,
) -> Iterator[MilvusWriter]:
    """Hold an index in an engine for writing; make it when there is none and `identity` is given.

    With `anew` a generation of its own is filled beside the live one, and takes its place when it is
    committed; one that was left half filled is gone on with (`goes_on`) or thrown away. `bands` cuts a
    signature into the numbers by which articles like it are found; after `at_once` passages what was done
    is committed. Raises SnapshotLocked, SnapshotMissing, EngineAway.
    """
    wire = Wire(address)
    folder = _work_folder(address)
    try:
        with writer_lock(folder):
            collection, base = _base(wire, identity, anew=anew, goes_on=goes_on)
            writer = MilvusWriter(wire, collection, base, folder, bands, at_once)
            writer.begin()
            try:
                yield writer
            finally:
                writer.end()
    finally:
        wire.close()


def refresh(address: EngineAddress) -> Ledger:
    """Bring mean length and document frequencies of an index up to date; give its new ledger."""
    with writing_elsewhere(address, None) as writer:
        return writer.refresh()


def ledger_of(address: EngineAddress) -> Ledger | None:
    """Give what an engine's index holds; None when there is none."""
    wire = Wire(address)
    try:
        live = wire.target()
        return None if live is None else Shelf(wire, live).ledger()
    finally:
        wire.close()


def _base(wire: Wire, identity: Identity | None, *, anew: bool, goes_on: bool) -> tuple[str, Ledger]:
    """Give the collection to write to and what is in it; a new one is made where it is needed."""
    alias, live = wire.address.collection, wire.target()
    if live is not None and not anew:
        ledger = Shelf(wire, live).ledger()
        if ledger is not None:
            return live, ledger
    if identity is None:
        raise SnapshotMissing(
            f"there is no index in {wire.address};"
            f" make one with: python -m index build PATH --index {wire.address}"
        )
    collection = numbered(alias, number_of(alias, live or "") + 1)
    begun = Shelf(wire, collection).ledger()
    if goes_on and begun is not None and not begun.complete and _identity(begun) == identity:
        return collection, begun
    drop(wire, collection)
    create(wire, collection, identity.dimension)
    return collection, Ledger(
        generation=0,
        encoder=identity.encoder,
        dimension=identity.dimension,
        fingerprint=identity.fingerprint,
        analysis=identity.analysis,
        passage_words=identity.passage_words,
        updated="",
    )


def _identity(ledger: Ledger) -> Identity:
    return Identity(
        ledger.encoder, ledger.dimension, ledger.fingerprint, ledger.analysis, ledger.passage_words
    )


def _work_folder(address: EngineAddress) -> Path:
    """Make the folder on this machine where a build keeps what it has encoded and not yet committed."""
    mark = hashlib.sha256(str(address).encode()).hexdigest()[:16]
    folder = Path.home() / ".cache" / "mustanad" / mark
    folder.mkdir(parents=True, exist_ok=True)
    return folder
