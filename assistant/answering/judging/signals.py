"""Signals: what speaks for each unit (sentence or clause) as the answer to a question.

Late interaction (MaxSim; Khattab and Zaharia 2020) between the tokens of the question and those of the unit,
weighted by the IDF of their words; shared terms; what surrounds the unit; the kind of thing asked for. Each
signal is about 0 to 1, higher for likelier answers, so that a weight can be read.

A signal is a function from a `Comparison` to a column, float64 (units,), and stands in `SIGNALS` under its
own name. To add one, write the function, then fit the weights again: `python -m benchmarks.fit_answering`.

A worked example, from signals to a quote, opens `assistant/answering/__init__.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from assistant.answering.judging import cues
from assistant.answering.judging.comparison import Comparison, least_known, share, unit_row
from assistant.question.kinds import QuestionKind
from index.text.tashkeel import letters

Column = Callable[[Comparison], np.ndarray]

CUED: tuple[QuestionKind, ...] = (
    "who",
    "when",
    "where",
    "how_many",
    "name",
    "why",
    "how",
    "list",
    "definition",
)
READ_SCALE = 0.1  # of log-probabilities among the signals, which are about 0 to 1
LEAST_READ = -12.0  # log-probability from which no more is told: what was not read may be anything
SIGNALS: dict[str, Column] = {}  # in the order of the columns


@dataclass(frozen=True, slots=True)
class Signals:
    """`values` is float64 (units, len(NAMES)); `question` the signals of the question as a whole."""

    kind: QuestionKind
    values: np.ndarray
    question: Mapping[str, float]


def signals_of(comparison: Comparison, question: Mapping[str, float]) -> Signals:
    """Fill the table of signals; `question` are those of `assistant.answering.judging.confidence`."""
    columns = [column(comparison) for column in SIGNALS.values()]
    values = np.stack(columns, axis=1) if comparison.units else np.zeros((0, len(SIGNALS)))
    return Signals(comparison.query.kind, values, question)


def signal(column: Column) -> Column:
    """Register a signal under the name of its function."""
    SIGNALS[column.__name__] = column
    return column


@signal
def maxsim(at: Comparison) -> np.ndarray:
    """IDF-weighted mean of each question token's best word in the unit."""
    return at.maxsim


@signal
def maxsim_plain(at: Comparison) -> np.ndarray:
    """The same, every token alike."""
    return at.maxsim_plain


@signal
def maxsim_foreign(at: Comparison) -> np.ndarray:
    """The first again for a question in another language than the best passage, else 0."""
    return at.foreign * at.maxsim


@signal
def maxsim_plain_foreign(at: Comparison) -> np.ndarray:
    """The second likewise: between languages all inner products are lower."""
    return at.foreign * at.maxsim_plain


@signal
def weakest(at: Comparison) -> np.ndarray:
    """What the question's words are worth that the unit and the sentence before know least."""

    def value(row: int) -> float:
        before = at.neighbour(row, -1)
        best = at.tops[row] if before is None else np.maximum(at.tops[before], at.tops[row])
        return least_known(at.asked, best)

    return at.over_worded(value)


@signal
def asking_word(at: Comparison) -> np.ndarray:
    """Best word for the question's first word, which asks."""
    asking = at.asked.words == 0
    return at.over_worded(lambda row: at.tops[row][asking].mean() if asking.any() else 0.0)


@signal
def pooled(at: Comparison) -> np.ndarray:
    """Mean of the unit's words against the weighted mean of the question's tokens."""
    question = unit_row((at.asked.tokens * at.asked.weights[:, None]).sum(axis=0))

    def value(row: int) -> float:
        vectors = at.vectors[at.units[row].passage].vectors[at.words[row]]
        return float(unit_row(vectors.mean(axis=0)) @ question)

    return at.over_worded(value)


@signal
def overlap(at: Comparison) -> np.ndarray:
    """IDF share of the question's terms that the unit has."""
    return at.overlap


@signal
def overlap_grams(at: Comparison) -> np.ndarray:
    """The same with runs of letters: forms of a word that no stem joins."""
    return at.over(lambda row: share(at.asked.grams, at.terms[row]))


@signal
def overlap_before(at: Comparison) -> np.ndarray:
    """What the sentence before adds to the overlap."""
    return _added_by_neighbour(at, -1)


@signal
def overlap_after(at: Comparison) -> np.ndarray:
    """What the sentence after adds to the overlap."""
    return _added_by_neighbour(at, 1)


@signal
def overlap_title(at: Comparison) -> np.ndarray:
    """What the title adds to the overlap."""
    return at.over(
        lambda row: (
            share(at.asked.terms, at.terms[row] | at.title_terms[at.units[row].passage]) - at.overlap[row]
        )
    )


@signal
def maxsim_before(at: Comparison) -> np.ndarray:
    """The first signal of the sentence before."""
    return _of_neighbour(at, -1)


@signal
def maxsim_after(at: Comparison) -> np.ndarray:
    """The first signal of the sentence after."""
    return _of_neighbour(at, 1)


@signal
def passage_maxsim(at: Comparison) -> np.ndarray:
    """The first signal of the whole passage."""
    return at.over(lambda row: at.passage_maxsim[at.units[row].passage])


@signal
def passage_score(at: Comparison) -> np.ndarray:
    """The passage's fused score, the best passage's being 1."""
    best = max(passage.hit.score for passage in at.passages) or 1.0
    return at.over(lambda row: at.passages[at.units[row].passage].hit.score / best)


@signal
def passage_dense(at: Comparison) -> np.ndarray:
    """The inner product of the question's and the passage's vectors."""
    return at.over(lambda row: at.passages[at.units[row].passage].hit.dense or 0.0)


@signal
def passage_rank(at: Comparison) -> np.ndarray:
    """1 / rank of the passage."""
    return at.over(lambda row: 1.0 / at.passages[at.units[row].passage].hit.rank)


@signal
def novelty(at: Comparison) -> np.ndarray:
    """Terms of the unit that the question has not, as a logarithm: an answer says something."""

    def value(row: int) -> float:
        new = sum(not term.startswith("#") and term not in at.asked.terms for term in at.terms[row])
        return float(np.log1p(new)) / 4

    return at.over(value)


@signal
def length(at: Comparison) -> np.ndarray:
    """Logarithm of the unit's length in code points, signs left out."""
    return at.over(lambda row: float(np.log(max(letters(at.texts[row]), 1))) / 6)


@signal
def first_in_article(at: Comparison) -> np.ndarray:
    """Whether nothing of the article stands before the unit."""

    def value(row: int) -> float:
        unit = at.units[row]
        return float(not at.passages[unit.passage].text[: unit.start].strip())

    return at.over(value)


@signal
def first_in_passage(at: Comparison) -> np.ndarray:
    """Whether the unit is its passage's first."""
    return at.over(lambda row: float(at.units[row].number == 0))


@signal
def points_back(at: Comparison) -> np.ndarray:
    """Whether the unit begins with a word that leans on the sentence before."""
    return at.over(lambda row: float(cues.points_back(at.folded[row])))


@signal
def number(at: Comparison) -> np.ndarray:
    """How many numbers, up to two, the unit has that the question has not."""
    return at.over(lambda row: min(1.0, cues.new_numbers(at.folded[row], at.query.phrase.folded) / 2))


@signal
def counted(at: Comparison) -> np.ndarray:
    """The best word beside such a number for the word of what "how many" counts."""
    if at.asked.counted < 0:
        return np.zeros(len(at.units))
    asked = at.asked.words == at.asked.counted

    def value(row: int) -> float:
        unit = at.units[row]
        text, words = at.passages[unit.passage].passage.text, at.vectors[unit.passage]
        spans = zip(words.starts[at.words[row]], words.ends[at.words[row]], strict=True)
        beside = cues.numbered([text[start:end] for start, end in spans], at.query.phrase.folded)
        if not beside or not asked.any():
            return 0.0
        similarity = at.similarities[unit.passage][:, at.words[row]]
        return float(similarity[asked].mean(axis=0)[beside].max())

    return at.over_worded(value)


@signal
def cue_missing(at: Comparison) -> np.ndarray:
    """Whether a number or a date is asked for, and the unit has none."""
    if at.query.kind not in ("how_many", "when"):
        return np.zeros(len(at.units))
    return np.asarray(at.cue == 0.0, dtype=np.float64)


@signal
def reader(at: Comparison) -> np.ndarray:
    """A tenth of the log-probability that the reader's likeliest answer inside the unit answers; 0 unread."""
    if at.readings is None:
        return np.zeros(len(at.units))
    return np.asarray(READ_SCALE * np.maximum(at.readings.points, LEAST_READ))


def _cue_of(kind: QuestionKind) -> Column:
    """Make the signal of how much a unit has of what a question of `kind` asks for."""

    def column(at: Comparison) -> np.ndarray:
        return at.cue if at.query.kind == kind else np.zeros(len(at.units))

    column.__name__ = f"cue_{kind}"
    return column


for _kind in CUED:
    signal(_cue_of(_kind))

NAMES = tuple(SIGNALS)


def _added_by_neighbour(at: Comparison, step: int) -> np.ndarray:
    def value(row: int) -> float:
        other = at.neighbour(row, step)
        if other is None:
            return 0.0
        return share(at.asked.terms, at.terms[row] | at.terms[other]) - float(at.overlap[row])

    return at.over(value)


def _of_neighbour(at: Comparison, step: int) -> np.ndarray:
    def value(row: int) -> float:
        other = at.neighbour(row, step)
        return 0.0 if other is None else float(at.maxsim[other])

    return at.over(value)
