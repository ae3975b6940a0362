"""Readers' feedback: likes and dislikes with optional comments, kept in an SQLite file or in PostgreSQL."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.web.storage.database import is_address
from assistant.web.storage.database_opening import database_at
from index.errors import QueryError
from index.text.printable import plain

VERDICTS = ("like", "dislike")
TEXT_LIMIT = 20_000  # characters kept of a question, an answer or a comment


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one reader said of one answer; `given` is an ISO 8601 time in UTC."""

    number: int
    answer_id: str
    verdict: str
    question: str
    answer: str
    comment: str
    language: str
    given: str


class FeedbackBook:
    """What was said, made when the first is recorded. Safe for many threads and processes."""

    def __init__(self, kept_at: Path | str) -> None:
        self.database = database_at(kept_at, "feedback")

    def record(
        self,
        *,
        answer_id: str,
        verdict: str,
        question: str,
        answer: str,
        comment: str = "",
        language: str = "und",
    ) -> int:
        """Keep one verdict and give its number; the same answer again changes them."""
        if verdict not in VERDICTS:
            raise QueryError(f"verdict {verdict!r} is unknown; use one of: {', '.join(VERDICTS)}")
        if not answer_id or len(answer_id) > 200:
            raise QueryError("feedback needs the id of an answer; send the answer's own")
        texts = [text[:TEXT_LIMIT] for text in (question, answer, comment)]
        given = datetime.now(UTC).isoformat(timespec="seconds")
        with self.database.opened() as connection:
            row = connection.execute(
                "INSERT INTO feedback (answer_id, verdict, question, answer, comment, language, given)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (answer_id) DO UPDATE SET"
                " comment = CASE WHEN excluded.comment = '' AND excluded.verdict = feedback.verdict"
                " THEN feedback.comment ELSE excluded.comment END,"
                " verdict = excluded.verdict, given = excluded.given"
                " RETURNING number",
                (answer_id, verdict, *texts, language[:20], given),
            ).fetchone()
        return int(row[0])

    def read(self, *, verdict: str | None = None) -> list[Feedback]:
        """List all feedback, oldest first; none when nothing was recorded yet."""
        if not self.database.is_there():
            return []
        columns = "number, answer_id, verdict, question, answer, comment, language, given"
        with self.database.opened() as connection:
            rows = connection.execute(
                f"SELECT {columns} FROM feedback"
                " WHERE CAST(? AS TEXT) IS NULL OR verdict = ? ORDER BY number",
                (verdict, verdict),
            ).fetchall()
        return [Feedback(*row) for row in rows]

    def close(self) -> None:
        """Give the file back."""
        self.database.close()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `python -m assistant feedback`."""
    parser.add_argument("--feedback", metavar="PLACE", help="file or database (default: the setting's)")
    parser.add_argument("--verdict", choices=VERDICTS, help="only likes or only dislikes")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(arguments: argparse.Namespace, *, default: str) -> int:
    """Print the feedback; return the exit status, 0 also when there is none."""
    typed: str | None = arguments.feedback  # a path that is typed starts at the folder one is in
    book = FeedbackBook(Path(typed) if typed and not is_address(typed) else typed or default)
    entries = book.read(verdict=arguments.verdict)
    book.close()
    for entry in entries:
        if arguments.json:
            print(json.dumps(asdict(entry), ensure_ascii=False))
        else:
            print(plain(_as_text(entry)))
    if not entries and not arguments.json:
        print(f"no feedback in {book.database.name}")
    return 0


def _as_text(entry: Feedback) -> str:
    sign = "+" if entry.verdict == "like" else "-"
    comment = f"\n    {entry.comment}" if entry.comment else ""
    return f"{sign} {entry.given}  {entry.question}{comment}"
