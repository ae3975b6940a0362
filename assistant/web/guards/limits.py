"""Limits: how much one address, and all readers of one embedding site, may ask in a minute.

Everything that makes the server work for a reader is counted here, by whichever door it comes: the interface
for programs, OpenAI's, the chat's and MCP's. Questions, searches and the rest have a count each, all of one
size.
"""

from __future__ import annotations

import ipaddress
import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.computing.turns import CALLER
from assistant.settings import Settings
from assistant.web.guards.shared_limits import SharedAllowance
from assistant.web.observing.metrics import Metrics
from assistant.web.paths import path_of
from assistant.web.phrases import language_of, phrase
from assistant.web.problems import busy_response, problem_response
from assistant.web.work.lanes import Busy, Lanes
from assistant.words import count

KEYS_KEPT = 100_000  # addresses that are remembered: some twenty megabytes
RequestKind = Literal["question", "search", "other"]
# The first that fits decides. Gradio's functions have a door each under `run`, `api` and `call`;
# `queue/join` takes the number of any of them.
_COUNTED: tuple[tuple[str, re.Pattern[str], RequestKind], ...] = (
    ("POST", re.compile(r"/api/ask|/v1/chat/completions"), "question"),
    ("POST", re.compile(r"/gradio_api/(queue/join|(run|api|call)(/v2)?/ask)"), "question"),
    ("GET", re.compile(r"/api/search"), "search"),
    ("POST", re.compile(r"/api/quotes/check|/check"), "search"),
    ("POST", re.compile(r"/gradio_api/(run|api|call)(/v2)?/search"), "search"),
    ("POST", re.compile(r"/gradio_api/(run|api|call)(/v2)?/(feedback|export_\w+)|/print"), "other"),
)
# Refused in a status; the page's own questions are refused in an event of their stream.
_FOR_PROGRAMS = ("/api/ask", "/v1/")


class Allowance:
    """Token buckets: each key may spend `per_minute` at once, and gets them back over a minute."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._guard = threading.Lock()

    def take(self, key: str) -> float:
        """Spend one; return 0, or the seconds to wait when nothing is left."""
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
    """The limits of one application: the one place that counts."""

    def __init__(self, settings: Settings, metrics: Metrics, *, shared: Path | None = None) -> None:
        """`shared` is the folder in which several processes count in common."""
        kinds: tuple[RequestKind, ...] = ("question", "search", "other")

        def allowance(name: str, per_minute: int) -> Allowance | SharedAllowance:
            return SharedAllowance(shared / name, per_minute) if shared else Allowance(per_minute)

        of_page = settings.questions_per_minute_per_origin
        self._addresses = {
            kind: allowance(f"{kind}.addresses", settings.questions_per_minute) for kind in kinds
        }
        self._pages = {kind: allowance(f"{kind}.pages", of_page) for kind in kinds}
        self._embed_origins = frozenset(settings.embed_origins)
        self._metrics = metrics

    def take(self, scope: Scope, kind: RequestKind) -> float:
        """Count what the request of `scope` asks for; return 0, or the seconds to wait before the next."""
        wait = self._addresses[kind].take(caller_of(scope))
        origin = embedding_origin(Headers(scope=scope))
        if not wait and origin in self._embed_origins:
            wait = self._pages[kind].take(origin)
        if wait:
            self._metrics.limited.inc()
        return wait


class QuestionLimit:
    """The check of limits: what is past one is a polite 429; tells the turns who is served.

    A question that would wait too long is refused here, before its body is read: that costs least.
    """

    def __init__(self, app: ASGIApp, *, limits: QuestionLimits, lanes: Lanes) -> None:
        self._app, self._limits, self._lanes = app, limits, lanes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            CALLER.set(caller_of(scope))
            kind = kind_of(scope)
            wait = self._limits.take(scope, kind) if kind else 0.0
            if wait:
                await limited(scope, wait)(scope, receive, send)
                return
            if kind == "question" and path_of(scope).startswith(_FOR_PROGRAMS):
                try:
                    self._lanes.answers.check(caller_of(scope))
                except Busy as busy:
                    await busy_response(scope, busy)(scope, receive, send)
                    return
        await self._app(scope, receive, send)


def kind_of(scope: Scope) -> RequestKind | None:
    """Tell what a request is counted as, or None: at `/mcp` each call of a tool is counted by the tool."""
    path = path_of(scope).rstrip("/")
    return next(
        (kind for method, door, kind in _COUNTED if method == scope["method"] and door.fullmatch(path)), None
    )


def limited(scope: Scope, wait_s: float) -> Response:
    """Make the answer to what is past a limit."""
    seconds = math.ceil(wait_s)
    language = language_of(Headers(scope=scope))
    detail = phrase("limited", language, seconds=count("seconds_count", seconds, language))
    return problem_response(scope, 429, detail, headers={"Retry-After": str(seconds)})


def caller_of(scope: Scope) -> str:
    """Tell who is counted: the network of the caller, as the connection or a trusted proxy names it."""
    return network_of((scope.get("client") or ("unknown", 0))[0])


def network_of(address: str) -> str:
    """Give what counts as one address: an IPv6 caller has a whole /64 of them, a mapped IPv4 one just one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))


def embedding_origin(headers: Headers) -> str | None:
    """Give the origin of the embedding page: the frame's address names it, and comes as the referrer."""
    try:
        referrer = urlsplit(headers.get("referer", ""))
    except ValueError:
        return headers.get("origin")
    if referrer.path.rstrip("/").endswith("/embed"):
        return parse_qs(referrer.query).get("origin", [None])[0]
    return headers.get("origin")
