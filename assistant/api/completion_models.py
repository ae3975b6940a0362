"""The shapes of OpenAI's chat completions, as far as this assistant fills them."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from assistant.api.models import AnswerOut, FiltersIn, Shape

MODEL = "mustanad"
MOST_MESSAGES = 200


class TextPart(Shape):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")

    type: str
    text: str | None = None


class MessageIn(Shape):
    """A message of the conversation so far."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[TextPart] | None = None


class StreamOptions(Shape):
    """What a stream should hold."""

    model_config = ConfigDict(extra="allow")

    include_usage: bool | None = None


class OurOptions(Shape):
    """What OpenAI has no word for."""

    model_config = ConfigDict(extra="forbid")

    filters: FiltersIn = Field(default_factory=FiltersIn)


class CompletionIn(Shape):
    """A conversation whose last message is the question."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "بماذا فازت مدائن؟"}]}]
        },
    )

    model: str = Field(description=f"always `{MODEL}`")
    messages: list[MessageIn] = Field(min_length=1, max_length=MOST_MESSAGES)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = 1
    mustanad: OurOptions | None = Field(None, description="which articles may answer")


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
