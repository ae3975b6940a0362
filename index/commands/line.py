"""The command line: which commands there are, and what becomes of errors."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from index.commands.corpus import add_corpus
from index.commands.lookup import add_lookup
from index.commands.measurement import add_measurement
from index.commands.options import Subparsers
from index.commands.processor import one_thread_a_product
from index.commands.storage import add_storage
from index.errors import MustanadError


def add_commands(commands: Subparsers) -> None:
    """Add every command of the index to a parser's subparsers; each sets `run`."""
    add_corpus(commands)
    add_lookup(commands)
    add_storage(commands)
    add_measurement(commands)


def run_line(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> int:
    """Run the command that `arguments` (None: those of the process) name; return the exit status.

    It is 2 for what the user can mend, with one line on standard error, and 130 when interrupted, with the
    line that the command has as its `on_interrupt`; None prints nothing. Unless a command says that it
    `computes` nothing, numpy's products get one thread each. The process of one that `ends_at_once`, with
    nothing left to write, is over with its last line: to take a model apart takes half a second.
    """
    options = parser.parse_args(arguments)
    try:
        if getattr(options, "computes", True):
            one_thread_a_product()
        status = int(options.run(options) or 0)
        if arguments is None and getattr(options, "ends_at_once", False):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        return status
    except MustanadError as error:
        print(f"mustanad: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        line = getattr(options, "on_interrupt", "interrupted")
        if line is not None:
            print(f"mustanad: {line}", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
