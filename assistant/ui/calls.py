"""What the page sends, as pydantic models: every call of a function of the page is checked against its own.

Gradio itself takes any JSON for a function's arguments. `checked` reads a request's body before Gradio does,
and gives back one that holds nothing but what the function takes, within limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationError

from assistant.web.shapes.requests import TurnIn
from assistant.web.shapes.serialization import json_bytes
from assistant.web.shapes.shape_base import MOST_LISTED, Code, Id, Label, Offset, Shape, Text

MOST_ARGUMENTS = 8  # of a call; our functions take four at most
Ids = Annotated[list[Id], Field(max_length=MOST_LISTED)]


class FiltersCall(Shape):
    """Filters as the page writes them; dates are read by the searcher."""

    model_config = ConfigDict(populate_by_name=True)

    sources: Ids | Id | None = None
    languages: Ids | Id | None = None
    article_ids: Ids | Id | None = None
    since: Code | None = Field(None, alias="from")
    until: Code | None = Field(None, alias="to")
    published_from: Code | None = None
    published_to: Code | None = None
    period: Code | None = None  # "off": days that a question names do not limit the articles


class AskCall(Shape):
    """`ask`: the question's own limit is told by the function, in the reader's language."""

    question: Text
    history: list[TurnIn] | None = Field(None, max_length=MOST_LISTED)
    filters: FiltersCall | None = None


class QuoteQuery(FiltersCall):
    """What the quote search is asked for."""

    query: Text = ""
    sort: Code | None = None
    page: Offset | None = None


class SearchCall(Shape):
    """`search` and `articles`."""

    wanted: QuoteQuery


class GivenOpinion(Shape):
    """What a reader thinks of an answer."""

    answer_id: Id
    verdict: Code
    question: Text
    answer: Text
    comment: Text | None = None
    language: Code | None = None


class FeedbackCall(Shape):
    """`feedback`."""

    given: GivenOpinion


class ExportConversationCall(Shape):
    """`export_conversation`."""

    turns: list[TurnIn] = Field(max_length=MOST_LISTED)
    language: Code
    base: Label


class Span(Shape):
    """A chosen quote."""

    article_id: Id
    start: Offset
    end: Offset
    note: Text | None = None


class SharedSpan(Span):
    """A quote of a shared answer, with the hash by which it is known again."""

    hash: Annotated[str, Field(pattern="^[0-9a-f]{8}$")] | None = None


class RecallCall(Shape):
    """`recall`."""

    spans: list[SharedSpan] = Field(max_length=MOST_LISTED)


class ExportSelectionCall(Shape):
    """`export_selection`."""

    spans: list[Span] = Field(max_length=MOST_LISTED)
    format: Code
    language: Code
    base: Label


class NoArguments(Shape):
    """`welcome` and `corpus`."""


CALLS: Mapping[str, type[Shape]] = {
    "ask": AskCall,
    "search": SearchCall,
    "articles": SearchCall,
    "recall": RecallCall,
    "welcome": NoArguments,
    "corpus": NoArguments,
    "feedback": FeedbackCall,
    "export_conversation": ExportConversationCall,
    "export_selection": ExportSelectionCall,
}


class GradioCall(Shape):
    """Gradio's own body around a call; what else it would take (tokens, event data, batches) is left out."""

    data: list[Any] = Field(max_length=MOST_ARGUMENTS)
    session_hash: Code | None = None
    fn_index: Offset | None = None
    trigger_id: Offset | None = None


class CallError(ValueError):
    """A call that no function of the page takes; its text is one line."""


def checked(body: bytes, name: str | None, names: Mapping[int, str]) -> bytes:
    """Make sound the body of a call of `name` (None: of the function whose number it gives), or refuse it.

    Raises CallError.
    """
    try:
        around = GradioCall.model_validate_json(body)
        name = name or names.get(-1 if around.fn_index is None else around.fn_index)
        shape = CALLS.get(name or "")
        if shape is None:
            raise CallError("there is no such function; /gradio_api/info lists them")
        fields = list(shape.model_fields)
        if len(around.data) > len(fields):
            raise CallError(
                f"{name} takes {len(fields)} arguments, not {len(around.data)}; see /gradio_api/info"
            )
        call = shape.model_validate(dict(zip(fields, around.data, strict=False)))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        at = ".".join(map(str, first["loc"]))[:200] or "body"
        raise CallError(f"{at}: {first['msg']}") from None
    dumped = call.model_dump(by_alias=True, exclude_unset=True)
    rest = around.model_dump(exclude={"data"}, exclude_none=True)
    return json_bytes({**rest, "data": [dumped.get(field) for field in fields]})
