"""What the commands share: their `--index` and `--json`, and how they print."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from index.commands.environment import DEFAULT_INDEX, INDEX, encoder_name, index_folder
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
        default=index_folder(os.environ),
        type=Path,
        metavar="DIR",
        help=f"folder of the index ({INDEX}, else {DEFAULT_INDEX} beside the program)",
    )
    if json_too:
        command.add_argument("--json", action="store_true", help="print JSON for programs")
    return command


def print_value(value: object) -> None:
    """Print a text without its control characters, anything else as JSON."""
    print(plain(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1))
