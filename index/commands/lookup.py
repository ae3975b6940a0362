"""The commands that look into an index: info and search."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from index.commands.filter_options import add_filter_options, filters_from
from index.commands.options import Subparsers, add_command, print_value
from index.search.modes import MODES

if TYPE_CHECKING:
    from index.search.hits import Hit


def add_lookup(commands: Subparsers) -> None:
    """Add `info` and `search`."""
    add_command(commands, "info", _info, "Say what the index holds.")
    search = add_command(commands, "search", _search, "Find passages.")
    search.add_argument("query")
    search.add_argument("-k", type=int, default=10, help="how many hits (10)")
    search.add_argument("--mode", choices=MODES, default="hybrid", help="which sides are asked (hybrid)")
    search.add_argument("--encoder", metavar="NAME", help="the model the index was built with")
    search.add_argument("--reranker", metavar="NAME", help="a cross-encoder that orders the best hits anew")
    add_filter_options(search)


def _info(options: argparse.Namespace) -> None:
    from index.search.searcher import open_searcher

    with open_searcher(options.index) as searcher:
        info = searcher.info()
    if options.json:
        print_value(dataclasses.asdict(info))
        return
    for field in dataclasses.fields(info):
        print_value(f"{field.name.replace('_', ' '):<18}{_shown(getattr(info, field.name))}")


def _shown(value: object) -> str:
    """Write a fact of an index for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} {count:,}" for name, count in value.items()) or "none"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _search(options: argparse.Namespace) -> None:
    from index.search.reranker import RerankingSearcher, load_reranker
    from index.search.searcher import open_searcher

    encoder = None
    if options.encoder and options.mode != "sparse":  # which needs no model
        from index.store.writing.identity import load_named_encoder

        encoder = load_named_encoder(options.encoder)
    filters = filters_from(options)
    with open_searcher(options.index, encoder=encoder) as searcher:
        asked = RerankingSearcher(searcher, load_reranker(options.reranker)) if options.reranker else searcher
        hits = asked.search(options.query, k=options.k, mode=options.mode, filters=filters)
        titles = {hit.passage.article_id: searcher.article(hit.passage.article_id).title for hit in hits}
    if options.json:
        print_value([{**dataclasses.asdict(hit), "title": titles[hit.passage.article_id]} for hit in hits])
    else:
        _print_hits(hits, titles)


def _print_hits(hits: Sequence[Hit], titles: Mapping[str, str]) -> None:
    """Print hits for people, each under its article's title (`titles`, by article id)."""
    for hit in hits:
        title = titles[hit.passage.article_id]
        print_value(f"{hit.rank:>3}  {hit.score:.4f}  {title}  [{hit.passage.passage_id}]")
        print_value(f"     {' '.join(hit.passage.text.split())}")
    if not hits:
        print("nothing found")
