"""The command `ask`: a running server is asked where there is one, else the index is opened, never built."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from assistant import words
from assistant.settings import Settings
from index.commands.filter_options import add_filter_options, filters_from
from index.commands.options import Subparsers

if TYPE_CHECKING:
    from assistant.answer import Answer
    from index.articles.filters import Filters

CONNECT_S = 0.3  # to a server of this machine, which answers in a thousandth of it
ANSWER_S = 120  # as long as a language model may write
WIDEST = 100  # columns: longer lines are hard to read
BIDI_VTE = 5800  # the first version of GNOME's terminal that turns lines round


def add(commands: Subparsers, common: Any) -> None:
    """Add the command to those of a program; `common(parser)` adds the options that others have too."""
    ask = commands.add_parser("ask", help="answer a question in verbatim quotes")
    ask.add_argument("question", metavar="QUESTION")
    common(ask)
    add_filter_options(ask)
    ask.add_argument("--json", action="store_true", help="the whole answer as JSON")
    ask.add_argument("--verbose", action="store_true", help="also ids, exact spans and the confidence")
    ask.set_defaults(run=run, ends_at_once=True)


def run(parsed: argparse.Namespace) -> int:
    """Ask and print; return the exit status."""
    from assistant.question.query import check_question
    from assistant.rendering import to_json, to_text

    check_question(parsed.question)  # before anything is opened for it
    filters = filters_from(parsed)
    served = None if parsed.index or parsed.encoder else ask_server(parsed.question, filters)
    answer = served or _ask_index(parsed, filters)
    if parsed.json:
        print(json.dumps(to_json(answer), ensure_ascii=False, indent=2))
        return 0
    on_terminal = sys.stdout.isatty()
    width = min(shutil.get_terminal_size().columns, WIDEST) if on_terminal else 0
    styled = on_terminal and "NO_COLOR" not in os.environ
    with _turned(sys.stdout, styled and turns_lines(os.environ)):
        print(to_text(answer, styled=styled, width=width, verbose=parsed.verbose))
    return 0


def ask_server(question: str, filters: Filters | None) -> Answer | None:
    """Ask the server that the settings name; None where none of ours answers, or it wants a key."""
    from assistant.rendering import from_json

    settings = Settings.from_environment(os.environ)
    if not settings.is_loopback or settings.port == 0 or (filters and filters.extra):
        return None
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    base = f"http://{host}:{settings.port}"
    try:
        with urllib.request.urlopen(f"{base}/readyz", timeout=CONNECT_S) as reply:
            if json.loads(reply.read(1000)).get("status") != "ready":
                return None
        body = json.dumps({"question": question, "filters": _filters_json(filters)}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{base}/api/ask", body, headers)
        with urllib.request.urlopen(request, timeout=ANSWER_S) as reply:
            return from_json(json.loads(reply.read()))
    except (OSError, ValueError, AttributeError, urllib.error.URLError):
        return None  # nobody there, or somebody else


def turns_lines(environment: Any) -> bool:
    """Tell whether the terminal sets lines from right to left when asked to."""
    version = environment.get("VTE_VERSION", "")
    return version.isdecimal() and int(version) >= BIDI_VTE


def _filters_json(filters: Filters | None) -> dict[str, Any]:
    if not filters:
        return {}
    given = {
        "sources": list(filters.sources),
        "languages": list(filters.languages),
        "article_ids": list(filters.article_ids),
        "published_from": filters.published_from,
        "published_to": filters.published_to,
    }
    return {name: value for name, value in given.items() if value}


def _ask_index(parsed: argparse.Namespace, filters: Filters | None) -> Answer:
    with _told_to_wait(parsed.question):
        from assistant.commands.opening import open_assistant

        assistant = open_assistant(
            parsed.index, encoder=parsed.encoder, may_build=False, suggests=parsed.json
        )
    with assistant:
        return assistant.ask(parsed.question, filters=filters)


@contextlib.contextmanager
def _told_to_wait(question: str) -> Iterator[None]:
    """Say on a terminal that something is being opened, and take it back afterwards."""
    if not sys.stderr.isatty():
        yield
        return
    language = "ar" if any("\u0600" <= letter <= "\u06ff" for letter in question) else "en"
    print(words.say("ask.opening", language), end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


@contextlib.contextmanager
def _turned(stream: IO[str], turns: bool) -> Iterator[None]:
    """Have the terminal find the direction of each paragraph (mode 2501 of the terminals' BiDi agreement)."""
    if turns:
        stream.write("\x1b[?2501h")
    try:
        yield
    finally:
        if turns:
            stream.write("\x1b[?2501l")
