"""Readers who leave before they are answered: the work for them ends, and costs the others nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from assistant.web.problems import Problem

T = TypeVar("T")
LEFT = 499  # as nginx logs it; nobody reads the answer


async def unless_left(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Give what `work` gives; cancel it, and raise Problem, when the reader of `request` goes away.

    The body must have been read before: what is received after it is that the reader left.
    """
    doing = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait((doing, leaving), return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            return doing.result()
    finally:
        for task in (doing, leaving):
            task.cancel()
    raise Problem(LEFT, "the reader closed the connection")


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
