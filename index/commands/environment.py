"""The settings that every command reads: where the index is, and what encodes.

`--index` and `--encoder` say the same on a command line and win. A path typed there starts, as paths do, at
the folder one is in; a relative path of the settings, and the default, start at the program's folder, so that
`python app.py`, `python -m index` and `python -m assistant` mean the same index wherever they are run from.
Installed as a package, the program has no folder of its own: then they start at the folder one is in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from index.backends import EngineAddress, IndexPlace, place_of

INDEX, ENCODER, INDEX_TOKEN = "MUSTANAD_INDEX", "MUSTANAD_ENCODER", "MUSTANAD_INDEX_TOKEN"
DEFAULT_INDEX = "data/index"
_PROGRAM = "app.py"


def from_root(path: str) -> Path:
    """Give a path of the settings.

    `~` is the user's folder, a relative one starts at the folder of `app.py`.
    """
    checkout = Path(__file__).resolve().parent.parent.parent
    root = checkout if (checkout / _PROGRAM).is_file() else Path.cwd()
    return root / Path(path).expanduser()


def index_place(environment: Mapping[str, str]) -> IndexPlace:
    """Give the index that the settings name, a folder or an engine elsewhere; raises SettingsError."""
    named = environment.get(INDEX, "").strip() or DEFAULT_INDEX
    return named_index(named, environment.get(INDEX_TOKEN, "").strip() or None)


def named_index(named: str, token: str | None) -> IndexPlace:
    """Give the index that a setting names; `token` opens an engine. Raises SettingsError."""
    place = place_of(named)
    if not isinstance(place, EngineAddress):
        return from_root(named)
    return replace(place, token=token) if token else place


def encoder_name(environment: Mapping[str, str]) -> str | None:
    """Give the encoder that the settings name; None for the one that the index names, or the bundled one."""
    return named_encoder(environment.get(ENCODER, "").strip() or None)


def named_encoder(name: str | None) -> str | None:
    """Give a model's name of the settings: the folder that it leads to, where there is one, else as it is."""
    folder = from_root(name) if name else None
    return str(folder) if folder is not None and folder.is_dir() else name
