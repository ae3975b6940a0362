"""The command `check`: drafts against the articles, for an editor's pipeline."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from assistant import words
from index.commands.options import Subparsers
from index.errors import QueryError

ABOUT = """Checks every quotation of a draft (text, Markdown, DOCX, HTML, PDF; - for standard input) against
the articles: exact, altered, cut so that it means something else, attributed to another, joined, not in the
articles. The exit status is 0 when all is exact, 1 when something is not, 2 for what cannot be read."""


def add(commands: Subparsers, *, common: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the command to the parser."""
    check = commands.add_parser("check", help="check the quotations of a draft", description=ABOUT)
    check.add_argument("file", metavar="FILE", help="the draft, or - for standard input")
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
    from assistant.assistant import open_assistant
    from assistant.checking.checker import check_draft
    from assistant.checking.drafts import read_draft
    from assistant.checking.printed import report_to_page, report_to_text

    draft = read_draft(parsed.file)
    with open_assistant(parsed.index, encoder=parsed.encoder) as assistant:
        report = check_draft(draft, assistant, facts=parsed.facts)
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
