"""Pictures of the pages that quotes stand on, the quotes marked: for PDF files that are where they were."""

from __future__ import annotations

import atexit
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote as percent_encode
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse, Response

from assistant import words
from assistant.rendering.escaping import html
from assistant.rendering.reading_page import read_spans
from assistant.ui.pages.quote_links import Values
from assistant.web.shapes.shape_base import LONGEST_CODE, LONGEST_ID, check_article_id
from assistant.web.work.answerer import Answerer
from assistant.web.work.lanes import Lanes
from index.articles import Article
from index.articles.pdf.page_numbers import page_at, span_of_page
from index.articles.pdf.pdf_process import PageReader
from index.errors import ArticleError

PAGES_SHOWN = 5  # with one article
FILE_AT_MOST = 100 * 2**20  # bytes of a file that a page is drawn from: all of it is read for one
_KEPT = 32  # pictures, of two MiB at most


class PagePictures:
    """Draws pages in a process of its own, and keeps the last."""

    def __init__(self) -> None:
        self._reader = PageReader()
        self._kept: OrderedDict[tuple[Any, ...], bytes | None] = OrderedDict()
        self._lock = threading.Lock()
        atexit.register(self._reader.close)

    def picture(self, article: Article, page: int, quotes: Sequence[str]) -> bytes | None:
        """Give a page of an article's file as PNG with `quotes` (`120-180`) marked.

        None when the file is gone, is another one by now, or has no such page.
        """
        path, span = pdf_of(article), span_of_page(article.extra, page)
        if path is None or span is None:
            return None
        text = article.text[slice(*span)]
        spans = [(max(0, start - span[0]), end - span[0]) for start, end in read_spans(quotes, span[1])]
        spans = [each for each in spans if each[1] > 0]
        try:
            state = path.stat()
            key = (str(path), state.st_mtime_ns, state.st_size, page, text, tuple(spans))
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            with path.open("rb") as stream:
                content = stream.read(FILE_AT_MOST + 1)
        except OSError:
            return None
        drawn = None
        if len(content) <= FILE_AT_MOST:
            drawn = self._reader.picture(content, page, text, spans)
        with self._lock:
            self._kept[key] = drawn
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return drawn


def router(assistant: Answerer, lanes: Lanes) -> APIRouter:
    """Make the route `/article/{id}/page/{number}.png`; a page that cannot be shown is not found."""
    routes = APIRouter(include_in_schema=False)
    pictures = PagePictures()

    @routes.get("/article/{article_id:path}/page/{number}.png")
    async def page(
        article_id: str,
        number: str,
        quote: Values = [],  # noqa: B006 - FastAPI copies defaults
        hash: Annotated[str, Query(max_length=LONGEST_CODE)] = "",
    ) -> Any:
        def drawn() -> bytes | None:
            try:
                article = assistant.article(check_article_id(article_id))
            except (ArticleError, ValueError):
                return None
            is_other = hash and hash != article.content_hash()
            return None if is_other else pictures.picture(article, int(number), quote)

        is_one = number.isascii() and number.isdigit() and len(number) <= 6 and len(article_id) <= LONGEST_ID
        picture = await lanes.searches.run(drawn) if is_one else None
        if picture is None:
            return PlainTextResponse("Not found\n", status_code=404)
        headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return Response(picture, media_type="image/png", headers=headers)

    return routes


def pdf_of(article: Article) -> Path | None:
    """Give the PDF file that an article was read from, as its index says, while there is one."""
    path = Path(article.origin)
    try:
        is_there = path.is_absolute() and path.suffix.lower() == ".pdf" and path.is_file()
    except (OSError, ValueError):
        return None
    return path if is_there else None


def pages_to_html(article: Article, spans: Sequence[tuple[int, int]], *, language: str, prefix: str) -> str:
    """Write the pages on which quotes begin as pictures to be opened; "" where there is nothing to show."""
    by_page: dict[int, list[tuple[int, int]]] = {}
    for span in spans:
        if (number := page_at(article.extra, span[0])) is not None:
            by_page.setdefault(number, []).append(span)
    if not by_page or pdf_of(article) is None:
        return ""
    path = f"{prefix}article/{percent_encode(article.article_id, safe='')}/page"
    named = [("hash", article.content_hash())]
    shown = []
    for number, of_page in list(by_page.items())[:PAGES_SHOWN]:
        query = urlencode([*(("quote", f"{start}-{end}") for start, end in of_page), *named])
        address = html(f"{path}/{number}.png?{query}")
        title = html(words.say("page_picture", language, n=number))
        shown.append(
            f'<details class="page"><summary>{title}</summary><a href="{address}" id="page-{number}">'
            f'<img src="{address}" alt="{title}" loading="lazy"></a></details>'
        )
    return f'<div class="pages" lang="{language}" dir="{words.direction(language)}">{"".join(shown)}</div>'
