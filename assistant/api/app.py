"""The application, put together: routes, what goes around them, and the chat as the last route."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.mcp.model_context import OverHTTP, make_server
from assistant.api.openai import completions
from assistant.api.routes import ask, finding, health, quote_check, reference, widget
from assistant.api.routes.dependencies import Service
from assistant.settings import Settings
from assistant.web import problems
from assistant.web.envelope import Envelope, FrontDoor
from assistant.web.guards.bodies import BodyCheck
from assistant.web.guards.hosts import HostCheck
from assistant.web.guards.limits import QuestionLimit, QuestionLimits
from assistant.web.guards.logins import ReaderKeys, ReaderLogin, open_keys
from assistant.web.guards.proxies import Proxies, check_proxies
from assistant.web.neighbours import Neighbours
from assistant.web.observing.metrics import MeasuredAssistant, Metrics
from assistant.web.paths import path_of
from assistant.web.shapes.requests import ArticleIn
from assistant.web.shapes.responses import ProblemOut
from assistant.web.work.answerer import Answerer
from assistant.web.work.lanes import Lanes
from index.errors import SettingsError

if TYPE_CHECKING:
    from assistant.web.observing.tracing import Tracing

ABOUT = """Answers in verbatim quotes from a corpus of articles, each quote located to the character.

Offsets (`start`, `end`) count Unicode code points of the article's text. Errors are
`application/problem+json` (RFC 9457); every answer carries an `X-Request-ID`."""
_ORIGIN = re.compile(
    r"https?://[\w.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?", re.ASCII | re.IGNORECASE
)
# What is under these is for programs: a path there without a route is a problem, never a page of the chat.
PROGRAMS = re.compile(
    r"/(api|v1|mcp|admin|widget|healthz|readyz|metrics|widget\.js|widget-demo)(/.*)?", re.DOTALL
)


def create_app(
    assistant: Answerer,
    settings: Settings,
    *,
    chat: bool = True,
    neighbours: Neighbours | None = None,
    tracing: Tracing | None = None,
) -> FastAPI:
    """Make the whole application over `assistant`; without `chat`, the interfaces for programs alone.

    `neighbours` are the processes that serve the same port; `tracing` is told of every question.
    """
    check_origins(settings.embed_origins)
    check_proxies(settings)
    keys = open_keys(settings)
    metrics = Metrics()
    measured: Answerer = MeasuredAssistant(_kept(assistant, settings), metrics, settings.log)
    waited: Callable[[str, float], None] = metrics.waited
    if tracing is not None:
        measured, waited = _traced(measured, metrics, tracing)
    app = FastAPI(
        title=settings.title,
        version="1",
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    lanes = Lanes(refused=metrics.refuse, waited=waited)
    app.state.service = Service(measured, settings, metrics, lanes)
    problems.install(app)
    for module in (ask, finding, quote_check, completions, health, reference, widget):
        app.include_router(module.router)
    if settings.admin_token:
        from assistant.api.routes import admin, writing

        app.include_router(writing.router)
        app.include_router(admin.router)
    limits = QuestionLimits(settings, metrics, shared=neighbours.folder if neighbours else None)
    app.state.tools = OverHTTP(make_server(measured, limits=limits, lanes=lanes), settings)
    for path in ("/mcp", "/mcp/"):
        app.router.routes.append(Route(path, app.state.tools))
    _describe_shapes(app)
    _wrap(app, assistant, settings, metrics, limits, keys)
    if chat:
        from assistant.ui import mount_chat

        mount_chat(app, measured, settings, lanes=lanes, neighbours=neighbours)
    app.router.default = Fallback(app.router.default)
    return app


def _traced(
    measured: Answerer, metrics: Metrics, tracing: Tracing
) -> tuple[Answerer, Callable[[str, float], None]]:
    """Trace the questions to `measured`; what is told how long work waited tells `tracing` too."""
    from assistant.web.observing.tracing import TracedAssistant

    def waited(kind: str, seconds: float) -> None:
        metrics.waited(kind, seconds)
        tracing.waited(seconds)

    return TracedAssistant(measured, tracing), waited


def _kept(assistant: Answerer, settings: Settings) -> Answerer:
    """Put around `assistant` what keeping questions is for: the editors' answers, and the keeping."""
    if not settings.question_log:
        return assistant
    from assistant.operation.pins import PinBook, PinningAssistant
    from assistant.operation.question_log import QuestionLog, RememberingAssistant

    kept_at = settings.question_log
    pinning = PinningAssistant(assistant, PinBook(kept_at))
    return RememberingAssistant(pinning, QuestionLog(kept_at, days=settings.question_log_days))


def check_origins(origins: Sequence[str]) -> None:
    """Raise SettingsError for what is no origin: it would match no page, or widen the pages' policy."""
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"MUSTANAD_EMBED_ORIGINS holds {origin!r}; write each origin as https://portal.example"
            )


def _wrap(
    app: FastAPI,
    assistant: Answerer,
    settings: Settings,
    metrics: Metrics,
    limits: QuestionLimits,
    keys: ReaderKeys | None,
) -> None:
    """Put the middleware around `app`, innermost first."""
    # What is larger than the last number of bytes is compressed in a thread.
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5, thread_minimum_size=2**16)
    app.add_middleware(FrontDoor, assistant=assistant, settings=settings)
    app.add_middleware(BodyCheck, settings=settings)
    app.add_middleware(QuestionLimit, limits=limits, lanes=app.state.service.lanes)
    if settings.reader_keys or settings.trusted_proxy_header:
        app.add_middleware(ReaderLogin, settings=settings, keys=keys)
    # Always there, also with no origin: Gradio would let every origin in where it finds none.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.embed_origins),
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "Accept", "If-None-Match", "X-Request-ID"],
        expose_headers=["ETag", "Link", "Retry-After", "X-Request-ID"],
    )
    app.add_middleware(HostCheck, settings=settings)
    app.add_middleware(Proxies, settings=settings)
    app.add_middleware(Envelope, metrics=metrics, writes_lines=settings.log != "errors")


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(app.state.tools.running())
        if hasattr(app.state, "neighbours"):
            await stack.enter_async_context(app.state.neighbours.serving())
        yield


class Fallback:
    """What answers where no route leads: a problem under the paths for programs, `chat` for the rest."""

    def __init__(self, chat: ASGIApp) -> None:
        self._chat = chat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and PROGRAMS.fullmatch(path_of(scope)):
            detail = f"there is nothing at {scope['path']}; /api/docs lists what there is"
            await problems.problem_response(scope, 404, detail)(scope, receive, send)
            return
        await self._chat(scope, receive, send)


def _describe_shapes(app: FastAPI) -> None:
    """Add to the description the shapes that no route has as its model."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = describe()
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            for shape in (ProblemOut, ArticleIn):
                described = shape.model_json_schema(ref_template="#/components/schemas/{model}")
                schemas.update(described.pop("$defs", {}))
                schemas[shape.__name__] = described
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            for methods in schema["paths"].values():
                for operation in methods.values():
                    if "HTTPValidationError" in str(operation["responses"].get("422")):
                        del operation["responses"]["422"]  # under /v1 what is invalid is a 400
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's documentation extends it
