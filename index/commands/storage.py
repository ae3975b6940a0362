"""The commands that keep an index safe: verify, backup and restore."""

from __future__ import annotations

import argparse
from pathlib import Path

from index.commands.options import Subparsers, add_command, folder_of, print_value


def add_storage(commands: Subparsers) -> None:
    """Add `verify`, `backup` and `restore`."""
    about = "Check every file, count, span and vector of the index."
    verify = add_command(commands, "verify", _verify, about)
    verify.add_argument("--quiet", action="store_true", help="show no progress")
    backup = add_command(commands, "backup", _backup, "Write the index to one file.", json_too=False)
    backup.add_argument("file", type=Path, metavar="FILE")
    restore = add_command(commands, "restore", _restore, "Make an index from a backup.", json_too=False)
    restore.add_argument("file", type=Path, metavar="FILE")


def _verify(options: argparse.Namespace) -> int:
    """Print each damage; the exit status is 2 where there is any."""
    from index.store.upkeep.verify import verify

    folder = folder_of(options.index, "verify")
    damage = verify(folder, progress=not options.quiet and not options.json)
    if options.json:
        print_value({"damage": damage})
    else:
        print_value("\n".join(damage) if damage else "no damage found")
    return 2 if damage else 0


def _backup(options: argparse.Namespace) -> None:
    from index.store.upkeep.backup import backup

    folder = folder_of(options.index, "backup")
    print(f"generation {backup(folder, options.file)} written to {options.file}")


def _restore(options: argparse.Namespace) -> None:
    from index.store.upkeep.backup import restore

    folder = folder_of(options.index, "restore")
    print(f"generation {restore(options.file, folder)} restored to {folder}")
