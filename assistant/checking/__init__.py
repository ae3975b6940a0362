"""Drafts checked against the articles: every quotation exact, or what is wrong with it.

draft -> quotations -> check_quote, one by one -> Finding -> DraftReport
"""

from __future__ import annotations

from assistant.checking.checker import MOST_QUOTES, Library, check_draft, check_quote, checkable, report_of
from assistant.checking.extraction import LONGEST_DRAFT, DraftQuote, quotations
from assistant.checking.findings import VERDICTS, DraftReport, Finding, Verdict

__all__ = [
    "LONGEST_DRAFT",
    "MOST_QUOTES",
    "VERDICTS",
    "DraftQuote",
    "Finding",
    "Library",
    "DraftReport",
    "Verdict",
    "check_draft",
    "check_quote",
    "checkable",
    "quotations",
    "report_of",
]
