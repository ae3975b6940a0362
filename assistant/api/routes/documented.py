"""How answers are documented: the errors a route may give, and their shape."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from assistant.web.problems import MEDIA_TYPE
from assistant.web.shapes.responses import OpenAIErrorOut, ProblemOut

ABOUT = {
    400: "The request cannot be understood, or asks for what is not offered here",
    401: "A reader's key, or the token for writing, is needed",
    404: "There is no such article",
    409: "Another process is writing to the index; try again",
    408: "The request's body did not come in time",
    413: "The request is too large",
    415: "The request's body is in an encoding; send it as it is",
    421: "The server does not answer to the name in `Host`",
    422: "The request cannot be understood; `errors` says which part",
    429: "Too many questions from this address or page; `Retry-After` says when to try again",
    502: "The language model's endpoint failed",
    503: "The assistant is still opening, or its index cannot be used",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Make the `responses` of a route that may answer with these problems."""
    schema = {"$ref": f"#/components/schemas/{ProblemOut.__name__}"}
    return {
        status: {
            "description": ABOUT.get(status, HTTPStatus(status).phrase),
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


def openai_errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Make the same for the routes under /v1, whose errors have OpenAI's shape."""
    return {
        status: {"description": ABOUT.get(status, HTTPStatus(status).phrase), "model": OpenAIErrorOut}
        for status in statuses
    }


def event_stream(example: str) -> dict[str, Any]:
    """Make the content of a 200 that may be a stream: the schema is that of each event."""
    schema = {
        "type": "object",
        "description": "one event; `data` is JSON",
        "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
        "required": ["data"],
    }
    return {"text/event-stream": {"schema": schema, "example": example}}
