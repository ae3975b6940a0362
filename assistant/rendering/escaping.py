"""Escaping: text from articles, questions and models made harmless in each format it is put into."""

from __future__ import annotations

import re
from html import escape

# Every ASCII character that Markdown gives a meaning anywhere; a backslash makes it plain.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~&$^=-])")
# Not in an entity that `html` wrote: those end with a semicolon.
_SIGNED = re.compile(r"(?<![\w&.])[A-Za-z0-9][A-Za-z0-9.]*+[+\-\u2212](?![\w-])")
_LIST_NUMBER = re.compile(r"^([^\S\n]*\d+)([.)])", re.MULTILINE)
_NOT_IN_ADDRESS = re.compile(r"[\s<>()\\]")
_BIBTEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


def html(text: str) -> str:
    """Give `text` for HTML, in an element or between double quotes."""
    return escape(text, quote=True)


def signed(text: str) -> str:
    """Give `text` for HTML, in which a sign after Latin letters stays after them among Arabic ones.

    >>> signed("تصنيف AA- للبلاد")
    'تصنيف <bdi dir="ltr">AA-</bdi> للبلاد'
    """
    return _SIGNED.sub(lambda match: f'<bdi dir="ltr">{match[0]}</bdi>', html(text))


def markdown(text: str) -> str:
    """Give `text` so that Markdown shows it as it is."""
    return _LIST_NUMBER.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", text))


def markdown_link(text: str, address: str) -> str:
    """Give a Markdown link; what could end the address early is percent-encoded."""
    safe = _NOT_IN_ADDRESS.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), address)
    return f"[{markdown(text)}]({safe})"


def bibtex(text: str) -> str:
    """Give `text` inside the braces of a BibTeX field; line ends become spaces."""
    return "".join(_BIBTEX.get(character, character) for character in " ".join(text.split()))
