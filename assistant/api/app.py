"""The application, put together: routes, what goes around them, and the chat as the last route."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from assistant.api import ask, completions, finding, health, reference, widget
from assistant.api.dependencies import Service
from assistant.api.model_context import OverHTTP, make_server
from assistant.api.models import ArticleIn, ProblemOut
from assistant.settings import Settings
from assistant.web import problems
from assistant.web.envelope import Envelope, FrontDoor
from assistant.web.limits import BodyLimit, QuestionLimit, QuestionLimits
from assistant.web.logins import ReaderLogin
from assistant.web.metrics import MeasuredAssistant, Metrics
from assistant.web.problems import Problem
from index.errors import SettingsError

ABOUT = """Answers in verbatim quotes from a corpus of articles, each quote located to the character.

Offsets (`start`, `end`) count Unicode code points of the article's text. Errors are
`application/problem+json` (RFC 9457); every answer carries an `X-Request-ID`."""
_ORIGIN = re.compile(
    r"https?://[\w.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?", re.ASCII | re.IGNORECASE
)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
PROGRAMS = ("/api", "/v1", "/mcp", "/widget", "/healthz", "/readyz", "/metrics", "/widget.js", "/widget-demo")


def create_app(assistant: Any, settings: Settings, *, chat: bool = True) -> FastAPI:
    """The whole application over `assistant`; without `chat`, the interfaces for programs alone."""
    check_origins(settings.embed_origins)
    metrics = Metrics()
    measured = MeasuredAssistant(assistant, metrics)
    app = FastAPI(
        title=settings.title,
        version="1",
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_lifespan,
    )
    app.state.service = Service(measured, settings, metrics)
    problems.install(app)
    for module in (ask, finding, completions, health, reference, widget):
        app.include_router(module.router)
    if settings.admin_token:
        from assistant.api import writing

        app.include_router(writing.router)
    limits = QuestionLimits(settings, metrics)
    app.state.tools = OverHTTP(make_server(measured, limits=limits), settings)
    app.router.routes.append(Route("/mcp", app.state.tools))
    _describe_shapes(app)
    _wrap(app, assistant, settings, metrics, limits)
    for prefix in PROGRAMS:
        app.router.routes.append(Route(f"{prefix}/{{rest:path}}", _nothing_here, methods=METHODS))
        app.router.routes.append(Route(prefix, _nothing_here, methods=METHODS))
    if chat:
        from assistant.ui import mount_chat

        mount_chat(app, measured, settings)
    return app


def check_origins(origins: Sequence[str]) -> None:
    """Raises SettingsError for what is no origin: it would match no page, or widen the pages' policy."""
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"MUSTANAD_EMBED_ORIGINS holds {origin!r}; write each origin as https://portal.example"
            )


def _wrap(app: FastAPI, assistant: Any, settings: Settings, metrics: Metrics, limits: QuestionLimits) -> None:
    """Middleware, innermost first."""
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(FrontDoor, assistant=assistant, settings=settings)
    app.add_middleware(QuestionLimit, limits=limits)
    app.add_middleware(BodyLimit)
    if settings.reader_keys or settings.trusted_proxy_header:
        app.add_middleware(ReaderLogin, settings=settings)
    # Always there, also with no origin: Gradio would let every origin in where it finds none.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.embed_origins),
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "Accept", "If-None-Match", "X-Request-ID"],
        expose_headers=["ETag", "Link", "Retry-After", "X-Request-ID"],
    )
    app.add_middleware(Envelope, metrics=metrics)


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with app.state.tools.running():
        yield


async def _nothing_here(request: Request) -> Response:
    """404, or 405 with the methods there are: without this the chat's mount would answer."""
    allowed = {
        method
        for route in request.app.router.routes
        if getattr(route, "endpoint", None) is not _nothing_here
        for method in METHODS
        if method not in ("HEAD", "OPTIONS", "TRACE")
        and route.matches({**request.scope, "method": method})[0] is Match.FULL
        and not _is_mount_of_everything(route)
    }
    if allowed:
        detail = f"{request.method} is not for {request.url.path}; use {' or '.join(sorted(allowed))}"
        raise Problem(405, detail, headers={"Allow": ", ".join(sorted(allowed))})
    raise Problem(404, f"there is nothing at {request.url.path}; /api/docs lists what there is")


def _is_mount_of_everything(route: Any) -> bool:
    return getattr(route, "path", None) == "" and not hasattr(route, "methods")


def _describe_shapes(app: FastAPI) -> None:
    """Adds to the description the shapes that no route has as its model."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = made()
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            for shape in (ProblemOut, ArticleIn):
                described = shape.model_json_schema(ref_template="#/components/schemas/{model}")
                schemas.update(described.pop("$defs", {}))
                schemas[shape.__name__] = described
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            for operation in (each for methods in schema["paths"].values() for each in methods.values()):
                if "HTTPValidationError" in str(operation["responses"].get("422")):
                    del operation["responses"]["422"]  # under /v1 what is invalid is a 400
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi
