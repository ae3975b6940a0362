"""The command `check`: drafts against the articles, for an editor's pipeline."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import words
from index.commands.options import Subparsers
from index.errors import QueryError, SnapshotMissing
from index.text.printable import plain

if TYPE_CHECKING:
    from assistant.answer import Source
    from assistant.checking.checker import Library
    from index.search.searcher import Searcher

ABOUT = """Checks every quotation of a draft (text, Markdown, DOCX, HTML, PDF; - for standard input) against
the articles: exact, altered, cut so that it means something else, attributed to another, joined, not in the
articles. The exit status is 0 when all is exact, 1 when something is not, 2 for what cannot be read."""


def add(commands: Subparsers, *, common: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the command to the parser."""
    check = commands.add_parser("check", help="check the quotations of a draft", description=ABOUT)
    what = check.add_mutually_exclusive_group(required=True)
    what.add_argument("file", metavar="FILE", nargs="?", help="the draft, or - for standard input")
    what.add_argument(
        "--answers",
        metavar="FILE",
        help="instead check the citations of other assistants' answers, JSON or JSON Lines, in the shapes of"
        " OpenAI, Anthropic, LangChain, LlamaIndex, Haystack, Cohere and our own",
    )
    check.add_argument(
        "--facts", action="store_true", help="also check the figures and names outside quotations"
    )
    check.add_argument("--json", action="store_true", help="the report as JSON")
    check.add_argument("--html", metavar="PAGE", help="write the report to print here, without scripts")
    check.add_argument(
        "--language", choices=words.LANGUAGES, default="en", help="of the report (default: en)"
    )
    common(check)
    check.set_defaults(run=_check)


def _check(parsed: argparse.Namespace) -> int:
    from assistant.checking.checker import check_draft
    from assistant.checking.drafts import read_draft
    from assistant.checking.printed import report_to_page, report_to_text

    if parsed.answers:
        return _check_answers(parsed)
    draft = read_draft(parsed.file)
    with _library(parsed) as library:
        report = check_draft(draft, library, facts=parsed.facts)
    if parsed.html:
        page = report_to_page(report, Path(parsed.file).name, language=parsed.language)
        try:
            Path(parsed.html).write_text(page, encoding="utf-8")
        except OSError as error:
            raise QueryError(
                f"{parsed.html} cannot be written: {error.strerror}; name another file"
            ) from None
    if parsed.json:
        json.dump(report.as_json(), sys.stdout, ensure_ascii=False, indent=2)
        print()
    elif not parsed.html:
        print(report_to_text(report, language=parsed.language))
    return 0 if report.is_exact else 1


def _check_answers(parsed: argparse.Namespace) -> int:
    from assistant.checking.answers import check_answers, summary_of

    records = _records(Path(parsed.answers))
    with _library(parsed) as library:
        checked = check_answers(records, library)
    counts = summary_of(checked)
    if parsed.json:
        report = {**counts, "checked": [claim.as_json() for claim in checked]}
        json.dump(report, sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        for claim in checked:
            state: str = "holds" if claim.holds else claim.finding.verdict
            if not claim.holds and claim.finding.verdict == "exact":
                state = "in another source"
            print(f"{claim.record}. {claim.claimed.shape}: {state}: {plain(claim.claimed.quote)}")
        print(f"{counts['hold']} of {counts['citations']} citations hold")
    return 0 if counts["hold"] == counts["citations"] else 1


def _records(path: Path) -> list[Any]:
    """Read answers, one JSON value or one a line; raises QueryError for what is neither."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{path} cannot be read: {error}; give answers as JSON in UTF-8") from None
    try:
        whole = json.loads(text)
        return whole if isinstance(whole, list) else [whole]
    except (ValueError, RecursionError):
        pass
    records = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            records += [json.loads(line)] if line.strip() else []
        except (ValueError, RecursionError):
            raise QueryError(f"{path}, line {number} is no JSON; give one answer a line") from None
    return records


class _Shelf:
    """The articles of an index, searched by their words alone: no model is loaded for that."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self.search = searcher.search
        self.article = searcher.article

    def source(self, article_id: str) -> Source:
        """Say what is known of an article."""
        from assistant.answer import Source

        article = self.article(article_id)
        facts = ("article_id", "title", "url", "source", "author", "published", "language")
        return Source(**{name: getattr(article, name) for name in facts})


@contextlib.contextmanager
def _library(parsed: argparse.Namespace) -> Iterator[Library]:
    """Open the index; where there is none it is built, as every command of the assistant does."""
    from assistant.commands.opening import open_assistant
    from assistant.settings import Settings
    from index.backends import place_of
    from index.commands.environment import named_index
    from index.search.searcher import open_searcher

    settings = Settings.from_environment(os.environ)
    given = parsed.index
    place = place_of(given) if given is not None else named_index(settings.index, settings.index_token)
    try:
        searcher = open_searcher(place)
    except SnapshotMissing:
        with open_assistant(parsed.index, encoder=parsed.encoder, settings=settings) as assistant:
            yield assistant
        return
    with searcher:
        yield _Shelf(searcher)
