"""Limits: questions from one address and from one embedding site, and the size of requests."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.settings import Settings
from assistant.web.metrics import Metrics
from assistant.web.paths import path_of
from assistant.web.phrases import language_of, phrase
from assistant.web.problems import problem_response
from assistant.words import count

KEYS_KEPT = 100_000
BODY_LIMIT = 4 * 2**20  # bytes; a long conversation with its answers is some hundreds of kilobytes
WRITING_BODY_LIMIT = 64 * 2**20
# The chat asks through Gradio's queue; Gradio itself refuses queued functions at its direct paths.
QUESTION_PATHS = frozenset(
    {"/api/ask", "/v1/chat/completions", "/gradio_api/queue/join", "/gradio_api/call/ask"}
)


class Allowance:
    """Token buckets: each key may spend `per_minute` at once, and gets them back over a minute."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._guard = threading.Lock()

    def take(self, key: str) -> float:
        """Spends one; returns 0, or the seconds to wait when nothing is left."""
        if not self._per_minute:
            return 0.0
        now, rate = self._clock(), self._per_minute / 60
        with self._guard:
            left, since = self._left.pop(key, (float(self._per_minute), now))
            left = min(self._per_minute, left + (now - since) * rate)
            enough = left >= 1
            self._left[key] = (left - 1 if enough else left, now)
            if len(self._left) > KEYS_KEPT:
                self._left.popitem(last=False)
        return 0.0 if enough else (1 - left) / rate


class QuestionLimits:
    """The limits of one application."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._addresses = Allowance(settings.questions_per_minute)
        self._pages = Allowance(settings.questions_per_minute_per_origin)
        self._embed_origins = frozenset(settings.embed_origins)
        self._metrics = metrics

    def take(self, address: str, origin: str | None) -> float:
        """Counts a question; returns 0, or the seconds to wait before the next."""
        wait = self._addresses.take(network_of(address))
        if not wait and origin in self._embed_origins:
            wait = self._pages.take(origin)
        if wait:
            self._metrics.limited.inc()
        return wait


class QuestionLimit:
    """Refuses a question past the limit with 429, politely."""

    def __init__(self, app: ASGIApp, *, limits: QuestionLimits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asks = (
            scope["type"] == "http"
            and scope["method"] == "POST"
            and path_of(scope).rstrip("/") in QUESTION_PATHS
        )
        if asks:
            headers = Headers(scope=scope)
            wait = self._limits.take(address_of(scope), embedding_origin(headers))
            if wait:
                await limited(scope, wait)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def limited(scope: Scope, wait_s: float) -> Response:
    """The answer to a question past the limit."""
    seconds = math.ceil(wait_s)
    language = language_of(Headers(scope=scope))
    detail = phrase("limited", language, seconds=count("seconds_count", seconds, language))
    return problem_response(scope, 429, detail, headers={"Retry-After": str(seconds)})


def address_of(scope: Scope) -> str:
    """The caller's address; uvicorn puts in what a proxy on this machine says of it."""
    return (scope.get("client") or ("unknown", 0))[0]


def network_of(address: str) -> str:
    """What counts as one address: an IPv6 caller has a whole /64 of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def embedding_origin(headers: Headers) -> str | None:
    """The origin of the embedding page: the frame's address names it, and comes as the referrer."""
    referrer = urlsplit(headers.get("referer", ""))
    if referrer.path.rstrip("/").endswith("/embed"):
        return parse_qs(referrer.query).get("origin", [None])[0]
    return headers.get("origin")


class BodyLimit:
    """Refuses a request body that is too large, by its announced length or while it comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = WRITING_BODY_LIMIT if path_of(scope) == "/api/articles" else BODY_LIMIT
        length = Headers(scope=scope).get("content-length", "0")
        detail = f"the request is larger than {limit:,} bytes; send less at once"
        if not length.isdecimal() or int(length) > limit:
            await problem_response(scope, 413, detail)(scope, receive, send)
            return
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413, detail)
            return message

        await self._app(scope, counting, send)
