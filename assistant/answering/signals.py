"""Signals: what is known of each unit (sentence or clause) with regard to a question.

Late interaction (MaxSim; Khattab and Zaharia 2020) between the tokens of the question and those of the
passage, weighted by the IDF of their words; shared terms; what surrounds the unit; the kind of thing asked
for. Each signal is about 0 to 1, higher for likelier answers, so that a weight can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.cues import cue, folded, new_numbers, numbered, points_back
from assistant.answering.evidence import evidence_of, foreign_to, share, weakest
from assistant.answering.found import Found
from assistant.answering.kinds import Kind
from assistant.answering.question import Question
from assistant.answering.units import Unit
from index.analysis import analyze
from index.articles import own_title
from index.encoder import TokenVectors
from index.tashkeel import letters

CUED: tuple[Kind, ...] = ("who", "when", "where", "how_many", "name", "why", "how", "list", "definition")
NAMES = (
    "maxsim",  # IDF-weighted mean of each question token's best token in the unit
    "maxsim_plain",  # the same, every token alike
    "maxsim_foreign",  # the first, for a question in another language than the best passage, else 0
    "maxsim_plain_foreign",  # the second, likewise: between languages all inner products are lower
    "weakest",  # the question's words that the unit and the sentence before know least
    "asking_word",  # best token for the question's asking word
    "pooled",  # mean of the unit's tokens against the mean of the question's
    "overlap",  # IDF share of the question's terms that the unit has
    "overlap_grams",  # the same with runs of letters: forms of a word that no stem joins
    "overlap_before",  # what the sentence before adds to the overlap
    "overlap_after",  # what the sentence after adds
    "overlap_title",  # what the title adds
    "maxsim_before",
    "maxsim_after",
    "passage_maxsim",
    "passage_score",  # fused score, the best passage's being 1
    "passage_dense",
    "passage_rank",  # 1 / rank
    "novelty",  # terms of the unit that the question has not: an answer says something
    "length",  # logarithm of the unit's length
    "first_in_article",
    "first_in_passage",
    "points_back",
    "number",  # a number that the question has not
    "counted",  # best word beside such a number for the word of what "how many" counts
    "cue_missing",  # a number or a date is asked for, and the unit has none
    *(f"cue_{kind}" for kind in CUED),
)
NOTHING = -1.0  # the least inner product: of a unit without words
# The most that a word may be worth to a question in another language. Of the words of XQuAD's English questions
# nine in ten reach no more than 0.63 in the Arabic passage that answers, those repeated in it up to 0.77: a
# sentence would win by repeating part of a name.
TRANSLATED = 0.65
_SIDES = ((-1, "before"), (1, "after"))
_COLUMN = {name: number for number, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True)
class Signals:
    """`values` is float64 (units, len(NAMES)); `question` what is known of question and passages alike."""

    kind: Kind
    values: np.ndarray
    question: dict[str, float]


def signals_of(
    question: Question, found: Sequence[Found], units: Sequence[Unit], vectors: Sequence[TokenVectors]
) -> Signals:
    """The signals of every unit; `units` are those of `found`, in order, `vectors` the words of each."""
    values = np.zeros((len(units), len(NAMES)))
    if not units:
        return Signals(question.kind, values, {})
    best = max(each.hit.score for each in found) or 1.0
    pooled = _unit_row((question.tokens * question.weights[:, None]).sum(axis=0))
    foreign = foreign_to(question, found)
    similarities = [question.tokens @ tokens.vectors.T for tokens in vectors]
    if foreign:
        similarities = [np.minimum(each, TRANSLATED) for each in similarities]
    whole = np.array([question.weights @ each.max(axis=1) if each.size else 0.0 for each in similarities])
    titles = [set(analyze(own_title(each.source.title, each.text))) for each in found]
    texts = [found[unit.place].text[unit.start : unit.end] for unit in units]
    terms = [set(analyze(text)) for text in texts]
    words = [_words_of(unit, found[unit.place], vectors[unit.place]) for unit in units]
    tops = [similarities[unit.place][:, own].max(axis=1, initial=NOTHING)
            for unit, own in zip(units, words, strict=True)]  # fmt: skip
    for row, unit in enumerate(units):
        each, place = found[unit.place], unit.place
        known = {}
        if (tops[row] > NOTHING).any():
            known = _similarities(question, pooled, vectors[place].vectors[words[row]], tops[row])
            if question.counted >= 0:
                near = similarities[place][:, words[row]]
                known["counted"] = _counted(question, each, vectors[place], words[row], near)
        known |= _words(question, each, unit, texts[row], terms[row])
        known["passage_maxsim"] = whole[place]
        known["passage_score"] = each.hit.score / best
        known["passage_dense"] = each.hit.dense or 0.0
        known["passage_rank"] = 1.0 / each.hit.rank
        values[row, [_COLUMN[name] for name in known]] = list(known.values())
    for name in ("maxsim", "maxsim_plain"):
        values[:, _COLUMN[f"{name}_foreign"]] = foreign * values[:, _COLUMN[name]]
    _shared(values, question, units, terms, titles)
    _neighbours(values, question, units, tops)
    held = [set(title) for title in titles]
    for unit, own in zip(units, terms, strict=True):
        held[unit.place] |= own
    return Signals(question.kind, values, evidence_of(question, found, held, similarities, whole))


def _words_of(unit: Unit, each: Found, tokens: TokenVectors) -> slice:
    """Which of the passage's words the unit has."""
    bounds = [unit.start - each.passage.start, unit.end - each.passage.start]
    return slice(*np.searchsorted(tokens.starts, bounds).tolist())


def _similarities(
    question: Question, pooled: np.ndarray, vectors: np.ndarray, top: np.ndarray
) -> dict[str, float]:
    asking = question.words == 0
    return {
        "maxsim": question.weights @ top,
        "maxsim_plain": top.mean(),
        "asking_word": top[asking].mean() if asking.any() else 0.0,
        "pooled": _unit_row(vectors.mean(axis=0)) @ pooled,
    }


def _counted(
    question: Question, each: Found, tokens: TokenVectors, own: slice, similarity: np.ndarray
) -> float:
    """How near a word beside a number, at most one word between, comes to the thing that is counted."""
    text = each.passage.text
    words = [text[start:end] for start, end in zip(tokens.starts[own], tokens.ends[own], strict=True)]
    asked, beside = question.words == question.counted, numbered(words, question.folded)
    return float(similarity[asked].mean(axis=0)[beside].max()) if beside and asked.any() else 0.0


def _words(question: Question, each: Found, unit: Unit, text: str, terms: set[str]) -> dict[str, float]:
    plain = folded(text)
    new = sum(not term.startswith("#") and term not in question.terms for term in terms)
    known = {
        "novelty": np.log1p(new) / 4,
        "length": np.log(max(letters(text), 1)) / 6,
        "first_in_article": float(not each.text[: unit.start].strip()),
        "first_in_passage": float(unit.number == 0),
        "points_back": float(points_back(plain)),
        "number": min(1.0, new_numbers(plain, question.folded) / 2),
    }
    if question.kind in CUED:
        held = cue(question.kind, plain, question.folded)
        known[f"cue_{question.kind}"] = held
        known["cue_missing"] = float(held == 0.0 and question.kind in ("how_many", "when"))
    return known


def _shared(
    values: np.ndarray,
    question: Question,
    units: Sequence[Unit],
    terms: Sequence[set[str]],
    titles: Sequence[set[str]],
) -> None:
    """The terms that question and units share."""
    for row, (unit, own) in enumerate(zip(units, terms, strict=True)):
        overlap = share(question.terms, own)
        values[row, _COLUMN["overlap"]] = overlap
        values[row, _COLUMN["overlap_grams"]] = share(question.grams, own)
        values[row, _COLUMN["overlap_title"]] = share(question.terms, own | titles[unit.place]) - overlap
        for step, side in _SIDES:
            if _together(units, row, row + step):
                both = share(question.terms, own | terms[row + step])
                values[row, _COLUMN[f"overlap_{side}"]] = both - overlap


def _neighbours(
    values: np.ndarray, question: Question, units: Sequence[Unit], tops: Sequence[np.ndarray]
) -> None:
    for row in range(len(units)):
        if (tops[row] > NOTHING).any():
            both = _together(units, row - 1, row)
            known = np.maximum(tops[row - 1], tops[row]) if both else tops[row]
            values[row, _COLUMN["weakest"]] = weakest(question, known)
        for step, side in _SIDES:
            if _together(units, row, row + step):
                values[row, _COLUMN[f"maxsim_{side}"]] = values[row + step, _COLUMN["maxsim"]]


def _together(units: Sequence[Unit], one: int, other: int) -> bool:
    """Whether there are two such units, of one passage."""
    return min(one, other) >= 0 and max(one, other) < len(units) and units[one].place == units[other].place


def _unit_row(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
