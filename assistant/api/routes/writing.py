"""Writing: articles added, replaced and removed over HTTP, and the index built again from its folder.

The routes exist only where `MUSTANAD_ADMIN_TOKEN` is set, and take it as a bearer token. The answer comes
when the change is committed; the assistant answers from it at once.
"""

from __future__ import annotations

import hmac
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from assistant.api.routes.dependencies import Service, service
from assistant.api.routes.documented import problems
from assistant.settings import from_root
from assistant.web.problems import Problem
from assistant.web.shapes.requests import BuildIn
from assistant.web.shapes.responses import BuildOut
from assistant.web.shapes.shape_base import (
    LONGEST_ARTICLE,
    LONGEST_CODE,
    LONGEST_ID,
    LONGEST_LABEL,
    MOST_KEYS,
    ArticleId,
    check_article_id,
)
from index.articles import Article, Skipped
from index.articles.files.sources import File
from index.articles.reading import read_file
from index.backends import IndexPlace
from index.building import BuildReport, build, remove
from index.commands.environment import named_index
from index.commands.processor import quick_switches
from index.encoder import Encoder

REQUEST = "the request"
_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/ArticleIn"}},
        "application/x-ndjson": {
            "schema": {"type": "string"},
            "example": '{"id": "a", "text": "…"}\n{"id": "b", "text": "…"}\n',
        },
    },
}


def allowed(request: Request, served: Annotated[Service, Depends(service)]) -> None:
    """Raise a problem unless the request carries the token. Compared in constant time, never logged."""
    scheme, _, given = Headers(scope=request.scope).get("authorization", "").partition(" ")
    token = (served.settings.admin_token or "").encode()
    sound = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token)
    if not (sound and token and scheme.lower() == "bearer"):
        raise Problem(
            401,
            "writing needs the token of MUSTANAD_ADMIN_TOKEN; send it as: Authorization: Bearer TOKEN",
            headers={"WWW-Authenticate": 'Bearer realm="Mustanad writing"'},
        )


router = APIRouter(tags=["writing"], dependencies=[Depends(allowed)])


@router.post(
    "/api/articles",
    response_model=BuildOut,
    responses=problems(401, 409, 413, 422, 503),
    openapi_extra={"requestBody": _BODY},
    summary="Add or replace articles",
)
async def add(request: Request, served: Annotated[Service, Depends(service)]) -> Any:
    """Take one article as JSON, a list of them, or JSON Lines (`application/x-ndjson`).

    An article whose id is known replaces it. What cannot be read is named in `skipped`, and the others are
    added; when nothing can be read the answer is 422.
    """
    body = await request.body()
    is_json = request.headers.get("content-type", "").split(";")[0].strip().lower() == "application/json"
    articles, skipped = _read(body, ".json" if is_json else ".jsonl")
    if not articles:
        first = str(skipped[0]) if skipped else "the request holds no article"
        raise Problem(422, first)
    report = await _change(
        served, lambda folder, encoder: build(articles, folder, encoder=encoder, progress=False)
    )
    return replace(report, skipped=(*skipped, *report.skipped)).as_json()


@router.delete(
    "/api/articles/{article_id:path}",
    response_model=BuildOut,
    responses=problems(401, 404, 409, 422, 503),
    summary="Remove an article",
)
async def delete(
    article_id: Annotated[ArticleId, InPath()],
    served: Annotated[Service, Depends(service)],
) -> Any:
    """Remove the article with its passages."""
    return (await _change(served, lambda folder, _encoder: remove([article_id], folder))).as_json()


@router.post(
    "/api/build",
    response_model=BuildOut,
    responses=problems(401, 404, 409, 413, 422, 503),
    summary="Build the index again from its files",
)
async def rebuild(served: Annotated[Service, Depends(service)], body: BuildIn | None = None) -> Any:
    """Read the files of `MUSTANAD_ARTICLES` again; only what changed costs anything."""
    paths = [from_root(served.settings.articles)]
    prune = bool(body and body.prune)
    report = await _change(
        served,
        lambda folder, encoder: build(paths, folder, encoder=encoder, prune=prune, progress=False),
    )
    return report.as_json()


async def _change(served: Service, work: Callable[[IndexPlace, Encoder], BuildReport]) -> BuildReport:
    """Run `work` in a thread with the index's folder and the assistant's encoder."""
    encoder = served.assistant.encoder
    with quick_switches():
        place = named_index(served.settings.index, served.settings.index_token)
        return await run_in_threadpool(work, place, encoder)


def _read(body: bytes, suffix: str) -> tuple[list[Article], list[Skipped]]:
    """Read the articles of a request. They come from no file, so that no later build takes them for gone."""
    try:
        records = list(read_file(File(REQUEST, "", suffix, lambda: io.BytesIO(body))))
    except RecursionError:
        raise Problem(422, "an article nests deeper than can be read; send flat ones") from None
    articles: list[Article] = []
    skipped = [each for each in records if isinstance(each, Skipped)]
    for article in (each for each in records if isinstance(each, Article)):
        unfit = _unfit(article)
        if unfit:
            skipped.append(Skipped(REQUEST, unfit, "mend it and send it again"))
        else:
            articles.append(replace(article, origin=""))
    return articles, skipped


def _unfit(article: Article) -> str | None:
    """Say why an article cannot be taken over HTTP, by the limits of `ArticleIn`; None when it can."""
    try:
        check_article_id(article.article_id)
    except ValueError as error:
        return f"the id {article.article_id[:LONGEST_CODE]!a} {error}"
    limits = (
        ("id", article.article_id, LONGEST_ID),
        ("title", article.title, LONGEST_LABEL),
        ("text", article.text, LONGEST_ARTICLE),
        ("url", article.url, LONGEST_LABEL),
        ("source", article.source, LONGEST_LABEL),
        ("author", article.author, LONGEST_LABEL),
    )
    for name, value, most in limits:
        if value is not None and len(value) > most:
            return f"the {name} has {len(value):,} characters, more than {most:,}"
    return f"it has more than {MOST_KEYS} keys" if len(article.extra) > MOST_KEYS else None
