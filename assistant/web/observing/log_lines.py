"""The log as JSON, a line a request and a line an answer, where `MUSTANAD_LOG` asks for it.

What libraries log and warn of is a line of it too. Lines go to standard error. None of ours holds an
address; the question stands in one only where that is asked for.
"""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

# The id of the request that is served in this context, as `X-Request-ID` gives it; threads inherit it. Gradio
# answers apart from the request that asked, so an answer of the page has none.
REQUEST: ContextVar[str] = ContextVar("request", default="")


def write_line(event: str, **facts: object) -> None:
    """Write one line: the time, the event, the request's id, and the facts."""
    sys.stderr.write(_line(event, **facts) + "\n")
    sys.stderr.flush()


def _line(event: str, **facts: object) -> str:
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    return json.dumps({"at": at, "event": event, "request_id": REQUEST.get(), **facts}, ensure_ascii=True)


class LineFormatter(logging.Formatter):
    """Makes what libraries log a line of the same log, a traceback inside it."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line of one record."""
        trace = {"trace": self.formatException(record.exc_info)} if record.exc_info else {}
        level = record.levelname.lower()
        return _line("log", level=level, logger=record.name, message=record.getMessage(), **trace)


def take_over_logging() -> None:
    """Have the libraries' warnings and errors written as lines, for the whole process."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(LineFormatter())
    logging.basicConfig(handlers=[lines], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
