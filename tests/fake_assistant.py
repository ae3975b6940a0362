"""A small real assistant over articles in memory: overlap of words instead of a model, the same promises.

It quotes slices of its articles, refuses when nothing overlaps, streams in pieces and can be slow on purpose.
"""

from __future__ import annotations

import re
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.answer import Answer, Citation, Delta, PeriodUse, Source, Turn
from assistant.computing.turns import aside
from assistant.web.work.answerer import Answerer
from index.articles.article import Article
from index.articles.filters import ArticleOrder, Filters
from index.encoder import Encoder, HashingEncoder
from index.engine import SnapshotInfo
from index.errors import ArticleError, QueryError
from index.passages import Passage
from index.search.hits import Hit
from index.search.modes import Mode

_WORD = re.compile(r"\w{3,}")
_SENTENCE = re.compile(r"[^\n.؟?!]+[.؟?!]?")


class FakeAssistant(Answerer):
    """Answers from `articles`; waits `pause_s` before each piece of a streamed answer."""

    def __init__(
        self, articles: Sequence[Article], *, pause_s: float = 0.0, fail_on: str | None = None
    ) -> None:
        self._articles = {article.article_id: article for article in articles}
        self._pause_s = pause_s
        self._fail_on = fail_on
        self.streams = {"begun": 0, "finished": 0, "left": 0}

    @property
    def is_ready(self) -> bool:
        return True

    @property
    def encoder(self) -> Encoder:
        return HashingEncoder()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Answer:
        return [*self.stream(question, history=history, filters=filters, period=period)][-1]

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        period: PeriodUse = "on",
    ) -> Iterator[Delta | Answer]:
        if not question.strip():
            raise QueryError("the question is empty; type one")
        if self._fail_on and self._fail_on in question:
            raise RuntimeError(f"told to fail on {self._fail_on!r}")
        hits = [hit for hit in self.search(question, k=3, filters=filters) if hit.score >= 2]
        answer = self._answer(question, hits)
        self.streams["begun"] += 1
        try:
            for piece in re.findall(r"\S+\s*", answer.text):
                if self._pause_s:
                    with aside():  # as one waits for a language model
                        time.sleep(self._pause_s)
                yield Delta(piece)
            yield answer
            self.streams["finished"] += 1
        except GeneratorExit:
            self.streams["left"] += 1
            raise

    def _answer(self, question: str, hits: Sequence[Hit]) -> Answer:
        language = "ar" if re.search(r"[\u0600-\u06ff]", question) else "en"
        common = {"id": uuid.uuid4().hex[:12], "question": question, "language": language}
        if not hits:
            text = "لا تذكر المقالات ذلك." if language == "ar" else "The articles do not say."
            nearest = tuple(self.source(article_id) for article_id in list(self._articles)[:2])
            return Answer(
                **common, kind="refusal", answerable=False, confidence=0.1, text=text, nearest=nearest
            )
        citations = tuple(
            self._citation(marker, hit.passage, question) for marker, hit in enumerate(hits, start=1)
        )
        frame = "جاء في {}:" if language == "ar" else "According to {}:"
        text = "\n\n".join(
            f"{frame.format(each.source.title)} «{each.quote}» [{each.marker}]" for each in citations
        )
        return Answer(
            **common,
            kind="answer",
            answerable=True,
            confidence=0.9,
            text=text,
            citations=citations,
            hits=tuple(hits),
        )

    def _citation(self, marker: int, passage: Passage, question: str) -> Citation:
        wanted = set(_WORD.findall(question))
        spans = [match.span() for match in _SENTENCE.finditer(passage.text) if match.group().strip()]
        start, end = max(spans, key=lambda span: len(wanted & set(_WORD.findall(passage.text[slice(*span)]))))
        sentence = passage.text[start:end]
        start += len(sentence) - len(sentence.lstrip())
        quote = sentence.strip()
        return Citation(
            marker=marker,
            source=self.source(passage.article_id),
            passage_id=passage.passage_id,
            start=passage.start + start,
            end=passage.start + start + len(quote),
            quote=quote,
            passage_start=passage.start,
            passage_end=passage.end,
        )

    def search(
        self, query: str, *, k: int = 10, mode: Mode = "hybrid", filters: Filters | None = None
    ) -> list[Hit]:
        wanted = set(_WORD.findall(query))
        scored = [
            (len(wanted & set(_WORD.findall(passage.text))), passage)
            for article in self._articles.values()
            if _passes(article, filters)
            for passage in self.passages(article.article_id)
        ]
        best = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])[:k]
        return [
            Hit(passage=passage, score=float(score), rank=rank, sparse=float(score))
            for rank, (score, passage) in enumerate(best, start=1)
        ]

    def speaks_of(self, query: str) -> bool:
        return bool(self.search(query, k=1))

    def article(self, article_id: str) -> Article:
        try:
            return self._articles[article_id]
        except KeyError:
            raise ArticleError(f"no article {article_id!r}; list them with: index info") from None

    def articles(
        self,
        *,
        offset: int = 0,
        limit: int = 50,
        filters: Filters | None = None,
        order: ArticleOrder = "added",
    ) -> list[Article]:
        passing = [article for article in self._articles.values() if _passes(article, filters)]
        if order != "added":
            passing.sort(key=lambda article: article.published or "", reverse=order == "newest")
            passing.sort(key=lambda article: not article.published)
        return passing[offset : offset + limit]

    def source(self, article_id: str) -> Source:
        article = self.article(article_id)
        return Source(
            article_id=article_id,
            title=article.title,
            url=article.url,
            source=article.source,
            author=article.author,
            published=article.published,
            language=article.language,
        )

    def passages(self, article_id: str) -> list[Passage]:
        text = self.article(article_id).text
        spans = [match.span() for match in re.finditer(r"[^\n]{20,}", text)]
        return [
            Passage(f"{article_id}#{start}-{end}", article_id, start, end, text[start:end])
            for start, end in spans
        ]

    def info(self) -> SnapshotInfo:
        articles = self._articles.values()
        return SnapshotInfo(
            articles=len(articles),
            passages=sum(len(self.passages(article.article_id)) for article in articles),
            languages=Counter(article.language for article in articles),
            sources=Counter(article.source for article in articles if article.source),
            dates=Counter(article.published[:7] for article in articles if article.published),
            updated="2026-11-22T20:00:00+00:00",
            encoder="overlap of words",
            dimension=0,
            generation=1,
            dense="none",
            words=False,
            segments=1,
            deleted_passages=0,
            bytes=0,
        )

    def suggestions(self, language: str) -> list[str]:
        if not self._articles:
            return []
        asked = {
            "ar": [
                "بأي جائزة تُوِّجت المؤسسة العامة للمناطق الصناعية مدائن؟",
                "كم مشروعًا تنافس في مسابقة Seoul Smart City Prize؟",
                "متى يبدأ تنفيذ مشروع مدينة العقبة الذكية؟",
                "أين تُعقد قمة المدن الذكية في نسختها الخامسة؟",
            ],
            "en": [
                "Which award did the Madayn project win in Shanghai?",
                "How many projects compete for the Seoul Smart City Prize?",
                "Who supports the smart city of Aqaba?",
                "Where is the Smart Cities Summit held?",
            ],
        }
        return asked[language]

    def close(self) -> None:
        """Nothing is to be given back."""


def _passes(article: Article, filters: Filters | None) -> bool:
    if not filters:
        return True
    published = article.published or ""
    return (
        (not filters.sources or article.source in filters.sources)
        and (not filters.languages or article.language in filters.languages)
        and (not filters.article_ids or article.article_id in filters.article_ids)
        and (not filters.published_from or bool(published) and published >= filters.published_from)
        and (
            not filters.published_to
            or bool(published)
            and published[: len(filters.published_to)] <= filters.published_to
        )
    )
