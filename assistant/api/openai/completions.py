"""The assistant as a model: `/v1/chat/completions` and `/v1/models`, in OpenAI's shapes.

What OpenAI's own service takes and this one has no use for (temperature, penalties, tools it need not call)
is taken and ignored; what would change the answer's shape in a way not offered here (several choices,
images, audio, a forced tool, a JSON schema) is refused, and so is a parameter that OpenAI does not know.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request

from assistant.answer import LONGEST_QUESTION, Answer, Delta, PeriodUse, Turn
from assistant.api.openai.completion_models import (
    MODEL,
    CompletionIn,
    CompletionOut,
    MessageIn,
    ModelOut,
    ModelsOut,
)
from assistant.api.routes.dependencies import Service, service
from assistant.api.routes.documented import event_stream, openai_errors
from assistant.api.routes.events import HEARTBEAT, HEARTBEAT_S, EventStream
from assistant.rendering import to_json
from assistant.rendering.web_links import article_link
from assistant.web.guards.departures import unless_left
from assistant.web.problems import Problem, openai_error, problem_of
from assistant.web.shapes.serialization import json_bytes
from assistant.web.shapes.shape_base import LONGEST_ID
from assistant.web.work.bridge import joined
from index.articles.filters import Filters

router = APIRouter(tags=["OpenAI-compatible"])
MADE = 1_763_769_600  # the model's `created`, in seconds since 1970: its first release
_MARKER = re.compile(r"\[(\d+)\]")
IGNORED = frozenset(
    """temperature top_p frequency_penalty presence_penalty logit_bias max_tokens max_completion_tokens seed
    stop user metadata store service_tier reasoning_effort verbosity prediction parallel_tool_calls tools
    functions web_search_options prompt_cache_key prompt_cache_retention safety_identifier
    top_logprobs""".split()  # noqa: SIM905 - read more easily as words
)
REFUSED = frozenset({"tool_choice", "function_call", "logprobs", "response_format", "modalities", "audio"})


_MODEL = {"id": MODEL, "object": "model", "created": MADE, "owned_by": MODEL}


@router.get("/v1/models", response_model=ModelsOut, responses=openai_errors(401), summary="List models")
async def list_models() -> Any:
    """List the one model."""
    return {"object": "list", "data": [_MODEL]}


@router.get(
    "/v1/models/{name}",
    response_model=ModelOut,
    responses=openai_errors(400, 401, 404),
    summary="Get a model",
)
async def get_model(name: Annotated[str, Path(max_length=LONGEST_ID)]) -> Any:
    """Give the model of this name."""
    _check_model(name)
    return _MODEL


@router.post(
    "/v1/chat/completions",
    response_model=CompletionOut,
    responses={
        200: {"content": event_stream('data: {"object": "chat.completion.chunk"}\n\ndata: [DONE]\n\n')},
        **openai_errors(400, 401, 404, 408, 413, 415, 429, 502, 503),
    },
    summary="Answer as a chat model",
)
async def complete(body: CompletionIn, request: Request, served: Annotated[Service, Depends(service)]) -> Any:
    """Answer the last message; earlier ones make follow-up questions understood."""
    _check(body)
    question, history = _conversation(body.messages)
    filters: Filters | None = (body.mustanad.filters.to_filters() or None) if body.mustanad else None
    period: PeriodUse = body.mustanad.period if body.mustanad else "on"
    reply = _Reply(str(request.base_url), question)
    pieces = served.assistant.stream(question, history=history, filters=filters, period=period)
    if body.stream:
        items = served.lanes.answers.stream(pieces, heartbeat_s=HEARTBEAT_S, merge=joined)
        usage = bool(body.stream_options and body.stream_options.include_usage)
        return EventStream(reply.chunks(items, include_usage=usage))
    return reply.whole(await unless_left(request, served.lanes.answers.last(pieces)))


class _Reply:
    """One completion, whole or in chunks."""

    def __init__(self, base: str, question: str) -> None:
        self._base, self._question = base, question
        self._common = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}

    def whole(self, answer: Answer) -> dict[str, Any]:
        """Write the whole answer."""
        message = {
            "role": "assistant",
            "content": answer.text,
            "refusal": None,
            "annotations": url_citations(answer, self._base),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            **self._common,
            "object": "chat.completion",
            "choices": [choice],
            "usage": self._usage(answer),
            "mustanad": to_json(answer),
        }

    async def chunks(
        self, items: AsyncGenerator[Delta | Answer | None, None], *, include_usage: bool
    ) -> AsyncGenerator[bytes, None]:
        """Write the answer in chunks as its pieces come, an error as the last."""
        yield self._chunk({"role": "assistant", "content": "", "refusal": None})
        answer: Answer | None = None
        try:
            async with aclosing(items):
                async for item in items:
                    if item is None:
                        yield HEARTBEAT
                    elif isinstance(item, Answer):
                        answer = item
                    else:
                        yield self._chunk({"content": item.text})
        except Exception as error:  # the status is sent: the error becomes the last event
            status, detail = problem_of(error)
            yield _data(openai_error(status, detail))
            return
        if answer is not None:
            delta = {"annotations": url_citations(answer, self._base)}
            yield self._chunk(delta, finish_reason="stop", mustanad=to_json(answer))
            if include_usage:
                yield _data(self._head() | {"choices": [], "usage": self._usage(answer)})
        yield b"data: [DONE]\n\n"

    def _head(self) -> dict[str, Any]:
        return {**self._common, "object": "chat.completion.chunk"}

    def _chunk(self, delta: dict[str, Any], *, finish_reason: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return _data(self._head() | {"choices": [choice], **more})

    def _usage(self, answer: Answer) -> dict[str, int]:
        asked, answered = len(self._question.split()), len(answer.text.split())
        return {
            "prompt_tokens": asked,
            "completion_tokens": answered,
            "total_tokens": asked + answered,
        }


def url_citations(answer: Answer, base: str) -> list[dict[str, Any]]:
    """Make a `url_citation` for every marker in the text, to the article as published or to ours."""
    cited = {citation.marker: citation for citation in answer.citations}
    citations = []
    for match in _MARKER.finditer(answer.text):
        citation = cited.get(int(match[1]))
        if citation is not None:
            where = {
                "start_index": match.start(),
                "end_index": match.end(),
                "title": citation.source.title,
                "url": citation.source.url or article_link(citation, base),
            }
            citations.append({"type": "url_citation", "url_citation": where})
    return citations


def _data(body: dict[str, Any]) -> bytes:
    return b"data: " + json_bytes(body) + b"\n\n"


def _check(body: CompletionIn) -> None:
    _check_model(body.model)
    if body.n not in (None, 1):
        raise Problem(400, f"n is {body.n}; there is one answer: leave n out", param="n")
    for name, value in (body.model_extra or {}).items():
        if value is None or name in IGNORED or _changes_nothing(name, value):
            continue
        if name in REFUSED:
            raise Problem(400, f"{name} is not supported in this form; leave it out", param=name)
        raise Problem(400, f"Unrecognized request argument supplied: {name[:100]}", param=name[:100])


def _changes_nothing(name: str, value: Any) -> bool:
    """Tell whether the parameter asks for what is done anyway."""
    if name in ("tool_choice", "function_call"):
        return value in ("auto", "none")
    if name == "response_format":
        return isinstance(value, dict) and value.get("type") == "text"
    return (name, value) in (("logprobs", False), ("modalities", ["text"]))


def _check_model(name: str) -> None:
    if name != MODEL:
        raise Problem(404, f"The model {name[:100]!r} does not exist; use {MODEL!r}", param="model")


def _conversation(messages: Sequence[MessageIn]) -> tuple[str, tuple[Turn, ...]]:
    """Give the last question, and the exchanges before it.

    Instructions are not for one that only quotes. Calls of tools and their results are passed over, for
    answers come from the articles alone: after a tool's result the question before it is answered.
    """
    if messages[-1].role in ("tool", "function"):
        asked_at = max((number for number, each in enumerate(messages) if each.role == "user"), default=-1)
        messages = messages[: asked_at + 1]
    # An assistant's message without content only calls a tool.
    spoken = [each for each in messages if each.role == "user" or (each.role == "assistant" and each.content)]
    if not spoken or spoken[-1].role != "user":
        raise Problem(
            400,
            "the last message must be the user's question, or a tool's result after it; ask one",
            param="messages",
        )
    texts = [_text(message) for message in spoken]
    question = texts[-1]
    if not question.strip():
        raise Problem(400, "the question is empty; write one", param="messages")
    if len(question) > LONGEST_QUESTION:
        raise Problem(
            400,
            f"the question has {len(question):,} characters; shorten it to {LONGEST_QUESTION:,} at most",
            param="messages",
        )
    pairs = zip(spoken, spoken[1:], texts, texts[1:], strict=False)
    turns = [
        Turn(question=asked[:LONGEST_QUESTION], answer=_retold(asked, answered))
        for first, second, asked, answered in pairs
        if (first.role, second.role) == ("user", "assistant") and asked.strip()
    ]
    return question, tuple(turns)


def _retold(question: str, text: str) -> Answer:
    """Make the earlier answer as far as a client that keeps only text retells it."""
    return Answer(
        id="", question=question, language="und", kind="answer", answerable=True, confidence=1.0, text=text
    )


def _text(message: MessageIn) -> str:
    if isinstance(message.content, str) or message.content is None:
        return message.content or ""
    for part in message.content:
        if part.type not in ("text", "refusal"):
            raise Problem(
                400, f"a part of type {part.type[:50]!r} cannot be read; send text", param="messages"
            )
    return "\n".join(part.text or "" for part in message.content)
