"""What a check gives: a finding for each quotation of a draft, and the report they make."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal, get_args

from assistant.answer import Citation
from assistant.checking.extraction import DraftQuote
from assistant.citations.difference import Change
from assistant.rendering.shape import citation_to_json

Verdict = Literal["exact", "altered", "cut", "misattributed", "joined", "not_in_articles", "unchecked"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
WORDING = frozenset({"words", "order", "punctuation"})  # reasons that reported speech may have


@dataclass(frozen=True, slots=True)
class Finding:
    """What the articles say to one quotation.

    `citation` is where it stands, or what comes nearest to it, `sentence` the article's words around that and
    `said_by` who says them there. `changes` lead from the article's words to the draft's. `parts` are where
    the pieces of a joined quotation stand. `reason` is that of `assistant.citations`.
    """

    quote: DraftQuote
    verdict: Verdict
    reason: str = ""
    citation: Citation | None = None
    sentence: str = ""
    said_by: str = ""
    changes: tuple[Change, ...] = ()
    parts: tuple[Citation, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing is wrong: exact, or reported in words of one's own that change nothing."""
        if self.verdict == "exact":
            return True
        return self.quote.kind == "reported" and self.verdict == "altered" and self.reason in WORDING

    def as_json(self, number: int) -> dict[str, Any]:
        """Give the finding as plain values; `number` counts from 1."""
        return {
            "number": number,
            "kind": self.quote.kind,
            "text": self.quote.text,
            "start": self.quote.start,
            "end": self.quote.end,
            "speaker": self.quote.speaker,
            "verdict": self.verdict,
            "sound": self.is_sound,
            "reason": self.reason,
            "citation": None if self.citation is None else citation_to_json(self.citation),
            "sentence": self.sentence,
            "said_by": self.said_by,
            "difference": [
                {"kind": each.kind, "article": each.before, "draft": each.after} for each in self.changes
            ],
            "parts": [citation_to_json(each) for each in self.parts],
        }


@dataclass(frozen=True, slots=True)
class DraftReport:
    """All findings of one draft, in its order; `unlooked` counts the quotations past the limit."""

    findings: tuple[Finding, ...]
    unlooked: int = 0

    @property
    def is_exact(self) -> bool:
        """Tell whether every quotation was looked at and is sound."""
        return not self.unlooked and all(finding.is_sound for finding in self.findings)

    @property
    def counts(self) -> dict[Verdict, int]:
        """Count the findings by verdict."""
        counted = Counter(finding.verdict for finding in self.findings)
        return {verdict: counted[verdict] for verdict in VERDICTS}

    def as_json(self) -> dict[str, Any]:
        """Give the report as plain values: the same for the command, the page and the interface."""
        return {
            "exact": self.is_exact,
            "counts": dict(self.counts),
            "unlooked": self.unlooked,
            "findings": [finding.as_json(number) for number, finding in enumerate(self.findings, start=1)],
        }
