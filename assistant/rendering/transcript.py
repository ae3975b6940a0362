"""Answers and whole conversations as Markdown and as HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import words
from assistant.answer import Answer, Citation, Turn
from assistant.rendering.escaping import html, markdown, markdown_link
from assistant.rendering.marking import marks_in, short_answer
from assistant.rendering.quotes import describe_source, marked_html, marked_markdown
from assistant.rendering.web_links import article_link, web_address

_MARKER = re.compile(r"\[(\d{1,3})\]")
_PARAGRAPH_END = re.compile(r"(\n\s*\n)")


def to_markdown(answer: Answer, *, language: str | None = None, base: str = "") -> str:
    """Give the answer's text with its markers, then its sources, each with its quote and a link."""
    spoken = language or answer.language
    parts = [_text_as_markdown(answer)]
    if (short := short_answer(answer)) and short.answer:
        parts.insert(0, f"**{markdown(_on_a_line(short.answer.text))}** [{short.marker}]")
    if answer.citations:
        entries = [_entry_as_markdown(each, spoken, base) for each in answer.citations]
        parts.append(f"**{words.say('sources', spoken)}**\n\n" + "\n".join(entries))
    return "\n\n".join(parts) + "\n"


def to_html(answer: Answer, *, language: str | None = None, base: str = "") -> str:
    """Give the answer as an HTML fragment: paragraphs with linked markers, then the list of sources."""
    spoken = language or answer.language
    direction = words.direction(answer.language)
    body = "".join([_short_as_html(answer), *(f"<p>{each}</p>" for each in _paragraphs_as_html(answer))])
    parts = [f'<div class="prose" lang="{html(answer.language)}" dir="{direction}">{body}</div>']
    if answer.citations:
        entries = "".join(_entry_as_html(each, spoken, base, answer.id) for each in answer.citations)
        parts.append(f'<h3>{html(words.say("sources", spoken))}</h3><ol class="references">{entries}</ol>')
    return f'<section class="answer {answer.kind}">{"".join(parts)}</section>'


def conversation_to_markdown(turns: Sequence[Turn], *, language: str, base: str = "") -> str:
    """Write questions as headings, each with its answer."""
    blocks = []
    for turn in turns:
        question = markdown(" ".join(turn.question.split()))
        blocks.append(f"## {question}\n\n{to_markdown(turn.answer, language=language, base=base)}")
    return f"# {words.say('conversation', language)}\n\n" + "\n".join(blocks)


def conversation_to_html(turns: Sequence[Turn], *, language: str, base: str = "") -> str:
    """Write questions as headings, each with its answer, as an HTML fragment."""
    return "".join(
        f'<h2 dir="auto">{html(turn.question)}</h2>{to_html(turn.answer, language=language, base=base)}'
        for turn in turns
    )


def _on_a_line(text: str) -> str:
    return " ".join(text.split())


def _short_as_html(answer: Answer) -> str:
    """Write the line of the short answer; empty where there is none."""
    short = short_answer(answer)
    if short is None or short.answer is None:
        return ""
    language = short.source.language
    words_of_it = f'<mark class="short">{html(_on_a_line(short.answer.text))}</mark>'
    return (
        f'<p class="short-answer" lang="{html(language)}" dir="{words.direction(language)}">{words_of_it} '
        f"{_linked(f'[{short.marker}]', {short.marker}, answer.id)}</p>"
    )


def _text_as_markdown(answer: Answer) -> str:
    markers = {citation.marker for citation in answer.citations}
    signs = [
        (*match.span(), f"[{match[1]}]")
        for match in _MARKER.finditer(answer.text)
        if int(match[1]) in markers
    ]
    signs += [(start, end, f"**{markdown(answer.text[start:end])}**") for start, end in marks_in(answer)]
    pieces = []
    last = 0
    for start, end, written in sorted(signs):
        if start >= last:
            pieces += [markdown(answer.text[last:start]), written]
            last = end
    pieces.append(markdown(answer.text[last:]))
    return "".join(pieces).strip()


def _entry_as_markdown(citation: Citation, language: str, base: str) -> str:
    title, *rest = describe_source(citation.source, language)
    where = " · ".join([markdown_link(title, article_link(citation, base)), *map(markdown, rest)])
    return f"{citation.marker}. {where}: «{' '.join(marked_markdown(citation).split())}»"


def _paragraphs_as_html(answer: Answer) -> list[str]:
    """Write each paragraph of the text with its markers linked and its unsupported spans marked."""
    paragraphs = []
    position = 0
    for piece in _PARAGRAPH_END.split(answer.text):
        if piece.strip():
            paragraphs.append(_paragraph_as_html(answer, position, position + len(piece)))
        position += len(piece)
    return paragraphs


def _paragraph_as_html(answer: Answer, start: int, end: int) -> str:
    markers = {citation.marker for citation in answer.citations}
    cuts = {start, end}
    marks = marks_in(answer)
    for span in (*answer.unsupported, *marks):
        cuts.update(cut for cut in span if start < cut < end)
    ordered = sorted(cuts)
    pieces = []
    for left, right in zip(ordered, ordered[1:], strict=False):
        shown = _linked(answer.text[left:right], markers, answer.id)
        if any(first <= left and right <= last for first, last in marks):
            shown = f'<mark class="short">{shown}</mark>'
        if any(first <= left and right <= last for first, last in answer.unsupported):
            shown = f'<span class="unsupported">{shown}</span>'
        pieces.append(shown)
    return "".join(pieces).strip()


def _linked(text: str, markers: set[int], answer_id: str) -> str:
    def link(match: re.Match[str]) -> str:
        marker = int(match[1])
        if marker not in markers:
            return match[0]
        return f'<a class="marker" href="#source-{html(answer_id)}-{marker}"><bdi>[{marker}]</bdi></a>'

    return _MARKER.sub(link, html(text))


def _entry_as_html(citation: Citation, language: str, base: str, answer_id: str) -> str:
    source = citation.source
    title, *rest = describe_source(source, language)
    direction = words.direction(source.language)
    where = " · ".join(f"<bdi>{html(each)}</bdi>" for each in rest)
    original = web_address(source.url)
    address = (
        f' <a href="{html(original)}" rel="noopener noreferrer nofollow">{html(original)}</a>'
        if original
        else ""
    )
    return (
        f'<li value="{citation.marker}" id="source-{html(answer_id)}-{citation.marker}">'
        f'<a href="{html(article_link(citation, base))}"><bdi>{html(title)}</bdi></a>'
        f"{' · ' + where if where else ''}{address}"
        f'<blockquote lang="{html(source.language)}" dir="{direction}">'
        f"{marked_html(citation)}</blockquote></li>"
    )
