"""Starts Mustanad: the chat, the HTTP interface and the widget, on one port."""

from __future__ import annotations

import os
import sys

from assistant.settings import Settings
from index.errors import MustanadError


def main() -> int:
    """Serves until interrupted; returns the exit status."""
    try:
        settings = Settings.from_environment(os.environ)
        from assistant.api.server import serve

        return serve(settings)
    except MustanadError as error:
        print(f"mustanad: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
