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
from assistant.answering.evidence import evidence_of, share
from assistant.answering.found import Found
from assistant.answering.kinds import Kind
from assistant.answering.question import Question
from assistant.answering.units import Unit
from index.analysis import analyze
from index.articles import own_title
from index.encoder import TokenVectors

CUED: tuple[Kind, ...] = ("who", "when", "where", "how_many", "name", "why", "how", "list", "definition")
NAMES = (
    "maxsim",  # IDF-weighted mean of each question token's best token in the unit
    "maxsim_plain",  # the same, every token alike
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
    similarities = [question.tokens @ tokens.vectors.T for tokens in vectors]
    whole = np.array([question.weights @ each.max(axis=1) if each.size else 0.0 for each in similarities])
    titles = [set(analyze(own_title(each.source.title, each.text))) for each in found]
    texts = [found[unit.place].text[unit.start : unit.end] for unit in units]
    terms = [set(analyze(text)) for text in texts]
    for row, unit in enumerate(units):
        each, place = found[unit.place], unit.place
        known = _similarities(question, pooled, vectors[place], similarities[place], unit, each)
        known |= _words(question, each, unit, texts[row], terms[row], titles[place])
        known["passage_maxsim"] = whole[place]
        known["passage_score"] = each.hit.score / best
        known["passage_dense"] = each.hit.dense or 0.0
        known["passage_rank"] = 1.0 / each.hit.rank
        values[row, [_COLUMN[name] for name in known]] = list(known.values())
    _neighbours(values, question, units, terms)
    held = [set(title) for title in titles]
    for unit, own in zip(units, terms, strict=True):
        held[unit.place] |= own
    return Signals(question.kind, values, evidence_of(question, found, held, vectors, whole))


def _similarities(
    question: Question,
    pooled: np.ndarray,
    tokens: TokenVectors,
    similarity: np.ndarray,
    unit: Unit,
    each: Found,
) -> dict[str, float]:
    first, last = np.searchsorted(
        tokens.starts, [unit.start - each.passage.start, unit.end - each.passage.start]
    )
    if last <= first or not similarity.size:
        return {}
    text = each.passage.text
    words = [
        text[start:end] for start, end in zip(tokens.starts[first:last], tokens.ends[first:last], strict=True)
    ]
    top = similarity[:, first:last].max(axis=1)
    asking = question.words == 0
    return {
        "maxsim": question.weights @ top,
        "maxsim_plain": top.mean(),
        "asking_word": top[asking].mean() if asking.any() else 0.0,
        "pooled": _unit_row(tokens.vectors[first:last].mean(axis=0)) @ pooled,
        "counted": _counted(question, similarity[:, first:last], words),
    }


def _counted(question: Question, similarity: np.ndarray, words: Sequence[str]) -> float:
    """How near a word beside a number, at most one word between, comes to the thing that is counted."""
    if question.counted < 0 or not (asked := question.words == question.counted).any():
        return 0.0
    beside = numbered(words, question.folded)
    return float(similarity[asked].mean(axis=0)[beside].max()) if beside else 0.0


def _words(
    question: Question, each: Found, unit: Unit, text: str, terms: set[str], title: set[str]
) -> dict[str, float]:
    plain = folded(text)
    overlap = share(question.terms, terms)
    new = sum(not term.startswith("#") and term not in question.terms for term in terms)
    known = {
        "overlap": overlap,
        "overlap_grams": share(question.grams, terms),
        "overlap_title": share(question.terms, terms | title) - overlap,
        "novelty": np.log1p(new) / 4,
        "length": np.log(max(len(text), 1)) / 6,
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


def _neighbours(
    values: np.ndarray, question: Question, units: Sequence[Unit], terms: Sequence[set[str]]
) -> None:
    overlap, maxsim = values[:, _COLUMN["overlap"]], values[:, _COLUMN["maxsim"]]
    for row, unit in enumerate(units):
        for step, side in ((-1, "before"), (1, "after")):
            other = row + step
            if 0 <= other < len(units) and units[other].place == unit.place:
                both = share(question.terms, terms[row] | terms[other])
                values[row, _COLUMN[f"overlap_{side}"]] = both - overlap[row]
                values[row, _COLUMN[f"maxsim_{side}"]] = maxsim[other]


def _unit_row(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
