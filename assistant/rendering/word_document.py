"""Quotes as a Word document: each with its source and the reader's note, in its own direction."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant import words
from assistant.answer import Citation
from assistant.rendering.quotes import describe_source, without_repeats
from assistant.rendering.web_links import article_link, web_address
from index.text.printable import plain

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

EXTENSION = "docx"
_UNSOUND = re.compile("[\ud800-\udfff\ufffe\uffff]")


def word_document(
    citations: Sequence[Citation], *, title: str, language: str, base: str = "", notes: Mapping[int, str]
) -> bytes:
    """Write the bytes of a .docx file: `title`, each quote once, its source, address and note."""
    from docx import Document  # takes a quarter of a second

    document = Document()
    spoken = words.direction(language)
    _directed(document.add_heading(_sound(title), level=1), spoken)
    for citation in without_repeats(citations):
        source = citation.source
        quote = document.add_paragraph(_sound(citation.quote), style="Intense Quote")
        _directed(quote, words.direction(source.language))
        where = " · ".join(describe_source(source, language))
        address = web_address(source.url) or article_link(citation, base)
        _directed(document.add_paragraph(_sound(where)), spoken)
        _directed(document.add_paragraph(_sound(address)), "ltr")
        if note := notes.get(citation.marker, "").strip():
            _directed(document.add_paragraph(_sound(note)), spoken)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _sound(text: str) -> str:
    """Give text without the characters that XML does not hold."""
    return _UNSOUND.sub("", plain(text))


def _directed(paragraph: Paragraph, direction: str) -> None:
    """Set a paragraph from right to left, its letters too; Word takes neither from the text."""
    if direction != "rtl":
        return
    from docx.oxml import OxmlElement

    paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for run in paragraph.runs:
        run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))
