"""Calls to a Milvus server: every one has a time limit, and whatever goes wrong is one line.

A server may be away, refuse us, be too old or answer nonsense; none of it may stop or hang the program.
"""

from __future__ import annotations

import contextlib
import logging
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from index.backends.milvus.collections.engine_address import EngineAddress
from index.errors import EngineAway, MustanadError, SettingsError, SnapshotDamaged, SnapshotError, reason_of

if TYPE_CHECKING:
    from pymilvus import MilvusClient

OLDEST = (2, 6)  # updates of some fields of a row, which removing articles needs, came with 2.6.2
MOST_HITS = 16_384  # of limit and offset together; a server refuses more
MOST_NAMED = 1_000  # rows that one request names
QUICK = {"search", "query", "get", "describe_alias", "has_collection", "query_iterator"}
SLOW_TIMES = 12  # so much longer may take what changes something
AWAY_S = 1.0  # that a server is not asked again, so that its readers do not all wait for the time limit
_AWAY = re.compile(r"unavailable|deadline|timeout|connect", re.I)
# A server that is back is found within a second, not after the two minutes that gRPC may wait; an answer that
# would fill the memory is refused.
CHANNEL = {
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.min_reconnect_backoff_ms": 500,
    "grpc.max_reconnect_backoff_ms": 1_000,
    "grpc.max_receive_message_length": 256 << 20,
    "grpc.keepalive_time_ms": 310_000,  # a server takes a ping in five minutes; oftener, some hang up
}
RowPage: TypeAlias = list[dict[str, Any]]
_REFUSED = re.compile(
    r"unauthenticated|auth(entication)? (check )?fail|permission|privilege|invalid token", re.I
)
_RELEASED = re.compile(r"released|not loaded", re.I)
_VERSION = re.compile(r"v?(\d+)\.(\d+)")
_MISSING_ALIAS = re.compile(r"alias .{0,300}?not (?:exist|found)|not found.{0,300}?alias", re.I)


class Wire:
    """A connection to one server, for any number of threads; made when it is first used."""

    def __init__(self, address: EngineAddress):
        self.address = address
        self._guard = threading.Lock()
        self._client: MilvusClient | None = None
        self._version = ""
        self._away, self._away_until_s = "", 0.0

    @property
    def is_lite(self) -> bool:
        """Tell whether the server is Milvus Lite, which lacks some kinds of index."""
        self.client()
        return "lite" in self._version

    def client(self) -> MilvusClient:
        """Give the connected client; raises EngineAway, or SnapshotError for a server that is too old."""
        with self._guard:
            if self._client is None:
                with self.explained("reached"):
                    self._client, self._version = self._connected()
            return self._client

    def close(self) -> None:
        """Give the connection back."""
        with self._guard:
            client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                client.close()

    @contextlib.contextmanager
    def explained(self, doing: str) -> Iterator[None]:
        """Turn whatever the client raises into a SnapshotError of one line."""
        try:
            yield
        except MustanadError:
            raise
        except Exception as error:
            raise self._explained(error, doing) from error

    def call(self, name: str, *arguments: Any, **named: Any) -> Any:
        """Call a method of the client by name, with a time limit; raises SnapshotError."""
        if time.monotonic() < self._away_until_s:
            raise EngineAway(self._away)
        try:
            client = self.client()
            with self.explained("asked"):
                return self._asked(client, name, arguments, named)
        except EngineAway as error:
            if isinstance(error.__cause__, Exception) and _AWAY.search(str(error.__cause__)):
                self._away, self._away_until_s = str(error), time.monotonic() + AWAY_S
            raise

    def _asked(
        self, client: MilvusClient, name: str, arguments: Sequence[Any], named: Mapping[str, Any]
    ) -> Any:
        """Call a method; a collection that a server has let go, at its own start say, is loaded again."""
        patience_s = self.address.timeout_s * (1 if name in QUICK else SLOW_TIMES)
        method = getattr(client, name)
        try:
            return method(*arguments, timeout=patience_s, **named)
        except Exception as error:
            if not (arguments and _RELEASED.search(str(error))):
                raise
        client.load_collection(arguments[0], timeout=self.address.timeout_s * SLOW_TIMES)
        return method(*arguments, timeout=patience_s, **named)

    def target(self) -> str | None:
        """Give the collection that the alias stands for; None when there is no such alias."""
        try:
            answer = self.call("describe_alias", self.address.collection)
            target = answer["collection_name"]
        except SnapshotError as error:
            if _MISSING_ALIAS.search(str(error.__cause__)):
                return None
            raise
        except (KeyError, TypeError) as error:
            raise self.nonsense("an alias of no collection") from error
        return str(target)

    def few(
        self, collection: str, fields: Sequence[str], condition: str, *, most: int = MOST_HITS
    ) -> RowPage:
        """Give the rows of a condition, in one request where `most` of them are enough, in no order."""
        answer = self.call(
            "query",
            collection,
            filter=condition,
            output_fields=list(fields),
            limit=most,
            consistency_level="Strong",
        )
        with self.explained("asked"):
            rows = [dict(row) for row in answer]
        if len(rows) < most:
            return rows
        return [row for page in self.rows(collection, fields, condition, at_once=most) for row in page]

    def rows(
        self, collection: str, fields: Sequence[str], condition: str, *, at_once: int = MOST_NAMED
    ) -> Iterator[RowPage]:
        """Give all rows of a condition, by their keys, some hundred at a time, however many there are."""
        pages = self.call(
            "query_iterator",
            collection,
            batch_size=at_once,
            filter=condition,
            output_fields=list(fields),
            consistency_level="Strong",
        )
        try:
            while True:
                with self.explained("asked"):
                    page = pages.next()
                if not page:
                    return
                yield [dict(row) for row in page]
        finally:
            with contextlib.suppress(Exception):
                pages.close()

    def nonsense(self, what: str) -> SnapshotDamaged:
        """Make the error for an answer that makes no sense."""
        return SnapshotDamaged(f"{self.address} answered {what}; check what listens there")

    def _connected(self) -> tuple[MilvusClient, str]:
        from pymilvus import MilvusClient

        logging.getLogger("pymilvus").setLevel(
            logging.CRITICAL
        )  # it logs tracebacks of what we say in a line
        address = self.address
        client = MilvusClient(
            uri=address.uri,
            token=address.token,
            db_name=address.database,
            timeout=address.timeout_s,
            grpc_options=CHANNEL,
        )
        version = str(client.get_server_version(timeout=address.timeout_s))
        numbers = _VERSION.match(version)
        if "lite" not in version and (not numbers or tuple(map(int, numbers.groups())) < OLDEST):
            with contextlib.suppress(Exception):
                client.close()
            oldest = ".".join(map(str, OLDEST))
            raise SnapshotError(
                f"{address} runs Milvus {version[:40]}, older than {oldest}; upgrade the server"
            )
        return client, version

    def _explained(self, error: Exception, doing: str) -> MustanadError:
        said = reason_of(error)
        if isinstance(error, ImportError):
            return SettingsError(
                f"{self.address} needs pymilvus ({said}); run: pip install -r requirements-milvus.txt"
            )
        if _REFUSED.search(said):
            return EngineAway(f"{self.address} refuses us ({said}); check user and password of the address")
        return EngineAway(f"{self.address} cannot be {doing} ({said}); check the address and the server")
