"""Every error that Mustanad raises on purpose.

    MustanadError
    ├── ArticleError            an article, a file of articles or an id cannot be used
    ├── EncoderError            a model cannot be made ready, loaded or used
    ├── SnapshotError           what lies on disk cannot be used
    │   ├── SnapshotMissing     nothing was built there yet
    │   ├── SnapshotMismatch    built by another encoder or another format version
    │   ├── SnapshotDamaged     a checksum, a count or a file is wrong
    │   ├── SnapshotLocked      another process is building there
    │   └── EngineAway          an engine elsewhere cannot be reached, or refuses us
    ├── QueryError              a question or query cannot be searched
    ├── EvaluationError         questions, runs or qrels cannot be read or compared
    ├── SettingsError           a setting has a wrong name or value
    └── WriterError             a language-model endpoint failed

A message is one line: the fact, the offending value, the remedy. Command lines print it and exit
with 2; the HTTP interface turns it into a status code, once, at its edge. `IndexError` is Python's
and stays Python's.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path


class MustanadError(Exception):
    """Base of all errors raised on purpose; its text is fit to show to a user."""


class ArticleError(MustanadError):
    """An article, a file of articles or an article id cannot be used."""


class EncoderError(MustanadError):
    """A model cannot be made ready, loaded or used."""


class SnapshotError(MustanadError):
    """What lies on disk cannot be used."""


class SnapshotMissing(SnapshotError):
    """There is no index at the given place."""


class SnapshotMismatch(SnapshotError):
    """The index was made by another encoder or another format version."""


class SnapshotDamaged(SnapshotError):
    """A checksum, a count or a file of the index is wrong."""


class SnapshotLocked(SnapshotError):
    """Another process is writing to the index."""


class EngineAway(SnapshotError):
    """The engine that holds the index cannot be reached, is silent for too long or refuses us."""


class QueryError(MustanadError):
    """A question or query is empty, too long or filtered by something unknown."""


class EvaluationError(MustanadError):
    """Questions, runs or qrels cannot be read or compared."""


class SettingsError(MustanadError):
    """A setting has an unknown name or a wrong value."""


class WriterError(MustanadError):
    """A language-model endpoint failed, was too slow or answered nonsense."""


@contextlib.contextmanager
def damage_explained(path: Path) -> Iterator[None]:
    """Turn whatever reading a damaged file raises into SnapshotDamaged, one line that names it.

    Readers of numpy, zip, JSON and FAISS check little: one wrong byte surfaces as any error of Python's, from
    SyntaxError to MemoryError, and none of them may end a server that has a whole generation to go on with.
    """
    try:
        yield
    except MustanadError:
        raise
    except FileNotFoundError:
        raise SnapshotDamaged(f"{path} is missing; restore a backup or build again") from None
    except Exception as error:
        raise SnapshotDamaged(
            f"{path} cannot be read: {reason_of(error)}; restore a backup or build again"
        ) from error


def reason_of(error: BaseException) -> str:
    """Give what an error says, on one line and not too long; its kind where it says nothing."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(said.split())[:200] or type(error).__name__
