"""Starts Mustanad: the chat, the HTTP interface and the widget, on one port."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from assistant.settings import Settings
from index.errors import MustanadError


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until interrupted; returns the exit status: 2 for what the user can mend."""
    _parser().parse_args(arguments)
    try:
        settings = Settings.from_environment(os.environ)
        from assistant.api.server import serve

        return serve(settings)
    except MustanadError as error:
        print(f"mustanad: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    """No option is taken: what could be one is a setting, which the command lines read too."""
    told = [
        f"  {name}{f' ({default})' if default else ''}\n      {about}"
        for name, default, about in Settings.describe()
    ]
    return argparse.ArgumentParser(
        prog="python app.py",
        description="Serves the chat, the HTTP interface and the widget; builds the index if there is none.",
        epilog="settings, read from the environment:\n" + "\n".join(told),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


if __name__ == "__main__":
    sys.exit(main())
