"""What is counted and timed, as Prometheus reads it, and the assistant that does the counting.

No label holds a question, an address or an article.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from assistant.answer import Answer, Delta, PeriodUse, Turn
from assistant.web.answerer import Answerer, Relay
from index.articles.filters import Filters

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
# Bounds of the histograms' buckets, in seconds: from a question answered by small talk to a slow model's.
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The measurements of one application."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self.requests = Counter(
            "mustanad_requests", "Requests answered", ("method", "route", "status"), registry=registry
        )
        self.request_seconds = Histogram(
            "mustanad_request_seconds", "Seconds until a request was answered whole", ("route",),
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self.questions = Counter(
            "mustanad_questions", "Questions by what came of them", ("outcome",), registry=registry
        )
        self.question_seconds = Histogram(
            "mustanad_question_seconds", "Seconds until an answer was whole", buckets=_SECONDS,
            registry=registry,
        )  # fmt: skip
        self.citations = Counter(
            "mustanad_citations",
            "Quotes located, and claimed quotes rejected",
            ("outcome",),
            registry=registry,
        )
        self.limited = Counter("mustanad_limited", "Questions refused by a limit", registry=registry)
        self.ready = Gauge("mustanad_ready", "1 when questions are answered", registry=registry)
        self.articles = Gauge("mustanad_articles", "Articles in the index", registry=registry)
        self.passages = Gauge("mustanad_passages", "Passages in the index", registry=registry)
        self.generation = Gauge("mustanad_generation", "Generation of the index", registry=registry)

    def text(self, assistant: Answerer) -> bytes:
        """Give everything in Prometheus' text format, with what `assistant` says of its index now."""
        self.ready.set(int(assistant.is_ready))
        if assistant.is_ready:
            info = assistant.info()
            self.articles.set(info.articles)
            self.passages.set(info.passages)
            self.generation.set(info.generation)
        return generate_latest(self._registry)

    def answered(self, answer: Answer, seconds: float) -> None:
        """Count one answer, which took `seconds`."""
        self.questions.labels(answer.kind).inc()
        self.question_seconds.observe(seconds)
        self.citations.labels("located").inc(len(answer.citations))
        self.citations.labels("rejected").inc(len(answer.rejected))


class MeasuredAssistant(Relay):
    """An assistant whose questions are counted and timed; everything else passes through."""

    def __init__(self, assistant: Answerer, metrics: Metrics) -> None:
        self._assistant, self._metrics = assistant, metrics

    def behind(self) -> Answerer:
        """Give the assistant that is measured."""
        return self._assistant

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Answer:
        """Answer `question`, and count and time the answer."""
        started = time.perf_counter()
        try:
            answer = self._assistant.ask(question, history=history, filters=filters, period=period)
        except Exception:
            self._metrics.questions.labels("error").inc()
            raise
        self._metrics.answered(answer, time.perf_counter() - started)
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Iterator[Delta | Answer]:
        """Give pieces of the answer's text, then the whole answer, which is counted and timed."""
        started = time.perf_counter()
        outcome = "left"
        try:
            for event in self._assistant.stream(question, history=history, filters=filters, period=period):
                if isinstance(event, Answer):
                    outcome = "answered"
                    self._metrics.answered(event, time.perf_counter() - started)
                yield event
        except Exception:
            outcome = "error"
            raise
        finally:
            if outcome != "answered":
                self._metrics.questions.labels(outcome).inc()
