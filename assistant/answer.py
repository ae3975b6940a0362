"""The answer: text with markers, and the citations that the markers stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from index.search.hits import Hit

LONGEST_QUESTION = 2_000  # code points
# "The article says": the confidence from which an answer is told as one, its few words above it in large
# letters. Of a hundred such first quotes at least ninety are right (`benchmarks/reliability.py`).
SURE = 0.85

AnswerKind = Literal["answer", "search", "refusal", "small_talk"]
PeriodUse = Literal["on", "off"]  # whether the days that a question names limit what may answer it
Arrangement = Literal["quotes", "comparison", "timeline", "list", "summary"]


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of an article that a citation names."""

    article_id: str
    title: str
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: str | None = None
    language: str = "und"


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """The short answer inside a quote: `text == article.text[start:end]`, offsets in code points."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A verified quote: `quote == article.text[start:end]`, offsets in code points.

    `marker` is the number in square brackets in the answer's text. `passage` is the span of the passage
    the quote was found in, for showing it in context. `twins` carry the same story elsewhere.
    `answer` is the few words inside the quote that answer, where they are likely enough. `group` is the
    heading the quote stands under: a side in a comparison, a day (ISO) in a timeline, "" elsewhere.
    `cut_before` and `cut_after` tell that the quote's sentence goes on there: shown as "…".

    `content_hash` is that of the article as it was quoted (`Article.content_hash`), `prefix` and `suffix` are
    the words beside the quote: with `quote` as `exact` they are a TextQuoteSelector of W3C's Web Annotation,
    by which the quote is located again once its article was changed. `page` is the number of the page that
    the quote begins on, from 1, where the article has pages; `heading` is the heading of the document that it
    stands under, "" where none is known.
    """

    marker: int
    source: Source
    passage_id: str
    start: int
    end: int
    quote: str
    passage_start: int
    passage_end: int
    twins: tuple[Source, ...] = ()
    answer: AnswerSpan | None = None
    group: str = ""
    cut_before: bool = False
    cut_after: bool = False
    content_hash: str = ""
    prefix: str = ""
    suffix: str = ""
    page: int | None = None
    heading: str = ""

    @property
    def shown(self) -> str:
        """Give the quote as it is shown: with "…" where its sentence is cut."""
        return f"{'… ' * self.cut_before}{self.quote}{' …' * self.cut_after}"


@dataclass(frozen=True, slots=True)
class RejectedCitation:
    """A claimed quote that could not be located exactly; counted, never shown as a quote."""

    marker: int
    article_id: str
    passage_id: str
    quote: str
    reason: str


@dataclass(frozen=True, slots=True)
class Period:
    """The days of publication that a question named, and that articles were limited to.

    `start` and `end` are ISO days, both included; `text` is the words of the question that name them.
    """

    start: str
    end: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reader gets.

    `text` is Markdown-free plain text: paragraphs parted by an empty line, quotes between quotation
    marks, each followed by its marker (`[1]`). `confidence` is a calibrated probability that the
    articles answer the question. A refusal has no citations but one of the nearest quote, where it says
    what is missing from it; `nearest` names the articles closest to the question.
    `unsupported` are the spans of `text` (code points) whose claim has no verified quote
    (LLM writer only). `searched_as` is the question as searched when it differs from the question
    as typed. `notices` are lines the reader should see, in the language of the question.
    `suggestions` are further questions that the same articles are known to answer. `period` is set where
    the question named days of publication and only articles of those days were asked.
    as typed. `notices` are lines the reader should see, in the language of the question. `arrangement`
    says how the citations stand to each other: best first ("quotes"), side by side under their `group`
    ("comparison"), by date ("timeline"), as items ("list") or in the order of their article ("summary").
    """

    id: str
    question: str
    language: str
    kind: AnswerKind
    answerable: bool
    confidence: float
    text: str
    citations: tuple[Citation, ...] = ()
    rejected: tuple[RejectedCitation, ...] = ()
    hits: tuple[Hit, ...] = ()
    nearest: tuple[Source, ...] = ()
    unsupported: tuple[tuple[int, int], ...] = ()
    searched_as: str | None = None
    writer: str = "quotes"
    notices: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    period: Period | None = None
    arrangement: Arrangement = "quotes"
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delta:
    """A further piece of `Answer.text`, while it is streamed."""

    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question and its answer, as a conversation remembers them."""

    question: str
    answer: Answer
