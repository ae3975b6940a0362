"""The shapes of OpenAI's chat completions, as far as this assistant fills them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from assistant.answer import PeriodUse
from assistant.web.shapes.requests import FiltersIn
from assistant.web.shapes.responses import AnswerOut
from assistant.web.shapes.shape_base import MOST_KEYS, Code, Id, Integer, Shape

MODEL = "mustanad"
MOST_MESSAGES = 200  # of a conversation, with what tools were asked and said
MOST_PARTS = 100  # of a message
LONGEST_MESSAGE = 200_000  # characters; what a tool said may be a long page
Content = Annotated[str, StringConstraints(max_length=LONGEST_MESSAGE)]


class TextPart(Shape):
    """A part of a message; only text is read."""

    type: Code
    text: Content | None = None


class MessageIn(Shape):
    """A message of the conversation so far; what a tool was asked and said is passed over."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content | Annotated[list[TextPart], Field(max_length=MOST_PARTS)] | None = None


class StreamOptions(Shape):
    """What a stream should hold."""

    include_usage: bool | None = None


class OurOptions(Shape):
    """What OpenAI has no word for."""

    model_config = ConfigDict(extra="forbid")

    filters: FiltersIn = Field(default_factory=lambda: FiltersIn())
    period: PeriodUse = Field("on", description="off: days that the question names do not limit the articles")


class CompletionIn(Shape):
    """A conversation whose last message is the question."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {"model": MODEL, "messages": [{"role": "user", "content": "بأي جائزة تُوِّجت مدائن؟"}]}
            ],
            "maxProperties": MOST_KEYS,
        },
    )

    model: Id = Field(description=f"always `{MODEL}`")
    messages: list[MessageIn] = Field(
        min_length=1,
        max_length=MOST_MESSAGES,
        description="among them the user's question; after it only what tools were asked and said",
        json_schema_extra={"contains": {"properties": {"role": {"const": "user"}}, "required": ["role"]}},
    )
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: Integer | None = 1
    mustanad: OurOptions | None = Field(None, description="which articles may answer")

    @model_validator(mode="after")
    def _few_keys(self) -> CompletionIn:
        if len(self.model_extra or {}) > MOST_KEYS:
            raise ValueError(f"holds more than {MOST_KEYS} parameters; leave out what OpenAI does not know")
        return self


class UrlCitation(Shape):
    """Where a marker of the text leads: `content[start_index:end_index]` is the marker."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(Shape):
    """A citation as OpenAI writes it; the quote itself is under `mustanad`."""

    type: Literal["url_citation"]
    url_citation: UrlCitation


class MessageOut(Shape):
    """The answer."""

    role: Literal["assistant"]
    content: str
    refusal: str | None
    annotations: list[Annotation]


class Choice(Shape):
    """The one choice there is."""

    index: int
    message: MessageOut
    logprobs: None
    finish_reason: Literal["stop"]


class Usage(Shape):
    """Counted in words, for no tokens are bought here."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionOut(Shape):
    """An answer in OpenAI's shape; `mustanad` holds it whole, as `/api/ask` gives it."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    mustanad: AnswerOut


class ModelOut(Shape):
    """A model."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsOut(Shape):
    """The models there are."""

    object: Literal["list"]
    data: list[ModelOut]
