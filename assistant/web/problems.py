"""Errors to answers, once: problem+json (RFC 9457), and OpenAI's shape under /v1.

What went wrong on our side is logged whole and told in one general sentence: the message of a store or a
model names folders and commands, which are for the operator.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from assistant.web.paths import path_of
from assistant.web.phrases import language_of, phrase
from assistant.web.work.lanes import RETRY_SOON_S, Busy
from assistant.web.work.readiness import NotReady
from assistant.words import count
from index.errors import (
    ArticleError,
    EncoderError,
    MustanadError,
    QueryError,
    SnapshotError,
    SnapshotLocked,
    WriterError,
)

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 20  # named of one request
LONGEST_PLACE = 200  # characters: a key that a client made up may be long
# The first class that fits decides.
STATUSES: tuple[tuple[type[MustanadError], int], ...] = (
    (NotReady, 503),
    (Busy, 503),
    (QueryError, 422),
    (ArticleError, 404),
    (SnapshotLocked, 409),
    (SnapshotError, 503),
    (EncoderError, 503),
    (WriterError, 502),
)
GENERAL = {
    500: "the server met an error it did not expect; the operator finds it in the log by the request id",
    502: "the language model's endpoint failed; try again later",
    503: "the index cannot be used at the moment; try again later",
}


class Problem(Exception):
    """An answer that is an error, for a route to raise."""

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, param: str | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.param = status, detail, dict(headers or {}), param


def problem_response(
    scope: Scope,
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
    param: str | None = None,
) -> Response:
    """Write the error as its caller reads errors."""
    if path_of(scope).startswith("/v1/"):
        status = 400 if status == 422 else status
        body, media_type = openai_error(status, detail, param), "application/json"
    else:
        body, media_type = _problem_body(scope, status, detail, errors), MEDIA_TYPE
    content = json.dumps(body).encode("ascii")
    return Response(content, status_code=status, headers=dict(headers or {}), media_type=media_type)


def problem_of(error: Exception) -> tuple[int, str]:
    """Give status and detail of an error raised on purpose; 500 for any other."""
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
    if status < 500 or isinstance(error, NotReady | Busy):
        return status, str(error)
    log.error("%s", error, exc_info=None if isinstance(error, MustanadError) else error)
    return status, GENERAL[status]


def problem_event(scope: Scope, error: Exception) -> dict[str, Any]:
    """Write the error as an event of a stream whose status is already sent."""
    status, detail = problem_of(error)
    return _problem_body(scope, status, detail, ())


def install(app: FastAPI) -> None:
    """Let every error of `app` leave through here; those that nobody expected leave through `Envelope`."""
    app.exception_handler(Problem)(_on_problem)
    app.exception_handler(MustanadError)(_on_mustanad_error)
    app.exception_handler(RequestValidationError)(_on_invalid)
    app.exception_handler(HTTPException)(_on_http)


async def _on_problem(request: Request, error: Problem) -> Response:
    return problem_response(
        request.scope, error.status, error.detail, headers=error.headers, param=error.param
    )


async def _on_mustanad_error(request: Request, error: MustanadError) -> Response:
    if isinstance(error, Busy):
        return busy_response(request.scope, error)
    status, detail = problem_of(error)
    headers = {"Retry-After": str(RETRY_SOON_S)} if status == 503 else {}
    return problem_response(request.scope, status, detail, headers=headers)


def busy_response(scope: Scope, busy: Busy) -> Response:
    """Say, in the reader's language, that the server is busy and when to ask again."""
    language = language_of(Headers(scope=scope))
    detail = phrase("busy", language, seconds=count("seconds_count", busy.retry_s, language))
    return problem_response(scope, 503, detail, headers={"Retry-After": str(busy.retry_s)})


async def _on_invalid(request: Request, error: RequestValidationError) -> Response:
    errors = [
        {"at": ".".join(map(str, fault["loc"]))[:LONGEST_PLACE] or "body", "detail": _wording(fault)}
        for fault in error.errors()[:MOST_ERRORS]
    ]
    first = errors[0] if errors else {"at": "body", "detail": "cannot be read"}
    detail = f"{first['at']}: {first['detail']}"
    param = first["at"].removeprefix("body.")
    return problem_response(request.scope, 422, detail, errors=errors, param=param)


def _wording(error: Mapping[str, Any]) -> str:
    """Say what pydantic found wrong, in words that help where its own would not."""
    if error["type"] == "string_pattern_mismatch" and error.get("ctx", {}).get("pattern") == r"\S":
        return "is empty; write something"
    return str(error["msg"])


async def _on_http(request: Request, error: HTTPException) -> Response:
    detail, headers = str(error.detail), error.headers
    if error.status_code == 405 and (allowed := _allowed(request)):
        headers = {**(headers or {}), "Allow": ", ".join(allowed)}
        detail = f"{request.method} is not for {request.url.path}; use {' or '.join(allowed)}"
    if error.status_code == 400 and detail.startswith("There was an error parsing the body"):
        return problem_response(request.scope, 422, "the body cannot be read; send JSON in UTF-8")
    if detail == _phrase(error.status_code):
        detail = _plain_detail(request, error.status_code)
    return problem_response(request.scope, error.status_code, detail, headers=headers)


def _allowed(request: Request) -> list[str]:
    """List every method that the path of `request` has a route for; a router names those of the first."""
    routes = getattr(request.scope.get("app"), "routes", ())
    return sorted(
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    )


def _plain_detail(request: Request, status: int) -> str:
    if status == 404:
        return f"there is nothing at {request.url.path}; /api/docs lists what there is"
    if status == 405:
        return f"{request.method} is not for {request.url.path}; /api/docs lists what is"
    return _phrase(status)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _problem_body(
    scope: Scope, status: int, detail: str, errors: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _phrase(status),
        "status": status,
        "detail": detail,
        "instance": scope.get("path", ""),
        "request_id": scope.get("state", {}).get("request_id", ""),
    }
    return {**body, "errors": list(errors)} if errors else body


def openai_error(status: int, detail: str, param: str | None = None) -> dict[str, Any]:
    """Write the error in OpenAI's shape."""
    kinds = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}
    codes = {401: "invalid_api_key", 404: "not_found", 429: "rate_limit_exceeded"}
    if status == 404 and param == "model":
        codes[404] = "model_not_found"
    kind = "server_error" if status >= 500 else kinds.get(status, "invalid_request_error")
    return {"error": {"message": detail, "type": kind, "param": param, "code": codes.get(status)}}
