"""The quote-integrity suite: written by hand, and by rule from the seeds and the development articles."""

import json
from pathlib import Path

import pytest

from assistant.citations import REASONS, Located, NotLocated, locate
from benchmarks.quote_cases import genuine, tampered
from benchmarks.quote_integrity import GENUINE_GOAL, development_articles, is_right, seed_articles

DATA = Path(__file__).parent / "data"
SEEDS = Path(__file__).parent.parent / "seeds"
PER_KIND = 40


def lines(name):
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


ENGLISH = {article["id"]: article["text"] for article in lines("quotes_articles.jsonl")}
WRITTEN = lines("quotes_handwritten.jsonl")


def text_of(case):
    if case["article"] in ENGLISH:
        return ENGLISH[case["article"]]
    return (SEEDS / f"{case['article']}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "case", [case for case in WRITTEN if "end" in case], ids=lambda case: case["quote"][:30]
)
def test_written_genuine_quote_is_located_at_its_exact_span(case):
    text = text_of(case)
    found = locate(case["quote"], text)
    assert found == Located(case["start"], case["end"])
    assert text[found.start : found.end] == case["said"]


@pytest.mark.parametrize(
    "case", [case for case in WRITTEN if "end" not in case], ids=lambda case: case["quote"][:30]
)
def test_written_false_quote_is_rejected_with_its_reason(case):
    found = locate(case["quote"], text_of(case))
    assert isinstance(found, NotLocated)
    assert found.reason in case["reasons"]
    assert set(case["reasons"]) <= set(REASONS)


def test_quotes_changed_by_rule_over_the_seeds():
    articles = seed_articles()
    false = list(tampered(articles, per_kind=10))
    true = list(genuine(articles, per_kind=10))
    assert len(false) > 100 and len(true) > 100
    assert [case for case in false if not is_right(case)] == []
    assert sum(map(is_right, true)) >= GENUINE_GOAL * len(true)


def test_quotes_changed_by_rule_over_the_development_articles(evaluation_sets):
    articles = development_articles(evaluation_sets)
    false = list(tampered(articles, per_kind=PER_KIND, seed=2))
    true = list(genuine(articles, per_kind=PER_KIND, seed=2))
    assert len(false) >= 1000 and len(true) >= 1000
    assert [case for case in false if not is_right(case)] == []
    assert sum(map(is_right, true)) >= GENUINE_GOAL * len(true)


def test_widened_false_quotes_never_show_other_words(evaluation_sets):
    """A cut quote may point at the whole sentences that hold it; no other false one passes."""
    for case in tampered(development_articles(evaluation_sets), per_kind=15, seed=3):
        found = locate(case.claim, case.article, widen=True)
        if isinstance(found, Located):
            assert found.widened
            assert case.kind.endswith("of a sentence") or case.kind == "cut off from its negation"
