"""Paragraphs of the classic editor of WordPress, which stores a blank line where a page shows `<p>`."""

from __future__ import annotations

import re

_BLANK_LINES = re.compile(r"\n[ \t\r\n]*\n")
_LINE_END = re.compile(r"(?<=[^>\s])[ \t]*\r?\n(?=[ \t]*[^<\s])")
_PREFORMATTED = re.compile(r"(</?pre\b[^<>]{0,400}>)", re.IGNORECASE)


def with_paragraphs(markup: str) -> str:
    """Give `markup` with blank lines as paragraphs and, where it has none of its own, line ends as `<br>`."""
    if "<!-- wp:" in markup:  # the block editor writes every `<p>`
        return markup
    has_own = "<p>" in markup or "<p " in markup or "<br" in markup
    pieces = _PREFORMATTED.split(markup.replace("\r\n", "\n"))
    is_verbatim = False
    for number, piece in enumerate(pieces):
        if number % 2:
            is_verbatim = piece[1] != "/"
        elif not is_verbatim:
            piece = _BLANK_LINES.sub("\n<p>", piece)
            pieces[number] = piece if has_own else _LINE_END.sub("<br>", piece)
    return "".join(pieces)
