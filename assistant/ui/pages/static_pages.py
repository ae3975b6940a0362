"""The pages beside the chat: an article set for reading, a printable conversation, and the pages' files.

They work without JavaScript and carry a stricter Content Security Policy than the chat.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote as percent_encode
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Header, Path, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse
from pydantic import Field, TypeAdapter

from assistant import words
from assistant.answer import Source, Turn
from assistant.citations.difference import line_difference
from assistant.rendering import conversation_to_html, from_json, source_to_json
from assistant.rendering.card_picture import HEIGHT, WIDTH, can_draw
from assistant.rendering.escaping import html
from assistant.rendering.reading_page import difference_to_html, text_to_html
from assistant.rendering.web_links import web_address
from assistant.settings import Settings
from assistant.ui import assets
from assistant.ui.pages.page_pictures import pages_to_html
from assistant.ui.pages.quote_links import QuoteLink, link_of, notice, opened, with_words
from assistant.web.shapes.requests import TurnIn
from assistant.web.shapes.shape_base import LONGEST_CODE, LONGEST_ID, MOST_LISTED, check_article_id
from assistant.web.work.answerer import Answerer
from index.errors import ArticleError, QueryError

IMMUTABLE = "public, max-age=31536000, immutable"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
WORDS_A_MINUTE = 200  # read silently; Arabic is read a little slower than English
_TURNS: TypeAdapter[list[TurnIn]] = TypeAdapter(Annotated[list[TurnIn], Field(max_length=MOST_LISTED)])
VERSIONS_SHOWN = 20  # corrections on one page
PRINT_LIMIT = 4_000_000  # characters of a conversation sent for printing


def router(assistant: Answerer, settings: Settings) -> APIRouter:
    """Make the routes `/article/{id}`, `/print` and `/files/...`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/files/{version}/{name:path}")
    def file(version: str, name: str) -> Any:
        return _file(name, current=version == assets.version())

    @routes.get("/article/{article_id:path}/versions", response_class=HTMLResponse)
    def versions(
        request: Request,
        article_id: Annotated[str, Path(max_length=LONGEST_ID)],
        lang: Annotated[str | None, Query(max_length=LONGEST_CODE)] = None,
        accept_language: Annotated[str | None, Header()] = None,
    ) -> Any:
        language = lang if lang in words.LANGUAGES else words.choose_language(accept_language)
        frame = Frame(language, settings, prefix_of(request))
        return _versions(assistant, article_id, frame, request)

    @routes.get("/article/{article_id:path}", response_class=HTMLResponse)
    def article(
        request: Request,
        article_id: Annotated[str, Path(max_length=LONGEST_ID)],
        link: Annotated[QuoteLink, Depends(link_of)],
        lang: Annotated[str | None, Query(max_length=LONGEST_CODE)] = None,
        accept_language: Annotated[str | None, Header()] = None,
    ) -> Any:
        language = lang if lang in words.LANGUAGES else words.choose_language(accept_language)
        frame = Frame(language, settings, prefix_of(request))
        return _article(assistant, article_id, link, frame, request)

    @routes.post("/print", response_class=HTMLResponse)
    def printable(
        request: Request,
        turns: Annotated[str, Form(max_length=PRINT_LIMIT)],
        language: Annotated[str, Form(max_length=LONGEST_CODE)],
    ) -> Any:
        spoken = language if language in words.LANGUAGES else "en"
        frame = Frame(spoken, settings, prefix_of(request))
        return _printable(assistant, turns, frame, base=str(request.base_url))

    return routes


def prefix_of(request: Request) -> str:
    """Give what stands before our own addresses: `/`, or the path a proxy serves us under."""
    return f"{request.scope.get('root_path', '').rstrip('/')}/"


def _file(name: str, *, current: bool) -> Any:
    match = assets.find(name)
    if match is None:
        return PlainTextResponse("Not found\n", status_code=404)
    path, media_type = match
    # A page left open over an update still finds its files, but nobody keeps them under the old name.
    cache = IMMUTABLE if current else "no-store"
    return FileResponse(
        path, media_type=media_type, headers={"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
    )


class Frame:
    """What every page here has around its content."""

    def __init__(self, language: str, settings: Settings, prefix: str) -> None:
        self.language = language
        ours = settings.title == Settings().title
        self.name = words.say("brand", language) if ours else settings.title
        self.prefix = prefix

    def say(self, key: str, **values: object) -> str:
        """Give the words under `key` in the page's language, as HTML."""
        return html(words.say(key, self.language, **values))

    @property
    def home(self) -> str:
        """Give the address of the chat in this page's language, as HTML."""
        return html(f"{self.prefix}?lang={self.language}")

    def page(
        self,
        title: str,
        bar: str,
        content: str,
        *,
        status: int = 200,
        forms: bool = False,
        head: str = "",
    ) -> HTMLResponse:
        """Write a page: `head`, `bar` and `content` are HTML, `title` is text; `forms` may be sent to us."""

        def link(name: str) -> str:
            return html(assets.address(name, self.prefix))

        button = f'<button type="button" id="print" hidden>{self.say("print")}</button>'
        markup = (
            f'<!doctype html><html lang="{self.language}" dir="{words.direction(self.language)}"><head>'
            '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{html(title)} · {html(self.name)}</title>"
            f'<script src="{link("js/before.js")}"></script>'
            f'<link rel="icon" type="image/svg+xml" href="{link("icon.svg")}">'
            f'<link rel="stylesheet" href="{link("tokens.css")}">'
            f'<link rel="stylesheet" href="{link("article.css")}">'
            f'{head}<script type="module" src="{link("js/article.js")}"></script></head><body>'
            f'<header class="bar"><a class="brand" href="{self.home}"><img src="{link("icon.svg")}" alt="">'
            f"<bdi>{html(self.name)}</bdi></a>{bar}{button if status == 200 else ''}</header>"
            f"<main>{content}</main></body></html>"
        )
        headers = {
            "Content-Security-Policy": POLICY.replace("form-action 'none'", "form-action 'self'")
            if forms
            else POLICY,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-cache",
            "Vary": "Accept-Language",
        }
        return HTMLResponse(markup, status_code=status, headers=headers)


def _article(
    assistant: Answerer, article_id: str, link: QuoteLink, frame: Frame, request: Request
) -> HTMLResponse:
    try:
        check_article_id(article_id)
        article, source = assistant.article(article_id), assistant.source(article_id)
    except (ArticleError, ValueError):
        return _missing(frame)
    former = assistant.versions(article_id)
    named = next((each.article for each in former if each.content_hash in link.hashes), None)
    link = with_words(link, named.text) if named else link
    ask = html(f"{frame.prefix}?lang={frame.language}#about?{urlencode(_named(source))}")
    opening = opened(link, article)
    spans, direction = opening.spans, words.direction(article.language)
    changed = notice(
        opening,
        article.text,
        language=frame.language,
        direction=direction,
        article_language=article.language,
    )
    if former:
        address = html(f"{frame.prefix}article/{percent_encode(article_id, safe='')}/versions")
        shown = html(words.count("versions_count", len(former), frame.language))
        changed += f'<p class="note"><a href="{address}?lang={frame.language}">{shown}</a></p>'
    text = text_to_html(
        article.text,
        spans,
        language=frame.language,
        names=opening.names,
        hints=[hint for hint in opening.hints if hint],
    )
    pictures = pages_to_html(article, spans, language=frame.language, prefix=frame.prefix)
    content = (
        f'<p class="ways"><a href="{ask}">{frame.say("ask_article")}</a>'
        f'<a href="{frame.home}#articles">{frame.say("all_articles")}</a></p>'
        f'<article lang="{html(article.language)}" dir="{direction}"><h1>{html(article.title)}</h1>'
        f"{_about(source, article.text, frame)}{_in_language(changed, frame)}{pictures}"
        f'<div class="text">{text}</div></article>{_facts(source)}'
    )
    labels = f'data-label="{frame.say("put_aside")}" data-done="{frame.say("was_put_aside")}"'
    bar = f'<button type="button" id="put-aside" {labels} hidden>{frame.say("put_aside")}</button>'
    bar += f'<a class="way-back" id="back" href="{frame.home}">{frame.say("back")}</a>'
    if spans:
        quoted = html(words.count("article_quoted", len(spans), frame.language))
        first = opening.names.get(spans[0], f"{spans[0][0]}-{spans[0][1]}")
        bar += f'<a class="count" href="#{first}">{quoted}</a>'
    head = _sharing(request, article.title, pictured=bool(spans)) if link.spans else ""
    return frame.page(article.title, bar, content, head=head)


def _sharing(request: Request, title: str, *, pictured: bool) -> str:
    """Write what other sites read of a quote: how to embed it (oEmbed), and a picture of it (Open Graph)."""
    address = str(request.url)
    oembed = f"{request.base_url}oembed?url={percent_encode(address, safe='')}"
    kind = 'rel="alternate" type="application/json+oembed"'
    head = f'<link {kind} title="{html(title)}" href="{html(oembed)}">'
    if not (pictured and can_draw()):
        return head
    page, _, query = address.partition("?")
    picture = page.replace("/article/", "/card/", 1) + f"/picture.png?{query}"
    facts = {"type": "article", "title": title, "url": address, "image": picture}
    sizes = {"image:width": str(WIDTH), "image:height": str(HEIGHT)}
    return (
        head
        + "".join(
            f'<meta property="og:{name}" content="{html(value)}">'
            for name, value in {**facts, **sizes}.items()
        )
        + '<meta name="twitter:card" content="summary_large_image">'
    )


def _facts(source: Source) -> str:
    """Write what the page's script needs to put a quote aside, as data that nothing runs."""
    # An address that leads elsewhere than to the web would be a link in the basket.
    named = {**source_to_json(source), "url": web_address(source.url)}
    facts = json.dumps(named, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="facts">{facts}</script>'


def _named(source: Source) -> dict[str, str]:
    return {"article": source.article_id, "title": source.title}


def _missing(frame: Frame) -> HTMLResponse:
    missing = f'<div class="missing"><h1>{frame.say("article_missing")}</h1>'
    missing += f'<p class="note">{frame.say("article_missing_note")}</p>'
    missing += f'<p><a href="{frame.home}">{frame.say("back")}</a></p></div>'
    return frame.page(words.say("article_missing", frame.language), "", missing, status=404)


def _versions(assistant: Answerer, article_id: str, frame: Frame, request: Request) -> HTMLResponse:
    """Show what each correction of an article changed, the last first."""
    try:
        check_article_id(article_id)
        article, former = assistant.article(article_id), assistant.versions(article_id)
    except (ArticleError, ValueError):
        # An id may end as this address does.
        return _article(assistant, f"{article_id}/versions", QuoteLink(), frame, request)
    title = words.say("versions_title", frame.language)
    address = html(f"{frame.prefix}article/{percent_encode(article_id, safe='')}?lang={frame.language}")
    parts = [f'<h1>{html(title)}</h1><p><a href="{address}"><bdi>{html(article.title)}</bdi></a></p>']
    if not former:
        parts.append(f'<p class="note">{frame.say("versions_none")}</p>')
    of_article = f'lang="{html(article.language)}" dir="{words.direction(article.language)}"'
    newer = article
    for version in former[:VERSIONS_SHOWN]:
        day = words.date_in_words(version.replaced, frame.language)
        parts.append(f"<h2>{frame.say('version_replaced', date=day)}</h2>")
        headline, text = (
            difference_to_html(line_difference(before, after))
            for before, after in ((version.article.title, newer.title), (version.article.text, newer.text))
        )
        parts.append(f'<div class="text" {of_article}><p><strong>{headline}</strong></p><p>{text}</p></div>')
        newer = version.article
    return frame.page(title, "", "".join(parts))


def _in_language(content: str, frame: Frame) -> str:
    """Set what the page says of itself in its own language, inside an article of any other."""
    if not content:
        return ""
    return f'<div lang="{frame.language}" dir="{words.direction(frame.language)}">{content}</div>'


def _about(source: Source, text: str, frame: Frame) -> str:
    minutes = max(1, round(len(text.split()) / WORDS_A_MINUTE))
    facts = [
        source.source,
        words.say("by", frame.language, author=source.author) if source.author else None,
        words.date_in_words(source.published, frame.language),
        words.count("minutes", minutes, frame.language),
    ]
    shown = "".join(f"<span><bdi>{html(each)}</bdi></span>" for each in facts if each)
    if original := web_address(source.url):
        link = (
            f'<a href="{html(original)}" rel="noopener noreferrer nofollow">{frame.say("open_original")}</a>'
        )
        shown += f"<span>{link}</span>"
    return f'<p class="about" lang="{frame.language}" dir="{words.direction(frame.language)}">{shown}</p>'


def _printable(assistant: Answerer, turns: str, frame: Frame, *, base: str) -> HTMLResponse:
    try:
        read = _read_turns(turns)
    except (ValueError, TypeError, KeyError, QueryError):
        note = f'<div class="missing"><h1>{frame.say("error_failed")}</h1></div>'
        return frame.page(frame.name, "", note, status=400)
    title = words.say("conversation", frame.language)
    today = words.date_in_words(datetime.now(UTC).date().isoformat(), frame.language)
    note = f'<p class="note">{frame.say("exported_on", date=today)}</p>'
    if not all(_is_verbatim(assistant, turn) for turn in read):
        note += f'<p class="note"><strong>{frame.say("unverified")}</strong></p>'
    content = conversation_to_html(read, language=frame.language, base=base)
    return frame.page(title, "", f"<h1>{html(title)}</h1>{note}{content}")


def _read_turns(text: str) -> list[Turn]:
    if len(text) > PRINT_LIMIT:
        raise ValueError(f"a conversation of {len(text)} characters; print at most {PRINT_LIMIT}")
    turns = _TURNS.validate_json(text)
    return [Turn(each.question, from_json(each.answer.model_dump())) for each in turns]


def _is_verbatim(assistant: Answerer, turn: Turn) -> bool:
    """Tell whether every quote still is the slice of its article that it says: browsers keep old answers."""
    try:
        return all(
            assistant.article(each.source.article_id).text[each.start : each.end] == each.quote
            for each in turn.answer.citations
        )
    except ArticleError:
        return False
