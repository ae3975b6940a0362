"""Mention: whether the articles speak at all of what is searched."""

from __future__ import annotations

from assistant.answering.judging.judgement import compare
from assistant.answering.judging.presence import speaks_of_any
from assistant.answering.retrieval import retrieve
from assistant.answering.stopwatch import Stopwatch
from assistant.question.query import Query
from index.search.searcher import Searcher


def speaks_of(query: Query, searcher: Searcher) -> bool:
    """Tell whether the passages found for a query have a word of it, or one that means the same."""
    passages = retrieve(searcher, query, Stopwatch())
    return bool(passages) and speaks_of_any(compare(query, passages, searcher))
