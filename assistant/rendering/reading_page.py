"""A whole article as HTML for reading, with the quoted spans marked and led from one to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant import words
from assistant.citations.difference import Change
from assistant.rendering.escaping import html, signed

SPANS_LIMIT = 50
_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)
_PARAGRAPH = re.compile(r"[^\r\n]+")


def read_span(given: str, length: int) -> tuple[int, int] | None:
    """Read `120-180` as a span inside a text of `length`; None for what is no span or lies outside."""
    match = _SPAN.fullmatch(given)
    return (int(match[1]), int(match[2])) if match and int(match[1]) < int(match[2]) <= length else None


def read_spans(given: Iterable[str], length: int) -> list[tuple[int, int]]:
    """Read `["120-180", ...]` as spans inside a text of `length`, in order and without overlap.

    What is no span, or lies outside, is left out: the address may be typed by anyone.

    >>> read_spans(["40-60", "5-10", "50-70", "x", "90-80"], 100)
    [(5, 10), (40, 70)]
    """
    return merged_spans(filter(None, (read_span(text, length) for text in list(given)[:SPANS_LIMIT])))


def merged_spans(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give spans in order, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def text_to_html(
    text: str,
    spans: Sequence[tuple[int, int]],
    *,
    language: str,
    names: Mapping[tuple[int, int], str] | None = None,
    hints: Sequence[tuple[int, int]] = (),
) -> str:
    """Give the paragraphs of `text` with their offsets; each span is a `<mark>` whose id is `start-end`.

    `names` gives another id to a span, that of the place which a link asked for. A span that runs over a
    paragraph's end is marked in both; the id stands on its first part. `hints` are framed without being
    marked as quotes, with the ids `near-start`. The words of the links between marks are in `language`, the
    interface's.
    """
    hints = [each for each in hints if all(each[1] <= first or last <= each[0] for first, last in spans)]
    pieces = _Pieces(text, sorted([*spans, *hints]), list(spans), names or {}, language)
    paragraphs = []
    for match in _PARAGRAPH.finditer(text):
        if match.group().strip():
            written = pieces.paragraph(match.start(), match.end())
            paragraphs.append(f'<p data-start="{match.start()}">{written}</p>')
    return "".join(paragraphs)


class _Pieces:
    """What the paragraphs of one text are put together of."""

    def __init__(
        self,
        text: str,
        shown: Sequence[tuple[int, int]],
        marks: list[tuple[int, int]],
        names: Mapping[tuple[int, int], str],
        language: str,
    ) -> None:
        self._text, self._shown, self._marks = text, shown, marks
        self._names, self._language = names, language

    def paragraph(self, start: int, end: int) -> str:
        """Give the HTML of `text[start:end]`."""
        pieces = []
        position = start
        for first, last in self._shown:
            left, right = max(first, start), min(last, end)
            if left >= right:
                continue
            pieces.append(signed(self._text[position:left]))
            pieces.append(self._shown_piece((first, last), left, right, begins=first >= start))
            if last <= end and (first, last) in self._marks:
                pieces.append(self._steps(self._marks.index((first, last))))
            position = right
        pieces.append(signed(self._text[position:end]))
        return "".join(pieces)

    def _shown_piece(self, span: tuple[int, int], left: int, right: int, *, begins: bool) -> str:
        words_shown = signed(self._text[left:right])
        if span in self._marks:
            identity = f' id="{self._name(span)}"' if begins else ""
            return f"<mark{identity}>{words_shown}</mark>"
        identity = f' id="near-{span[0]}"' if begins else ""
        return f'<span class="near"{identity}>{words_shown}</span>'

    def _name(self, span: tuple[int, int]) -> str:
        return self._names.get(span, f"{span[0]}-{span[1]}")

    def _steps(self, number: int) -> str:
        """Make links to the mark before and the mark after; nothing where there is only one."""
        if len(self._marks) < 2:
            return ""
        links = []
        # Brackets mirror themselves in a text that runs from right to left.
        for step, word, sign in ((-1, "mark_previous", "‹"), (1, "mark_next", "›")):
            if 0 <= number + step < len(self._marks):
                address = self._name(self._marks[number + step])
                label = html(words.say(word, self._language))
                arrow = f'<span aria-hidden="true">{sign}</span>'
                links.append(f'<a href="#{address}" aria-label="{label}" title="{label}">{arrow}</a>')
        return f'<span class="steps">{"".join(links)}</span>'


def difference_to_html(changes: Iterable[Change]) -> str:
    """Give two wordings as one: what only the first has as `<del>`, what only the second has as `<ins>`."""
    pieces = []
    for change in changes:
        if change.kind == "same":
            pieces.append(html(change.after))
            continue
        pieces += [f"<del>{html(change.before)}</del>"] if change.before else []
        pieces += [f"<ins>{html(change.after)}</ins>"] if change.after else []
    return "".join(pieces)
