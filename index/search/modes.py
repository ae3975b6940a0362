"""How a search can be done, by name."""

from __future__ import annotations

from typing import Literal, get_args

Mode = Literal["hybrid", "dense", "sparse", "rrf"]  # rrf: reciprocal rank fusion of dense and sparse
MODES: tuple[Mode, ...] = get_args(Mode)
MEASURED: tuple[Mode, ...] = ("hybrid", "dense", "sparse")  # what an evaluation compares unless told
