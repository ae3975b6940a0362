"""The commands that change the corpus: build and remove."""

from __future__ import annotations

import argparse
from pathlib import Path

from index.commands.options import Subparsers, add_command, print_value
from index.commands.processor import quick_switches
from index.store.versions import KEPT_DAYS, MOST_DAYS


def add_corpus(commands: Subparsers) -> None:
    """Add `build` and `remove`."""
    build = add_command(commands, "build", _build, "Add and update articles; unchanged ones cost nothing.")
    build.add_argument("paths", nargs="+", metavar="PATH", help="files, folders, patterns, addresses")
    build.add_argument("--prune", action="store_true", help="remove articles whose files are gone")
    build.add_argument("--follow-links", action="store_true", help="read what links in folders lead out to")
    build.add_argument(
        "--keep-versions",
        type=_days,
        metavar="DAYS",
        help=f"keep the former text of an article that changed for so many days (default: {KEPT_DAYS}),"
        " 0 for not at all; said once, it holds for those kept before too",
    )
    build.add_argument("--encoder", metavar="NAME", help="a sentence-transformers model, by name or folder")
    build.add_argument("--quiet", action="store_true", help="show no progress")
    remove = add_command(commands, "remove", _remove, "Remove articles by id.")
    remove.add_argument("article_ids", nargs="+", metavar="ARTICLE_ID")


def _build(options: argparse.Namespace) -> None:
    from index.building import build
    from index.store.identity import load_named_encoder

    encoder = load_named_encoder(options.encoder or _encoder_of(options.index))
    with quick_switches():
        report = build(
            options.paths,
            options.index,
            encoder=encoder,
            prune=options.prune,
            follow_links=options.follow_links,
            keep_versions=options.keep_versions,
            progress=not options.quiet and not options.json,
        )
    print_value(report.as_json() if options.json else str(report))


def _days(text: str) -> int:
    """Read a number of days; raises what argparse explains."""
    if not (text.isdecimal() and int(text) <= MOST_DAYS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days; give one from 0 to {MOST_DAYS}")
    return int(text)


def _encoder_of(folder: Path) -> str | None:
    """Name the encoder of an index that is there already: adding to it needs no `--encoder`."""
    from index.store.manifest import FILE_NAME, Manifest

    return Manifest.read(folder).encoder if (folder / FILE_NAME).exists() else None


def _remove(options: argparse.Namespace) -> None:
    from index.building import remove

    report = remove(options.article_ids, options.index)
    print_value(report.as_json() if options.json else str(report))
