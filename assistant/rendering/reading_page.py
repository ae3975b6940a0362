"""A whole article as HTML for reading, with the quoted spans marked and led from one to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant import words
from assistant.rendering.escaping import html, signed

SPANS_LIMIT = 50
_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)
_PARAGRAPH = re.compile(r"[^\r\n]+")


def read_spans(given: Iterable[str], length: int) -> list[tuple[int, int]]:
    """Read `["120-180", ...]` as spans inside a text of `length`, in order and without overlap.

    What is no span, or lies outside, is left out: the address may be typed by anyone.

    >>> read_spans(["40-60", "5-10", "50-70", "x", "90-80"], 100)
    [(5, 10), (40, 70)]
    """
    spans = []
    for text in list(given)[:SPANS_LIMIT]:
        match = _SPAN.fullmatch(text)
        if match and 0 <= int(match[1]) < int(match[2]) <= length:
            spans.append((int(match[1]), int(match[2])))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def text_to_html(text: str, spans: list[tuple[int, int]], *, language: str) -> str:
    """Give the paragraphs of `text` with their offsets; each span is a `<mark>` whose id is `start-end`.

    A span that runs over a paragraph's end is marked in both; the id stands on its first part. The words
    of the links between marks are in `language`, the interface's.
    """
    paragraphs = []
    for match in _PARAGRAPH.finditer(text):
        if match.group().strip():
            written = _paragraph(text, match.start(), match.end(), spans, language)
            paragraphs.append(f'<p data-start="{match.start()}">{written}</p>')
    return "".join(paragraphs)


def _paragraph(text: str, start: int, end: int, spans: list[tuple[int, int]], language: str) -> str:
    pieces = []
    position = start
    for number, (first, last) in enumerate(spans):
        left, right = max(first, start), min(last, end)
        if left >= right:
            continue
        pieces.append(signed(text[position:left]))
        identity = f' id="{first}-{last}"' if first >= start else ""
        pieces.append(f"<mark{identity}>{signed(text[left:right])}</mark>")
        if last <= end:
            pieces.append(_steps(spans, number, language))
        position = right
    pieces.append(signed(text[position:end]))
    return "".join(pieces)


def _steps(spans: list[tuple[int, int]], number: int, language: str) -> str:
    """Make links to the mark before and the mark after; nothing where there is only one."""
    if len(spans) < 2:
        return ""
    links = []
    # Brackets mirror themselves in a text that runs from right to left.
    for step, word, sign in ((-1, "mark_previous", "‹"), (1, "mark_next", "›")):
        if 0 <= number + step < len(spans):
            first, last = spans[number + step]
            label = html(words.say(word, language))
            arrow = f'<span aria-hidden="true">{sign}</span>'
            links.append(f'<a href="#{first}-{last}" aria-label="{label}" title="{label}">{arrow}</a>')
    return f'<span class="steps">{"".join(links)}</span>'
