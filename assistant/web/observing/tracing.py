"""A trace of every question, for who runs a collector: where OTEL_EXPORTER_OTLP_ENDPOINT names one.

A question is a span, and each stage of its answer that `/metrics` times is a span in it. No attribute holds
a question, an address, an article or an error's text; the id of the answer leads to its line in the log.
Nothing of OpenTelemetry is imported where no endpoint is named. The provider is this module's own: what other
libraries would trace through the process's is none of ours to send.
"""

from __future__ import annotations

import importlib.util
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal

from assistant.answer import Answer, Delta, PeriodUse, Turn
from assistant.answering.stopwatch import listening
from assistant.web.work.answerer import Answerer, Relay
from index.articles.filters import Filters
from index.errors import SettingsError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.trace import Span, Tracer

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_PARTS = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
_NANO = 1_000_000_000
CLOSES_WITHIN_S = 2.0  # a collector that is away must not keep the server from ending
# How long the work that runs in this context stood in line, in seconds, and when that ended, in ns (epoch).
_QUEUED: ContextVar[tuple[float, int] | None] = ContextVar("queued", default=None)


def check_tracing(environment: Mapping[str, str]) -> bool:
    """Tell whether `environment` asks for traces; raises SettingsError where they cannot be had."""
    endpoint = environment.get(ENDPOINT, "").strip()
    if not endpoint:
        return False
    if not endpoint.startswith(("http://", "https://")):
        raise SettingsError(
            f"{ENDPOINT} is {endpoint!r}; name a collector's OTLP over HTTP, http://host:4318"
        )
    missing = [part for part in _PARTS if not _is_there(part)]
    if missing:
        raise SettingsError(
            f'{ENDPOINT} is set, and {missing[0]} is not installed; run: pip install "mustanad[tracing]"'
        )
    return True


def open_tracing(environment: Mapping[str, str]) -> Tracing | None:
    """Begin to trace where `environment` asks for it; raises SettingsError as `check_tracing` does."""
    return Tracing() if check_tracing(environment) else None


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # its parent is missing too
        return False


class Tracing:
    """Where spans go: in lots, from a thread of its own, to the collector that the environment names."""

    def __init__(self, processor: SpanProcessor | None = None) -> None:
        """`processor` takes the spans; without one, the exporter as OpenTelemetry's variables set it up."""
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider

        if processor is None:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.trace.export import BatchSpanProcessor

            processor = BatchSpanProcessor(OTLPSpanExporter())
        resource = Resource.create()
        if str(resource.attributes.get(SERVICE_NAME, "")).startswith("unknown_service"):
            resource = resource.merge(Resource({SERVICE_NAME: "mustanad"}))
        self._provider: TracerProvider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self.tracer: Tracer = self._provider.get_tracer("mustanad")

    def waited(self, seconds: float) -> None:
        """Keep, for the question that runs in this context, how long it stood in line till now."""
        _QUEUED.set((seconds, time.time_ns()))

    def close(self) -> None:
        """Send what is left, and end; what the collector does not take in time is lost."""
        ending = threading.Thread(target=self._provider.shutdown, name="last traces", daemon=True)
        ending.start()
        ending.join(CLOSES_WITHIN_S)


class _Question:
    """The span of one question, and of its stages as they end."""

    def __init__(self, tracer: Tracer) -> None:
        from opentelemetry import trace

        self._tracer, self._is_answered = tracer, False
        queued, now = _QUEUED.get(), time.time_ns()
        _QUEUED.set(None)  # a piece of work that asks twice stood in line once
        began = now if queued is None else queued[1] - round(queued[0] * _NANO)
        self._span: Span = tracer.start_span("question", kind=trace.SpanKind.SERVER, start_time=began)
        self._context = trace.set_span_in_context(self._span)
        if queued is not None:
            self._stage("queue", began, queued[1])

    def lap(self, stage: str, seconds: float) -> None:
        """Add a stage that ended just now."""
        ended = time.time_ns()
        self._stage(stage, ended - round(seconds * _NANO), ended)

    def _stage(self, name: str, began: int, ended: int) -> None:
        self._tracer.start_span(name, context=self._context, start_time=began).end(ended)

    def answered(self, answer: Answer) -> None:
        """Say what came of the question."""
        self._is_answered = True
        self._span.set_attributes(
            {
                "mustanad.outcome": answer.kind,
                "mustanad.answer_id": answer.id,
                "mustanad.confidence": round(answer.confidence, 3),
                "mustanad.citations": len(answer.citations),
                "mustanad.rejected": len(answer.rejected),
                "mustanad.writer": answer.writer,
            }
        )

    def missed(self, outcome: Literal["error", "left"]) -> None:
        """Say why there is no answer, if there is none; an error's text may hold the question and stays."""
        from opentelemetry.trace import StatusCode

        if self._is_answered:
            return
        self._span.set_attribute("mustanad.outcome", outcome)
        if outcome == "error":
            self._span.set_status(StatusCode.ERROR)

    def end(self) -> None:
        """End the span."""
        self._span.end()


class TracedAssistant(Relay):
    """An assistant whose questions are traced; everything else passes through."""

    def __init__(self, assistant: Answerer, tracing: Tracing) -> None:
        self._assistant, self._tracing = assistant, tracing

    def behind(self) -> Answerer:
        """Give the assistant that is traced."""
        return self._assistant

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Answer:
        """Answer `question`, traced."""
        with self._asked() as asked, listening(asked.lap):
            answer = super().ask(question, history=history, filters=filters, period=period)
            asked.answered(answer)
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Iterator[Delta | Answer]:
        """Give pieces of the answer's text, then the whole answer, traced."""
        with self._asked() as asked:
            events = super().stream(question, history=history, filters=filters, period=period)
            with listening(asked.lap):  # the watch that is made now remembers it
                event = next(events, None)
            while event is not None:
                if isinstance(event, Answer):
                    asked.answered(event)
                yield event
                event = next(events, None)

    @contextmanager
    def _asked(self) -> Iterator[_Question]:
        asked = _Question(self._tracing.tracer)
        try:
            yield asked
        except GeneratorExit:
            asked.missed("left")
            raise
        except Exception:
            asked.missed("error")
            raise
        finally:
            asked.end()
