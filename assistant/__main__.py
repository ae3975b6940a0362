"""The command line of the assistant: python -m assistant."""

from __future__ import annotations

import argparse
import json
import os
import sys

from assistant.settings import Settings, from_root
from index.commands.filter_options import add_filter_options, filters_from
from index.errors import MustanadError


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0, 2 for bad input, 130 when interrupted."""
    parsed = _parser().parse_args(arguments)
    try:
        return parsed.run(parsed)
    except MustanadError as error:
        print(f"mustanad: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("mustanad: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    from assistant.evaluation import commands
    from assistant.web import feedback

    parser = argparse.ArgumentParser(
        prog="python -m assistant", description="Answers from a corpus of articles."
    )
    sub = parser.add_subparsers(required=True, metavar="COMMAND")

    ask = sub.add_parser("ask", help="answer a question in verbatim quotes")
    ask.add_argument("question", metavar="QUESTION")
    _common(ask)
    add_filter_options(ask)
    ask.add_argument("--json", action="store_true", help="the whole answer as JSON")
    ask.set_defaults(run=_ask)

    commands.add(sub, common=_common)

    notes = sub.add_parser("feedback", help="what readers liked and disliked")
    feedback.add_arguments(notes)
    notes.set_defaults(run=_feedback)

    mcp = sub.add_parser("mcp", help="serve the Model Context Protocol on standard input and output")
    _common(mcp)
    mcp.set_defaults(run=_mcp)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--index", metavar="DIR", help="folder (MUSTANAD_INDEX, else data/index beside the program)"
    )
    parser.add_argument("--encoder", metavar="NAME", help="a sentence-transformers model (MUSTANAD_ENCODER)")


def _ask(parsed: argparse.Namespace) -> int:
    from assistant.assistant import open_assistant
    from assistant.rendering import to_json, to_text

    with open_assistant(parsed.index, encoder=parsed.encoder) as assistant:
        answer = assistant.ask(parsed.question, filters=filters_from(parsed))
    print(json.dumps(to_json(answer), ensure_ascii=False, indent=2) if parsed.json else to_text(answer))
    return 0


def _feedback(parsed: argparse.Namespace) -> int:
    from assistant.web import feedback

    settings = Settings.from_environment(os.environ)
    return feedback.run(parsed, default=from_root(settings.feedback))


def _mcp(parsed: argparse.Namespace) -> int:
    from assistant.api.model_context import run

    return run(parsed)


if __name__ == "__main__":
    sys.exit(main())
