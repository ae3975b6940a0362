"""Several processes behind one port: what one of them remembers is asked of that one.

Any process may accept any connection, and answers by itself: the index lies on disk, OpenAI's interface and
MCP keep no sessions, and the limits are counted in common (`guards/shared_limits.py`). Gradio alone
keeps something between two requests: the queue of a session, and the events of a call. A session belongs to
the process that its name falls on, an event to the process whose number its id ends with; a request that
comes to another one is handed on to it, through a socket in a folder that only this user may enter. What
guards the doors (logins, limits, bodies) has been asked by then, where the request came in.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.guards.bodies import Replay
from assistant.web.paths import path_of
from assistant.web.problems import problem_response
from assistant.web.work.lanes import RETRY_SOON_S

CALLER_HEADER = b"x-mustanad-caller"
_EVENT = re.compile(r"(?P<call>/gradio_api/call/\w+/)(?P<event>\w+?)w(?P<number>\d+)")
_CALL = re.compile(r"/gradio_api/call/\w+/?")
_HEARTBEAT = re.compile(r"/gradio_api/heartbeat/(\w+)")
_WITH_SESSION = re.compile(r"/gradio_api/(queue/join|cancel)/?")
# What belongs to one connection and is not handed on (RFC 9110, 7.6.1).
_OF_CONNECTION = {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"upgrade", b"content-length"}


@dataclass(frozen=True, slots=True)
class Neighbours:
    """`count` processes that serve one port, of which this is number `number`; `folder` has their sockets."""

    folder: Path
    count: int
    number: int

    def owner_of(self, session: str) -> int:
        """Give the number of the process that a session belongs to."""
        return zlib.crc32(session.encode("utf-8", "replace")) % self.count

    def socket_of(self, number: int) -> Path:
        """Give the socket that a process takes what is handed on to it from."""
        return self.folder / f"{number}.sock"


class HandingOn:
    """The layer before Gradio's application: requests of other processes' sessions are handed on to those."""

    def __init__(self, inner: ASGIApp, neighbours: Neighbours) -> None:
        self._inner, self._neighbours = inner, neighbours
        self._clients: dict[int, httpx.AsyncClient] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        path, owner = path_of(scope), self._neighbours.number
        if scope["method"] == "POST" and _CALL.fullmatch(path):
            await self._inner(scope, receive, self._numbered(send))
            return
        if scope["method"] == "POST" and _WITH_SESSION.fullmatch(path):
            body = await _body(receive)
            receive = Replay(body, receive)
            owner = self._neighbours.owner_of(_session_in(body))
        elif event := _EVENT.fullmatch(path):
            owner, path = int(event["number"]) % self._neighbours.count, event["call"] + event["event"]
            scope = {**scope, "path": path, "raw_path": path.encode()}
        elif beat := _HEARTBEAT.fullmatch(path):
            owner = self._neighbours.owner_of(beat[1])
        elif path == "/gradio_api/queue/data":
            query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
            owner = self._neighbours.owner_of(query.get("session_hash", [""])[0])
        if owner == self._neighbours.number:
            await self._inner(scope, receive, send)
        else:
            await self._hand_on(owner, scope, receive, send)

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Take what the others hand on, while this is entered."""
        path = self._neighbours.socket_of(self._neighbours.number)
        path.unlink(missing_ok=True)
        config = uvicorn.Config(
            _Taking(self._inner),
            uds=str(path),
            lifespan="off",
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        server = _Inner(config)
        serving = asyncio.create_task(server.serve())
        try:
            yield
        finally:
            server.should_exit = True
            await serving
            for client in self._clients.values():
                await client.aclose()

    def _client(self, owner: int) -> httpx.AsyncClient:
        if owner not in self._clients:
            transport = httpx.AsyncHTTPTransport(
                uds=str(self._neighbours.socket_of(owner)), limits=httpx.Limits(max_connections=None)
            )
            # Streams are quiet for as long as a model is: the one who answers ends them.
            self._clients[owner] = httpx.AsyncClient(transport=transport, timeout=None)
        return self._clients[owner]

    async def _hand_on(self, owner: int, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [pair for pair in scope["headers"] if pair[0] not in _OF_CONNECTION]
        caller = (scope.get("client") or ("unknown", 0))[0]
        query = scope.get("query_string", b"")
        request = self._client(owner).build_request(
            scope["method"],
            httpx.URL(f"http://neighbour{path_of(scope)}", query=query or None),
            headers=[*headers, (CALLER_HEADER, caller.encode())],
            content=await _body(receive) if scope["method"] == "POST" else None,
        )
        try:
            response = await self._client(owner).send(request, stream=True)
        except httpx.TransportError:  # it is being started again
            detail = "the process that this conversation belongs to is being started; ask again"
            retry = {"Retry-After": str(RETRY_SOON_S)}
            await problem_response(scope, 503, detail, headers=retry)(scope, receive, send)
            return
        passing = asyncio.ensure_future(_pass(response, send))
        leaving = asyncio.ensure_future(_until_left(receive))
        try:
            await asyncio.wait((passing, leaving), return_when=asyncio.FIRST_COMPLETED)
            if passing.done():
                passing.result()
        finally:
            leaving.cancel()
            passing.cancel()
            await response.aclose()

    def _numbered(self, send: Send) -> Send:
        """Wrap `send` so that the id of an event ends with the number of this process."""
        number = self._neighbours.number

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.body" and message.get("body"):
                with contextlib.suppress(ValueError, TypeError, KeyError):
                    event = json.loads(message["body"])["event_id"]
                    message = {**message, "body": json.dumps({"event_id": f"{event}w{number}"}).encode()}
            elif message["type"] == "http.response.start":
                headers = [pair for pair in message["headers"] if pair[0].lower() != b"content-length"]
                message = {**message, "headers": headers}
            await send(message)

        return sending


class _Taking:
    """What a neighbour hands on, as it came to the neighbour."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        caller = headers.pop(CALLER_HEADER, b"unknown").decode("latin-1")
        scope = {**scope, "client": (caller, 0), "headers": list(headers.items())}
        await self._inner(scope, receive, send)


class _Inner(uvicorn.Server):
    """A server inside another one's loop, which takes the signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


async def _pass(response: httpx.Response, send: Send) -> None:
    headers = [pair for pair in response.headers.raw if pair[0].lower() not in _OF_CONNECTION]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    with contextlib.suppress(httpx.TransportError):  # it ended: so does the stream, and the page asks again
        async for piece in response.aiter_raw():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _body(receive: Receive) -> bytes:
    body, more = bytearray(), True
    while more:  # `assistant/web/guards/bodies.py` has bounded it
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _session_in(body: bytes) -> str:
    try:
        given = json.loads(body)
    except ValueError:
        return ""
    return str(given.get("session_hash") or "") if isinstance(given, dict) else ""
