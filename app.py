"""Starts Mustanad: the chat, the HTTP interface and the widget, on one port."""

import sys

from assistant.__main__ import serve as main

if __name__ == "__main__":
    sys.exit(main())
