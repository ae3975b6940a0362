"""Signals: what is known of each unit (sentence or clause) with regard to a question.

Late interaction (MaxSim; Khattab and Zaharia 2020) between the tokens of the question and those of the
passage, weighted by the IDF of their words; shared terms; what surrounds the unit; the kind of thing asked
for. Each signal is about 0 to 1, higher for likelier answers, so that a weight can be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.cues import cue, folded, new_numbers, points_back
from assistant.answering.kinds import Kind, kind_of
from assistant.answering.units import Found, Unit
from index.analysis import analyze
from index.calibration import Calibration
from index.encoder import Encoder, TokenVectors
from index.interaction import centre

_WORD = re.compile(r"\w+")
LEAST_IDF = 0.1
CUED: tuple[Kind, ...] = ("who", "when", "where", "how_many", "why", "how", "list", "definition")
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
    *(f"cue_{kind}" for kind in CUED),
)


@dataclass(frozen=True, slots=True)
class Signals:
    """`values` is float64 (units, len(NAMES)); `question` what is known of question and passages alike."""

    kind: Kind
    values: np.ndarray
    question: dict[str, float]


@dataclass(frozen=True, slots=True)
class Question:
    """A question made ready: tokens (unit rows, float32) with their weights, terms with their IDFs."""

    text: str
    folded: str
    kind: Kind
    tokens: np.ndarray
    weights: np.ndarray
    asking: np.ndarray
    terms: dict[str, float]
    grams: dict[str, float]


def read_question(
    text: str, *, encoder: Encoder, idf: Callable[[str], float], calibration: Calibration
) -> Question:
    """Tokens, terms and kind of a question."""
    tokens = tokens_of(encoder, calibration, [text], kind="query")[0]
    words = [(found.start(), found.end(), _idf_of(found.group(), idf)) for found in _WORD.finditer(text)]
    weights = np.array(
        [
            max((weight for start, end, weight in words if start <= token < end), default=LEAST_IDF)
            for token in tokens.starts
        ],
        dtype=np.float64,
    )
    stems = dict.fromkeys(analyze(text, grams=False))
    grams = dict.fromkeys(term for term in analyze(text) if term not in stems)
    asking_end = next((end for _start, end, _weight in words), 0)
    return Question(
        text,
        folded(text),
        kind_of(text),
        tokens.vectors,
        weights / max(weights.sum(), 1e-9),
        tokens.starts < asking_end,
        {term: max(idf(term), LEAST_IDF) for term in stems},
        {term: max(idf(term), LEAST_IDF) for term in grams},
    )


def signals_of(
    question: Question,
    found: Sequence[Found],
    units: Sequence[Unit],
    *,
    encoder: Encoder,
    calibration: Calibration,
) -> Signals:
    """The signals of every unit; `units` are those of `found`, in order."""
    vectors = tokens_of(encoder, calibration, [each.passage.text for each in found], kind="passage")
    return assemble(question, found, units, vectors)


def assemble(
    question: Question, found: Sequence[Found], units: Sequence[Unit], vectors: Sequence[TokenVectors]
) -> Signals:
    """Signals from the passages' token vectors; pure."""
    values = np.zeros((len(units), len(NAMES)))
    column = {name: number for number, name in enumerate(NAMES)}
    best = max((each.hit.score for each in found), default=1.0) or 1.0
    pooled = _unit_row((question.tokens * question.weights[:, None]).sum(axis=0))
    whole = np.zeros(len(found))
    terms = [set(analyze(found[unit.place].text[unit.start : unit.end])) for unit in units]
    titles = [set(analyze(each.source.title)) for each in found]
    for place, each in enumerate(found):
        tokens = vectors[place]
        similarity = question.tokens @ tokens.vectors.T if len(tokens.vectors) else None
        if similarity is not None and similarity.size:
            whole[place] = question.weights @ similarity.max(axis=1)
        for row, unit in enumerate(units):
            if unit.place != place:
                continue
            _similarities(values[row], column, question, pooled, tokens, similarity, unit, each)
            _words(values[row], column, question, each, unit, terms[row], titles[place])
            values[row, column["passage_maxsim"]] = whole[place]
            values[row, column["passage_score"]] = each.hit.score / best
            values[row, column["passage_dense"]] = each.hit.dense or 0.0
            values[row, column["passage_rank"]] = 1.0 / each.hit.rank
    _neighbours(values, column, question, units, terms)
    return Signals(question.kind, values, _of_question(question, found, values, column, whole))


def _similarities(row, column, question, pooled, tokens, similarity, unit, each) -> None:
    first = np.searchsorted(tokens.starts, unit.start - each.passage.start)
    last = np.searchsorted(tokens.starts, unit.end - each.passage.start)
    if similarity is None or last <= first or not similarity.size:
        return
    top = similarity[:, first:last].max(axis=1)
    row[column["maxsim"]] = question.weights @ top
    row[column["maxsim_plain"]] = top.mean()
    if question.asking.any():
        row[column["asking_word"]] = top[question.asking].mean()
    row[column["pooled"]] = float(_unit_row(tokens.vectors[first:last].mean(axis=0)) @ pooled)


def _words(row, column, question, each, unit, terms, title) -> None:
    text = each.text[unit.start : unit.end]
    plain = folded(text)
    row[column["overlap"]] = _share(question.terms, terms)
    row[column["overlap_grams"]] = _share(question.grams, terms)
    row[column["overlap_title"]] = _share(question.terms, terms | title) - row[column["overlap"]]
    new = sum(1 for term in terms if not term.startswith("#") and term not in question.terms)
    row[column["novelty"]] = np.log1p(new) / 4
    row[column["length"]] = np.log(max(len(text), 1)) / 6
    row[column["first_in_article"]] = float(unit.start == len(each.text) - len(each.text.lstrip()))
    row[column["first_in_passage"]] = float(unit.number == 0)
    row[column["points_back"]] = float(points_back(plain))
    row[column["number"]] = min(1.0, new_numbers(plain, question.folded) / 2)
    if question.kind in CUED:
        row[column[f"cue_{question.kind}"]] = cue(question.kind, plain, question.folded)


def _neighbours(values, column, question, units, terms) -> None:
    overlap, maxsim = values[:, column["overlap"]], values[:, column["maxsim"]]
    for row, unit in enumerate(units):
        for step, side in ((-1, "before"), (1, "after")):
            other = row + step
            if 0 <= other < len(units) and units[other].place == unit.place:
                both = _share(question.terms, terms[row] | terms[other])
                values[row, column[f"overlap_{side}"]] = both - overlap[row]
                values[row, column[f"maxsim_{side}"]] = maxsim[other]


def _of_question(question, found, values, column, whole) -> dict[str, float]:
    """What the confidence is made from: about question and passages, not about one unit."""
    if not len(values):
        return {}
    union = set().union(*(analyze(each.passage.text) for each in found[:1]))
    dense = [each.hit.dense or 0.0 for each in found]
    return {
        "top_dense": max(dense),
        "top_maxsim": float(whole.max()),
        "unit_maxsim": float(values[:, column["maxsim"]].max()),
        "unit_plain": float(values[:, column["maxsim_plain"]].max()),
        "unit_overlap": float(values[:, column["overlap"]].max()),
        "unit_grams": float(values[:, column["overlap_grams"]].max()),
        "passage_overlap": _share(question.terms, union),
        "passage_grams": _share(question.grams, union),
        "dense_lead": float(dense[0] - np.mean(dense[1:])) if len(dense) > 1 else 0.0,
        "cue": float(values[:, [column[f"cue_{kind}"] for kind in CUED]].max()),
    }


def _share(weights: dict[str, float], terms: set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0


def _idf_of(word: str, idf: Callable[[str], float]) -> float:
    return max([LEAST_IDF, *(idf(term) for term in analyze(word, grams=False))])


def _unit_row(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def tokens_of(
    encoder: Encoder, calibration: Calibration, texts: Sequence[str], *, kind: str
) -> list[TokenVectors]:
    """Token vectors without what all share; an encoder that has none gives each word its own vector."""
    if calibration.has_tokens:
        mean = calibration.query_token if kind == "query" else calibration.passage_token
        return [
            TokenVectors(centre(each.vectors, mean), each.starts, each.ends)
            for each in encoder.encode_tokens(texts, kind=kind)
        ]
    encode = encoder.encode_queries if kind == "query" else encoder.encode_passages
    result = []
    for text in texts:
        spans = [found.span() for found in _WORD.finditer(text)]
        words = [text[start:end] for start, end in spans]
        vectors = encode(words) if words else np.zeros((0, encoder.dimension))
        starts, ends = (np.array([span[side] for span in spans], dtype=np.int64) for side in (0, 1))
        result.append(TokenVectors(np.asarray(vectors, dtype=np.float32), starts, ends))
    return result
