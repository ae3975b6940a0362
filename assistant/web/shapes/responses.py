"""The shapes that leave by the interface, as pydantic models, with an example of each.

An answer has the shape of `assistant.rendering.to_json`; every key is always there.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from assistant.answer import AnswerKind, Arrangement
from assistant.checking.extraction import DraftQuoteKind
from assistant.checking.findings import Verdict
from assistant.web.shapes.examples import ANSWER, CITATION, HIT, QUOTE, SOURCE
from assistant.web.shapes.shape_base import Shape, example_config
from index.search.modes import Mode


class SourceOut(Shape):
    """What is known of an article."""

    article_id: str
    title: str
    url: str | None
    source: str | None
    author: str | None
    published: str | None
    language: str


class AnswerSpanOut(Shape):
    """The short answer inside a quote: `text` is `article.text[start:end]`."""

    start: int
    end: int
    text: str


class CitationOut(SourceOut):
    """A verified quote: `quote` is `article.text[start:end]`, offsets in Unicode code points."""

    model_config = example_config(CITATION)

    marker: int
    passage_id: str
    start: int
    end: int
    quote: str
    passage_start: int
    passage_end: int
    twins: list[SourceOut] = Field(description="articles elsewhere that carry the same story")
    answer: AnswerSpanOut | None = Field(
        description="the words of the quote that answer, where likely enough"
    )
    group: str = Field(description="the quote's heading: a side of a comparison, a day; else empty")
    cut_before: bool = Field(description="the quote's sentence begins earlier")
    cut_after: bool = Field(description="the quote's sentence goes on")
    content_hash: str = Field(description="SHA-256 of the article's content as it was quoted")
    prefix: str = Field(description="what stands before the quote, for locating it again")
    suffix: str = Field(description="what stands after it")
    page: int | None = Field(description="the page that the quote begins on, where the article has pages")
    heading: str = Field(description="the heading of the document that the quote stands under, or empty")


class RejectedOut(Shape):
    """A claimed quote that could not be located exactly; never shown as a quote."""

    marker: int
    article_id: str
    passage_id: str
    quote: str
    reason: str


class HitOut(Shape):
    """A passage that was found, with its scores: higher is better, rank from 1."""

    model_config = example_config(HIT)

    passage_id: str
    article_id: str
    start: int
    end: int
    text: str
    rank: int
    score: float
    dense: float | None
    sparse: float | None
    twins: list[str]


class PeriodOut(Shape):
    """The days of publication, both included, that words of the question limited the articles to."""

    start: str
    end: str
    text: str


class AnswerOut(Shape):
    """An answer with markers in its text, and the citations that the markers stand for."""

    model_config = example_config(ANSWER)

    id: str
    question: str
    language: str
    kind: AnswerKind
    answerable: bool
    confidence: float = Field(ge=0, le=1)
    text: str
    citations: list[CitationOut]
    rejected: list[RejectedOut]
    hits: list[HitOut]
    nearest: list[SourceOut]
    unsupported: list[Annotated[list[int], Field(min_length=2, max_length=2)]]
    searched_as: str | None
    writer: str
    notices: list[str]
    suggestions: list[str] = Field(description="further questions that the same articles answer")
    period: PeriodOut | None = Field(
        description='set where days that the question names were a filter; `"period": "off"` takes it off'
    )
    arrangement: Arrangement = Field(description="how the citations stand to each other")
    timings_ms: dict[str, float] = Field(
        description="milliseconds of each stage (encode, search, read, answer, write ...), and total"
    )


class FoundOut(HitOut):
    """A hit with the facts of its article."""

    model_config = example_config({**HIT, "article": SOURCE})

    article: SourceOut


class SearchOut(Shape):
    """One page of hits."""

    query: str
    mode: Mode
    offset: int
    limit: int
    next_offset: int | None = Field(description="where the next page starts; null on the last page")
    hits: list[FoundOut]


class PassageOut(Shape):
    """A slice of an article: `text` is `article.text[start:end]`."""

    passage_id: str
    start: int
    end: int


class ArticleOut(SourceOut):
    """An article, its text verbatim."""

    model_config = example_config(
        {
            **SOURCE,
            "text": QUOTE,
            "extra": {},
            "passages": [{"passage_id": "a#0-35", "start": 0, "end": 35}],
        }
    )

    text: str
    extra: dict[str, Any] = Field(description="what the article's record held beside the known keys")
    passages: list[PassageOut]


class ArticleListOut(Shape):
    """One page of articles, without their texts."""

    total: int = Field(description="articles in the index, whatever the filters")
    offset: int
    limit: int
    next_offset: int | None
    articles: list[SourceOut]


class VersionOut(Shape):
    """An article as it was before a correction."""

    content_hash: str
    replaced: str = Field(description="when it was replaced, ISO 8601, UTC")
    title: str
    text: str


class VersionListOut(Shape):
    """The former texts of an article, the last replaced first; `content_hash` is that of the present one."""

    article_id: str
    content_hash: str
    versions: list[VersionOut]


class DifferenceOut(Shape):
    """A stretch of words: what the article has, and what the draft has in its place."""

    kind: Literal["same", "removed", "added", "changed"]
    article: str
    draft: str


class FindingOut(Shape):
    """What the articles say to one quotation of a draft; `start` and `end` are its span in the draft."""

    number: int
    kind: DraftQuoteKind
    text: str
    start: int
    end: int
    speaker: str = Field(description="whom the draft names as saying it; empty where nobody")
    verdict: Verdict
    sound: bool = Field(description="nothing is wrong: exact, or reported in words that change nothing")
    reason: str = Field(description="why it was not located, as rejected citations have it; empty otherwise")
    citation: CitationOut | None = Field(description="where it stands, or what comes nearest")
    sentence: str = Field(description="the article's words around it")
    said_by: str = Field(description="who says it there")
    difference: list[DifferenceOut] = Field(description="from the article's words to the draft's")
    parts: list[CitationOut] = Field(description="where the pieces of a joined quotation stand")


class ReportOut(Shape):
    """The report on a draft: a finding for each quotation, in the draft's order."""

    exact: bool = Field(description="every quotation was looked at and is sound")
    counts: dict[Verdict, int]
    unlooked: int = Field(description="quotations past the limit; check the draft in parts")
    findings: list[FindingOut]


class SkippedOut(Shape):
    """A file or record that could not be read."""

    origin: str
    line: int | None
    reason: str
    remedy: str


class BuildOut(Shape):
    """What a change of the index did, in articles."""

    added: int
    changed: int
    unchanged: int
    removed: int
    skipped: list[SkippedOut]
    seconds: float
    generation: int
    passages: int


class HealthOut(Shape):
    """The process lives."""

    model_config = example_config({"status": "ok"})

    status: Literal["ok", "ready"]


class FieldError(Shape):
    """One part of a request that cannot be taken."""

    at: str
    detail: str


class ProblemOut(Shape):
    """An error, as RFC 9457 writes it."""

    model_config = example_config(
        {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "no article has the id 'x'",
            "instance": "/api/articles/x",
            "request_id": "5e1f0c7d2b9a4c31",
        }
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldError] | None = None


class OpenAIError(Shape):
    """What went wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIErrorOut(Shape):
    """An error in OpenAI's shape."""

    error: OpenAIError
