"""The page around Gradio: one ASGI wrapper that writes our view into Gradio's page and tightens its doors.

It adds the view and its words to the HTML, a nonce to every script and a Content Security Policy around them,
lets only the paths through that the page uses (Gradio leaves uploads and proxies open), and lets browsers
keep Gradio's hashed files.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import words
from assistant.answer import LONGEST_QUESTION
from assistant.settings import Settings
from assistant.ui import shell
from assistant.ui.calls import CALLS, CallError, checked
from assistant.ui.functions import ChatFunctions
from assistant.ui.pages.lost_page import not_found
from assistant.web.guards.bodies import Replay
from assistant.web.paths import path_of
from assistant.web.problems import problem_response
from assistant.web.work.lanes import Lanes

PAGES: Mapping[str, str | None] = {"/": None, "/ar": "ar", "/en": "en", "/embed": None}
# What our page and a Gradio client need of Gradio; every other path of its is closed.
OPEN = re.compile(
    r"/(config|theme\.css|robots\.txt|favicon\.ico|assets/.+|static/(fonts|img)/.+"
    r"|gradio_api/(info|app_id|startup-events|theme\.css|heartbeat/\w+|cancel|reset|queue/(join|data)"
    r"|call/(?!v2/)\w+/\w+))"
)
# Calls of our functions. An answer streams, so it goes through the queue: asked for directly, Gradio would
# give its first piece and keep the rest of the work waiting for ever.
_CALL = re.compile(
    r"/gradio_api/(?:queue/join|(?:run|api)/(?!ask$)(?P<direct>\w+)|call/(?!v2$)(?P<name>\w+))"
)
IMMUTABLE = "public, max-age=31536000, immutable"


class ChatPage:
    """The page around the Gradio application `inner`."""

    def __init__(
        self,
        inner: ASGIApp,
        functions: ChatFunctions,
        settings: Settings,
        lanes: Lanes,
        names: Mapping[int, str],
    ) -> None:
        self._inner = inner
        self._lanes, self._names = lanes, names
        self._functions = functions
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        path = path_of(scope)
        page = path if path == "/" else path.rstrip("/")
        if page in PAGES and scope["method"] in ("GET", "HEAD"):
            await self._page(page, scope, receive, send)
        elif scope["method"] == "POST" and (call := _CALL.fullmatch(path)):
            await self._call(call["name"] or call["direct"], scope, receive, send)
        elif OPEN.fullmatch(path):
            await self._inner(scope, receive, _with_headers(send, _cache(path)))
        elif scope["method"] in ("GET", "HEAD") and "text/html" in Headers(scope=scope).get("accept", ""):
            prefix = f"{scope.get('root_path', '').rstrip('/')}/"
            language = words.choose_language(Headers(scope=scope).get("accept-language"))
            await not_found(self._settings, language, prefix)(scope, receive, send)
        else:
            await PlainTextResponse("Not found\n", status_code=404)(scope, receive, send)

    async def _call(self, name: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a call of one of our functions on to Gradio when it is sound."""
        if name is not None and name not in CALLS:
            await PlainTextResponse("Not found\n", status_code=404)(scope, receive, send)
            return
        try:
            body = checked(await Request(scope, receive).body(), name, self._names)
        except CallError as error:
            await problem_response(scope, 422, str(error))(scope, receive, send)
            return
        length = (b"content-length", str(len(body)).encode())
        others = [pair for pair in scope["headers"] if pair[0] not in (b"content-length", b"content-type")]
        headers = [*others, length, (b"content-type", b"application/json")]
        await self._inner({**scope, "headers": headers}, Replay(body, receive), _with_headers(send, {}))

    async def _page(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        language = _language(path, scope)
        root = scope.get("root_path", "")
        inner = {**scope, "path": f"{root}/", "raw_path": f"{root}/".encode(), "method": "GET"}
        inner["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        status, body = await _body_of(self._inner, inner, receive)
        if status != 200:
            await PlainTextResponse("The page could not be made\n", status_code=500)(scope, receive, send)
            return
        facts = await self._lanes.check(partial(self._facts, language, path == "/embed"))
        nonce = secrets.token_urlsafe(16)
        markup = shell.compose(body.decode("utf-8"), facts, nonce=nonce)
        response = HTMLResponse(markup, headers=self._headers(nonce))
        await response(scope, receive, send)

    def _facts(self, language: str, embedded: bool) -> dict[str, Any]:
        """Say what the page knows before it asks anything."""
        welcome = self._functions.welcome()
        return {
            "language": language,
            "embedded": embedded,
            "title": None if self._settings.title == Settings().title else self._settings.title,
            "limit": LONGEST_QUESTION,
            "origins": list(self._settings.embed_origins),
            "corpus": welcome.get("corpus"),
            "suggestions": welcome.get("suggestions", {}),
            "sample": welcome.get("sample", []),
            "topics": welcome.get("topics", []),
            "words": {each: words.table(each) for each in words.LANGUAGES},
        }

    def _headers(self, nonce: str) -> dict[str, str]:
        return {
            "Content-Security-Policy": policy(nonce, self._settings.embed_origins),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-write=(self)",
            "Vary": "Accept-Language",
        }


def policy(nonce: str, embed_origins: tuple[str, ...]) -> str:
    """Write the page's Content Security Policy; docs/security.md says why each source is there."""
    ancestors = " ".join(["'self'", *embed_origins])
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        f"base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )


def _language(path: str, scope: Scope) -> str:
    of_path = PAGES[path]
    if of_path is not None:
        return of_path
    query: str = scope.get("query_string", b"").decode("latin-1")
    asked = parse_qs(query).get("lang", [""])[0]
    if asked in words.LANGUAGES:
        return asked
    return words.choose_language(Headers(scope=scope).get("accept-language"))


def _cache(path: str) -> dict[str, str]:
    return {"cache-control": IMMUTABLE} if path.startswith("/assets/") else {}


def _with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    """Wrap `send` so that it adds `headers` and keeps browsers from guessing media types."""
    added = [(b"x-content-type-options", b"nosniff"), *((k.encode(), v.encode()) for k, v in headers.items())]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            names = {name for name, _value in added}
            others = [pair for pair in message["headers"] if pair[0].lower() not in names]
            message = {**message, "headers": [*others, *added]}
        await send(message)

    return sending


async def _body_of(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[int, bytes]:
    """Give status and body of what `app` answers."""
    status = 500
    chunks: list[bytes] = []

    async def collect(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    await app(scope, receive, collect)
    return status, b"".join(chunks)
