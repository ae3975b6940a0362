"""Quote cards: a quote, its outlet, date and whether it stands: HTML without scripts, a picture, oEmbed."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qs, unquote, urlsplit

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from assistant import words
from assistant.answer import Source
from assistant.rendering.card_picture import MOST_CHARACTERS, Card, draw_card
from assistant.rendering.escaping import html
from assistant.rendering.quotes import describe_place, describe_source
from assistant.settings import Settings
from assistant.ui.pages.quote_links import QuoteLink, link_of, opened
from assistant.ui.pages.static_pages import Frame, prefix_of
from assistant.web.shapes.shape_base import LONGEST_CODE, LONGEST_ID, LONGEST_LABEL, check_article_id
from assistant.web.work.answerer import Answerer
from assistant.web.work.lanes import Lanes
from index.articles import Article
from index.articles.drafts.heading_spans import heading_at
from index.articles.pdf.page_numbers import page_at
from index.errors import ArticleError

WIDTH, HEIGHT = 560, 240  # pixels that an embedding page is asked for
_VALUES = ("quote", "hash", "exact", "digest", "prefix", "suffix")


def router(assistant: Answerer, settings: Settings, lanes: Lanes) -> APIRouter:
    """Make the routes `/card/{id}`, `/card/{id}/picture.png` and `/oembed`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/card/{article_id:path}/picture.png")
    async def picture(
        request: Request,
        article_id: Annotated[str, Path(max_length=LONGEST_ID)],
        link: Annotated[QuoteLink, Depends(link_of)],
        lang: Annotated[str | None, Query(max_length=LONGEST_CODE)] = None,
    ) -> Any:
        frame = Frame(lang if lang in words.LANGUAGES else "ar", settings, prefix_of(request))
        drawn = await lanes.searches.run(lambda: _picture(assistant, article_id, link, frame))
        if drawn is None:
            return PlainTextResponse("Not found\n", status_code=404)
        headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return Response(drawn, media_type="image/png", headers=headers)

    @routes.get("/card/{article_id:path}", response_class=HTMLResponse)
    def card(
        request: Request,
        article_id: Annotated[str, Path(max_length=LONGEST_ID)],
        link: Annotated[QuoteLink, Depends(link_of)],
        lang: Annotated[str | None, Query(max_length=LONGEST_CODE)] = None,
    ) -> Any:
        frame = Frame(lang if lang in words.LANGUAGES else "ar", settings, prefix_of(request))
        article = _article(assistant, article_id)
        if article is None:
            return frame.page(
                words.say("article_missing", frame.language),
                "",
                f"<h1>{frame.say('article_missing')}</h1>",
                status=404,
            )
        address = str(request.url).replace("/card/", "/article/", 1)
        shown = card_to_html(article, assistant.source(article_id), link, frame.language, address)
        return frame.page(article.title, "", shown)

    @routes.get("/oembed")
    def oembed(
        request: Request,
        url: Annotated[str, Query(max_length=LONGEST_LABEL)],
        format: Annotated[str, Query(max_length=LONGEST_CODE)] = "json",
    ) -> Any:
        if format != "json":
            return JSONResponse({"detail": f"oEmbed is given as json, not as {format}"}, 501)
        path, query, _ = urlsplit(url)[2:5]
        _, separator, named = path.partition("/article/")
        article = _article(assistant, unquote(named)) if separator else None
        if article is None:
            return JSONResponse({"detail": f"{url[:200]} is no address of an article here"}, 404)
        values = parse_qs(query, keep_blank_values=True)
        language = (values.get("lang") or ["ar"])[0]
        language = language if language in words.LANGUAGES else "ar"
        source = assistant.source(article.article_id)
        link = QuoteLink(*(values.get(name, []) for name in _VALUES))
        address = f"{request.base_url}article/{named}?{query}"  # never what was sent: it may lead elsewhere
        return JSONResponse(
            {
                "version": "1.0",
                "type": "rich",
                "title": article.title,
                "provider_name": Frame(language, settings, "/").name,
                "provider_url": str(request.base_url),
                **({"author_name": source.author} if source.author else {}),
                "html": card_to_html(article, source, link, language, address),
                "width": WIDTH,
                "height": HEIGHT,
            }
        )

    return routes


def card_to_html(article: Article, source: Source, link: QuoteLink, language: str, address: str) -> str:
    """Give the first quote of a link as a card; what does not stand word for word is said to have changed."""
    opening = opened(link, article)
    direction = words.direction(article.language)
    facts = describe_source(source, language)
    if opening.spans:
        start, end = opening.spans[0]
        heading, page = heading_at(article.extra, start), page_at(article.extra, start)
        facts += describe_place(heading, page, source.title, language)
        said = f"<p>{html(article.text[start:end])}</p>"
        state = f'<p class="verified">✓ {html(words.say("quote_verified", language))}</p>'
    else:
        said = f"<p><del>{html(opening.lost[0].exact)}</del></p>" if opening.lost else ""
        state = f"<p>{html(words.say('quote_gone', language))}</p>" if opening.lost else ""
    where = " · ".join(f"<bdi>{html(fact)}</bdi>" for fact in facts)
    return (
        f'<blockquote class="card" cite="{html(address)}" lang="{html(article.language)}" dir="{direction}">'
        f'{said}<footer lang="{language}" dir="{words.direction(language)}">'
        f'<a href="{html(address)}">{where}</a>{state}</footer></blockquote>'
    )


def _picture(assistant: Answerer, article_id: str, link: QuoteLink, frame: Frame) -> bytes | None:
    """Draw the first quote of a link; None when it does not stand, or cannot be drawn."""
    article = _article(assistant, article_id)
    spans = opened(link, article).spans if article else []
    if article is None or not spans:
        return None
    source = assistant.source(article_id)
    facts = [fact for fact in describe_source(source, frame.language) if fact != source.title]
    card = Card(
        quote=article.text[slice(*spans[0])][:MOST_CHARACTERS],
        language=article.language,
        facts=(*facts, source.title),  # the title last: it may be long, and is cut
        verified=words.say("quote_verified", frame.language),
        site=frame.name,
        reader_language=frame.language,
    )
    return draw_card(card)


def _article(assistant: Answerer, article_id: str) -> Article | None:
    try:
        return assistant.article(check_article_id(article_id))
    except (ArticleError, ValueError):
        return None
