"""Encoding spread over the workers of a Dask cluster.

A partition whose worker is lost is done again by another one; one that fails on several is told in one line.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from index.building.partitions import MadeBy, encode_partition, made_by, partitions_of
from index.encoder import Encoder
from index.encoder.calibration import Calibration
from index.errors import EncoderError, MustanadError, SettingsError, reason_of
from index.store.writing.pending import Encoded

SCHEME = "dask://"
PASSAGES_AT_ONCE = 256  # of a partition: seconds on a processor, little to lose with a worker
PARTITIONS_A_WORKER = 3  # on their way: one worked on, one ready, one coming back
CONNECTED_WITHIN_S = 20
FIRST_WORKER_WITHIN_S = 60
RETRIES = 3  # of a partition that raised


class Spread:
    """A connection to a scheduler. Leaving it takes back what is not done."""

    def __init__(
        self,
        address: str,
        encoder: MadeBy,
        calibration: bytes,
        *,
        function: Callable[[MadeBy, bytes, list[str]], Encoded] = encode_partition,
    ):
        """`function` encodes a partition where a worker is.

        Raises SettingsError for what is no address, EncoderError where no scheduler or worker answers.
        """
        if not address.startswith(SCHEME) or len(address) == len(SCHEME):
            raise SettingsError(f"{address!r} names no cluster; write --encode-with dask://scheduler:8786")
        self._address, self._encoder, self._calibration = address, encoder, calibration
        self._function = function
        self._client = self._connected()

    def __enter__(self) -> Spread:
        return self

    def __exit__(self, *_exception: object) -> None:
        with contextlib.suppress(Exception):
            self._client.close(timeout=CONNECTED_WITHIN_S)

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Encoded]]:
        """Give partitions as they are done, in no order: rows in `texts`, and what was encoded of them."""
        waiting = partitions_of(texts, PASSAGES_AT_ONCE)
        calibration = self._client.scatter(self._calibration, broadcast=True)
        rows_of: dict[Any, list[int]] = {}

        def begun(some: Iterator[list[int]]) -> Iterator[Any]:
            for rows in some:
                part = [texts[row] for row in rows]
                future = self._client.submit(
                    self._function, self._encoder, calibration, part, retries=RETRIES, pure=True
                )
                rows_of[future] = rows
                yield future

        with self._explained():
            most = PARTITIONS_A_WORKER * max(1, len(self._client.scheduler_info()["workers"]))
            first = list(begun(itertools.islice(waiting, most)))
            done = _library().as_completed(first, loop=self._client.loop)
            for future in done:
                encoded = future.result()
                yield rows_of.pop(future), encoded
                for new in begun(itertools.islice(waiting, 1)):
                    done.add(new)

    def _connected(self) -> Any:
        try:
            _library()
        except ImportError as error:
            raise SettingsError(
                f"--encode-with needs dask.distributed ({error}); run: pip install -r requirements-scale.txt"
            ) from None
        scheduler = f"tcp://{self._address.removeprefix(SCHEME)}"
        with self._explained():
            client = _library().Client(scheduler, timeout=CONNECTED_WITHIN_S, set_as_default=False)
            client.wait_for_workers(1, timeout=FIRST_WORKER_WITHIN_S)
        return client

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except MustanadError:
            raise
        except Exception as error:
            raise EncoderError(
                f"{self._address} cannot encode ({type(error).__name__}: {reason_of(error)});"
                " check the scheduler and its workers"
            ) from error


def _library() -> Any:
    """Give Dask's library, whose functions have no types."""
    import distributed

    return distributed


def spread_over(
    cluster: str | None, encoder: Encoder, calibration: Calibration
) -> contextlib.AbstractContextManager[Spread | None]:
    """Connect to the cluster that encodes; None where this machine does it."""
    if cluster is None:
        return contextlib.nullcontext()
    return Spread(cluster, made_by(encoder), calibration.content())
