"""Checking a draft over the network: in short steps, so that others are served between them."""

from __future__ import annotations

from functools import partial

from assistant.checking import Report, check_quote, checkable, report_of
from assistant.checking.findings import Finding
from assistant.web.answerer import Answerer
from assistant.web.lanes import Lane


async def check_in_turns(draft: str, assistant: Answerer, lane: Lane, *, facts: bool = False) -> Report:
    """Check a draft, one quotation a turn; raises QueryError for a draft too long, Busy for a full lane."""
    quotes, total = await lane.run(partial(checkable, draft, facts=facts))
    findings: list[Finding] = []
    for quote in quotes:
        findings.append(await lane.run(partial(check_quote, quote, assistant)))
    return report_of(findings, total)
