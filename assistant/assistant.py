"""The assistant: a question in, an answer out; what the chat, the HTTP interface and the command line use.

question -> small talk? -> made to stand alone -> passages -> written -> Answer
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import Answer, Source, Turn
from assistant.answering.found import Found, found_by, source_of
from assistant.answering.kinds import summary_topic, topic_of
from assistant.answering.small_talk import reply, small_talk
from assistant.answering.wording import frame_language, no_articles, refusal, which_article
from assistant.asking import LONGEST_QUESTION, Asking, begin
from assistant.settings import Settings, from_root
from index.articles import Article
from index.commands.environment import named_encoder
from index.errors import ArticleError, SnapshotMissing, WriterError
from index.filters import Filters
from index.hits import Hit
from index.passages import Passage

if TYPE_CHECKING:
    from assistant.llm import LLMWriter
    from index.encoder import Encoder
    from index.reranker import Reranker
    from index.searcher import Mode, Searcher, SnapshotInfo

HITS = 10
NEAREST = 3
PIECE = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Delta:
    """A further piece of `Answer.text`."""

    text: str


class Assistant:
    """Answers from one index, always from its newest generation. Safe for any number of threads."""

    def __init__(
        self,
        index_dir: str | Path,
        *,
        encoder: Encoder,
        llm: LLMWriter | None = None,
        reranker: Reranker | None = None,
    ):
        from index.live import LiveSearcher

        self._live = LiveSearcher(index_dir, encoder=encoder)
        self._llm = llm
        self._reranker = reranker
        self.encoder = encoder

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives back files and memory."""
        self._live.close()

    def ask(self, question: str, *, history: Sequence[Turn] = (), filters: Filters | None = None) -> Answer:
        """The answer to `question`; raises QueryError when it is empty or too long."""
        for event in self.stream(question, history=history, filters=filters):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with its answer")

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Iterator[Delta | Answer]:
        """Pieces of the answer's text, then the whole answer.

        The pieces joined are the answer's text, unless a language model failed after its first words: the
        answer then has the quoting writer's text, which stands in its place.
        """
        asking = begin(question)
        talk = small_talk(question)
        if talk is not None:
            text = reply(talk, question, language=frame_language(asking.language))
            yield from _pieces(text)
            yield asking.answer(
                kind="small_talk", answerable=False, confidence=0.0, text=text, searched_as=None
            )
            return
        self._make_standalone(asking, history)
        with self._live.lease() as searcher:
            yield from self._answered(asking, searcher, history, filters)

    def search(
        self, query: str, *, k: int = 10, mode: Mode = "hybrid", filters: Filters | None = None
    ) -> list[Hit]:
        """The best `k` passages, best first; raises QueryError."""
        with self._live.lease() as searcher:
            if self._reranker is not None:
                from index.reranker import RerankingSearcher

                searcher = RerankingSearcher(searcher, self._reranker)
            return searcher.search(query, k=k, mode=mode, filters=filters)

    def article(self, article_id: str) -> Article:
        """The article with this id; raises ArticleError when there is none."""
        with self._live.lease() as searcher:
            return searcher.article(article_id)

    def articles(self, *, offset: int = 0, limit: int = 50, filters: Filters | None = None) -> list[Article]:
        """Articles in the order they were added."""
        with self._live.lease() as searcher:
            return searcher.articles(offset=offset, limit=limit, filters=filters)

    def source(self, article_id: str) -> Source:
        """What is known of an article, without its text; raises ArticleError when there is none."""
        return source_of(self.article(article_id))

    def passages(self, article_id: str) -> list[Passage]:
        """The passages of an article, in order; raises ArticleError when there is no such article."""
        with self._live.lease() as searcher:
            return searcher.passages(article_id)

    def info(self) -> SnapshotInfo:
        """What the index holds; raises SnapshotMissing while its folder is away."""
        self._live.check()
        with self._live.lease() as searcher:
            return searcher.info()

    def suggestions(self, language: str) -> list[str]:
        """Up to four questions, made from the articles, in Arabic or (any other language) English."""
        from assistant.suggestions import suggested_questions

        with self._live.lease() as searcher:
            return suggested_questions(searcher, language=frame_language(language))

    # Answering

    def _find(self, asking: Asking, searcher: Searcher, filters: Filters | None) -> None:
        started = time.perf_counter()
        query = topic_of(asking.searched) or asking.searched
        if self._reranker is None:
            asking.hits = searcher.search(query, k=HITS, filters=filters)
            asking.lap("search", started)
            return
        from index.reranker import RERANKED, RerankingSearcher

        hits = searcher.search(query, k=RERANKED, filters=filters)
        asking.lap("search", started)
        started = time.perf_counter()
        asking.hits = RerankingSearcher(searcher, self._reranker).reranked(query, hits)[:HITS]
        asking.lap("rerank", started)

    def _make_standalone(self, asking: Asking, history: Sequence[Turn]) -> None:
        from assistant.conversation import standalone

        started = time.perf_counter()
        if history:
            model = self._llm.model if self._llm else None
            asking.searched = standalone(asking.question, history, model=model)[:LONGEST_QUESTION]
        asking.lap("conversation", started)

    def _answered(
        self, asking: Asking, searcher: Searcher, history: Sequence[Turn], filters: Filters | None
    ) -> Iterator[Delta | Answer]:
        self._find(asking, searcher, filters)
        if not asking.hits:
            yield from _told(self._refused(asking, searcher, 0.0))
            return
        topic = summary_topic(asking.question)
        if topic is None:
            topic = summary_topic(asking.searched)
        if topic is not None:
            yield from _told(self._summarised(asking, searcher, history, topic))
            return
        found = found_by(searcher, asking.hits)
        if self._llm is None:
            yield from _told(self._quoted(asking, searcher, found))
            return
        try:
            yield from self._written(asking, searcher, found)
        except WriterError:
            from assistant.llm import FALLBACK_NOTICE

            asking.notices.append(FALLBACK_NOTICE[frame_language(asking.language)])
            yield self._quoted(asking, searcher, found)

    def _quoted(self, asking: Asking, searcher: Searcher, found: Sequence[Found]) -> Answer:
        from assistant.answering.writer import QuotingWriter

        started = time.perf_counter()
        writer = QuotingWriter(searcher)
        written = writer.write(asking.searched, found, language=asking.language)
        asking.lap("answer", started)
        if not written.answerable:
            return self._refused(asking, searcher, written.confidence)
        return asking.answer(
            kind="answer",
            answerable=True,
            confidence=written.confidence,
            text=written.text,
            citations=written.citations,
        )

    def _written(
        self, asking: Asking, searcher: Searcher, found: Sequence[Found]
    ) -> Iterator[Delta | Answer]:
        """A language model's answer, after the quoting writer's judgement whether there is one."""
        from assistant.answering.writer import QuotingWriter
        from assistant.llm import Evidence

        started = time.perf_counter()
        judged = QuotingWriter(searcher).write(asking.searched, found, language=asking.language)
        if not judged.answerable:
            yield from _told(self._refused(asking, searcher, judged.confidence))
            return
        evidence = [Evidence(each.source, each.passage, each.text, each.twins) for each in found]
        written = None
        for event in self._llm.write(asking.searched, evidence, language=asking.language):
            if isinstance(event, str):
                yield Delta(event)
            else:
                written = event
        asking.lap("answer", started)
        if written is None or not written.found:
            yield from _told(self._refused(asking, searcher, judged.confidence))
            return
        yield asking.answer(
            kind="answer",
            answerable=True,
            confidence=judged.confidence,
            text=written.text,
            citations=written.citations,
            rejected=written.rejected,
            unsupported=written.unsupported,
            writer="llm",
        )

    def _summarised(self, asking: Asking, searcher: Searcher, history: Sequence[Turn], topic: str) -> Answer:
        """The key sentences of the article that the question points at or names; a refusal without one."""
        from assistant.answering.summary import key_sentences, named
        from assistant.answering.units import LONG_SENTENCE
        from assistant.answering.wording import quoted
        from assistant.citations import number

        started = time.perf_counter()
        if topic:
            found = found_by(searcher, asking.hits)
            article_id, confidence = named(searcher, asking.searched, topic, found, language=asking.language)
        else:
            article_id, confidence = _cited_last(searcher, history)
        if article_id is None:
            return self._refused(asking, searcher, confidence, pointing=not topic)
        article = searcher.article(article_id)
        source = source_of(article)
        passages = searcher.passages(article.article_id)
        quotations = key_sentences(source, article.text, passages, encoder=searcher.encoder)
        citations = number(quotations, longest=LONG_SENTENCE).citations
        text = quoted(citations, language=asking.language, opening="summary", title=source.title)
        asking.lap("answer", started)
        return asking.answer(
            kind="answer", answerable=True, confidence=confidence, text=text, citations=citations
        )

    def _refused(
        self, asking: Asking, searcher: Searcher, confidence: float, *, pointing: bool = False
    ) -> Answer:
        """That the articles do not say; with `pointing`, that nothing says which article is meant."""
        if pointing:
            text = which_article(language=asking.language)
            return asking.answer(kind="refusal", answerable=False, confidence=confidence, text=text)
        ids = list(dict.fromkeys(hit.passage.article_id for hit in asking.hits))[:NEAREST]
        nearest = tuple(source_of(searcher.article(article_id)) for article_id in ids)
        empty = not asking.hits and searcher.info().articles == 0
        text = no_articles(language=asking.language) if empty else refusal(nearest, language=asking.language)
        return asking.answer(
            kind="refusal", answerable=False, confidence=confidence, text=text, nearest=nearest
        )


def open_assistant(
    index: str | Path | None = None,
    *,
    articles: str | Path | None = None,
    encoder: str | Encoder | None = None,
    settings: Settings | None = None,
) -> Assistant:
    """Opens the assistant over an index; builds the index from `articles` when there is none.

    What is not given comes from `settings`, by default those of the environment. Relative paths of the
    settings start at the project's folder. Raises MustanadError in one of its kinds.
    """
    from assistant.llm import open_writer
    from index.encoder import load_encoder

    settings = settings or Settings.from_environment(os.environ)
    folder = Path(index) if index is not None else from_root(settings.index)
    wanted = encoder if encoder is not None else named_encoder(settings.encoder)
    loaded = load_encoder(wanted) if wanted is None or isinstance(wanted, str) else wanted
    reranker = _reranker_of(settings)
    try:
        return Assistant(folder, encoder=loaded, llm=open_writer(settings), reranker=reranker)
    except SnapshotMissing:
        from index.build import build

        paths = [articles] if articles is not None else [from_root(settings.articles)]
        build(paths, folder, encoder=loaded)
        return Assistant(folder, encoder=loaded, llm=open_writer(settings), reranker=reranker)


def _reranker_of(settings: Settings) -> Reranker | None:
    if settings.reranker is None:
        return None
    from index.reranker import load_reranker

    return load_reranker(settings.reranker)


def _pieces(text: str) -> Iterator[Delta]:
    for found in PIECE.finditer(text):
        yield Delta(found.group())


def _told(answer: Answer) -> Iterator[Delta | Answer]:
    yield from _pieces(answer.text)
    yield answer


def _cited_last(searcher: Searcher, history: Sequence[Turn]) -> tuple[str | None, float]:
    """The article that the conversation cited last, and how sure that answer was of it.

    None when it cited none, or one that is no longer here.
    """
    turn = next((turn for turn in reversed(history) if turn.answer.citations), None)
    if turn is None:
        return None, 0.0
    try:
        article = searcher.article(turn.answer.citations[0].source.article_id)
    except ArticleError:
        return None, 0.0
    return article.article_id, min(1.0, max(0.0, turn.answer.confidence))
