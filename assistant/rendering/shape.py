"""Answers as JSON and back: one shape for the command line, the HTTP interface and the chat.

Every key of the answer and of a citation is always there; what is not known is null.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from assistant.answer import (
    Answer,
    AnswerKind,
    AnswerSpan,
    Arrangement,
    Citation,
    Period,
    RejectedCitation,
    Source,
)
from index.errors import QueryError
from index.passages import Passage
from index.search.hits import Hit


def to_json(answer: Answer) -> dict[str, Any]:
    """Give `answer` as plain dicts, lists, strings and numbers, ready for `json.dumps`."""
    return {
        "id": answer.id,
        "question": answer.question,
        "language": answer.language,
        "kind": answer.kind,
        "answerable": answer.answerable,
        "confidence": float(answer.confidence),
        "text": answer.text,
        "citations": [citation_to_json(citation) for citation in answer.citations],
        "rejected": [_rejected_to_json(rejected) for rejected in answer.rejected],
        "hits": [hit_to_json(hit) for hit in answer.hits],
        "nearest": [source_to_json(source) for source in answer.nearest],
        "unsupported": [[start, end] for start, end in answer.unsupported],
        "searched_as": answer.searched_as,
        "writer": answer.writer,
        "notices": list(answer.notices),
        "suggestions": list(answer.suggestions),
        "period": _period_to_json(answer.period),
        "arrangement": answer.arrangement,
        "timings_ms": {name: float(value) for name, value in answer.timings_ms.items()},
    }


def source_to_json(source: Source) -> dict[str, Any]:
    """Tell what is known of an article."""
    return {
        "article_id": source.article_id,
        "title": source.title,
        "url": source.url,
        "source": source.source,
        "author": source.author,
        "published": source.published,
        "language": source.language,
    }


def citation_to_json(citation: Citation) -> dict[str, Any]:
    """Give a citation with the facts of its article beside its own."""
    return {
        "marker": citation.marker,
        **source_to_json(citation.source),
        "passage_id": citation.passage_id,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "passage_start": citation.passage_start,
        "passage_end": citation.passage_end,
        "twins": [source_to_json(twin) for twin in citation.twins],
        "answer": None if citation.answer is None else _span_to_json(citation.answer),
        "group": citation.group,
        "cut_before": citation.cut_before,
        "cut_after": citation.cut_after,
        "content_hash": citation.content_hash,
        "prefix": citation.prefix,
        "suffix": citation.suffix,
        "page": citation.page,
        "heading": citation.heading,
    }


def _span_to_json(span: AnswerSpan) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text}


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """Give a found passage with its scores."""
    passage = hit.passage
    return {
        "passage_id": passage.passage_id,
        "article_id": passage.article_id,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "rank": int(hit.rank),
        "score": float(hit.score),
        "dense": None if hit.dense is None else float(hit.dense),
        "sparse": None if hit.sparse is None else float(hit.sparse),
        "twins": list(hit.twins),
    }


def _period_to_json(period: Period | None) -> dict[str, str] | None:
    return None if period is None else {"start": period.start, "end": period.end, "text": period.text}


def _rejected_to_json(rejected: RejectedCitation) -> dict[str, Any]:
    return {
        "marker": rejected.marker,
        "article_id": rejected.article_id,
        "passage_id": rejected.passage_id,
        "quote": rejected.quote,
        "reason": rejected.reason,
    }


def from_json(data: Mapping[str, Any]) -> Answer:
    """Give the answer that `to_json` wrote: `from_json(to_json(answer)) == answer`.

    Hits come back too when they are there. Raises QueryError when a key is missing or of a wrong kind:
    the data may have been kept by a browser.
    """
    try:
        return Answer(
            id=_text(data["id"]),
            question=_text(data["question"]),
            language=_text(data["language"]),
            kind=_one_of(data["kind"], AnswerKind, "kind of answer"),
            answerable=bool(data["answerable"]),
            confidence=float(data["confidence"]),
            text=_text(data["text"]),
            citations=tuple(_citation(each) for each in data.get("citations", ())),
            rejected=tuple(_rejected(each) for each in data.get("rejected", ())),
            hits=tuple(_hit(each) for each in data.get("hits", ())),
            nearest=tuple(_source(each) for each in data.get("nearest", ())),
            unsupported=tuple((int(start), int(end)) for start, end in data.get("unsupported", ())),
            searched_as=_optional(data.get("searched_as")),
            writer=_text(data.get("writer", "quotes")),
            notices=tuple(_text(each) for each in data.get("notices", ())),
            suggestions=tuple(_text(each) for each in data.get("suggestions", ())),
            period=_period(data.get("period")),
            arrangement=_one_of(data.get("arrangement", "quotes"), Arrangement, "arrangement"),
            timings_ms={_text(name): float(ms) for name, ms in data.get("timings_ms", {}).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise QueryError(
            f"an earlier answer is not in the shape of /api/ask: {error!r}; send it whole"
        ) from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _optional(value: Any) -> str | None:
    return None if value is None else _text(value)


def _period(data: Mapping[str, Any] | None) -> Period | None:
    return None if data is None else Period(*(_text(data[name]) for name in ("start", "end", "text")))


def _one_of(value: Any, names: Any, what: str) -> Any:
    if value not in get_args(names):
        raise ValueError(f"{value!r} is no {what}")
    return value


def _source(data: Mapping[str, Any]) -> Source:
    return Source(
        article_id=_text(data["article_id"]),
        title=_text(data["title"]),
        url=_optional(data.get("url")),
        source=_optional(data.get("source")),
        author=_optional(data.get("author")),
        published=_optional(data.get("published")),
        language=_text(data.get("language", "und")),
    )


def _citation(data: Mapping[str, Any]) -> Citation:
    return Citation(
        marker=int(data["marker"]),
        source=_source(data),
        passage_id=_text(data["passage_id"]),
        start=int(data["start"]),
        end=int(data["end"]),
        quote=_text(data["quote"]),
        passage_start=int(data["passage_start"]),
        passage_end=int(data["passage_end"]),
        twins=tuple(_source(each) for each in data.get("twins", ())),
        answer=_span(data.get("answer")),
        group=_text(data.get("group", "")),
        cut_before=bool(data.get("cut_before", False)),
        cut_after=bool(data.get("cut_after", False)),
        content_hash=_text(data.get("content_hash", "")),
        prefix=_text(data.get("prefix", "")),
        suffix=_text(data.get("suffix", "")),
        page=None if data.get("page") is None else int(data["page"]),
        heading=_text(data.get("heading", "")),
    )


def _span(data: Mapping[str, Any] | None) -> AnswerSpan | None:
    return None if data is None else AnswerSpan(int(data["start"]), int(data["end"]), _text(data["text"]))


def _rejected(data: Mapping[str, Any]) -> RejectedCitation:
    return RejectedCitation(
        marker=int(data["marker"]),
        article_id=_text(data["article_id"]),
        passage_id=_text(data["passage_id"]),
        quote=_text(data["quote"]),
        reason=_text(data["reason"]),
    )


def _hit(data: Mapping[str, Any]) -> Hit:
    passage = Passage(
        passage_id=_text(data["passage_id"]),
        article_id=_text(data["article_id"]),
        start=int(data["start"]),
        end=int(data["end"]),
        text=_text(data["text"]),
    )
    return Hit(
        passage=passage,
        score=float(data["score"]),
        rank=int(data["rank"]),
        dense=None if data.get("dense") is None else float(data["dense"]),
        sparse=None if data.get("sparse") is None else float(data["sparse"]),
        twins=tuple(_text(each) for each in data.get("twins", ())),
    )
