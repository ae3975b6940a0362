"""Pictures of PDF pages with a stretch of their text marked; drawn in the process that reads PDF files."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable
from typing import Any

from index.articles.files.extras import library
from index.articles.pdf.letters import glyphs_of
from index.articles.pdf.page_marks import boxes_of

WIDTH_AT_MOST, HEIGHT_AT_MOST = 1_100, 1_600  # pixels: a page of A4 is read well at 94 an inch and more
BYTES_AT_MOST = 2 * 2**20  # of a picture in full colour; a page of photographs is drawn in 256 colours
MARK = (255, 226, 120)  # is multiplied with the page: black letters stay black
_MARGIN = 2  # pixels around a line


def picture_of(document: Any, number: int, text: str, spans: Iterable[tuple[int, int]]) -> bytes | None:
    """Give a page (from 1) of a pypdfium2 document as PNG, with what says the `spans` of its `text` marked.

    None when there is no such page, or when it does not say `text`.
    """
    if not 1 <= number <= len(document):
        return None
    with contextlib.closing(document[number - 1]) as page:
        boxes = boxes_of(glyphs_of(page), text, spans)
        width, height = page.get_size()
        if boxes is None or min(width, height) <= 0:
            return None
        bitmap = page.render(scale=min(WIDTH_AT_MOST / width, HEIGHT_AT_MOST / height))
        place = bitmap.get_posconv(page).to_bitmap
        corners = [(place(box.left, box.bottom), place(box.right, box.top)) for box in boxes]
        picture = bitmap.to_pil().convert("RGB")
    return _as_png(_marked(picture, corners))


def _marked(picture: Any, corners: list[tuple[tuple[int, int], tuple[int, int]]]) -> Any:
    """Give the picture with the rectangles between two corners lit as by a highlighter."""
    chops, draw = library("PIL.ImageChops", "pages"), library("PIL.ImageDraw", "pages")
    light = library("PIL.Image", "pages").new("RGB", picture.size, "white")
    pen = draw.Draw(light)
    for (x, y), (other_x, other_y) in corners:
        left, right = sorted((x, other_x))
        top, bottom = sorted((y, other_y))
        pen.rectangle((left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN), fill=MARK)
    return chops.multiply(picture, light)


def _as_png(picture: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    if stream.tell() > BYTES_AT_MOST:
        stream = io.BytesIO()
        picture.quantize(256).save(stream, "PNG")
    return stream.getvalue()
