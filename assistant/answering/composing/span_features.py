"""Features: what speaks for each candidate span of a quote as the few words that answer.

A feature is a function from a `CandidateView` to a number of about 0 to 1, and stands in `FEATURES` under its
own name. To each comes how far it is behind the best candidate's (`GAPS`), and some are weighed apart for
each kind of question (`BY_KIND`). To add one, write the function, then fit the weights again:
`python -m benchmarks.fit_spans`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.composing.candidates import Candidate, QuotedWords
from assistant.language import compiled
from assistant.question.kinds import FACTS
from assistant.question.query import Query

_ASKS_WHO = compiled(r"(?:\w+ )?[وف]?(?:من|مين|منو|لمن|who|whose|whom)\b")
_SENTENCE_END = re.compile(r"[.!?؟\n](?=\s|$)")
LED_BY = 4  # words before a candidate that may say what it is: "the minister of works"
BESIDE = 2  # words
ACROSS = 0.5  # what a word of another sentence counts
REACH = 6.0  # words within which the question's words speak for a candidate
GAPS = ("near", "counted", "preceded", "fit")
BY_KIND = ("fit", "led", "near", "near_gap", "preceded", "preceded_gap", "asked", "repeats", "fit_gap")


@dataclass(frozen=True, slots=True)
class CandidateView:
    """One of `count` candidates, `rank` among them, and the words of its quote as seen from it.

    `middle` is the number of its middle word, between two words where it has an even number of them. Of the
    words of the quote, `inside` and `beside`, bool (words,), tell which are its own and which stand next to
    them in their sentence; `closeness`, float64 (words,), how much each may say of it; `counts`, float64
    (words,), how near each is to what a "how many" counts.
    """

    query: Query
    quoted: QuotedWords
    candidate: Candidate
    rank: int
    count: int
    middle: float
    inside: np.ndarray
    beside: np.ndarray
    closeness: np.ndarray
    counts: np.ndarray


Feature = Callable[[CandidateView], float]
FEATURES: dict[str, Feature] = {}  # in the order in which they are added up


def feature(function: Feature) -> Feature:
    """Register a feature under the name of its function."""
    FEATURES[function.__name__] = function
    return function


@feature
def fit(at: CandidateView) -> float:
    """How well its form is what is asked for: a year with its month, a number with its unit."""
    return at.candidate.fit


@feature
def led(at: CandidateView) -> float:
    """Whether a word before it says what it is: a title before a name."""
    return float(at.candidate.led)


@feature
def near(at: CandidateView) -> float:
    """How well the question is said by the words around it, the nearer the better."""
    outside = ~at.inside
    if not outside.any():
        return 0.0
    said = at.quoted.products[:, outside] * at.closeness[outside]
    return float(at.quoted.weights @ said.max(axis=1))


@feature
def asked(at: CandidateView) -> float:
    """How near its words are to those of the question, in the mean."""
    return float(at.quoted.products[:, at.inside].max(axis=0).mean()) if at.inside.any() else 0.0


@feature
def repeats(at: CandidateView) -> float:
    """How near its nearest word is to one of the question: then it only says again what was asked."""
    return float(at.quoted.products[:, at.inside].max()) if at.inside.any() else 0.0


@feature
def counted(at: CandidateView) -> float:
    """How near a word beside it is to what the question counts."""
    return float(at.counts[at.beside].max(initial=0.0))


@feature
def followed(at: CandidateView) -> float:
    """How near the word after it is to what the question counts."""
    after = at.counts[(np.arange(len(at.counts)) > at.middle) & at.beside & ~at.inside]
    return float(after[0]) if len(after) else 0.0


@feature
def preceded(at: CandidateView) -> float:
    """How well the question is said by the few words before it."""
    leading = at.quoted.products[:, max(0, int(at.middle) - LED_BY) : int(at.middle)]
    return float(at.quoted.weights @ leading.max(axis=1)) if leading.size else 0.0


@feature
def before(at: CandidateView) -> float:
    """How well the question is said by all that stands before it."""
    return float(at.quoted.weights @ at.quoted.products[:, : max(1, int(at.middle))].max(axis=1))


@feature
def first(at: CandidateView) -> float:
    """Whether it is the first candidate."""
    return float(at.rank == 0)


@feature
def alone(at: CandidateView) -> float:
    """Whether it is the only candidate."""
    return float(at.count == 1)


@feature
def others(at: CandidateView) -> float:
    """How many candidates there are, as a logarithm."""
    return float(np.log1p(at.count))


@feature
def words(at: CandidateView) -> float:
    """How many words it has, as a logarithm."""
    return float(np.log1p(at.inside.sum()))


@feature
def early(at: CandidateView) -> float:
    """How early in the quote it stands."""
    return 1.0 - at.candidate.start / max(1, len(at.quoted.text))


@feature
def foreign(at: CandidateView) -> float:
    """Whether the quote is in another language than the question."""
    return float(at.query.language != at.quoted.language)


@feature
def opens(at: CandidateView) -> float:
    """Whether a question for a person begins with its "who"."""
    asks_who = at.query.kind == "who" and _ASKS_WHO.match(at.query.phrase.folded.lower()) is not None
    return float(asks_who)


NAMES = frozenset(
    (
        *FEATURES,
        *(f"{name}_gap" for name in GAPS),
        *FACTS,
        *(f"{kind}.{name}" for kind in FACTS for name in BY_KIND),
    )
)


def features(query: Query, quoted: QuotedWords, listed: Sequence[Candidate]) -> list[dict[str, float]]:
    """Tell of every candidate what speaks for it, by the names that weights have."""
    rows = [{name: of(view) for name, of in FEATURES.items()} for view in _views(query, quoted, listed)]
    for name in GAPS:
        best = max((row[name] for row in rows), default=0.0)
        for row in rows:
            row[f"{name}_gap"] = best - row[name]
    kind = query.kind
    return [{**row, **{f"{kind}.{name}": row[name] for name in BY_KIND}, kind: 1.0} for row in rows]


def _views(query: Query, quoted: QuotedWords, listed: Sequence[Candidate]) -> Iterator[CandidateView]:
    middles = (np.asarray(quoted.starts) + np.asarray(quoted.ends)) / 2
    numbers = np.arange(len(middles))
    ends = np.array([match.start() for match in _SENTENCE_END.finditer(quoted.text)])
    sentences = np.searchsorted(ends, middles)
    asked_for = list(quoted.counted)
    counts = quoted.products[asked_for].mean(axis=0) if asked_for else np.zeros(len(middles))
    for rank, candidate in enumerate(listed):
        inside = (middles >= candidate.start) & (middles < candidate.end)
        middle = float(np.flatnonzero(inside).mean()) if inside.any() else 0.0
        same = sentences == sentences[int(middle)]
        distance = np.abs(numbers - middle)
        beside = (distance <= inside.sum() / 2 + BESIDE) & same
        closeness = np.exp(-distance / REACH) * np.where(same, 1.0, ACROSS)
        yield CandidateView(
            query, quoted, candidate, rank, len(listed), middle, inside, beside, closeness, counts
        )
