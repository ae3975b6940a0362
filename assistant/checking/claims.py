"""Citations of other assistants, in the shapes that they are given in, made one shape to be checked.

- OpenAI: `annotations` of `url_citation` or `file_citation` kind, with the span of the answer they stand for;
- Anthropic: `citations` of `char_location`, `page_location`, `content_block_location` and
  `search_result_location` kind, with `cited_text`;
- LangChain: `citations` or `quotes` beside an answer (`quote`, `source_id`), `context` or `source_documents`;
- LlamaIndex: `source_nodes` with their texts, the answer's marks `[1]` pointing at them;
- Haystack: `answers` with `documents`; Cohere: `citations` with `text` and `document_ids`;
- ours: `citations` with `quote`.

A shape is known by its keys, wherever it lies in a record; what is none of them is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.checking.extraction import DraftQuote, quotations

CitationShape = Literal["openai", "anthropic", "langchain", "llamaindex", "haystack", "cohere", "mustanad"]
DEEPEST = 12  # lists and objects in each other
MOST_VALUES = 100_000  # looked at in one record
MARKER_WORDS = 4
_MARKER = re.compile(r"\[(\d{1,3}(?:\s?,\s?\d{1,3}){0,9})\]")
_NUMBER = re.compile(r"\d+")
_SENTENCE = re.compile(r"[^.!?؟\n]+[.!?؟]*(?:\s?\[\d{1,3}(?:\s?,\s?\d{1,3}){0,9}\])*")


@dataclass(frozen=True, slots=True)
class ClaimedCitation:
    """What another assistant cites: `quote` is the words it says the source has.

    `claim` is the part of its answer that they are to bear out, `source` how it names the source: an id, an
    address or a title, empty where it does not.
    """

    shape: CitationShape
    quote: str
    claim: str = ""
    source: str = ""


def claimed_citations(record: Any) -> list[ClaimedCitation]:
    """Give every citation that a record of an answer holds, in its order, each once."""
    return list(dict.fromkeys(_walk(record, [0], 0)))


def _walk(value: Any, seen: list[int], depth: int) -> Iterator[ClaimedCitation]:
    seen[0] += 1
    if depth > DEEPEST or seen[0] > MOST_VALUES:
        return
    if isinstance(value, Mapping):
        understood = list(_of_object(value))
        yield from understood
        # What was understood as a whole is not looked into again.
        skipped = _CONSUMED if understood else frozenset()
        for key, inner in value.items():
            if key not in skipped:
                yield from _walk(inner, seen, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, seen, depth + 1)


_CONSUMED = frozenset({"annotations", "citations", "quotes", "source_nodes", "source_documents", "documents"})


_NODES: dict[str, CitationShape] = {
    "source_nodes": "llamaindex",
    "source_documents": "langchain",
    "documents": "haystack",
}


def _of_object(value: Mapping[str, Any]) -> Iterator[ClaimedCitation]:
    answer = _first_text(value, "text", "content", "answer", "response", "result", "output", "data", "reply")
    if isinstance(value.get("annotations"), list):
        yield from _openai(answer, value["annotations"])
    if isinstance(value.get("citations"), list):
        for entry in value["citations"]:
            if isinstance(entry, Mapping):
                yield from _cited(answer, entry)
    if isinstance(value.get("quotes"), list):
        for entry in value["quotes"]:
            if isinstance(entry, Mapping) and isinstance(entry.get("quote"), str):
                yield ClaimedCitation("langchain", entry["quote"], answer, _source(entry))
    for key, shape in _NODES.items():
        if isinstance(value.get(key), list) and answer:
            yield from _numbered(answer, value[key], shape)


def _openai(answer: str, annotations: Sequence[Any]) -> Iterator[ClaimedCitation]:
    """Give what annotations point at: the words of the answer that the source is to have."""
    marked = _in_marks(answer)
    for annotation in annotations:
        if not isinstance(annotation, Mapping):
            continue
        inner = annotation.get(str(annotation.get("type")), annotation)
        inner = inner if isinstance(inner, Mapping) else annotation
        start, end = (inner.get(name, annotation.get(name)) for name in ("start_index", "end_index"))
        quoted = _first_text(inner, "quote")
        spans = isinstance(start, int) and isinstance(end, int) and 0 <= start < end
        claim = answer[start:end] if spans else ""
        if claim or quoted:
            words = claim
            if _is_marker(claim):
                claim, words = _before(answer, start, marked)
            yield ClaimedCitation("openai", quoted or words, claim, _source(inner))


def _is_marker(claim: str) -> bool:
    """Tell whether an annotation spans a marker and no words: `[1]`, `【4:0†source】`."""
    return not claim.strip() or claim.strip()[0] in "[【(" and len(claim.split()) <= MARKER_WORDS


def _before(answer: str, at: Any, marked: Sequence[DraftQuote]) -> tuple[str, str]:
    """Give the sentence that a marker closes, as annotations often span the marker alone; and its words."""
    end = at if isinstance(at, int) and 0 <= at <= len(answer) else len(answer)
    sentences = [match for match in _SENTENCE.finditer(answer[:end]) if match[0].strip()]
    if not sentences:
        return "", ""
    claim = sentences[-1][0].strip()
    return claim, _quoted_words(marked, sentences[-1].start(), end) or claim


def _in_marks(answer: str) -> list[DraftQuote]:
    return [quotation for quotation in quotations(answer) if quotation.kind == "marks"]


def _quoted_words(marked: Sequence[DraftQuote], after: int, end: int) -> str:
    """Give the last words in quotation marks that end between two places: those a marker there stands for."""
    return next((quotation.text for quotation in reversed(marked) if after < quotation.end <= end), "")


def _cited(answer: str, citation: Mapping[str, Any]) -> Iterator[ClaimedCitation]:
    if isinstance(citation.get("cited_text"), str):
        yield ClaimedCitation("anthropic", citation["cited_text"], answer, _source(citation))
    elif isinstance(citation.get("quote"), str):
        shape: CitationShape = "mustanad" if "article_id" in citation else "langchain"
        yield ClaimedCitation(shape, citation["quote"], answer, _source(citation))
    elif isinstance(citation.get("text"), str) and "document_ids" in citation:
        yield ClaimedCitation("cohere", citation["text"], answer, _source(citation))


def _numbered(answer: str, nodes: Sequence[Any], shape: CitationShape) -> Iterator[ClaimedCitation]:
    """Give the sentences that marks like [2] close, each with the node it points at; no mark, no claim.

    Where words in quotation marks stand before the mark, the source is to have those and not the sentence.
    """
    marked = _in_marks(answer)
    for match in _SENTENCE.finditer(answer):
        claim = _MARKER.sub("", match[0]).strip()
        after = match.start()
        for marker in _MARKER.finditer(answer, *match.span()):
            words = _quoted_words(marked, after, marker.start()) or claim
            after = marker.end()
            for number in _NUMBER.findall(marker[1]):
                node = nodes[int(number) - 1] if 0 < int(number) <= len(nodes) else None
                yield ClaimedCitation(shape, words, claim, _source(_node(node)) if node else "")


def _node(node: Any) -> Mapping[str, Any]:
    inner = node.get("node", node) if isinstance(node, Mapping) else {}
    return inner if isinstance(inner, Mapping) else {}


def _source(value: Mapping[str, Any]) -> str:
    """Tell how a citation names its source: by id first, then by address, then by title."""
    metadata = value.get("metadata", value.get("meta"))
    for mapping in (value, metadata if isinstance(metadata, Mapping) else {}):
        named = _first_text(
            mapping,
            "article_id",
            "document_id",
            "source_id",
            "url",
            "source",
            "file_id",
            "document_title",
            "title",
            "filename",
            "file_name",
            "file_path",
        )
        if named:
            return named
        if isinstance(mapping.get("document_ids"), list) and mapping["document_ids"]:
            return str(mapping["document_ids"][0])
    return ""


def _first_text(value: Mapping[str, Any], *names: str) -> str:
    return next((value[name] for name in names if isinstance(value.get(name), str) and value[name]), "")
