"""How many threads torch uses for an operation."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Have torch use `count` threads for what the calling thread runs while this lasts.

    torch keeps the number by thread (OpenMP's), so that passes side by side each have their own; only a
    thread that meets torch for the first time meanwhile may start from this one's number.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
