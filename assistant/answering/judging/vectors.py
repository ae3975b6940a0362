"""Vectors of a question's tokens and of the words of its passages, in one space."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.answering.retrieval import Retrieved
from index.encoder import TokenVectors
from index.search.searcher import LateVectors, Searcher
from index.text.phrase import Phrase


def vectors_of(searcher: Searcher, question: Phrase, passages: Sequence[Retrieved]) -> LateVectors:
    """Take those that the index has stored; an encoder without token vectors encodes each word by itself."""
    late = searcher.late_vectors(question.text, [passage.hit for passage in passages])
    if late is not None:
        return late
    texts = [passage.passage.text for passage in passages]
    words = [phrase.words for phrase in (question, *map(Phrase, texts))]
    asked = [word.unvowelled for word in words[0]]
    said = [word.unvowelled for spelt in words[1:] for word in spelt]
    empty = np.zeros((0, searcher.encoder.dimension), np.float32)
    vectors = [
        searcher.encoder.encode_queries(asked) if asked else empty,
        searcher.encoder.encode_passages(said) if said else empty,
    ]
    rows = np.split(vectors[1], np.cumsum([len(spelt) for spelt in words[1:]])[:-1]) if texts else []
    located = [
        TokenVectors(some, *np.array([(word.start, word.end) for word in spelt], np.int64).reshape(-1, 2).T)
        for some, spelt in zip((vectors[0], *rows), words, strict=True)
    ]
    return LateVectors(located[0], located[1:])
