"""One question on its way to its answer."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field

from assistant.answer import Answer
from index.errors import QueryError
from index.search.hits import Hit
from index.text.language import detect_language

LONGEST_QUESTION = 2_000  # code points


@dataclass(slots=True)
class Asking:
    """One question on its way to its answer."""

    question: str
    language: str
    searched: str
    started: float
    timings: dict[str, float] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)

    def lap(self, name: str, since: float) -> None:
        """Notes the milliseconds since `since` (of `time.perf_counter`)."""
        self.timings[name] = round((time.perf_counter() - since) * 1000, 2)

    def answer(self, **parts: object) -> Answer:
        """The answer: what is known of the question, and `parts`."""
        self.lap("total", self.started)
        common = {
            "id": uuid.uuid4().hex[:12],
            "question": self.question,
            "language": self.language,
            "hits": tuple(self.hits),
            "searched_as": self.searched if self.searched != self.question else None,
            "notices": tuple(self.notices),
            "timings_ms": dict(self.timings),
        }
        return Answer(**{**common, **parts})


def begin(question: str) -> Asking:
    """A question to be answered; raises QueryError when it is empty or too long."""
    started = time.perf_counter()
    if not question.strip():
        raise QueryError("the question is empty; write a question")
    if len(question) > LONGEST_QUESTION:
        raise QueryError(
            f"the question has {len(question):,} characters; shorten it to {LONGEST_QUESTION:,} at most"
        )
    question = question.encode("utf-8", "replace").decode("utf-8").strip()
    return Asking(question, detect_language(question), question, started)
