"""Spans: the few words of a quote that answer, with the probability that they do.

A source looks at a quote beside its question and gives the likeliest span, or none: rules today
(`candidates.py`, weighed here), a trained reader where there is one. The likeliest of all sources is shown,
where it is likely enough.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from assistant.answering.composing.candidates import Candidate, QuotedWords, candidates
from assistant.answering.judging.comparison import Comparison
from assistant.answering.judging.namedness import load_namedness
from assistant.language import compiled
from assistant.question.query import Query

FILE = Path(__file__).with_name("spans.json")
_ASKS_WHO = compiled(r"(?:\w+ )?[وف]?(?:من|مين|منو|لمن|who|whose|whom)\b")
_SENTENCE_END = re.compile(r"[.!?؟\n](?=\s|$)")
LED_BY = 4  # words before a candidate that may say what it is: "the minister of works"
BY_KIND = ("fit", "led", "near", "near_gap", "preceded", "preceded_gap", "asked", "repeats", "fit_gap")
BESIDE = 2  # words
ACROSS = 0.5  # what a word of another sentence counts
SHOWN = 0.6  # a span is shown from this probability: on questions kept back three of four are right
REACH = 6.0  # words within which the question's words speak for a candidate


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

    `more` is what is known of the quote as a whole (`prob`, `conf`); `readings` are a reader's spans, one a
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
        sum(weights.get(name, 0.0) * value for name, value in {**row, **more, "bias": 1.0}.items())
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
    """Give what each feature of a candidate weighs; `python -m benchmarks.fit_spans` makes them."""
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


def features(query: Query, quoted: QuotedWords, listed: Sequence[Candidate]) -> list[dict[str, float]]:
    """Tell of every candidate what speaks for it; each about 0 to 1."""
    middles = (np.asarray(quoted.starts) + np.asarray(quoted.ends)) / 2
    ends = np.array([match.start() for match in _SENTENCE_END.finditer(quoted.text)])
    sentence = np.searchsorted(ends, middles)
    counted = (
        quoted.products[list(quoted.counted)].mean(axis=0) if len(quoted.counted) else np.zeros(len(middles))
    )
    rows = []
    for rank, candidate in enumerate(listed):
        inside = (middles >= candidate.start) & (middles < candidate.end)
        middle = float(np.flatnonzero(inside).mean()) if inside.any() else 0.0
        beside = (np.abs(np.arange(len(middles)) - middle) <= inside.sum() / 2 + BESIDE) & (
            sentence == sentence[int(middle)]
        )
        closeness = np.exp(-np.abs(np.arange(len(middles)) - middle) / REACH) * np.where(
            sentence == sentence[int(middle)], 1.0, ACROSS
        )
        outside = ~inside
        said = quoted.products[:, outside] * closeness[outside] if outside.any() else np.zeros((1, 1))
        inner = quoted.products[:, inside].max(axis=0).mean() if inside.any() else 0.0
        after = counted[(np.arange(len(middles)) > middle) & beside & outside]
        led_by = quoted.products[:, max(0, int(middle) - LED_BY) : int(middle)]
        value = {
            "fit": candidate.fit,
            "led": float(candidate.led),
            "near": float(quoted.weights @ said.max(axis=1)) if outside.any() else 0.0,
            "asked": float(inner),
            "repeats": float(quoted.products[:, inside].max()) if inside.any() else 0.0,
            "counted": float(counted[beside].max(initial=0.0)),
            "followed": float(after[0]) if len(after) else 0.0,
            "preceded": float(quoted.weights @ led_by.max(axis=1)) if led_by.size else 0.0,
            "before": float(quoted.weights @ quoted.products[:, : max(1, int(middle))].max(axis=1)),
            "first": float(rank == 0),
            "alone": float(len(listed) == 1),
            "others": float(np.log1p(len(listed))),
            "words": float(np.log1p(inside.sum())),
            "early": 1.0 - candidate.start / max(1, len(quoted.text)),
            "foreign": float(query.language != quoted.language),
        }
        if query.kind == "who":
            value["opens"] = float(_ASKS_WHO.match(query.phrase.folded.lower()) is not None)
        rows.append(value)
    for name in ("near", "counted", "preceded", "fit"):
        best = max((row[name] for row in rows), default=0.0)
        for row in rows:
            row[f"{name}_gap"] = best - row[name]
    kind = query.kind
    return [{**row, **{f"{kind}.{name}": row[name] for name in BY_KIND}, kind: 1.0} for row in rows]
