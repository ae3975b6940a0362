"""The contract between the doors and what answers: `Answerer`, and `Relay`, which hands every call on.

`assistant.assistant.Assistant` fulfils it; so do the assistant that is still opening
(`readiness.py`) and the one whose questions are counted (`observing/metrics.py`).
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from assistant.answer import Answer, Delta, PeriodUse, Source, Turn

if TYPE_CHECKING:
    from index.articles import Article
    from index.articles.filters import ArticleOrder, Filters
    from index.encoder import Encoder
    from index.engine import FormerArticle, SnapshotInfo
    from index.passages import Passage
    from index.search.hits import Hit
    from index.search.modes import Mode


class Answerer(Protocol):
    """What the interfaces and the chat ask of an assistant; any number of threads may ask at once.

    The methods are those of `assistant.assistant.Assistant` and raise what they raise; all but `is_ready` and
    `close` raise NotReady while the assistant is still opening.
    """

    @property
    @abstractmethod
    def is_ready(self) -> bool:
        """Tell whether questions are answered already."""
        ...

    @property
    @abstractmethod
    def encoder(self) -> Encoder:
        """Give the encoder of the index, with which new articles are encoded too."""
        ...

    @abstractmethod
    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Answer:
        """Answer `question`; raises QueryError when it is empty or too long."""
        ...

    @abstractmethod
    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Iterator[Delta | Answer]:
        """Give pieces of the answer's text, then the whole answer."""
        ...

    @abstractmethod
    def search(
        self, query: str, *, k: int = 10, mode: Mode = "hybrid", filters: Filters | None = None
    ) -> list[Hit]:
        """Find the best `k` passages, best first; raises QueryError."""
        ...

    @abstractmethod
    def speaks_of(self, query: str) -> bool:
        """Tell whether the passages found for `query` have a word of it, or one that means the same."""
        ...

    @abstractmethod
    def article(self, article_id: str) -> Article:
        """Give the article with this id; raises ArticleError when there is none."""
        ...

    @abstractmethod
    def articles(
        self,
        *,
        offset: int = 0,
        limit: int = 50,
        filters: Filters | None = None,
        order: ArticleOrder = "added",
    ) -> list[Article]:
        """List articles in an order: as they were added, or by date."""
        ...

    @abstractmethod
    def source(self, article_id: str) -> Source:
        """Say what is known of an article, without its text; raises ArticleError when there is none."""
        ...

    @abstractmethod
    def passages(self, article_id: str) -> list[Passage]:
        """List the passages of an article, in order; raises ArticleError when there is no such article."""
        ...

    def versions(self, article_id: str) -> list[FormerArticle]:
        """Give the former texts of an article, the last replaced first; who keeps none has none."""
        return []

    @abstractmethod
    def info(self) -> SnapshotInfo:
        """Say what the index holds; raises SnapshotError when it cannot be used."""
        ...

    @abstractmethod
    def suggestions(self, language: str) -> list[str]:
        """Make up to four questions from the articles, in Arabic or (any other language) English."""
        ...

    @abstractmethod
    def close(self) -> None:
        """Give back files and memory."""
        ...


class Relay(Answerer):
    """An answerer that hands every call on to the one that `behind` gives; its children change a few."""

    @abstractmethod
    def behind(self) -> Answerer:
        """Give the answerer that does the work."""
        ...

    @property
    def is_ready(self) -> bool:
        """Tell whether questions are answered already."""
        return self.behind().is_ready

    @property
    def encoder(self) -> Encoder:
        """Give the encoder of the index."""
        return self.behind().encoder

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Answer:
        """Answer `question`."""
        return self.behind().ask(question, history=history, filters=filters, period=period)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Iterator[Delta | Answer]:
        """Give pieces of the answer's text, then the whole answer."""
        return self.behind().stream(question, history=history, filters=filters, period=period)

    def search(
        self, query: str, *, k: int = 10, mode: Mode = "hybrid", filters: Filters | None = None
    ) -> list[Hit]:
        """Find the best `k` passages, best first."""
        return self.behind().search(query, k=k, mode=mode, filters=filters)

    def speaks_of(self, query: str) -> bool:
        """Tell whether the passages found for `query` have a word of it, or one that means the same."""
        return self.behind().speaks_of(query)

    def article(self, article_id: str) -> Article:
        """Give the article with this id."""
        return self.behind().article(article_id)

    def articles(
        self,
        *,
        offset: int = 0,
        limit: int = 50,
        filters: Filters | None = None,
        order: ArticleOrder = "added",
    ) -> list[Article]:
        """List articles in an order: as they were added, or by date."""
        return self.behind().articles(offset=offset, limit=limit, filters=filters, order=order)

    def source(self, article_id: str) -> Source:
        """Say what is known of an article, without its text."""
        return self.behind().source(article_id)

    def passages(self, article_id: str) -> list[Passage]:
        """List the passages of an article, in order."""
        return self.behind().passages(article_id)

    def versions(self, article_id: str) -> list[FormerArticle]:
        """Give the former texts of an article that are kept."""
        return self.behind().versions(article_id)

    def info(self) -> SnapshotInfo:
        """Say what the index holds."""
        return self.behind().info()

    def suggestions(self, language: str) -> list[str]:
        """Make up to four questions from the articles."""
        return self.behind().suggestions(language)

    def close(self) -> None:
        """Give back files and memory."""
        self.behind().close()


class WatchedAnswerer(Relay):
    """A relay that sees how every question ends, asked whole or in pieces."""

    @abstractmethod
    def saw(self, answer: Answer, seconds: float) -> None:
        """Look at an answer, before its reader has it, and the time it took."""
        ...

    def missed(self, outcome: Literal["error", "left"]) -> None:
        """Look at a question without an answer: an error, or its reader left before."""
        return

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Answer:
        """Answer `question`, seen."""
        started = time.perf_counter()
        try:
            answer = self.behind().ask(question, history=history, filters=filters, period=period)
        except Exception:
            self.missed("error")
            raise
        self.saw(answer, time.perf_counter() - started)
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Iterator[Delta | Answer]:
        """Give pieces of the answer's text, then the whole answer, seen."""
        started = time.perf_counter()
        outcome: Literal["answered", "error", "left"] = "left"
        try:
            for event in self.behind().stream(question, history=history, filters=filters, period=period):
                if isinstance(event, Answer):
                    outcome = "answered"
                    self.saw(event, time.perf_counter() - started)
                yield event
        except Exception:
            outcome = "error"
            raise
        finally:
            if outcome != "answered":
                self.missed(outcome)
