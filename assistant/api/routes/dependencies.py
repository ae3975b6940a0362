"""What the routes share: the assistant that answers, the settings, and the measurements."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from assistant.settings import Settings
from assistant.web.observing.metrics import Metrics
from assistant.web.work.answerer import Answerer
from assistant.web.work.lanes import Lanes


@dataclass(frozen=True, slots=True)
class Service:
    """One application's parts."""

    assistant: Answerer
    settings: Settings
    metrics: Metrics
    lanes: Lanes


def service(request: Request) -> Service:
    """Give the parts of the application that serves `request`."""
    service: Service = request.app.state.service
    return service
