"""For those who run it: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from assistant.api.routes.dependencies import Service, service
from assistant.api.routes.documented import problems
from assistant.web.observing.metrics import CONTENT_TYPE
from assistant.web.problems import Problem
from assistant.web.shapes.responses import HealthOut

router = APIRouter(tags=["operation"])


@router.get("/healthz", response_model=HealthOut, summary="Does the process live?")
async def healthz() -> Any:
    """Say `ok` while the process answers."""
    return {"status": "ok"}


@router.get("/readyz", response_model=HealthOut, responses=problems(503), summary="Does it answer questions?")
async def readyz(served: Annotated[Service, Depends(service)]) -> Any:
    """Answer 503 while the model and the index are opening, or it cannot be read, and before the end."""
    if served.lanes.is_closing:
        raise Problem(503, "the server is being stopped")
    await served.lanes.check(served.assistant.info)
    return {"status": "ready"}


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **problems(401, 503)},
    summary="Measurements for Prometheus",
)
async def metrics(served: Annotated[Service, Depends(service)]) -> Response:
    """Give counts and times in Prometheus' text format; no questions, addresses or articles."""
    body = await served.lanes.check(partial(served.metrics.text, served.assistant))
    return Response(body, headers={"Content-Type": CONTENT_TYPE})
