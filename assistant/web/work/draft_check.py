"""Checking a draft over the network: in short steps, so that others are served between them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import anyio

from assistant.checking import DraftReport, check_quote, checkable, report_of
from assistant.checking.findings import Finding
from assistant.web.work.answerer import Answerer
from assistant.web.work.lanes import Busy, Lane

PATIENCE = 3  # times that a check under way comes again to a lane that is full


async def check_in_turns(draft: str, assistant: Answerer, lane: Lane, *, facts: bool = False) -> DraftReport:
    """Check a draft, one quotation a turn; raises QueryError for a draft too long, Busy for a full lane.

    A check that has begun waits where the line is long for a while, and does not start over.
    """
    quotes, total = await lane.run(partial(checkable, draft, facts=facts))
    findings: list[Finding] = []
    for quote in quotes:
        findings.append(await _in_turn(partial(check_quote, quote, assistant), lane))
    return report_of(findings, total)


async def _in_turn(work: Callable[[], Finding], lane: Lane) -> Finding:
    for _ in range(PATIENCE):
        try:
            return await lane.run(work)
        except Busy as busy:
            if busy.cause == "stopped":
                raise
            await anyio.sleep(busy.retry_s)
    return await lane.run(work)
