"""The command line of the index: python -m index COMMAND."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from index.commands.line import add_commands, run_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status: 2 for what the user can mend, 130 when interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m index", description="Builds and searches an index of articles."
    )
    add_commands(parser.add_subparsers(required=True, metavar="COMMAND"))
    return run_line(parser, arguments)


if __name__ == "__main__":
    sys.exit(main())
