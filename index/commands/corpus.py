"""The commands that change the corpus: build and remove; publish and refresh, for an engine elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path

from index.backends import EngineAddress, IndexPlace
from index.commands.options import Subparsers, add_command, folder_of, index_typed, print_value
from index.commands.processor import quick_switches
from index.errors import SettingsError
from index.store.sqlite.retention import KEPT_DAYS, MOST_DAYS


def add_corpus(commands: Subparsers) -> None:
    """Add `build`, `remove`, `publish` and `refresh`."""
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
    build.add_argument(
        "--encoder",
        metavar="NAME",
        help="a sentence-transformers model, by name or folder, or openai:URL#name",
    )
    build.add_argument(
        "--anew",
        action="store_true",
        help="in Milvus: fill a new generation beside the live one, then switch",
    )
    build.add_argument(
        "--encode-with", metavar="CLUSTER", help="a Dask cluster that encodes: dask://host:8786"
    )
    build.add_argument(
        "--encoded",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="Parquet files of `encode`, or a folder of them: what is in them is not encoded again",
    )
    build.add_argument("--quiet", action="store_true", help="show no progress")
    remove = add_command(commands, "remove", _remove, "Remove articles by id.")
    remove.add_argument("article_ids", nargs="+", metavar="ARTICLE_ID")
    _add_partitions(commands)
    about = "Copy the index, a folder, to milvus://host:port/collection; nothing is encoded again."
    publish = add_command(commands, "publish", _publish, about)
    publish.add_argument("to", type=index_typed, metavar="ADDRESS")
    about = "In Milvus: count terms and mean length anew, and weigh every passage by them."
    add_command(commands, "refresh", _refresh, about, json_too=False)


def _build(options: argparse.Namespace) -> None:
    from index.articles.reading import check_paths
    from index.building import build
    from index.store.writing.identity import load_named_encoder

    check_paths(options.paths)  # before a model is loaded for them
    named = None if options.anew else _encoder_of(options.index)
    encoder = load_named_encoder(options.encoder or named)
    with quick_switches():
        report = build(
            options.paths,
            options.index,
            encoder=encoder,
            prune=options.prune,
            follow_links=options.follow_links,
            anew=options.anew,
            keep_versions=options.keep_versions,
            encode_with=options.encode_with,
            encoded=options.encoded,
            progress=not options.quiet and not options.json,
        )
    print_value(report.as_json() if options.json else str(report))


def _days(text: str) -> int:
    """Read a number of days; raises what argparse explains."""
    if not (text.isdecimal() and int(text) <= MOST_DAYS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days; give one from 0 to {MOST_DAYS}")
    return int(text)


def _encoder_of(place: IndexPlace) -> str | None:
    """Name the encoder of an index that is there already: adding to it needs no `--encoder`."""
    if isinstance(place, EngineAddress):
        from index.backends.milvus.writing.elsewhere import ledger_of

        ledger = ledger_of(place)
        return None if ledger is None else ledger.encoder
    from index.store.generations.manifest import FILE_NAME, Manifest

    return Manifest.read(place).encoder if (place / FILE_NAME).exists() else None


def _add_partitions(commands: Subparsers) -> None:
    """Add `texts` and `encode`, the two halves of encoding by another program."""
    about = "Write what an encoder reads of the articles' passages as Parquet files."
    texts = add_command(commands, "texts", _texts, about, json_too=False)
    texts.add_argument("paths", nargs="+", metavar="PATH")
    texts.add_argument("--output", required=True, type=Path, metavar="DIR", help="folder of the files")
    about = "Encode one Parquet file of texts into another, for build --encoded."
    encode = add_command(commands, "encode", _encode, about, json_too=False)
    encode.add_argument("texts", type=Path, metavar="TEXTS")
    encode.add_argument("vectors", type=Path, metavar="VECTORS")
    encode.add_argument(
        "--encoder", metavar="NAME", help="a sentence-transformers model, or openai:URL#model"
    )


def _texts(options: argparse.Namespace) -> None:
    from index.building.parquet import write_texts

    print(f"{write_texts(options.paths, options.output):,} texts written to {options.output}")


def _encode(options: argparse.Namespace) -> None:
    from index.building.parquet import encode_file
    from index.store.writing.identity import load_named_encoder

    encoder = load_named_encoder(options.encoder)
    print(f"{encode_file(options.texts, options.vectors, encoder):,} texts encoded to {options.vectors}")


def _publish(options: argparse.Namespace) -> None:
    from index.building.publishing import publish

    if not isinstance(options.to, EngineAddress):
        raise SettingsError(f"{options.to} is a folder; name an engine, or use backup and restore")
    report = publish(folder_of(options.index, "publish"), options.to)
    print_value(report.as_json() if options.json else str(report))


def _refresh(options: argparse.Namespace) -> None:
    from index.backends.milvus.writing.elsewhere import refresh

    if not isinstance(options.index, EngineAddress):
        raise SettingsError(f"{options.index} is a folder, which every build keeps fresh; leave it as it is")
    ledger = refresh(options.index)
    print(f"{ledger.passages:,} passages of {ledger.average:.1f} terms, generation {ledger.generation}")


def _remove(options: argparse.Namespace) -> None:
    from index.building import remove

    report = remove(options.article_ids, options.index)
    print_value(report.as_json() if options.json else str(report))
