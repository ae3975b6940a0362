"""What is counted and timed, as Prometheus reads it, and the assistant that does the counting.

No label holds a question, an address or an article. Several processes that serve one port add theirs up:
prometheus_client writes them into the folder that `PROMETHEUS_MULTIPROC_DIR` names, which
`assistant/api/serving/workers.py` sets.
"""

from __future__ import annotations

import os
from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

from assistant.answer import Answer
from assistant.web.observing.log_lines import write_line
from assistant.web.work.answerer import Answerer, WatchedAnswerer

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# Bounds of the histograms' buckets, in seconds: from a question answered by small talk to a slow model's.
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_STAGE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)


class Metrics:
    """The measurements of one application."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()

        def counter(name: str, about: str, *labels: str) -> Counter:
            return Counter(f"mustanad_{name}", about, labels, registry=registry)

        def histogram(name: str, about: str, bounds: Sequence[float], *labels: str) -> Histogram:
            return Histogram(f"mustanad_{name}", about, labels, buckets=bounds, registry=registry)

        def gauge(name: str, about: str) -> Gauge:
            return Gauge(f"mustanad_{name}", about, registry=registry, multiprocess_mode="livemax")

        self.requests = counter("requests", "Requests answered", "method", "route", "status")
        self.request_seconds = histogram(
            "request_seconds", "Seconds until a request was answered whole", _SECONDS, "route"
        )
        self.questions = counter("questions", "Questions by what came of them", "outcome")
        self.question_seconds = histogram("question_seconds", "Seconds until an answer was whole", _SECONDS)
        self.stage_seconds = histogram(
            "stage_seconds", "Seconds of each stage of an answer", _STAGE_SECONDS, "stage"
        )
        self.queue_seconds = histogram(
            "queue_seconds", "Seconds that work waited for its turn", _STAGE_SECONDS, "kind"
        )
        self.refused = counter("refused", "Work refused because there was too much of it", "kind", "cause")
        self.encoded = counter("encoded_questions", "Questions by how many were encoded together", "together")
        self.citations = counter("citations", "Quotes located, and claimed quotes rejected", "outcome")
        self.written = counter("written_answers", "Answers by who put them into words", "writer")
        self.model_words = counter("model_words", "Words that the language model wrote")
        self.limited = counter("limited", "Questions refused by a limit")
        self.ready = gauge("ready", "1 when questions are answered")
        self.articles = gauge("articles", "Articles in the index")
        self.passages = gauge("passages", "Passages in the index")
        self.generation = gauge("generation", "Generation of the index")
        self._gathered: Tally[int] = Tally()

    def text(self, assistant: Answerer) -> bytes:
        """Give everything in Prometheus' text format, with what `assistant` says of its index now."""
        self.ready.set(int(assistant.is_ready))
        if assistant.is_ready:
            info = assistant.info()
            self.articles.set(info.articles)
            self.passages.set(info.passages)
            self.generation.set(info.generation)
            self._gather(getattr(assistant.encoder, "gathered", {}))
        if SHARED_FOLDER not in os.environ:
            return generate_latest(self._registry)
        every_process = CollectorRegistry()
        MultiProcessCollector(every_process)  # type: ignore[no-untyped-call]
        return generate_latest(every_process)

    def answered(self, answer: Answer, seconds: float) -> None:
        """Count one answer, which took `seconds`."""
        self.questions.labels(answer.kind).inc()
        self.question_seconds.observe(seconds)
        self.citations.labels("located").inc(len(answer.citations))
        self.citations.labels("rejected").inc(len(answer.rejected))
        # What a model could not write is put in quotes, with a notice.
        self.written.labels("quotes instead of llm" if answer.notices else answer.writer).inc()
        if answer.writer == "llm":
            self.model_words.inc(len(answer.text.split()))
        for stage, milliseconds in answer.timings_ms.items():
            if stage != "total":
                self.stage_seconds.labels(stage).observe(milliseconds / 1000)

    def waited(self, kind: str, seconds: float) -> None:
        """Time how long work of `kind` waited for its turn."""
        self.queue_seconds.labels(kind).observe(seconds)

    def refuse(self, kind: str, cause: str) -> None:
        """Count work of `kind` that was refused: `full`, or it would have come `late`."""
        self.refused.labels(kind, cause).inc()

    def _gather(self, gathered: Mapping[int, int]) -> None:
        """Count the questions encoded since the last look, by how many were encoded together."""
        for together, lots in dict(gathered).items():
            self.encoded.labels(str(together)).inc(together * (lots - self._gathered[together]))
            self._gathered[together] = lots


class MeasuredAssistant(WatchedAnswerer):
    """An assistant whose questions are counted and timed; everything else passes through."""

    def __init__(self, assistant: Answerer, metrics: Metrics, log: str = "errors") -> None:
        """`log` is the setting: "requests" writes a line an answer, "questions" its question too."""
        self._assistant, self._metrics, self._log = assistant, metrics, log

    def behind(self) -> Answerer:
        """Give the assistant that is measured."""
        return self._assistant

    def missed(self, outcome: Literal["error", "left"]) -> None:
        """Count a question that has no answer."""
        self._metrics.questions.labels(outcome).inc()

    def saw(self, answer: Answer, seconds: float) -> None:
        """Count and time an answer, and write its line."""
        self._metrics.answered(answer, seconds)
        if self._log != "errors":
            asked = {"question": answer.question} if self._log == "questions" else {}
            write_line(
                "answer",
                answer_id=answer.id,
                outcome=answer.kind,
                confidence=round(answer.confidence, 3),
                citations=len(answer.citations),
                rejected=len(answer.rejected),
                writer=answer.writer,
                milliseconds=dict(answer.timings_ms),
                **asked,
            )
