"""The shapes that cross the interface, as pydantic models: what is sent, what comes back, an example of each.

An answer has the shape of `assistant.rendering.to_json`; every key is always there.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    StringConstraints,
    WithJsonSchema,
)

from assistant.answer import Kind
from assistant.web.examples import ANSWER, CITATION, HIT, QUOTE, SOURCE
from index.articles.filters import LONGEST_DATE, Filters, filter_date
from index.errors import QueryError
from index.search.modes import Mode

LONGEST_QUESTION = 2_000  # code points, as the assistant takes them
LONGEST_QUERY = 10_000  # code points, as the searcher takes them
MOST_TURNS = 50
_YEAR, _LEAP = "[1-9][0-9]{3}", "([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)"
_DAY = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
# For clients: what `filter_date` takes, but for digits of other scripts.
DATE = f"^({_YEAR}(-(0[1-9]|1[0-2]|{_DAY}))?|{_LEAP}-02-29)$"


def _date(written: str) -> str:
    try:
        return filter_date(written)
    except QueryError as error:
        raise ValueError(str(error)) from None  # which pydantic turns into a problem of its field


Date = Annotated[
    str,
    StringConstraints(max_length=LONGEST_DATE),
    AfterValidator(_date),
    WithJsonSchema({"type": "string", "pattern": DATE}),
]
LONGEST_ARTICLE = 20_000_000
MOST_KEYS = 100  # of an article or a completion, those that nobody here knows included
# What an answer of ours holds at most, and so what comes back as history.
LONGEST_TEXT = 100_000
LONGEST_LABEL = 10_000  # a title, an author, an address
LONGEST_ID = 1_000
LONGEST_CODE = 100  # a language, a kind, a name of ours
MOST_LISTED = 1_000
# Control characters, those that turn the direction of writing around, line separators, halves of a pair. The
# joiners of Persian and Urdu words (U+200C, U+200D) are letters' companions and stay.
UNSOUND_ID = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def check_article_id(article_id: str) -> str:
    """The id; raises ValueError for one that no address can name or that shows as something else."""
    if UNSOUND_ID.search(article_id):
        raise ValueError("holds a character that cannot be seen; name the article by another id")
    if any(part in (".", "..") for part in article_id.split("/")):
        raise ValueError("has '.' or '..' as a part, which addresses do not keep; use another id")
    return article_id


Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Label = Annotated[str, StringConstraints(max_length=LONGEST_LABEL)]
Id = Annotated[str, StringConstraints(max_length=LONGEST_ID)]
Code = Annotated[str, StringConstraints(max_length=LONGEST_CODE)]
Offset = Annotated[int, Field(ge=0, le=2**40)]
Question = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_QUESTION, pattern=r"\S")]
Query = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_QUERY, pattern=r"\S")]
ArticleId = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_ID), AfterValidator(check_article_id)
]


def _example(value: dict[str, Any], more: dict[str, Any] | None = None, **settings: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value], **(more or {})}, **settings)


class Shape(BaseModel):
    """Strict: a number given as text is a mistake, and the description says so."""

    model_config = ConfigDict(strict=True)


class FiltersIn(Shape):
    """Which articles may answer; conditions that all must hold, any of the values of each."""

    model_config = _example({"sources": ["الرؤية"], "published_from": "2025-01"}, extra="forbid")

    sources: list[Id] = Field([], max_length=100)
    languages: list[Code] = Field([], max_length=100)
    article_ids: list[Id] = Field([], max_length=1_000)
    published_from: Date | None = Field(None, description="ISO 8601; `2025`, `2025-09`, `2025-09-30`")
    published_to: Date | None = Field(None, description="as published_from; both ends are included")

    def to_filters(self) -> Filters:
        """The same as the searcher takes it."""
        return Filters(
            sources=tuple(self.sources),
            languages=tuple(self.languages),
            article_ids=tuple(self.article_ids),
            published_from=self.published_from,
            published_to=self.published_to,
        )


class SourceOut(Shape):
    """What is known of an article."""

    article_id: str
    title: str
    url: str | None
    source: str | None
    author: str | None
    published: str | None
    language: str


class CitationOut(SourceOut):
    """A verified quote: `quote` is `article.text[start:end]`, offsets in Unicode code points."""

    model_config = _example(CITATION)

    marker: int
    passage_id: str
    start: int
    end: int
    quote: str
    passage_start: int
    passage_end: int
    twins: list[SourceOut] = Field(description="articles elsewhere that carry the same story")


class RejectedOut(Shape):
    """A claimed quote that could not be located exactly; never shown as a quote."""

    marker: int
    article_id: str
    passage_id: str
    quote: str
    reason: str


class HitOut(Shape):
    """A passage that was found, with its scores: higher is better, rank from 1."""

    model_config = _example(HIT)

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


class AnswerOut(Shape):
    """An answer with markers in its text, and the citations that the markers stand for."""

    model_config = _example(ANSWER)

    id: str
    question: str
    language: str
    kind: Kind
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
    timings_ms: dict[str, float]


class SourceIn(Shape):
    """`SourceOut` as it comes back."""

    article_id: Id
    title: Label
    url: Label | None = None
    source: Label | None = None
    author: Label | None = None
    published: Code | None = None
    language: Code = "und"


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


class AnswerIn(Shape):
    """An answer as it comes back: what `AnswerOut` holds, within limits; what stands beside is not read."""

    model_config = _example(ANSWER)

    id: Code
    question: Text
    language: Code
    kind: Kind
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
    searched_as: Question | None = None
    writer: Code = "quotes"
    notices: list[Label] = Field([], max_length=LONGEST_CODE)
    timings_ms: dict[Code, FiniteFloat] = Field({}, max_length=LONGEST_CODE)


class TurnIn(Shape):
    """An earlier question with the answer that it got, as `/api/ask` gave it."""

    question: Question
    answer: AnswerIn


class AskIn(Shape):
    """A question, with what was said before it and which articles may answer."""

    model_config = _example(
        {"question": "بماذا فازت مدائن؟", "filters": {"languages": ["ar"]}}, extra="forbid"
    )

    question: Question
    history: list[TurnIn] = Field([], max_length=MOST_TURNS, description="oldest first")
    filters: FiltersIn = Field(default_factory=FiltersIn)


class FoundOut(HitOut):
    """A hit with the facts of its article."""

    model_config = _example({**HIT, "article": SOURCE})

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

    model_config = _example(
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


class ArticleIn(Shape):
    """An article to add or replace; further keys are kept."""

    model_config = _example(
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

    model_config = _example({"prune": True}, extra="forbid")

    prune: bool = Field(False, description="also remove articles whose file is gone")


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

    model_config = _example({"status": "ok"})

    status: Literal["ok", "ready"]


class FieldError(Shape):
    """One part of a request that cannot be taken."""

    at: str
    detail: str


class ProblemOut(Shape):
    """An error, as RFC 9457 writes it."""

    model_config = _example(
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
