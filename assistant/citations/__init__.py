"""Citations: claimed quotes located exactly, verified, merged and numbered. Pure: nothing is read or kept.

    claimed quote -> locate -> Located (a span of the article) | NotLocated (a reason)
    claims        -> verify -> accepted citations and rejected ones
    spans         -> number -> citations with markers, neighbours merged

Nothing here is fuzzy: a quote is the article's own words in the article's own order, or it is no quote.
"""

from __future__ import annotations

from assistant.citations.context import Standing, standing
from assistant.citations.location import Located, NotLocated, locate
from assistant.citations.numbering import (
    Claim,
    Numbered,
    Numbering,
    Quotable,
    Quotation,
    Verified,
    number,
    verify,
)
from assistant.citations.reasons import REASONS, Reason, explain

__all__ = [
    "REASONS",
    "Claim",
    "Located",
    "NotLocated",
    "Numbered",
    "Numbering",
    "Quotable",
    "Quotation",
    "Reason",
    "Standing",
    "Verified",
    "explain",
    "locate",
    "number",
    "standing",
    "verify",
]
