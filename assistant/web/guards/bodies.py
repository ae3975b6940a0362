"""What a request may bring: so many bytes, within so many seconds, and JSON that cannot hurt.

The body is read here, before anything else sees it. JSON is checked by pydantic's parser, which bounds how
deep it nests and how long a number is, knows no NaN and takes no lone surrogate: what passes here can neither
exhaust the stack of a later parser nor be something that an answer cannot repeat. A body in an encoding
(`Content-Encoding: gzip`) is refused: nothing here unpacks one, so none can be a bomb.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

import anyio
import anyio.to_thread
from pydantic_core import from_json
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.settings import Settings
from assistant.web.paths import path_of
from assistant.web.problems import Problem, problem_response

BODY_LIMIT = 4 * 2**20  # bytes; a long conversation with its answers is some hundreds of kilobytes
WRITING_BODY_LIMIT = 64 * 2**20  # for who holds the token for writing
WHOLE_WITHIN_S = 30.0  # for a body of `BODY_LIMIT`: 140 KB a second
WRITING_WITHIN_S = 600.0  # for a body of `WRITING_BODY_LIMIT`: 110 KB a second
# Lists, objects and their members, counted by their marks: a million tiny ones would hold the interpreter
# for a second. The longest conversation with its answers has some tens of thousands.
VALUES_LIMIT = 250_000
_MARKS = (b",", b"[", b"{")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DIGITS = 12  # of a length that is read as a number at all
PARSED_HERE = 64 * 2**10  # bytes of JSON that the event loop looks at itself; more is looked at in a thread
_WRITING = "/api/articles"


class BodyCheck:
    """The check of bodies: what is handed on is whole, in time, small enough and, where it is JSON, sound."""

    def __init__(
        self, app: ASGIApp, *, settings: Settings, within_s: float = WHOLE_WITHIN_S, limit: int = BODY_LIMIT
    ) -> None:
        self._app = app
        self._token = (settings.admin_token or "").encode()
        self._within_s, self._limit = within_s, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        writes = path_of(scope) == _WRITING and self._may_write(headers)
        limit, within_s = (WRITING_BODY_LIMIT, WRITING_WITHIN_S) if writes else (self._limit, self._within_s)
        try:
            _check_head(headers, limit)
            with anyio.fail_after(within_s):
                body = await _whole(receive, limit)
            if body and path_of(scope) != _WRITING and _is_json(headers):
                await _check_json(body)
        except TimeoutError:
            detail = f"the request's body was not whole within {within_s:g} seconds; send it at once"
            await problem_response(scope, 408, detail, headers=_CLOSE)(scope, receive, send)
            return
        except Problem as problem:
            headers_out = {**_CLOSE, **problem.headers}
            await problem_response(scope, problem.status, problem.detail, headers=headers_out)(
                scope, receive, send
            )
            return
        await self._app(scope, Replay(body, receive), send)

    def _may_write(self, headers: Headers) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        sound = hmac.compare_digest(given.strip().encode("utf-8", "replace"), self._token)
        return bool(self._token) and sound and scheme.lower() == "bearer"


_CLOSE: Mapping[str, str] = {"Connection": "close"}  # what is left of the body is not read


def _check_head(headers: Headers, limit: int) -> None:
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdecimal() and len(length) <= DIGITS and int(length) <= limit):
        raise _too_large(limit)
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Problem(
            415,
            "the body has a Content-Encoding; send it as it is",
            headers={"Accept-Encoding": "identity"},
        )


def _too_large(limit: int) -> Problem:
    return Problem(413, f"the request is larger than {limit:,} bytes; send less at once")


async def _whole(receive: Receive, limit: int) -> bytes:
    """Read the whole body; what came of it when the caller went away."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        if len(body) > limit:
            raise _too_large(limit)
        more = message.get("more_body", False)
    return bytes(body)


def _is_json(headers: Headers) -> bool:
    """Tell whether anybody here would read the body as JSON: forms are the one other kind there is."""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type not in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/x-ndjson",
    )


async def _check_json(body: bytes) -> None:
    """Raise a problem for JSON that a later parser must not see."""
    if sum(map(body.count, _MARKS)) > VALUES_LIMIT:
        raise Problem(413, f"the request holds more than {VALUES_LIMIT:,} values; send less at once")
    if len(body) <= PARSED_HERE:
        _parse(body)
    else:
        await anyio.to_thread.run_sync(_parse, body)


def _parse(body: bytes) -> None:
    try:
        from_json(body.removeprefix(_BYTE_ORDER_MARK), allow_inf_nan=False, cache_strings="none")
    except ValueError as error:
        raise Problem(422, f"the body cannot be read as JSON in UTF-8: {str(error)[:200]}; mend it") from None


class Replay:
    """A receiver that gives the body once, then what the caller does next."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        return await self._receive()
