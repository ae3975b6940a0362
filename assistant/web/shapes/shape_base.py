"""What every shape that crosses the interface is made of: texts, ids, dates and numbers, each with its limit.

`Shape` is the base of every model; `requests.py` and `responses.py` hold them.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from assistant.answer import LONGEST_QUESTION
from index.articles.filters import LONGEST_DATE, filter_date
from index.errors import QueryError

Extra = Literal["allow", "ignore", "forbid"]
LONGEST_QUERY = 10_000  # code points, as the searcher takes them
MOST_TURNS = 50  # of a conversation; a follow-up looks at the last few
LONGEST_ARTICLE = 20_000_000  # characters; a body for writing has 64 MiB, of two bytes an Arabic letter
MOST_KEYS = 100  # of an article or a completion, those that nobody here knows included
# What an answer of ours holds at most, and so what comes back as history.
LONGEST_TEXT = 100_000  # characters
LONGEST_LABEL = 10_000  # characters of a title, an author, an address
LONGEST_ID = 1_000  # an id, or a value to filter by
LONGEST_CODE = 100  # characters of a language, a kind, a name of ours
MOST_LISTED = 1_000  # citations, hits, twins of one answer
_YEAR, _LEAP = "[1-9][0-9]{3}", "([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)"
_DAY = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
# For clients: what `filter_date` takes, but for digits of other scripts.
DATE = f"^({_YEAR}(-(0[1-9]|1[0-2]|{_DAY}))?|{_LEAP}-02-29)$"


def _date(written: str) -> str:
    try:
        return filter_date(written)
    except QueryError as error:
        raise ValueError(str(error)) from None  # which pydantic turns into a problem of its field


def _integer(number: object) -> object:
    return int(number) if isinstance(number, float) and number.is_integer() else number


Date = Annotated[
    str,
    StringConstraints(max_length=LONGEST_DATE),
    AfterValidator(_date),
    WithJsonSchema({"type": "string", "pattern": DATE}),
]
# Control characters, those that turn the direction of writing around, line separators, halves of a pair. The
# joiners of Persian and Urdu words (U+200C, U+200D) are letters' companions and stay.
UNSOUND_ID = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def check_article_id(article_id: str) -> str:
    """Give the id back; raises ValueError for one that no address can name or that is not what it seems."""
    if UNSOUND_ID.search(article_id):
        raise ValueError("holds a character that cannot be seen; name the article by another id")
    if any(part in (".", "..") for part in article_id.split("/")):
        raise ValueError("has '.' or '..' as a part, which addresses do not keep; use another id")
    return article_id


Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Label = Annotated[str, StringConstraints(max_length=LONGEST_LABEL)]
Id = Annotated[str, StringConstraints(max_length=LONGEST_ID)]
Code = Annotated[str, StringConstraints(max_length=LONGEST_CODE)]
# JSON Schema calls 7.0 an integer; pydantic, where it is strict, does not.
Integer = Annotated[int, BeforeValidator(_integer)]
# Of a text: more code points than any computer holds, and no more than JavaScript counts exactly.
Offset = Annotated[int, Field(ge=0, le=2**40), BeforeValidator(_integer)]
QuestionText = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_QUESTION, pattern=r"\S")]
SearchQuery = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_QUERY, pattern=r"\S")]
ArticleId = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_ID), AfterValidator(check_article_id)
]


def example_config(
    example: dict[str, Any], more: dict[str, Any] | None = None, *, extra: Extra = "ignore"
) -> ConfigDict:
    """Configure a shape: its example, `more` of its JSON Schema, and what becomes of `extra` keys."""
    return ConfigDict(json_schema_extra={"examples": [example], **(more or {})}, extra=extra)


class Shape(BaseModel):
    """The base of every shape. It is strict: a number given as text is a mistake, as the description says."""

    model_config = ConfigDict(strict=True)
