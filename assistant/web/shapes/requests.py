"""The shapes that come in by the interface, as pydantic models, within the limits of `shape_base.py`.

An answer of ours comes back as history: `CitationIn` is `CitationOut` as it comes back, and so on.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, FiniteFloat, StringConstraints

from assistant.answer import AnswerKind, Arrangement, PeriodUse
from assistant.checking import LONGEST_DRAFT
from assistant.web.shapes.examples import ANSWER
from assistant.web.shapes.shape_base import (
    LONGEST_ARTICLE,
    LONGEST_CODE,
    LONGEST_ID,
    MOST_KEYS,
    MOST_LISTED,
    MOST_TURNS,
    Code,
    Date,
    Id,
    Label,
    Offset,
    QuestionText,
    Shape,
    Text,
    example_config,
)
from index.articles.filters import Filters


class FiltersIn(Shape):
    """Which articles may answer; conditions that all must hold, any of the values of each."""

    model_config = example_config({"sources": ["الرؤية"], "published_from": "2025-01"}, extra="forbid")

    sources: list[Id] = Field(default=[], max_length=100)
    languages: list[Code] = Field(default=[], max_length=100)
    article_ids: list[Id] = Field(default=[], max_length=1_000)
    published_from: Date | None = Field(default=None, description="ISO 8601; `2025`, `2025-09`, `2025-09-30`")
    published_to: Date | None = Field(default=None, description="as published_from; both ends are included")

    def to_filters(self) -> Filters:
        """Give the same as the searcher takes it."""
        return Filters(
            sources=tuple(self.sources),
            languages=tuple(self.languages),
            article_ids=tuple(self.article_ids),
            published_from=self.published_from,
            published_to=self.published_to,
        )


class SourceIn(Shape):
    """`SourceOut` as it comes back."""

    article_id: Id
    title: Label
    url: Label | None = None
    source: Label | None = None
    author: Label | None = None
    published: Code | None = None
    language: Code = "und"


class AnswerSpanIn(Shape):
    """`AnswerSpanOut` as it comes back."""

    start: Offset
    end: Offset
    text: Text


class CitationIn(SourceIn):
    """`CitationOut` as it comes back."""

    marker: Offset
    passage_id: Label
    start: Offset
    end: Offset
    quote: Text
    passage_start: Offset
    passage_end: Offset
    twins: list[SourceIn] = Field([], max_length=MOST_LISTED)
    answer: AnswerSpanIn | None = None
    group: Label = ""
    cut_before: bool = False
    cut_after: bool = False
    content_hash: Code = ""
    prefix: Id = ""
    suffix: Id = ""
    page: Offset | None = None
    heading: Label = ""


class RejectedIn(Shape):
    """`RejectedOut` as it comes back."""

    marker: Offset
    article_id: Id
    passage_id: Label
    quote: Text
    reason: Code


class HitIn(Shape):
    """`HitOut` as it comes back."""

    passage_id: Label
    article_id: Id
    start: Offset
    end: Offset
    text: Text
    rank: Offset
    score: FiniteFloat
    dense: FiniteFloat | None = None
    sparse: FiniteFloat | None = None
    twins: list[Id] = Field([], max_length=MOST_LISTED)


class PeriodIn(Shape):
    """`PeriodOut` as it comes back."""

    start: Code
    end: Code
    text: QuestionText


class AnswerIn(Shape):
    """An answer as it comes back: what `AnswerOut` holds, within limits; what stands beside is not read."""

    model_config = example_config(ANSWER)

    id: Code
    question: Text
    language: Code
    kind: AnswerKind
    answerable: bool
    confidence: float = Field(ge=0, le=1)
    text: Text
    citations: list[CitationIn] = Field([], max_length=MOST_LISTED)
    rejected: list[RejectedIn] = Field([], max_length=MOST_LISTED)
    hits: list[HitIn] = Field([], max_length=MOST_LISTED)
    nearest: list[SourceIn] = Field([], max_length=MOST_LISTED)
    unsupported: list[Annotated[list[Offset], Field(min_length=2, max_length=2)]] = Field(
        [], max_length=MOST_LISTED
    )
    searched_as: QuestionText | None = None
    writer: Code = "quotes"
    notices: list[Label] = Field([], max_length=LONGEST_CODE)
    suggestions: list[Label] = Field([], max_length=LONGEST_CODE)
    period: PeriodIn | None = None
    arrangement: Arrangement = "quotes"
    timings_ms: dict[Code, FiniteFloat] = Field({}, max_length=LONGEST_CODE)


class TurnIn(Shape):
    """An earlier question with the answer that it got, as `/api/ask` gave it."""

    question: QuestionText
    answer: AnswerIn


class AskIn(Shape):
    """A question, with what was said before it and which articles may answer."""

    model_config = example_config(
        {"question": "بأي جائزة تُوِّجت مدائن؟", "filters": {"languages": ["ar"]}}, extra="forbid"
    )

    question: QuestionText
    history: list[TurnIn] = Field([], max_length=MOST_TURNS, description="oldest first")
    filters: FiltersIn = Field(default_factory=lambda: FiltersIn())
    period: PeriodUse = Field("on", description="off: days that the question names do not limit the articles")


class DraftIn(Shape):
    """A draft whose quotations are to be checked."""

    model_config = example_config(
        {"text": "قال الوزير: «فازت مدائن بالجائزة».", "facts": False, "language": "ar"}, extra="forbid"
    )

    text: Annotated[str, StringConstraints(max_length=LONGEST_DRAFT)]
    title: Label | None = Field(None, description="what the report calls the draft")
    facts: bool = Field(False, description="also check the figures and names outside quotations")
    language: Code = Field("en", description="of the report as a page: `ar` or `en`")


class ArticleIn(Shape):
    """An article to add or replace; further keys are kept."""

    model_config = example_config(
        {"id": "news-17", "title": "عنوان", "text": "نص المقال.", "published": "2025-09-30", "lang": "ar"},
        extra="allow",
        more={"maxProperties": MOST_KEYS},
    )

    id: Annotated[str, StringConstraints(pattern=r"\S", max_length=LONGEST_ID)]
    title: Label | None = None
    text: str = Field(pattern=r"\S", max_length=LONGEST_ARTICLE)
    url: Label | None = None
    source: Label | None = None
    author: Label | None = None
    published: Code | None = None
    lang: Code | None = None


class BuildIn(Shape):
    """How to build."""

    model_config = example_config({"prune": True}, extra="forbid")

    prune: bool = Field(False, description="also remove articles whose file is gone")
