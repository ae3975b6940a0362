"""What readers asked and what came of it, kept in one SQLite file where `MUSTANAD_QUESTION_LOG` names one.

No address, no name and no session is kept: a question, the time, the outcome, the confidence, and which
articles answered. What is older than `MUSTANAD_QUESTION_LOG_DAYS` is deleted. A question that was not
answered well keeps its vector too, so that those of one meaning can be gathered.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from assistant.answer import Answer
from assistant.web.answerer import Answerer, Watch
from index.errors import MustanadError, SettingsError

DOUBTFUL = 0.5  # of the confidence, a probability: below it an answer is more likely wrong than right
FORGET_EVERY_S = 3600.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS asked (
    number INTEGER PRIMARY KEY,
    answer_id TEXT NOT NULL,
    at TEXT NOT NULL,
    question TEXT NOT NULL,
    language TEXT NOT NULL,
    outcome TEXT NOT NULL,
    confidence REAL NOT NULL,
    articles TEXT NOT NULL,
    seconds REAL NOT NULL,
    vector BLOB
);
CREATE INDEX IF NOT EXISTS asked_at ON asked (at);
"""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
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
    """The file of questions. Safe for many threads, and for several processes."""

    def __init__(self, path: Path, *, days: int) -> None:
        self.path, self._days = path, days
        self._guard = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._forget_at_s = 0.0

    def keep(self, asked: Asked) -> None:
        """Keep one question, and forget those that are too old; raises SettingsError."""
        vector = None if asked.vector is None else np.asarray(asked.vector, np.float16).tobytes()
        row = (asked.answer_id, asked.at, asked.question, asked.language, asked.outcome, asked.confidence)
        with self._open() as connection:
            connection.execute(
                "INSERT INTO asked (answer_id, at, question, language, outcome, confidence, articles,"
                " seconds, vector) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, json.dumps(asked.articles), asked.seconds, vector),
            )
            if time.monotonic() >= self._forget_at_s:
                self._forget_at_s = time.monotonic() + FORGET_EVERY_S
                connection.execute("DELETE FROM asked WHERE at < ?", (_ago(self._days),))

    def read(self, *, days: int | None = None) -> list[Asked]:
        """List the questions of the last days (None: all that are kept), oldest first."""
        if not self.path.exists():
            return []
        with self._open() as connection:
            rows = connection.execute(
                "SELECT answer_id, at, question, language, outcome, confidence, articles, seconds, vector"
                " FROM asked WHERE at >= ? ORDER BY number",
                (_ago(min(self._days, days or self._days)),),
            ).fetchall()
        return [_asked(*row) for row in rows]

    def close(self) -> None:
        """Give the file back."""
        with self._guard:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._guard:
                if self._connection is None:
                    self.path.parent.mkdir(parents=True, exist_ok=True)
                    self._connection = sqlite3.connect(self.path, timeout=10, check_same_thread=False)
                    self.path.chmod(0o600)
                    self._connection.execute("PRAGMA journal_mode = WAL")
                    self._connection.execute("PRAGMA synchronous = NORMAL")
                    self._connection.executescript(_SCHEMA)
                with self._connection:
                    yield self._connection
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise SettingsError(
                f"the file of questions {self.path} cannot be used ({error}); set MUSTANAD_QUESTION_LOG"
            ) from error


class RememberingAssistant(Watch):
    """An assistant whose questions are kept; one that cannot be kept is answered all the same."""

    def __init__(self, assistant: Answerer, kept: QuestionLog) -> None:
        self._assistant, self._kept = assistant, kept

    def behind(self) -> Answerer:
        """Give the assistant that answers."""
        return self._assistant

    def saw(self, answer: Answer, seconds: float) -> None:
        """Keep the question with how it was answered."""
        asked = Asked(
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
            self._kept.keep(asked)
        except MustanadError as error:
            log.warning("a question was not kept: %s", error)


def _asked(*row: Any) -> Asked:
    answer_id, at, question, language, outcome, confidence, articles, seconds, vector = row
    stored = None if vector is None else np.frombuffer(vector, np.float16).astype(np.float32)
    ids = tuple(json.loads(articles))
    return Asked(answer_id, at, question, language, outcome, confidence, ids, seconds, stored)


def _ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
