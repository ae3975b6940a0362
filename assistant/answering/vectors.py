"""Vectors of a question's tokens and of the words of its passages, in one space."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.answering.retrieval import Retrieved
from assistant.answering.weighting import WORD
from index.encoder import TokenVectors
from index.search.searcher import LateVectors, Searcher
from index.text.tashkeel import unvowelled


def vectors_of(searcher: Searcher, question: str, passages: Sequence[Retrieved]) -> LateVectors:
    """Take those that the index has stored; an encoder without token vectors encodes each word by itself."""
    late = searcher.late_vectors(question, [passage.hit for passage in passages])
    if late is not None:
        return late
    texts = [passage.passage.text for passage in passages]
    spans = [[word.span() for word in WORD.finditer(text)] for text in (question, *texts)]
    asked = [unvowelled(question[start:end]) for start, end in spans[0]]
    said = [
        unvowelled(text[start:end])
        for text, words in zip(texts, spans[1:], strict=True)
        for start, end in words
    ]
    empty = np.zeros((0, searcher.encoder.dimension), np.float32)
    vectors = [
        searcher.encoder.encode_queries(asked) if asked else empty,
        searcher.encoder.encode_passages(said) if said else empty,
    ]
    rows = np.split(vectors[1], np.cumsum([len(words) for words in spans[1:]])[:-1]) if texts else []
    located = [
        TokenVectors(some, *np.array(words, dtype=np.int64).reshape(-1, 2).T)
        for some, words in zip((vectors[0], *rows), spans, strict=True)
    ]
    return LateVectors(located[0], located[1:])
