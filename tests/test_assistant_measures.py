import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from assistant.evaluation.answer_measures import auc, calibration_error, score, summarise


def answer(*quotes, answerable=True, confidence=0.9, total=10.0):
    return {
        "answerable": answerable,
        "confidence": confidence,
        "citations": [{"quote": quote} for quote in quotes],
        "rejected": [],
        "timings_ms": {"total": total},
    }


def test_score_looks_for_the_answer_in_first_and_all_quotes():
    question = {"id": "1", "answers": ["٣٠ سبتمبر"]}
    first = score(question, answer("في 30 سبتمبر"), integral=True)
    later = score(question, answer("لا شيء", "في 30 سبتمبر"), integral=True)
    assert (first.first_quote, first.all_quotes) == (True, True)
    assert (later.first_quote, later.all_quotes, later.precise) == (False, True, (False, True))


def test_score_without_gold_answer_is_left_out():
    scored = score({"id": "1", "answers": [], "answerable": False}, answer("قول"), integral=True)
    assert scored.first_quote is None and scored.precise == ()
    assert summarise([scored])["answer_in_first_quote"] is None


def test_summary_counts_refusals():
    rows = [
        score({"id": "1", "answers": ["أ"]}, answer("أ"), integral=True),
        score({"id": "2", "answers": ["أ"]}, answer(answerable=False, confidence=0.2), integral=True),
        score({"id": "3", "answerable": False}, answer(answerable=False, confidence=0.1), integral=True),
        score({"id": "4", "answerable": False}, answer("ب", confidence=0.6), integral=False),
    ]
    measures = summarise(rows)
    assert measures["answered_of_answerable"] == 0.5
    assert measures["refusal_precision"] == 0.5 and measures["refusal_recall"] == 0.5
    assert measures["quote_integrity"] == 0.75 and measures["answer_in_first_quote"] == 0.5


def test_auc_equals_scikit_learns():
    random = np.random.default_rng(3)
    values, truth = random.integers(0, 20, 300) / 20, random.integers(0, 2, 300).astype(bool)
    assert auc(values, truth) == pytest.approx(roc_auc_score(truth, values), abs=1e-12)


def test_calibration_error_by_hand():
    # Two bins: 0.1 with truth 0, 0.9 with truth 1: a gap of 0.1 in each.
    assert calibration_error([0.1, 0.1, 0.9, 0.9], [False, False, True, True]) == pytest.approx(0.1)
