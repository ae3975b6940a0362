"""Coroutines from tests that are not coroutines themselves."""

from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio


def run(coroutine: Coroutine) -> Any:
    """Runs a coroutine to its end, in a thread: an open Playwright keeps a loop running in this one."""

    async def whole() -> Any:
        return await coroutine

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(anyio.run, whole).result()
