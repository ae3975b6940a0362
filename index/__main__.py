"""The command line of the index: python -m index COMMAND."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from index.commands.environment import DEFAULT_INDEX, INDEX, encoder_name, index_folder
from index.commands.filter_options import add_filter_options, filters_from
from index.errors import MustanadError
from index.search.modes import MODES
from index.text.printable import plain


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status: 2 for what the user can mend, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except MustanadError as error:
        print(f"mustanad: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("mustanad: interrupted; what was committed before stays as it was", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index", description="Builds and searches an index of articles."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_writing(commands)
    _add_reading(commands)
    _add_keeping(commands)
    _add_evaluating(commands)
    return parser


def _command(
    commands, name: str, run: Callable, about: str, *, json_too: bool = True
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=about, description=about)
    command.set_defaults(run=run, encoder=encoder_name(os.environ))
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


def _add_writing(commands) -> None:
    build = _command(commands, "build", _build, "Add and update articles; unchanged ones cost nothing.")
    build.add_argument("paths", nargs="+", metavar="PATH", help="files, folders, patterns, addresses")
    build.add_argument("--prune", action="store_true", help="remove articles whose files are gone")
    build.add_argument("--follow-links", action="store_true", help="read what links in folders lead out to")
    build.add_argument("--encoder", metavar="NAME", help="a sentence-transformers model, by name or folder")
    build.add_argument("--quiet", action="store_true", help="show no progress")
    remove = _command(commands, "remove", _remove, "Remove articles by id.")
    remove.add_argument("article_ids", nargs="+", metavar="ARTICLE_ID")


def _add_reading(commands) -> None:
    _command(commands, "info", _info, "Say what the index holds.")
    search = _command(commands, "search", _search, "Find passages.")
    search.add_argument("query")
    search.add_argument("-k", type=int, default=10, help="how many hits (10)")
    search.add_argument("--mode", choices=MODES, default="hybrid", help="which sides are asked (hybrid)")
    search.add_argument("--encoder", metavar="NAME", help="the model the index was built with")
    search.add_argument("--reranker", metavar="NAME", help="a cross-encoder that orders the best hits anew")
    add_filter_options(search)


def _add_keeping(commands) -> None:
    verify = _command(commands, "verify", _verify, "Check every file, count, span and vector of the index.")
    verify.add_argument("--quiet", action="store_true", help="show no progress")
    backup = _command(commands, "backup", _backup, "Write the index to one file.", json_too=False)
    backup.add_argument("file", type=Path, metavar="FILE")
    restore = _command(commands, "restore", _restore, "Make an index from a backup.", json_too=False)
    restore.add_argument("file", type=Path, metavar="FILE")


def _add_evaluating(commands) -> None:
    from index.evaluation.commands import add_evaluate, add_run, evaluate, run

    add_run(_command(commands, "run", run, "Ask every question and write a TREC run.", json_too=False))
    add_evaluate(_command(commands, "evaluate", evaluate, "Measure retrieval with questions of your own."))


def _build(options: argparse.Namespace) -> None:
    from index.building import build
    from index.store.identity import load_named_encoder

    report = build(
        options.paths,
        options.index,
        encoder=load_named_encoder(options.encoder or _encoder_of(options.index)),
        prune=options.prune,
        follow_links=options.follow_links,
        progress=not options.quiet and not options.json,
    )
    _print(report.as_json() if options.json else str(report))


def _encoder_of(folder: Path) -> str | None:
    """The encoder of an index that is there already: adding to it needs no `--encoder`."""
    from index.store.manifest import FILE_NAME, Manifest

    return Manifest.read(folder).encoder if (folder / FILE_NAME).exists() else None


def _remove(options: argparse.Namespace) -> None:
    from index.building import remove

    report = remove(options.article_ids, options.index)
    _print(report.as_json() if options.json else str(report))


def _info(options: argparse.Namespace) -> None:
    from index.search.searcher import open_searcher

    with open_searcher(options.index) as searcher:
        info = searcher.info()
    if options.json:
        _print(dataclasses.asdict(info))
        return
    for field in dataclasses.fields(info):
        _print(f"{field.name.replace('_', ' '):<18}{_shown(getattr(info, field.name))}")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} {count:,}" for name, count in value.items()) or "none"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _search(options: argparse.Namespace) -> None:
    from index.search.searcher import open_searcher

    encoder = None
    if options.encoder and options.mode != "sparse":  # which needs no model
        from index.store.identity import load_named_encoder

        encoder = load_named_encoder(options.encoder)
    filters = filters_from(options)
    with open_searcher(options.index, encoder=encoder) as searcher:
        found = searcher
        if options.reranker:
            from index.search.reranker import RerankingSearcher, load_reranker

            found = RerankingSearcher(searcher, load_reranker(options.reranker))
        hits = found.search(options.query, k=options.k, mode=options.mode, filters=filters)
        titles = {hit.passage.article_id: searcher.article(hit.passage.article_id).title for hit in hits}
    if options.json:
        shown = [{**dataclasses.asdict(hit), "title": titles[hit.passage.article_id]} for hit in hits]
        _print([{key: value for key, value in each.items() if key != "row"} for each in shown])
        return
    for hit in hits:
        _print(
            f"{hit.rank:>3}  {hit.score:.4f}  {titles[hit.passage.article_id]}  [{hit.passage.passage_id}]"
        )
        _print(f"     {' '.join(hit.passage.text.split())}")
    if not hits:
        print("nothing found")


def _verify(options: argparse.Namespace) -> int:
    from index.store.verify import verify

    damage = verify(options.index, progress=not options.quiet and not options.json)
    if options.json:
        _print({"damage": damage})
    else:
        _print("\n".join(damage) if damage else "no damage found")
    return 2 if damage else 0


def _backup(options: argparse.Namespace) -> None:
    from index.store.backup import backup

    print(f"generation {backup(options.index, options.file)} written to {options.file}")


def _restore(options: argparse.Namespace) -> None:
    from index.store.backup import restore

    print(f"generation {restore(options.file, options.index)} restored to {options.index}")


def _print(value: object) -> None:
    print(plain(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    sys.exit(main())
