"""What goes around every request: an id, safe headers, measurements; and articles in the first seconds."""

from __future__ import annotations

import html
import logging
import re
import time
import uuid
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.settings import Settings
from assistant.web.observing.log_lines import REQUEST, write_line
from assistant.web.observing.metrics import Metrics
from assistant.web.paths import path_of
from assistant.web.phrases import phrase
from assistant.web.problems import GENERAL, problem_response
from assistant.web.work.answerer import Answerer
from assistant.words import choose_language, direction

log = logging.getLogger(__name__)

_REQUEST_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
# For what is no page: nothing in it is ever run or framed. Pages bring a policy of their own.
STRICT_POLICY = "default-src 'none'; frame-ancestors 'none'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": STRICT_POLICY,
}
# The chat page itself opens at once and waits on its own; an article cannot be shown before there is one.
_GETTING_READY = re.compile(r"/article/.+")


class Envelope:
    """The outermost layer: it sees every request and every answer, errors too."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, writes_lines: bool = False) -> None:
        self._app, self._metrics, self._writes_lines = app, metrics, writes_lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex[:16]
        scope["state"] = {**scope.get("state", {}), "request_id": request_id}
        REQUEST.set(request_id)
        # FastAPI's routes know no HEAD; it is a GET whose body stays here.
        is_head = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if is_head else scope
        status, started = 0, time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if path_of(scope).rstrip("/") == "/embed":
                    # The frame's own requests then name the page that embeds it, for its limit.
                    headers["Referrer-Policy"] = "same-origin"
                    del headers["Cross-Origin-Opener-Policy"]
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(inner, receive, sending)
        except Exception:  # the outermost place that can still answer
            log.exception("request %s failed", request_id)
            if status:
                raise
            await problem_response(scope, 500, GENERAL[500])(scope, receive, sending)
        finally:
            route = _route(inner)
            seconds = time.perf_counter() - started
            self._metrics.requests.labels(scope["method"], route, str(status or "left")).inc()
            self._metrics.request_seconds.labels(route).observe(seconds)
            if self._writes_lines:
                write_line(
                    "request", method=scope["method"], route=route, status=status, seconds=round(seconds, 4)
                )


def _route(scope: Scope) -> str:
    """Give the route's pattern, never the path: there are few of the one and endless of the other."""
    route = getattr(scope.get("route"), "path", "") or ""
    return route or "other"


class FrontDoor:
    """Stops a request for an article before the assistant is ready, and a frame that may not embed the chat.

    The chat itself opens at once and says by itself that it is getting ready.
    """

    def __init__(self, app: ASGIApp, *, assistant: Answerer, settings: Settings) -> None:
        self._app, self._assistant = app, assistant
        self._origins, self._title = frozenset(settings.embed_origins), settings.title

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            path, headers = path_of(scope), Headers(scope=scope)
            if path.rstrip("/") == "/embed" and not self._may_embed(scope, headers):
                await blank()(scope, receive, send)
                return
            if _GETTING_READY.fullmatch(path) and not self._assistant.is_ready:
                await self._getting_ready(headers)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _may_embed(self, scope: Scope, headers: Headers) -> bool:
        """Judge by what the frame says of itself; browsers hold it to the truth by `frame-ancestors`."""
        named = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("origin", [None])[0]
        host = headers.get("host", "")
        return named is None or named in self._origins or named.partition("://")[2] == host

    def _getting_ready(self, headers: Headers) -> HTMLResponse:
        language = choose_language(headers.get("accept-language"))
        body = _STARTING.format(
            language=language,
            direction=direction(language),
            title=html.escape(self._title),
            text=html.escape(phrase("starting", language)),
        )
        ancestors = " ".join(["'self'", *sorted(self._origins)])
        policy = f"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors {ancestors}"
        headers_out = {"Content-Security-Policy": policy, "Refresh": "2", "Cache-Control": "no-store"}
        return HTMLResponse(body, status_code=503, headers={**headers_out, "Retry-After": "2"})


def blank() -> HTMLResponse:
    """Make an empty page that anyone may frame: a browser's own error page would be worse to look at."""
    headers = {"Content-Security-Policy": "default-src 'none'", "Cache-Control": "no-store"}
    return HTMLResponse("<!doctype html><title>·</title>", status_code=403, headers=headers)


_STARTING = """<!doctype html>
<html lang="{language}" dir="{direction}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ display: grid; place-content: center; min-height: 90vh; margin: 1rem; text-align: center;
  font: 1.1rem/1.8 system-ui, sans-serif; color: CanvasText; background: Canvas }}
</style>
<main><h1>{title}</h1><p role="status">{text}</p></main></html>
"""
