"""Fits which words of a question are names, from questions in languages that write capitals.

    python -m benchmarks.fit_namedness [--write]

Reads the training sets of `../shared/train`, puts their questions in lower case, and learns from the vectors
of a word whether it had a capital; the first word, which has one anyway, is left out. `--write` writes
`namedness.json` in `assistant/answering/judging`. Prints the area under the ROC curve on languages left out
in turn.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from assistant.answering.judging.namedness import FILE
from assistant.evaluation.answer_measures import auc
from index.building import build
from index.encoder import SentenceTransformerEncoder, load_encoder
from index.encoder.words.late import LateEncoder
from index.search.searcher import open_searcher
from index.text.phrase import WORD

ROOT = Path(__file__).resolve().parent.parent
SETS = ROOT.parent / "shared" / "train"
QUESTIONS = {
    "squadshifts_en": 1500,
    "squad2_first10articles_en": 1200,
    "tquad_tr": 1500,
    "piaf_fr": 1500,
    "faquad_pt": 600,
    "norquad_no": 1200,
    "idk_mrc_id": 1200,
    "kazqad_val_kk": 600,
    "tydiqa_goldp_en_sw_ko": 3000,
}
LEFT_OUT = ("tquad_tr", "kazqad_val_kk", "idk_mrc_id")
MOST_CAPITALS = 0.6  # of the words: titles teach nothing
STRENGTH = 3.0  # inverse of the L2 penalty


def main(arguments: Sequence[str] | None = None) -> None:
    """Encode, fit, measure."""
    from sklearn.linear_model import LogisticRegression

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    options = parser.parse_args(arguments)
    encoder = load_encoder(None)
    late = _interaction(encoder)
    rng = np.random.default_rng(7)
    sets = {name: list(_words(name, most, late, rng)) for name, most in QUESTIONS.items()}

    def table(names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        rows = [row for name in names for row in sets[name]]
        vectors = np.stack([vector for vector, _capital in rows])
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(lengths, 1e-9), np.array([capital for _vector, capital in rows])

    for name in LEFT_OUT:
        model = LogisticRegression(C=STRENGTH, max_iter=400).fit(
            *table([each for each in sets if each != name])
        )
        vectors, capitals = table([name])
        print(f"{name:<28} AUC {auc(model.decision_function(vectors).tolist(), capitals.tolist()):.3f}")
    model = LogisticRegression(C=STRENGTH, max_iter=400).fit(*table(list(sets)))
    if options.write:
        weights = [round(float(value), 3) for value in model.coef_[0]]
        stored = {encoder.name: {"bias": round(float(model.intercept_[0]), 4), "weights": weights}}
        FILE.write_text(json.dumps(stored) + "\n", encoding="utf-8")


def _interaction(encoder: SentenceTransformerEncoder) -> LateEncoder:
    """Compare as an index does; the calibration is the encoder's, whatever is indexed."""
    with TemporaryDirectory() as folder:
        build([ROOT / "seeds"], Path(folder), encoder=encoder, progress=False)
        with open_searcher(Path(folder), encoder=encoder) as searcher:
            late = LateEncoder.of(encoder, searcher.calibration)
    assert late is not None
    return late


def _words(
    name: str, most: int, late: LateEncoder, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, bool]]:
    """The vector of every word after the first, and whether it had a capital."""
    with gzip.open(SETS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        questions = sorted({json.loads(line)["question"] for line in lines})
    drawn = [questions[row] for row in rng.permutation(len(questions))[:most].tolist()]
    for question in filter(_teaches, drawn):
        tokens = late.query_tokens(question.lower())
        for match in list(WORD.finditer(question))[1:]:
            word = match.group()
            inside = (tokens.starts >= match.start()) & (tokens.starts < match.end())
            if inside.any() and len(word) > 1 and word[0].isalpha():
                yield tokens.vectors[inside].mean(axis=0), word[0].isupper()


def _teaches(question: str) -> bool:
    words = [match.group() for match in WORD.finditer(question)]
    if len(words) < 2 or len(question.lower()) != len(question) or question.lower() == question:
        return False
    return float(np.mean([word[0].isupper() for word in words[1:]])) <= MOST_CAPITALS


if __name__ == "__main__":
    main()
