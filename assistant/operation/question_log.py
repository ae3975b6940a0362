"""What readers asked and what came of it, kept where `MUSTANAD_QUESTION_LOG` names a place.

No address, no name and no session is kept: a question, the time, the outcome, the confidence, and which
articles answered. What is older than `MUSTANAD_QUESTION_LOG_DAYS` is deleted. A question that was not
answered well keeps its vector too, so that those of one meaning can be gathered.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from assistant.answer import Answer
from assistant.operation.later import Later
from assistant.web.storage.database_opening import database_at
from assistant.web.work.answerer import Answerer, WatchedAnswerer
from index.errors import MustanadError

DOUBTFUL = 0.5  # of the confidence, a probability: below it an answer is more likely wrong than right
FORGET_EVERY_S = 3600.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoggedQuestion:
    """A question that was asked: `at` is ISO 8601 in UTC, `outcome` an answer's kind.

    `articles` are the ids of those that were quoted, `vector` the question's, where it was not answered well.
    """

    answer_id: str
    at: str
    question: str
    language: str
    outcome: str
    confidence: float
    articles: tuple[str, ...]
    seconds: float
    vector: np.ndarray | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether the articles did not answer it, or hardly."""
        return self.outcome == "refusal" or (self.outcome == "answer" and self.confidence < DOUBTFUL)


class QuestionLog:
    """The questions that are kept. Safe for many threads, and for several processes."""

    def __init__(self, kept_at: Path | str, *, days: int) -> None:
        self.database, self._days = database_at(kept_at, "asked"), days
        self._forget_at_s = 0.0

    def keep(self, asked: LoggedQuestion) -> None:
        """Keep one question, and forget those that are too old; raises SettingsError."""
        vector = None if asked.vector is None else np.asarray(asked.vector, np.float16).tobytes()
        row = (asked.answer_id, asked.at, asked.question, asked.language, asked.outcome, asked.confidence)
        with self.database.opened() as connection:
            connection.execute(
                "INSERT INTO asked (answer_id, at, question, language, outcome, confidence, articles,"
                " seconds, vector) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, json.dumps(asked.articles), asked.seconds, vector),
            )
            if time.monotonic() >= self._forget_at_s:
                self._forget_at_s = time.monotonic() + FORGET_EVERY_S
                connection.execute("DELETE FROM asked WHERE at < ?", (_ago(self._days),))

    def read(self, *, days: int | None = None) -> list[LoggedQuestion]:
        """List the questions of the last days (None: all that are kept), oldest first."""
        if not self.database.is_there():
            return []
        with self.database.opened() as connection:
            rows = connection.execute(
                "SELECT answer_id, at, question, language, outcome, confidence, articles, seconds, vector"
                " FROM asked WHERE at >= ? ORDER BY at, number",
                (_ago(min(self._days, days or self._days)),),
            ).fetchall()
        return [_asked(*row) for row in rows]

    def close(self) -> None:
        """Give the file back."""
        self.database.close()


class RememberingAssistant(WatchedAnswerer):
    """An assistant whose questions are kept; one that cannot be kept is answered all the same."""

    def __init__(self, assistant: Answerer, kept: QuestionLog) -> None:
        self._assistant = assistant
        shared = kept.database.is_shared
        self._keep: Callable[[LoggedQuestion], None] = (
            Later(kept.keep, what="questions").do if shared else kept.keep
        )

    def behind(self) -> Answerer:
        """Give the assistant that answers."""
        return self._assistant

    def saw(self, answer: Answer, seconds: float) -> None:
        """Keep the question with how it was answered."""
        asked = LoggedQuestion(
            answer.id,
            datetime.now(UTC).isoformat(timespec="seconds"),
            answer.question,
            answer.language,
            answer.kind,
            answer.confidence,
            tuple(dict.fromkeys(citation.source.article_id for citation in answer.citations)),
            round(seconds, 3),
        )
        try:
            if asked.is_open:
                vector = self.encoder.encode_queries([answer.searched_as or answer.question])[0]
                asked = replace(asked, vector=vector)
            self._keep(asked)
        except MustanadError as error:
            log.warning("a question was not kept: %s", error)


def _asked(*row: Any) -> LoggedQuestion:
    answer_id, at, question, language, outcome, confidence, articles, seconds, vector = row
    stored = None if vector is None else np.frombuffer(vector, np.float16).astype(np.float32)
    ids = tuple(json.loads(articles))
    return LoggedQuestion(answer_id, at, question, language, outcome, confidence, ids, seconds, stored)


def _ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
