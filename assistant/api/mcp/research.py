"""Tools for research: `check_quotes`, and `search` and `fetch` in the shape that research clients require.

Those clients look for two tools of these names: `search` gives ids, titles and addresses, `fetch` one
document.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

from assistant.answer import LONGEST_QUESTION
from assistant.api.mcp.tool_calls import ADDRESS, READ_ONLY, in_lane, limit_call
from assistant.checking import LONGEST_DRAFT
from assistant.rendering.web_links import web_address
from assistant.web.guards.limits import QuestionLimits
from assistant.web.shapes.responses import ReportOut
from assistant.web.shapes.shape_base import ArticleId
from assistant.web.work.answerer import Answerer
from assistant.web.work.draft_check import check_in_turns
from assistant.web.work.lanes import Lane
from index.articles import Article
from index.errors import MustanadError

RESULTS = 10  # articles of one search


class ResearchResult(BaseModel):
    """An article that was found."""

    id: str
    title: str
    url: str


class ResearchResults(BaseModel):
    """Articles that were found, best first, each once."""

    results: list[ResearchResult]


class ResearchDocument(ResearchResult):
    """An article, whole."""

    text: str
    metadata: dict[str, str] = Field(
        description="outlet, author, date and language, as far as they are known"
    )


def add_research(server: MCPServer, assistant: Answerer, limits: QuestionLimits | None, lane: Lane) -> None:
    """Add the tools to `server`."""

    @server.tool(title="Check the quotations of a draft", annotations=READ_ONLY)
    async def check_quotes(
        draft: Annotated[
            str, Field(min_length=1, max_length=LONGEST_DRAFT, description="a text with quotes")
        ],
        ctx: Context,
        facts: Annotated[bool, Field(description="also its figures and names outside quotations")] = False,
    ) -> ReportOut:
        """Check every quotation of a draft against the articles, word by word: exact, or what is wrong."""
        limit_call(limits, ctx, "search")
        try:
            report = await check_in_turns(draft, assistant, lane, facts=facts)
        except MustanadError as error:
            raise ToolError(str(error)) from error
        return ReportOut(**report.as_json())

    @server.tool(title="Search", annotations=READ_ONLY)
    async def search(
        query: Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION)], ctx: Context
    ) -> ResearchResults:
        """Find articles about something, best first; read one with `fetch`."""
        limit_call(limits, ctx, "search")

        def find() -> list[ResearchResult]:
            hits = assistant.search(query, k=5 * RESULTS)
            ids = list(dict.fromkeys(hit.passage.article_id for hit in hits))[:RESULTS]
            return [_result(assistant.article(article_id)) for article_id in ids]

        return ResearchResults(results=await in_lane(lane, find))

    @server.tool(title="Fetch", annotations=READ_ONLY)
    async def fetch(id: ArticleId, ctx: Context) -> ResearchDocument:
        """Read an article whole, by the id that `search` gave."""
        limit_call(limits, ctx, "other")
        article = await in_lane(lane, lambda: assistant.article(id))
        facts = {name: getattr(article, name) for name in ("source", "author", "published", "language")}
        metadata = {name: value for name, value in facts.items() if value}
        return ResearchDocument(**_result(article).model_dump(), text=article.text, metadata=metadata)


def _result(article: Article) -> ResearchResult:
    address = web_address(article.url) or ADDRESS + quote(article.article_id, safe="")
    return ResearchResult(id=article.article_id, title=article.title, url=address)
