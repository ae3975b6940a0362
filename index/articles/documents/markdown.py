"""Markdown files: YAML front matter, and the text without markup, so that quotes read as the page does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.articles.drafts.matter import known_fields, parted, read_matter, used_keys
from index.articles.drafts.plain import draft_of
from index.articles.files.bounds import check_article_size
from index.articles.files.decoding import decode
from index.articles.files.sources import Draft, File, Unreadable
from index.articles.html.markup import text_of

_INLINE_NESTING = 6  # links in emphasis in links; each level reads an unclosed "[" once more
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/summary)\b", re.IGNORECASE)
_SUMMARY_END = re.compile(r"</summary\s{0,9}>", re.IGNORECASE)  # the browser draws it on a line of its own


def read(file: File) -> Iterator[Draft]:
    """Give the one article of a Markdown file."""
    written, body = parted(decode(file.read()))
    check_article_size(body)
    matter = read_matter(written) if written is not None else {}
    heading, plain = plain_text(body)
    if not plain.strip() and not heading:
        raise Unreadable("the file has front matter and no text", "give it a text or leave it out")
    fields = known_fields(matter)
    draft = draft_of(plain or heading, title=fields.pop("title", None) or heading)
    for name, value in fields.items():
        if value:
            setattr(draft, name, value)
    used = used_keys(matter)
    draft.extra = {key: value for key, value in matter.items() if key not in used}
    yield draft


def plain_text(markdown: str) -> tuple[str, str]:
    """Give (the first heading of level 1 that opens the text, else "", and the rest as plain text)."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(["inline", "text_join"])
    environment: dict[str, Any] = {}
    tokens = parser.parse(markdown, environment)
    parser.options["maxNesting"] = _INLINE_NESTING
    blocks: list[str] = []
    title, heading, tight = "", None, False
    for token in tokens:
        if token.type == "heading_open":
            heading = token.tag
        elif token.type in ("tr_open", "bullet_list_open", "ordered_list_open"):
            tight = False
        elif token.type == "inline":
            line = _inline_text(parser, token.content, environment)
            if heading == "h1" and not blocks and not title:
                title = " ".join(line.split())
            elif line.strip():
                # Items of a list and cells of a row stay together.
                joint = ("\n" if token.level > 1 else "\n\n") if blocks else ""
                blocks.append((joint if tight or joint == "\n\n" else "\n\n" if blocks else "") + line)
                tight = True
            heading = None
        elif token.type in ("fence", "code_block", "html_block"):
            text = _html_text(token.content) if token.type == "html_block" else token.content.rstrip()
            if text:
                blocks.append(("\n\n" if blocks else "") + text)
    return title, "".join(blocks)


def _inline_text(parser: Any, content: str, environment: dict[str, Any]) -> str:
    tokens: list[Any] = []
    parser.inline.parse(content, parser, environment, tokens)
    parts = []
    for token in tokens:
        if token.type in ("text", "text_special", "code_inline"):
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak" or (token.type == "html_inline" and _BREAK.match(token.content)):
            parts.append("\n")
    return "".join(parts)


def _html_text(block: str) -> str:
    """Give what a reader sees of a block of HTML."""
    return text_of(_SUMMARY_END.sub("</summary><br>", block))
