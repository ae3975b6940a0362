"""Asking: `POST /api/ask`, one JSON answer or a stream of events."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request

from assistant.answer import Answer, Delta, Turn
from assistant.api.routes.dependencies import Service, service
from assistant.api.routes.documented import event_stream, problems
from assistant.api.routes.events import HEARTBEAT, HEARTBEAT_S, EventStream, event
from assistant.rendering import from_json, to_json
from assistant.web.guards.departures import unless_left
from assistant.web.problems import problem_event
from assistant.web.shapes.requests import AskIn, TurnIn
from assistant.web.shapes.responses import AnswerOut
from assistant.web.work.bridge import joined

router = APIRouter(tags=["questions"])
_EVENTS = 'event: delta\ndata: {"text": "جاء في"}\n\nevent: answer\ndata: {"id": "b3f0c2d19a5e"}\n\n'


@router.post(
    "/api/ask",
    response_model=AnswerOut,
    responses={
        200: {"description": "The answer", "content": event_stream(_EVENTS)},
        **problems(401, 408, 413, 415, 422, 429, 502, 503),
    },
    summary="Ask a question",
)
async def ask(
    body: AskIn,
    request: Request,
    served: Annotated[Service, Depends(service)],
    accept: Annotated[str, Header(description="`text/event-stream` for a stream of events")] = "",
) -> Any:
    """Answer in verbatim quotes.

    With `Accept: text/event-stream` the answer comes as events: `delta` (`{"text": …}`, a further piece of
    the text), then `answer` (the whole answer), or `error` (a problem). Lines that start with a colon are
    heartbeats. Close the connection to stop the work.
    """
    history = tuple(map(_turn, body.history))
    filters = body.filters.to_filters() or None
    items = served.assistant.stream(body.question, history=history, filters=filters, period=body.period)
    if "text/event-stream" in accept.lower():
        pieces = served.lanes.answers.stream(items, heartbeat_s=HEARTBEAT_S, merge=joined)
        return EventStream(_events(request, pieces))
    return to_json(await unless_left(request, served.lanes.answers.last(items)))


async def _events(
    request: Request, items: AsyncGenerator[Delta | Answer | None, None]
) -> AsyncGenerator[bytes, None]:
    try:
        async with aclosing(items):
            async for item in items:
                if item is None:
                    yield HEARTBEAT
                elif isinstance(item, Answer):
                    yield event("answer", to_json(item))
                else:
                    yield event("delta", {"text": item.text})
    except Exception as error:  # the status is sent: the error becomes the last event
        yield event("error", problem_event(request.scope, error))


def _turn(turn: TurnIn) -> Turn:
    return Turn(question=turn.question, answer=from_json(turn.answer.model_dump()))
