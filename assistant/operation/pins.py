"""Pinned answers: a question that the editors answer with a quote of their choice.

A pin lies beside the questions that are kept. Whoever asks the question in the same words, signs and spaces
aside, gets the quote, marked as chosen by the editors. The quote is located in its article each time: where
the article no longer says it word for word, the assistant answers as if there were no pin.
"""

from __future__ import annotations

import logging
import re
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.answer import Answer, Citation, Delta, PeriodUse, Turn
from assistant.citations.citing import cite
from assistant.citations.location import NotLocated, locate
from assistant.citations.reasons import explain
from assistant.web.storage.database_opening import database_at
from assistant.web.work.answerer import Answerer, Relay
from assistant.words import in_marks, say
from index.articles.filters import Filters
from index.errors import ArticleError, QueryError, SettingsError
from index.text.folding import fold
from index.text.language import detect_language

EDITORS = "editors"  # the writer that an answer names
FOLLOWED_EVERY_S = 5.0  # until a pin answers on every machine
SEARCHED = 5  # passages in whose articles a quote is looked for, where its article is not named
log = logging.getLogger(__name__)
_EDGES = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True, slots=True)
class Pin:
    """A question and the quote that answers it; `at` is ISO 8601 in UTC."""

    number: int
    question: str
    article_id: str
    quote: str
    at: str


def key_of(question: str) -> str:
    """Give what two ways of writing one question share: its words, without signs, cases and spaces.

    >>> key_of("  بماذا  فازَت مدائن؟") == key_of("بماذا فازت مدائن")
    True
    """
    return " ".join(_EDGES.sub("", fold(question).text.lower()).split())


class PinBook:
    """The pins of one place. Safe for many threads and processes."""

    def __init__(self, place: Path | str) -> None:
        self.database = database_at(place, "pinned")
        self._followed: dict[str, Pin] | None = None

    def follow(self) -> None:
        """Read the pins again and again on a thread: then no answer waits for the database."""
        self._followed = {}
        threading.Thread(target=self._follow, name="pins", daemon=True).start()

    def find(self, question: str) -> Pin | None:
        """Find the pin of a question."""
        key = key_of(question)
        if self._followed is not None:
            return self._followed.get(key)
        if not key or not self.database.is_there():
            return None
        with self.database.opened() as connection:
            row = connection.execute(
                "SELECT number, question, article_id, quote, at FROM pinned WHERE key = ?", (key,)
            ).fetchone()
        return Pin(*row) if row else None

    def read(self) -> list[Pin]:
        """List the pins, newest first."""
        if not self.database.is_there():
            return []
        with self.database.opened() as connection:
            rows = connection.execute(
                "SELECT number, question, article_id, quote, at FROM pinned ORDER BY number DESC"
            ).fetchall()
        return [Pin(*row) for row in rows]

    def pin(self, question: str, quote: str, *, article_id: str, assistant: Answerer) -> Pin:
        """Keep a verified quote as the answer; QueryError where the article does not say it word for word."""
        key = key_of(question)
        if not key:
            raise QueryError("a pin needs a question; write one")
        cited = _located(quote, article_id, assistant)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self.database.opened() as connection:
            number = connection.execute(
                "INSERT INTO pinned (key, question, article_id, quote, at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET question = excluded.question,"
                " article_id = excluded.article_id, quote = excluded.quote, at = excluded.at"
                " RETURNING number",
                (key, question.strip(), cited.source.article_id, cited.quote, at),
            ).fetchone()[0]
        return Pin(int(number), question.strip(), cited.source.article_id, cited.quote, at)

    def remove(self, number: int) -> None:
        """Take a pin away; the assistant answers by itself from then on."""
        with self.database.opened() as connection:
            connection.execute("DELETE FROM pinned WHERE number = ?", (number,))

    def close(self) -> None:
        """Give the file back."""
        self.database.close()

    def _follow(self) -> None:
        is_away = False
        while True:
            try:
                self._followed, is_away = {key_of(each.question): each for each in self.read()}, False
            except SettingsError as error:  # what was read before stays
                if not is_away:
                    log.warning("the pins cannot be read: %s", error)
                is_away = True
            time.sleep(FOLLOWED_EVERY_S)


class PinningAssistant(Relay):
    """An assistant whose editors have chosen the answers of some questions."""

    def __init__(self, assistant: Answerer, pins: PinBook) -> None:
        self._assistant, self._pins = assistant, pins
        if pins.database.is_shared:
            pins.follow()

    def behind(self) -> Answerer:
        """Give the assistant that answers what is not pinned."""
        return self._assistant

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Answer:
        """Answer `question`."""
        pinned = None if filters else self._pinned(question)
        return pinned or self._assistant.ask(question, history=history, filters=filters, period=period)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Iterator[Delta | Answer]:
        """Give pieces of the answer's text, then the whole answer."""
        pinned = None if filters else self._pinned(question)
        if pinned is None:
            yield from self._assistant.stream(question, history=history, filters=filters, period=period)
            return
        yield Delta(pinned.text)
        yield pinned

    def _pinned(self, question: str) -> Answer | None:
        started = time.perf_counter()
        try:
            pin = self._pins.find(question)
        except SettingsError as error:  # the assistant answers by itself
            log.warning("the pins cannot be read: %s", error)
            return None
        if pin is None:
            return None
        citation = cited(pin, self.behind())
        if citation is None:
            return None
        language = detect_language(question)
        frame = "ar" if language == "ar" else "en"
        quote = f"{in_marks(citation.quote, frame)} [1]"
        milliseconds = round((time.perf_counter() - started) * 1000, 2)
        return Answer(
            uuid.uuid4().hex[:12],
            question,
            language,
            "answer",
            answerable=True,
            confidence=1.0,
            text=f"{say('opening.pinned', frame)}\n\n{quote}",
            citations=(citation,),
            writer=EDITORS,
            timings_ms={"total": milliseconds},
        )


def cited(pin: Pin, assistant: Answerer) -> Citation | None:
    """Give the citation of a pin; None where the article is gone or says it no longer."""
    try:
        return _located(pin.quote, pin.article_id, assistant)
    except QueryError:
        return None


def _located(quote: str, article_id: str, assistant: Answerer) -> Citation:
    ids = [article_id.strip()] if article_id.strip() else _nearest(quote, assistant)
    why = "no article says it; name the article"
    for named in ids:
        try:
            article = assistant.article(named)
        except ArticleError as error:
            raise QueryError(str(error)) from None
        location = locate(quote.strip(), article.text)
        if isinstance(location, NotLocated):
            why = explain(location.reason, "en")
            continue
        return cite(article, assistant.source(named), location.start, location.end)
    raise QueryError(f"the quote cannot be pinned: {why}")


def _nearest(quote: str, assistant: Answerer) -> list[str]:
    if not quote.strip():
        return []
    hits = assistant.search(quote.strip()[:2000], k=SEARCHED)
    return list(dict.fromkeys(hit.passage.article_id for hit in hits))
