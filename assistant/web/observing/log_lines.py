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
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = json.dumps({"at": at, "event": event, "request_id": REQUEST.get(), **facts}, ensure_ascii=True)
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


class LinesHandler(logging.Handler):
    """Writes what libraries log as lines of the same log, a traceback inside its line."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        trace = {"trace": logging.Formatter().formatException(record.exc_info)} if record.exc_info else {}
        level = record.levelname.lower()
        write_line("log", level=level, logger=record.name, message=record.getMessage(), **trace)


def take_over_logging() -> None:
    """Have the libraries' warnings and errors written as lines, for the whole process."""
    logging.basicConfig(handlers=[LinesHandler()], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
