"""The command lines of the assistant: python -m assistant, python app.py, and mustanad for all there is."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from assistant.settings import Settings
from index.commands.line import add_commands as add_index_commands
from index.commands.line import run_line
from index.commands.options import Subparsers

ABOUT = "Answers from a corpus of articles in verbatim quotes."
SERVES = "Serves the chat, the HTTP interface and the widget; builds the index if there is none."
# `evaluate` measures retrieval, as in `python -m index`; what `python -m assistant evaluate` does is this.
EVALUATE_ANSWERS = "evaluate-answers"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command of the assistant; return the exit status: 0, 2 for bad input, 130 on Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m assistant", description=ABOUT)
    _add_commands(parser.add_subparsers(required=True, metavar="COMMAND"))
    return run_line(parser, arguments)


def mustanad(arguments: Sequence[str] | None = None) -> int:
    """Run one command of `mustanad`: those of the index, of the assistant, and `serve`."""
    parser = argparse.ArgumentParser(prog="mustanad", description=ABOUT)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _describe_serving(commands.add_parser("serve", help=SERVES))
    _add_commands(commands, evaluate_as=EVALUATE_ANSWERS)
    add_index_commands(commands)
    return run_line(parser, arguments)


def serve(arguments: Sequence[str] | None = None) -> int:
    """Run `python app.py`: serve until interrupted; return the exit status, as `main` does."""
    parser = argparse.ArgumentParser(prog="python app.py")
    _describe_serving(parser)
    return run_line(parser, arguments)


def _describe_serving(parser: argparse.ArgumentParser) -> None:
    """Make a parser that of serving.

    It takes no option: what could be one is a setting, which the other commands read too.
    """
    settings = [
        f"  {name}{f' ({default})' if default else ''}\n      {about}"
        for name, default, about in Settings.describe()
    ]
    parser.description = SERVES
    parser.epilog = "settings, read from the environment:\n" + "\n".join(settings)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.set_defaults(run=_serve, on_interrupt=None, computes=False)  # before the port is open


def _add_commands(commands: Subparsers, *, evaluate_as: str = "evaluate") -> None:
    """Add the commands of `python -m assistant`."""
    from assistant.commands import checked_file, one_question
    from assistant.evaluation import commands as evaluation
    from assistant.operation import commands as operation
    from assistant.web.storage import feedback

    one_question.add(commands, common=_common)
    checked_file.add(commands, common=_common)
    evaluation.add(commands, common=_common, evaluate_as=evaluate_as)

    notes = commands.add_parser("feedback", help="what readers liked and disliked")
    feedback.add_arguments(notes)
    notes.set_defaults(run=_feedback, computes=False)

    operation.add(commands)

    mcp = commands.add_parser("mcp", help="serve the Model Context Protocol on standard input and output")
    _common(mcp)
    mcp.set_defaults(run=_mcp)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--index", metavar="DIR", help="folder (MUSTANAD_INDEX, else data/index beside the program)"
    )
    parser.add_argument("--encoder", metavar="NAME", help="a sentence-transformers model (MUSTANAD_ENCODER)")


def _serve(_parsed: argparse.Namespace) -> int:
    settings = Settings.from_environment(os.environ)
    from assistant.api.serving import server

    return server.serve(settings)


def _feedback(parsed: argparse.Namespace) -> int:
    from assistant.web.storage import feedback

    settings = Settings.from_environment(os.environ)
    return feedback.run(parsed, default=settings.feedback)


def _mcp(parsed: argparse.Namespace) -> int:
    from assistant.api.mcp.model_context import run

    return run(parsed)


if __name__ == "__main__":
    sys.exit(main())
