"""Finding and reading: `GET /api/search`, `GET /api/articles`, `GET /api/articles/{id}`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from assistant.api.routes.dependencies import Service, service
from assistant.api.routes.documented import problems
from assistant.rendering import hit_to_json, source_to_json
from assistant.web.guards.departures import unless_left
from assistant.web.shapes.responses import ArticleListOut, ArticleOut, SearchOut, VersionListOut
from assistant.web.shapes.serialization import json_bytes
from assistant.web.shapes.shape_base import ArticleId, Code, Date, Id, SearchQuery
from index.articles import Article
from index.articles.filters import Filters
from index.search.modes import Mode

router = APIRouter(tags=["articles"])
MOST_AT_ONCE = 100  # hits or articles of one page
DEEPEST = 900  # hits to pass over: the searcher gives a thousand at most

Sources = Annotated[list[Id], Query(alias="source", description="only these sources", max_length=100)]
LanguageCodes = Annotated[
    list[Code], Query(alias="language", description="only these languages", max_length=100)
]
Ids = Annotated[list[Id], Query(alias="article_id", description="only these articles", max_length=100)]
From = Annotated[Date | None, Query(alias="from", description="published on or after: `2025`, `2025-09`")]
To = Annotated[Date | None, Query(alias="to", description="published on or before")]
ListOffset = Annotated[int, Query(ge=0, le=DEEPEST, description="how many to pass over")]
Limit = Annotated[int, Query(ge=1, le=MOST_AT_ONCE, description="how many to give")]
Served = Annotated[Service, Depends(service)]


def filters(
    sources: Sources = [],  # noqa: B006 - FastAPI copies defaults
    languages: LanguageCodes = [],  # noqa: B006
    article_ids: Ids = [],  # noqa: B006
    published_from: From = None,
    published_to: To = None,
) -> Filters | None:
    """Read the filters that a query string names; None when it names none."""
    given = Filters(tuple(sources), tuple(languages), tuple(article_ids), published_from, published_to)
    return given or None


@router.get(
    "/api/search",
    response_model=SearchOut,
    responses=problems(401, 422, 429, 503),
    summary="Find passages",
)
async def search(
    request: Request,
    response: Response,
    served: Served,
    q: Annotated[SearchQuery, Query(description="what to search for", examples=["جائزة المدينة الذكية"])],
    wanted: Annotated[Filters | None, Depends(filters)],
    mode: Annotated[Mode, Query()] = "hybrid",
    offset: ListOffset = 0,
    limit: Limit = 10,
) -> Any:
    """Find passages, best first; `Link: rel="next"` leads to the next page."""
    assistant = served.assistant

    def find() -> tuple[list[dict[str, Any]], bool]:
        hits = assistant.search(q, k=offset + limit + 1, mode=mode, filters=wanted)
        page = hits[offset : offset + limit]
        facts = [
            {**hit_to_json(hit), "article": source_to_json(assistant.source(hit.passage.article_id))}
            for hit in page
        ]
        return facts, len(hits) > offset + limit

    hits, more = await unless_left(request, served.lanes.searches.run(find))
    following = _next(request, response, offset + limit, more)
    return {
        "query": q,
        "mode": mode,
        "offset": offset,
        "limit": limit,
        "next_offset": following,
        "hits": hits,
    }


@router.get(
    "/api/articles",
    response_model=ArticleListOut,
    responses=problems(401, 422, 503),
    summary="List articles",
)
async def list_articles(
    request: Request,
    response: Response,
    served: Served,
    wanted: Annotated[Filters | None, Depends(filters)],
    offset: Annotated[int, Query(ge=0, le=2**31, description="how many to pass over")] = 0,
    limit: Limit = 50,
) -> Any:
    """List articles in the order they were added, without their texts."""
    assistant = served.assistant

    def page() -> tuple[int, Sequence[Article]]:
        listed = assistant.articles(offset=offset, limit=limit + 1, filters=wanted)
        return assistant.info().articles, listed

    total, listed = await served.lanes.searches.run(page)
    following = _next(request, response, offset + limit, len(listed) > limit)
    shown = [_facts(article) for article in listed[:limit]]
    return {"total": total, "offset": offset, "limit": limit, "next_offset": following, "articles": shown}


@router.get(
    "/api/articles/{article_id:path}/versions",
    response_model=VersionListOut,
    responses=problems(401, 404, 422, 503),
    summary="List an article's former texts",
)
async def list_versions(
    served: Served,
    article_id: Annotated[ArticleId, Path(examples=["000_7b81f5f66d91b9f4"])],
) -> Any:
    """List what corrections replaced, the last first, for as long as the index keeps it."""

    def read() -> dict[str, Any]:
        article = served.assistant.article(article_id)
        former = [
            {
                "content_hash": each.content_hash,
                "replaced": each.replaced,
                "title": each.article.title,
                "text": each.article.text,
            }
            for each in served.assistant.versions(article_id)
        ]
        return {"article_id": article_id, "content_hash": article.content_hash(), "versions": former}

    return await served.lanes.searches.run(read)


@router.get(
    "/api/articles/{article_id:path}",
    response_model=ArticleOut,
    responses={
        304: {"description": "Unchanged since the `ETag` in `If-None-Match`"},
        **problems(401, 404, 422, 503),
    },
    summary="Read an article",
)
async def read_article(
    request: Request,
    served: Served,
    article_id: Annotated[ArticleId, Path(examples=["000_7b81f5f66d91b9f4"])],
) -> Response:
    """Give the article with its text verbatim, the spans of its passages, and an `ETag`."""

    def read() -> dict[str, Any]:
        article = served.assistant.article(article_id)
        passages = served.assistant.passages(article_id)
        spans = [{"passage_id": each.passage_id, "start": each.start, "end": each.end} for each in passages]
        extra = dict(article.extra)
        return {**_facts(article), "text": article.text, "extra": extra, "passages": spans}

    body = json_bytes(await served.lanes.searches.run(read))
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Authorization"}
    if _matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def _facts(article: Article) -> dict[str, Any]:
    names = ("article_id", "title", "url", "source", "author", "published", "language")
    return {name: getattr(article, name) for name in names}


def _matches(header: str | None, tag: str) -> bool:
    """Tell whether `If-None-Match` names the tag; the weak comparison of RFC 9110."""
    tags = [each.strip().removeprefix("W/") for each in (header or "").split(",")]
    return tag in tags or tags == ["*"]


def _next(request: Request, response: Response, offset: int, more: bool) -> int | None:
    """Give the offset of the next page, also as a `Link` header; None on the last page."""
    if not more:
        return None
    address = request.url.include_query_params(offset=offset)
    response.headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'
    return offset
