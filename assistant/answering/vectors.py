"""Vectors of a question's tokens and of the words of its passages, in one space."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.answering.found import Found
from assistant.answering.question import WORD
from index.encoder import TokenVectors
from index.searcher import LateVectors, Searcher
from index.tashkeel import unvowelled


def vectors_of(searcher: Searcher, question: str, found: Sequence[Found]) -> LateVectors:
    """Those that the index has stored; an encoder without token vectors encodes each word by itself."""
    late = searcher.late_vectors(question, [each.hit for each in found])
    if late is not None:
        return late
    texts = [each.passage.text for each in found]
    spans = [[word.span() for word in WORD.finditer(text)] for text in (question, *texts)]
    asked = [unvowelled(question[start:end]) for start, end in spans[0]]
    said = [
        unvowelled(text[start:end]) for text, own in zip(texts, spans[1:], strict=True) for start, end in own
    ]
    empty = np.zeros((0, searcher.encoder.dimension), np.float32)
    vectors = [
        searcher.encoder.encode_queries(asked) if asked else empty,
        searcher.encoder.encode_passages(said) if said else empty,
    ]
    rows = np.split(vectors[1], np.cumsum([len(own) for own in spans[1:]])[:-1]) if texts else []
    located = [
        TokenVectors(own, *np.array(places, dtype=np.int64).reshape(-1, 2).T)
        for own, places in zip((vectors[0], *rows), spans, strict=True)
    ]
    return LateVectors(located[0], located[1:])
