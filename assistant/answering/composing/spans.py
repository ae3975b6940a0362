"""Spans: the few words of a quote that answer, with the probability that they do.

A source looks at a quote beside its question and gives the likeliest span, or none: rules today
(`candidates.py`, weighed here), a trained reader where there is one. The likeliest of all sources is shown,
where it is likely enough.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from assistant.answering.composing.candidates import Candidate, QuotedWords, candidates
from assistant.answering.composing.span_features import NAMES, features
from assistant.answering.judging.comparison import Comparison
from assistant.answering.judging.namedness import load_namedness
from assistant.answering.judging.weights import BIAS, refuse_unknown
from assistant.question.query import Query

FILE = Path(__file__).with_name("spans.json")
SHOWN = 0.6  # a span is shown from this probability: on questions kept back three of four are right
OF_THE_QUOTE = ("prob", "conf")  # how likely the quote is right, and that the articles answer at all


@dataclass(frozen=True, slots=True)
class LikelySpan:
    """`text[start:end]` of a quote, and the probability that it answers."""

    start: int
    end: int
    probability: float


def likeliest_span(
    comparison: Comparison,
    first: int,
    last: int,
    *,
    encoder: str,
    more: Mapping[str, float],
    readings: Sequence[LikelySpan | None] = (),
) -> LikelySpan | None:
    """Give the likeliest span in the units from `first` to before `last`, in code points of their article.

    `more` is what is known of the quote as a whole (OF_THE_QUOTE); `readings` are a reader's spans, one a
    unit, already in code points of the article. None where no source finds any.
    """
    start = comparison.units[first].start
    quoted = quoted_words(comparison, first, last, encoder=encoder)
    ruled = by_rule(comparison.query, quoted, more=more)
    listed = [LikelySpan(start + ruled.start, start + ruled.end, ruled.probability)] if ruled else []
    listed += [reading for reading in readings[first:last] if reading]
    return max(listed, key=lambda span: span.probability, default=None)


def by_rule(query: Query, quoted: QuotedWords, *, more: Mapping[str, float]) -> LikelySpan | None:
    """Give the likeliest of the candidates that rules find."""
    listed = spans_in(query, quoted)
    weights = load_span_weights()
    rows = features(query, quoted, listed)
    points = [
        sum(weights.get(name, 0.0) * value for name, value in {**row, **more, BIAS: 1.0}.items())
        for row in rows
    ]
    if not points:
        return None
    best = int(np.argmax(points))
    probability = float(1.0 / (1.0 + np.exp(-np.clip(points[best], -30, 30))))
    return LikelySpan(listed[best].start, listed[best].end, probability)


def spans_in(query: Query, quoted: QuotedWords) -> list[Candidate]:
    """Give the candidates of a quote, of the sort that the question asks for."""
    return candidates(query.kind, query.phrase.folded, quoted)


def quoted_words(comparison: Comparison, first: int, last: int, *, encoder: str) -> QuotedWords:
    """Take the words of the units from `first` to before `last`, all of one passage."""
    number, (start, end) = (
        comparison.units[first].passage,
        (comparison.units[first].start, comparison.units[last - 1].end),
    )
    retrieved, vectors, asked = comparison.passages[number], comparison.vectors[number], comparison.asked
    offset = start - retrieved.passage.start
    rows = slice(*np.searchsorted(vectors.starts, [offset, end - retrieved.passage.start]).tolist())
    namedness = load_namedness(encoder)
    words = vectors.vectors[rows]
    return QuotedWords(
        retrieved.text[start:end],
        retrieved.source.language,
        (vectors.starts[rows] - offset).tolist(),
        (vectors.ends[rows] - offset).tolist(),
        np.array([namedness.of(word[None]) if namedness else 0.0 for word in words]),
        comparison.similarities[number][:, rows],
        asked.weights,
        np.flatnonzero(asked.words == asked.counted).tolist() if asked.counted >= 0 else (),
    )


@cache
def load_span_weights() -> Mapping[str, float]:
    """Give what each feature of a candidate weighs; `python -m benchmarks.fit_spans` makes them.

    Raises ValueError for a name that no feature has: misspelt, it would weigh nothing in silence.
    """
    weights = dict(json.loads(FILE.read_text(encoding="utf-8")))
    refuse_unknown("feature of a span", weights, [*NAMES, *OF_THE_QUOTE, BIAS])
    return weights
