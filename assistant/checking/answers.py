"""Answers of other assistants checked: which citations hold, word for word, in the source they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assistant.checking.checker import Library, check_quote
from assistant.checking.claims import ClaimedCitation, claimed_citations
from assistant.checking.extraction import DraftQuote
from assistant.checking.findings import VERDICTS, Finding

MOST_CITATIONS = 50  # of one answer


@dataclass(frozen=True, slots=True)
class Checked:
    """A citation of another assistant's, and what the articles say to it."""

    record: int
    claimed: ClaimedCitation
    finding: Finding
    is_named_source: bool

    @property
    def holds(self) -> bool:
        """Tell whether the words stand in the articles, and in the source that is named where one is."""
        return self.finding.verdict == "exact" and self.is_named_source

    def as_json(self) -> dict[str, Any]:
        """Give it as plain values."""
        return {
            "record": self.record,
            "shape": self.claimed.shape,
            "source": self.claimed.source,
            "claim": self.claimed.claim,
            "holds": self.holds,
            "named_source": self.is_named_source,
            **{key: value for key, value in self.finding.as_json(self.record).items() if key != "number"},
        }


def check_answers(records: Iterable[Any], library: Library) -> list[Checked]:
    """Check every citation of records of answers, in the common shapes; `record` counts from 1."""
    checked: list[Checked] = []
    for number, record in enumerate(records, start=1):
        for claimed in claimed_citations(record)[:MOST_CITATIONS]:
            quote = DraftQuote("marks", claimed.quote.strip(), 0, len(claimed.quote))
            finding = check_quote(quote, library)
            checked.append(Checked(number, claimed, finding, _is_named(claimed, finding)))
    return checked


def summary_of(checked: Iterable[Checked]) -> dict[str, Any]:
    """Count the citations that hold, by shape and by verdict."""
    everything = list(checked)
    shapes: dict[str, dict[str, int]] = {}
    for claim in everything:
        counts = shapes.setdefault(claim.claimed.shape, {"citations": 0, "hold": 0})
        counts["citations"] += 1
        counts["hold"] += claim.holds
    verdicts = Counter(claim.finding.verdict for claim in everything)
    return {
        "citations": len(everything),
        "hold": sum(claim.holds for claim in everything),
        "shapes": shapes,
        "verdicts": {verdict: verdicts[verdict] for verdict in VERDICTS},
    }


def _is_named(claimed: ClaimedCitation, finding: Finding) -> bool:
    """Tell whether the article where the words stand is the one that is named; one not named is any."""
    if not claimed.source or finding.citation is None:
        return not claimed.source
    source = finding.citation.source
    twins = [finding.citation.source, *finding.citation.twins]
    named = claimed.source.strip().casefold()
    ids = {twin.article_id.casefold() for twin in twins}
    names = {(twin.url or "").casefold() for twin in twins} | {source.title.casefold()}
    stem = named.rsplit("/", 1)[-1].partition(".")[0]
    return (
        named in ids | names or stem in ids or any(named.startswith(f"{article_id}#") for article_id in ids)
    )
