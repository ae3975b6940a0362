"""What the commands share: their `--index` and `--json`, and how they print."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from index.backends import EngineAddress, IndexPlace, place_of
from index.commands.environment import DEFAULT_INDEX, INDEX, INDEX_TOKEN, encoder_name, index_place
from index.errors import SettingsError
from index.text.printable import plain

# argparse has no public name for what `add_subparsers` returns.
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
UNTOUCHED = "interrupted; what was committed before stays as it was"
Command: TypeAlias = Callable[[argparse.Namespace], int | None]  # None is the exit status 0


def add_command(
    commands: Subparsers, name: str, run: Command, about: str, *, json_too: bool = True
) -> argparse.ArgumentParser:
    """Add a command that runs `run`, with `--index` and, unless not `json_too`, `--json`; return its parser.

    `--encoder`, where the command takes it, starts as the setting says.
    """
    command = commands.add_parser(name, help=about, description=about)
    command.set_defaults(run=run, encoder=encoder_name(os.environ), on_interrupt=UNTOUCHED)
    command.add_argument(
        "--index",
        default=_default_index(),
        type=index_typed,
        metavar="DIR",
        help=f"folder of the index, or milvus://host:port/collection ({INDEX}, else {DEFAULT_INDEX} beside"
        " the program)",
    )
    if json_too:
        command.add_argument("--json", action="store_true", help="print JSON for programs")
    return command


def folder_of(place: IndexPlace, doing: str) -> Path:
    """Give the folder of an index; raises SettingsError for one in an engine, which has tools of its own."""
    if isinstance(place, EngineAddress):
        raise SettingsError(
            f"{place} is no folder, and {doing} is for folders; use the tools of Milvus (docs/scale.md)"
        )
    return place


def _default_index() -> IndexPlace | str:
    """Give the index of the settings; one that makes no sense is told where the command is read."""
    try:
        return index_place(os.environ)
    except SettingsError:
        return os.environ[INDEX].strip()


def index_typed(typed: str) -> IndexPlace:
    """Give the index that was typed on a command line, as argparse reads it."""
    try:
        place = place_of(typed)
    except SettingsError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    token = os.environ.get(INDEX_TOKEN, "").strip()
    return replace(place, token=token) if token and isinstance(place, EngineAddress) else place


def print_value(value: object) -> None:
    """Print a text without its control characters, anything else as JSON."""
    print(plain(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1))
