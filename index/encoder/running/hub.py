"""Models by name: a folder, else what a hub's cache holds, else the hub itself.

The bundled model never comes here. A model of another name is looked for on this machine first; only when
it is not there is the hub asked, once and with a time limit, before anything is downloaded.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from index.errors import EncoderError

Model = TypeVar("Model")

HUB_ANSWERS_WITHIN_S = 10  # else the network is taken for cut off: libraries would try on for minutes


def load_named(name: str, load: Callable[[bool], Model], *, what: str) -> Model:
    """Give what `load(local_only)` makes of the model `name`; `what` is "encoder" or "reranker" in messages.

    Raises EncoderError, in one line, for whatever the libraries raise over a name, a file or a network.
    """
    if name and Path(name).is_dir():
        return _tried(
            name, lambda: load(True), what, remedy="give the folder of a sentence-transformers model"
        )
    if not name or name.startswith((".", "~", os.sep)) or name.count("/") > 1 or "\\" in name:
        raise EncoderError(f"{what} {name!r} cannot be loaded (no such folder); check the path")
    # Not in the cache, or not whole there: then the hub decides.
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return load(True)
    remedy = f"check the name and the network, or give a folder{_or_ours(what)}"
    _tried(name, lambda: _ask_hub(name), what, remedy=remedy)
    return _tried(name, lambda: load(False), what, remedy=remedy)


def _ask_hub(name: str) -> None:
    """Raise unless the hub has the model; without this, libraries retry for minutes."""
    from huggingface_hub import HfApi

    HfApi().model_info(name, timeout=HUB_ANSWERS_WITHIN_S)


def _tried(name: str, action: Callable[[], Model], what: str, *, remedy: str) -> Model:
    """Give what `action` gives; whatever it raises becomes an EncoderError of one line."""
    try:
        return action()
    except EncoderError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise EncoderError(f"{what} {name!r} cannot be loaded ({reason}); {remedy}") from error


def _or_ours(what: str) -> str:
    """Name the other way out, which rerankers do not have."""
    return ", or leave it out for the bundled one" if what == "encoder" else ""
