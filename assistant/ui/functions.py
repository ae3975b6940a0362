"""What the page can ask of the server. Plain functions over an assistant; Gradio only carries them.

Each gives JSON-ready data. A mistake of the reader's and a failure of ours both come back as
`{"type": "error", "code": ...}`, whose words the page knows in both languages: no traceback reaches it.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant import words
from assistant.answer import LONGEST_QUESTION as QUESTION_LIMIT
from assistant.answer import Answer, Citation, Turn
from assistant.citations.citing import cite
from assistant.citations.relocation import LONGEST_HASHED, relocate_hashed, short_hash
from assistant.rendering import from_json, source_to_json, to_json
from assistant.rendering.quotes import FORMATS, export_quotes
from assistant.rendering.transcript import conversation_to_markdown
from assistant.rendering.word_document import EXTENSION, word_document
from assistant.ui.browsing.article_list import find_articles
from assistant.ui.browsing.quote_search import find_quotes, read_filters, read_period_use, view_citation
from assistant.ui.browsing.topics import LOOKED_AT, topics_of
from assistant.web.storage.feedback import FeedbackBook
from assistant.web.work.answerer import Answerer
from assistant.web.work.lanes import Busy
from assistant.web.work.readiness import NotReady
from index.engine import SnapshotInfo
from index.errors import ArticleError, MustanadError, QueryError, SnapshotError, WriterError

log = logging.getLogger(__name__)

HISTORY_TURNS = 6  # earlier turns that a follow-up is understood by
CONVERSATION_LIMIT = 200  # exchanges in one export
SAMPLE = 3  # articles named on the first screen
SELECTION_LIMIT = 500  # quotes in one export
SHARED_LIMIT = 20  # quotes of a shared answer that are looked for where they no longer stand


class ChatFunctions:
    """The page's functions over one assistant and one book of feedback."""

    def __init__(self, assistant: Answerer, feedback: FeedbackBook) -> None:
        self._assistant = assistant
        self._feedback = feedback
        self._welcome: dict[str, Any] = {}
        self._greeted: int | None = None  # the snapshot's generation that the welcome is made from

    def ask(
        self,
        question: str,
        history: Sequence[Mapping[str, Any]] = (),
        filters: Mapping[str, Any] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Give `{"type": "delta", "text"}` as the answer is written, then `{"type": "answer", "answer"}`."""
        problem = check_question(question)
        if problem:
            yield problem
            return
        try:
            turns = [_turn(turn) for turn in list(history)[-HISTORY_TURNS:]]
            chosen = read_filters(filters or {})
            use = read_period_use(filters or {})
            for event in self._assistant.stream(question.strip(), history=turns, filters=chosen, period=use):
                if isinstance(event, Answer):
                    yield {"type": "answer", "answer": self.view(event)}
                else:
                    yield {"type": "delta", "text": event.text}
        except Exception as error:  # the page must say something whatever happened
            yield as_problem(error)

    def view(self, answer: Answer) -> dict[str, Any]:
        """Show the answer as the page has it: its JSON, and each quote with the words around it."""
        shown = to_json(answer)
        del shown["hits"], shown["rejected"]
        shown["citations"] = [view_citation(self._assistant, citation) for citation in answer.citations]
        return shown

    def search(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Find a page of verbatim quotes; `wanted` holds query, sources, languages, from, to, sort, page."""
        problem = check_question(str(wanted.get("query") or ""))
        if problem:
            return problem
        try:
            return {"type": "quotes", **find_quotes(self._assistant, wanted)}
        except Exception as error:
            return as_problem(error)

    def articles(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Find a page of articles; `wanted` is that of `search`, and its query may be empty."""
        if len(str(wanted.get("query") or "")) > QUESTION_LIMIT:
            return check_question(str(wanted["query"])) or {}
        try:
            return {"type": "articles", **find_articles(self._assistant, wanted)}
        except Exception as error:
            return as_problem(error)

    def recall(self, spans: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Show the quotes at these spans as they stand now; null where the article or the span is gone.

        A span with a `hash` is looked for where its words no longer stand at their place; what is shown
        where they stand nowhere has another hash.
        """
        try:
            listed = list(spans)[:SELECTION_LIMIT]
            return {
                "type": "recalled",
                "quotes": [self._recalled(n, each) for n, each in enumerate(listed, 1)],
            }
        except Exception as error:
            return as_problem(error)

    def _recalled(self, marker: int, span: Mapping[str, Any]) -> dict[str, Any] | None:
        try:
            return view_citation(self._assistant, self._citation(marker, span))
        except (ArticleError, QueryError):
            return None

    def welcome(self) -> dict[str, Any]:
        """Say what the first screen needs: what the articles are, some of them, and questions from them."""
        try:
            info = self._assistant.info()
            if info.generation != self._greeted:
                asked = {each: list(self._assistant.suggestions(each))[:4] for each in words.LANGUAGES}
                newest = self._assistant.articles(limit=LOOKED_AT, order="newest")
                some = [self._assistant.source(each.article_id) for each in newest[:SAMPLE]]
                self._welcome = {
                    "suggestions": asked,
                    "sample": [source_to_json(source) for source in some],
                    "topics": topics_of(newest),
                }
                self._greeted = info.generation
            return {"type": "welcome", "corpus": describe_corpus(info), **self._welcome}
        except Exception as error:  # the page opens all the same
            return as_problem(error)

    def corpus(self) -> dict[str, Any]:
        """Say what the articles are: numbers, languages, outlets, dates, the model."""
        try:
            return {"type": "corpus", **describe_corpus(self._assistant.info())}
        except Exception as error:
            return as_problem(error)

    def feedback(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Keep a like or dislike; the same id again adds its comment."""
        try:
            number = self._feedback.record(
                answer_id=str(given["answer_id"]),
                verdict=str(given["verdict"]),
                question=str(given["question"]),
                answer=str(given["answer"]),
                comment=str(given.get("comment") or ""),
                language=str(given.get("language") or "und"),
            )
            return {"type": "thanks", "id": number}
        except KeyError as error:
            return as_problem(QueryError(f"feedback without {error}; send it"))
        except Exception as error:
            return as_problem(error)

    def export_conversation(
        self, turns: Sequence[Mapping[str, Any]], language: str, base: str
    ) -> dict[str, Any]:
        """Write the conversation as Markdown; links to articles start with `base`."""
        try:
            read = [_turn(each) for each in list(turns)[:CONVERSATION_LIMIT]]
            return {"type": "file", "text": conversation_to_markdown(read, language=language, base=base)}
        except Exception as error:
            return as_problem(error)

    def export_selection(
        self, spans: Sequence[Mapping[str, Any]], format: str, language: str, base: str
    ) -> dict[str, Any]:
        """Write the chosen quotes, sliced again from their articles, in a format of citing."""
        try:
            listed = list(spans)[:SELECTION_LIMIT]
            citations = [self._citation(marker, span) for marker, span in enumerate(listed, start=1)]
            notes = {marker: str(span.get("note") or "") for marker, span in enumerate(listed, start=1)}
            if format == EXTENSION:
                title = words.say("basket_title", language)
                document = word_document(citations, title=title, language=language, base=base, notes=notes)
                encoded = base64.b64encode(document).decode("ascii")
                return {"type": "file", "base64": encoded, "name": f"mustanad-quotes.{EXTENSION}"}
            text = export_quotes(citations, format, language=language, base=base, notes=notes)
            return {"type": "file", "text": text, "name": f"mustanad-quotes.{FORMATS[format].extension}"}
        except Exception as error:
            return as_problem(error)

    def _citation(self, marker: int, span: Mapping[str, Any]) -> Citation:
        article_id, start, end = str(span["article_id"]), int(span["start"]), int(span["end"])
        article = self._assistant.article(article_id)
        text = article.text
        if span.get("hash") and marker <= SHARED_LIMIT:
            start, end = _place_now(start, end, str(span["hash"]), text)
        if not 0 <= start < end <= len(text):
            raise QueryError(f"span {start}-{end} is not inside article {article_id!r}; search again")
        return cite(article, self._assistant.source(article_id), start, end, marker=marker)


def _place_now(start: int, end: int, hash_: str, text: str) -> tuple[int, int]:
    """Give where the words with this hash stand now; the old place where they do, and where they are gone."""
    if end - start > LONGEST_HASHED or short_hash(text[start:end]) == hash_:
        return start, end
    return relocate_hashed(start, end, hash_, text) or (start, end)


def check_question(question: object) -> dict[str, Any] | None:
    """Give the problem of an empty or overlong question, or None."""
    if not isinstance(question, str) or not question.strip():
        return {"type": "error", "code": "empty"}
    if len(question) > QUESTION_LIMIT:
        return {"type": "error", "code": "too_long", "n": len(question), "limit": QUESTION_LIMIT}
    return None


def as_problem(error: Exception) -> dict[str, Any]:
    """Write an error as the page reads it. What was not raised on purpose is logged with its traceback."""
    if isinstance(error, NotReady):
        return {"type": "error", "code": "loading"}
    if isinstance(error, Busy):
        return {"type": "error", "code": "busy", "retry_s": error.retry_s}
    if not isinstance(error, MustanadError):
        log.error("the chat failed", exc_info=error)
        return {"type": "error", "code": "failed"}
    log.warning("the chat: %s", error)
    codes = {WriterError: "writer", SnapshotError: "index", QueryError: "failed", ArticleError: "failed"}
    code = next((code for kind, code in codes.items() if isinstance(error, kind)), "failed")
    detail = str(error) if isinstance(error, QueryError | ArticleError) else ""
    return {"type": "error", "code": code, "detail": detail}


def describe_corpus(info: SnapshotInfo) -> dict[str, Any]:
    """Say what an index holds, as the page shows it."""
    return {
        "articles": info.articles,
        "passages": info.passages,
        "languages": dict(info.languages),
        "sources": dict(sorted(info.sources.items(), key=lambda pair: -pair[1])),
        "dates": dict(sorted(info.dates.items())),
        "updated": str(info.updated) if info.updated else None,
        "model": info.encoder,
    }


def _turn(data: Mapping[str, Any]) -> Turn:
    if not isinstance(data, Mapping) or not isinstance(data.get("question"), str):
        raise QueryError("an earlier turn has no question; start a new conversation")
    return Turn(question=data["question"][:QUESTION_LIMIT], answer=from_json(data["answer"]))
