"""The assistant as tools of a language model: the Model Context Protocol, at `/mcp` and over stdio.

Tools `ask`, `search_quotes`, `get_article` and `check_quotes`, each with structured output; articles are
resources (`mustanad://articles/{article_id}`). `python -m assistant mcp` speaks it on standard input and
output.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import threading
import traceback
from collections.abc import AsyncIterator
from typing import Annotated, TypeVar
from urllib.parse import quote

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import Resource
from pydantic import BaseModel, Field
from starlette.types import Receive, Scope, Send

from assistant.answer import LONGEST_QUESTION, AnswerKind, Arrangement, PeriodUse, Source
from assistant.api.mcp.research import add_research
from assistant.api.mcp.tool_calls import ADDRESS, READ_ONLY, in_lane, limit_call
from assistant.rendering import hit_to_json, source_to_json, to_json
from assistant.settings import Settings
from assistant.web.guards.hosts import LOOPBACK
from assistant.web.guards.limits import QuestionLimits
from assistant.web.problems import problem_response
from assistant.web.shapes.responses import CitationOut, FoundOut, PeriodOut, SourceOut
from assistant.web.shapes.shape_base import ArticleId, Date, Id
from assistant.web.work.answerer import Answerer
from assistant.web.work.lanes import Lane, Lanes
from assistant.web.work.readiness import LateAssistant
from index.articles.filters import Filters
from index.errors import MustanadError
from index.search.hits import Hit
from index.search.modes import Mode

T = TypeVar("T")
RESOURCES_LISTED = 200  # clients load the list whole; the template reaches the others
OPENING_S = 300.0  # seconds a call waits: a first start makes the model ready and builds the index
INSTRUCTIONS = """Answers questions from a corpus of articles, in verbatim quotes located to the character.
Ask in any language; Arabic first. When `answerable` is false the articles do not say: tell the user so.
A quote is `article.text[start:end]`, in Unicode code points; keep it verbatim when you pass it on."""

QuestionArgument = Annotated[
    str, Field(min_length=1, max_length=LONGEST_QUESTION, description="a question, any language")
]
Only = Annotated[
    Annotated[list[Id], Field(max_length=100)] | None,
    Field(description="answer only from these; null: from all"),
]
Day = Annotated[Date | None, Field(description="ISO 8601: 2025, 2025-09 or 2025-09-30")]


class ToolAnswer(BaseModel):
    """An answer: its text with markers like [1], and the verified quote behind each marker."""

    text: str
    kind: AnswerKind
    answerable: bool = Field(description="false: the articles do not say")
    confidence: float
    language: str
    citations: list[CitationOut]
    arrangement: Arrangement = Field(description="how the citations stand to each other")
    nearest: list[SourceOut] = Field(description="when they do not say: the articles closest to the question")
    notices: list[str]
    suggestions: list[str] = Field(description="further questions that the same articles answer")
    period: PeriodOut | None = Field(
        description="set where only articles of days that the question names were asked"
    )


class ToolHits(BaseModel):
    """Passages that were found, best first."""

    hits: list[FoundOut]


class ToolArticle(SourceOut):
    """An article; `text` may be a part of it: `text` is `article.text[start:end]`."""

    text: str
    start: int
    end: int
    length: int = Field(description="code points of the whole text")


def make_server(
    assistant: Answerer, *, limits: QuestionLimits | None = None, lanes: Lanes | None = None
) -> MCPServer:
    """Make the server over `assistant`; `limits` holds for those who ask over HTTP. It works in `lanes`."""
    lanes = lanes or Lanes()
    server = _ArticleServer(assistant, lanes.searches)
    _add_ask(server, assistant, limits, lanes.answers)
    _add_search(server, assistant, limits, lanes.searches)
    _add_articles(server, assistant, limits, lanes.searches)
    add_research(server, assistant, limits, lanes.searches)
    return server


# The protocol's names, types and descriptions are read from the functions' own.
def _add_ask(server: MCPServer, assistant: Answerer, limits: QuestionLimits | None, lane: Lane) -> None:
    @server.tool(title="Ask the articles", annotations=READ_ONLY)
    async def ask(
        question: QuestionArgument,
        ctx: Context,
        sources: Only = None,
        article_ids: Only = None,
        published_from: Day = None,
        published_to: Day = None,
        period: Annotated[
            PeriodUse, Field(description="off: days that the question names do not limit the articles")
        ] = "on",
    ) -> ToolAnswer:
        """Answer a question from the articles in verbatim quotes, or says that the articles do not say."""
        limit_call(limits, ctx, "question")
        filters = _filters(sources, article_ids, published_from, published_to)
        answer = await in_lane(lane, lambda: assistant.ask(question, filters=filters, period=period))
        whole = to_json(answer)
        return ToolAnswer(**{name: whole[name] for name in ToolAnswer.model_fields})


def _add_search(server: MCPServer, assistant: Answerer, limits: QuestionLimits | None, lane: Lane) -> None:
    @server.tool(title="Search for quotes", annotations=READ_ONLY)
    async def search_quotes(
        query: QuestionArgument,
        ctx: Context,
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
        mode: Mode = "hybrid",
        sources: Only = None,
        article_ids: Only = None,
        published_from: Day = None,
        published_to: Day = None,
    ) -> ToolHits:
        """Find passages of the articles, verbatim and with their spans, best first."""
        limit_call(limits, ctx, "search")
        filters = _filters(sources, article_ids, published_from, published_to)

        def find() -> list[FoundOut]:
            hits = assistant.search(query, k=limit, mode=mode, filters=filters)
            return [_hit(hit, assistant.source(hit.passage.article_id)) for hit in hits]

        return ToolHits(hits=await in_lane(lane, find))


def _add_articles(server: MCPServer, assistant: Answerer, limits: QuestionLimits | None, lane: Lane) -> None:
    @server.tool(title="Read an article", annotations=READ_ONLY)
    async def get_article(
        article_id: ArticleId,
        ctx: Context,
        start: Annotated[int, Field(ge=0, description="first code point")] = 0,
        end: Annotated[
            int | None, Field(ge=0, description="past the last code point; null: to the end")
        ] = None,
    ) -> ToolArticle:
        """Read an article, whole or from `start` to `end`."""
        limit_call(limits, ctx, "other")
        article = await in_lane(lane, lambda: assistant.article(article_id))
        text = article.text[start:end]
        facts = {name: getattr(article, name) for name in SourceOut.model_fields}
        return ToolArticle(**facts, text=text, start=start, end=start + len(text), length=len(article.text))

    @server.resource(ADDRESS + "{article_id}", title="An article", mime_type="text/plain")
    async def article(article_id: str) -> str:
        """Give the text of an article, verbatim."""
        try:
            return (await in_lane(lane, lambda: assistant.article(article_id))).text
        except ToolError as error:
            raise ResourceNotFoundError(str(error)) from error


def _hit(hit: Hit, source: Source) -> FoundOut:
    return FoundOut(**hit_to_json(hit), article=SourceOut(**source_to_json(source)))


class _ArticleServer(MCPServer):
    """The server of the protocol, with the first articles as resources; the template reaches every one."""

    def __init__(self, assistant: Answerer, lane: Lane) -> None:
        super().__init__(
            name="mustanad",
            title="Mustanad مستند",
            instructions=INSTRUCTIONS,
            log_level="WARNING",
            version="1",
        )
        self._assistant, self._lane = assistant, lane

    async def list_resources(self) -> list[Resource]:
        """List the articles added first, by title."""
        first = await in_lane(self._lane, lambda: self._assistant.articles(limit=RESOURCES_LISTED))
        return [
            Resource(
                uri=ADDRESS + quote(article.article_id, safe=""),
                name=article.article_id,
                title=article.title,
                mime_type="text/plain",
            )
            for article in first
        ]


def _filters(
    sources: list[str] | None, article_ids: list[str] | None, since: str | None, until: str | None
) -> Filters | None:
    return Filters(tuple(sources or ()), (), tuple(article_ids or ()), since, until) or None


class OverHTTP:
    """The server as an ASGI application that keeps no sessions; answers while `running()` is entered."""

    def __init__(self, server: MCPServer, settings: Settings) -> None:
        self._server, self._security = server, _security(settings)
        self._application: StreamableHTTPASGIApp | None = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hold what the requests need; may be entered again after it was left."""
        self._server.streamable_http_app(
            stateless_http=True, json_response=True, transport_security=self._security
        )
        manager = self._server.session_manager
        async with manager.run():
            self._application = StreamableHTTPASGIApp(manager)
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._application is None:
            raise RuntimeError("the application's lifespan was not entered")
        if scope["method"] != "POST":  # no session is kept, so there is none to listen to or to end
            detail = f"{scope['method']} is not for {scope['path']}; use POST"
            await problem_response(scope, 405, detail, headers={"Allow": "POST"})(scope, receive, send)
            return
        await self._application(scope, receive, send)


def _security(settings: Settings) -> TransportSecuritySettings:
    """Guard against web pages that reach a server of this machine by a name of their own (DNS rebinding)."""
    open_to_this_machine = settings.is_loopback and not (
        settings.reader_keys or settings.trusted_proxy_header
    )
    names = [*LOOPBACK, *settings.hosts]
    hosts = [*names, *(f"{name}:*" for name in names)]
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=open_to_this_machine,
        allowed_hosts=hosts,
        allowed_origins=[
            *(f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts),
            *settings.embed_origins,
        ],
    )


def run(arguments: argparse.Namespace) -> int:
    """Speak the protocol on standard input and output until its client leaves."""
    from assistant.commands.opening import open_assistant

    settings = Settings.from_environment(os.environ)
    late = LateAssistant(patience_s=OPENING_S)

    def opening() -> None:
        try:
            late.arrive(open_assistant(arguments.index, encoder=arguments.encoder, settings=settings))
        except MustanadError as error:
            print(f"mustanad: {error}", file=sys.stderr)
            os._exit(2)  # the protocol waits on standard input, which only its client can end
        except BaseException:
            traceback.print_exc()
            os._exit(1)

    threading.Thread(target=opening, name="opening", daemon=True).start()
    make_server(late).run("stdio")
    late.close()
    return 0
