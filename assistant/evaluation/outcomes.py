"""Outcomes: what became of questions whose expected behaviour was written down before they were asked.

An answer is right when its first quote holds what was asked for, where a reader sees it; it is buried when a
later quote holds it, or the end of a long one that marks nothing. The file's keys are told beside it, in
`tests/data/news_slice.md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from index.text.folding import fold

AnswerVerdict = Literal["right", "buried", "wrong", "wrongly refused", "wrongly answered"]
VERDICTS: tuple[AnswerVerdict, ...] = get_args(AnswerVerdict)
SEEN = 40  # words of a quote in which an answer is seen without a mark: about three lines of the chat


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question, what its answer was, and what that is worth.

    `named` says whether a refusal named what is missing; None where nothing had to be named.
    """

    question: Mapping[str, Any]
    answer: Mapping[str, Any]
    verdict: AnswerVerdict
    named: bool | None = None


def outcome_of(question: Mapping[str, Any], answer: Mapping[str, Any]) -> Outcome:
    """Compare an answer (in the JSON shape) with what was expected; raises ValueError for no expectation."""
    expected = question["expected"]
    if expected == "answer":
        return Outcome(question, answer, _answered(question, answer))
    if expected == "refusal":
        return _refused(question, answer)
    if expected in ("about", "courtesy"):
        return Outcome(question, answer, _replied(question, answer))
    if expected == "search":
        return Outcome(question, answer, _searched(question, answer))
    raise ValueError(f"{expected!r} is no expectation; write answer, refusal, about, courtesy or search")


def summarised(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Count verdicts, in all and for each kind of question, and the refusals that name what is missing."""
    kinds: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        kinds.setdefault(str(outcome.question["kind"]), Counter())[outcome.verdict] += 1
    named = [outcome.named for outcome in outcomes if outcome.named is not None]
    return {
        "questions": len(outcomes),
        **_counts(outcome.verdict for outcome in outcomes),
        "refusals_to_name": len(named),
        "refusals_that_name": sum(named),
        "kinds": {kind: _counts(verdicts.elements()) for kind, verdicts in sorted(kinds.items())},
    }


def _counts(verdicts: Iterable[str]) -> dict[str, int]:
    counted = Counter(verdicts)
    return {verdict.replace(" ", "_"): counted[verdict] for verdict in VERDICTS}


def _answered(question: Mapping[str, Any], answer: Mapping[str, Any]) -> AnswerVerdict:
    if answer["kind"] != "answer":
        return "wrongly refused"
    wanted = [fold(words).text for words in question["words"]]
    both = [fold(words).text for words in question.get("both") or ()]
    quotes = [fold(citation["quote"]).text for citation in answer["citations"]]
    together = " ".join(quotes)
    if not any(words in together for words in wanted) or not any(
        words in together for words in both or wanted
    ):
        return "wrong"
    if not all(words in together for words in both):
        return "buried"
    return "right" if _visible(answer["citations"][0], quotes[0], wanted) else "buried"


def _visible(citation: Mapping[str, Any], quote: str, wanted: Sequence[str]) -> bool:
    """Tell whether the first quote shows one of the wanted words: marked, or among its first words."""
    marked = fold((citation.get("answer") or {}).get("text", "")).text
    if marked and any(words in marked or marked in words for words in wanted):
        return True
    return any(words in quote and len(quote[: quote.index(words)].split()) < SEEN for words in wanted)


def _refused(question: Mapping[str, Any], answer: Mapping[str, Any]) -> Outcome:
    missing = [fold(words).text.lower() for words in question.get("missing") or ()]
    if answer["kind"] != "refusal":
        return Outcome(question, answer, "wrongly answered", False if missing else None)
    said = fold(answer["text"]).text.lower().partition("؛")[0].partition(";")[0]
    return Outcome(question, answer, "right", any(words in said for words in missing) if missing else None)


def _replied(question: Mapping[str, Any], answer: Mapping[str, Any]) -> AnswerVerdict:
    if answer["kind"] == "answer":
        return "wrongly answered"
    if answer["kind"] == "refusal":
        return "wrongly refused"
    said = fold(answer["text"]).text
    return "right" if all(fold(words).text in said for words in question.get("words") or ()) else "wrong"


def _searched(question: Mapping[str, Any], answer: Mapping[str, Any]) -> AnswerVerdict:
    """Results of a search are quotes of the article, and claim to answer nothing."""
    if answer["kind"] == "refusal" or not answer["citations"]:
        return "wrongly refused"
    if answer["citations"][0]["article_id"] not in question["article_ids"]:
        return "wrong"
    return "right" if answer["kind"] == "search" else "wrongly answered"
