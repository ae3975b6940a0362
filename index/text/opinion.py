"""A second opinion on the language of a text: py3langid's, which knows some 140 languages.

Its model (90 MB in memory) is loaded when a text first needs it; Arabic and clearly English text never does.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from typing import Protocol

READ = 600  # code points; more change nothing that is measured, and cost a millisecond each thousand
_CODES = {
    "nb": "no",
    "nn": "no",
    "pcm": "en",
    "zxx": "und",
}  # Nigerian Pidgin is what it takes short English for
_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Opinion:
    """A BCP 47 primary subtag and how sure of it the model is, 0 to 1."""

    language: str
    probability: float


class _Identifier(Protocol):
    """What is asked of py3langid, which has no types of its own."""

    def classify(self, text: str) -> tuple[str, float]: ...


def opinion_of(text: str) -> Opinion:
    """Give what py3langid says of the beginning of a text."""
    with _loading:
        identifier = _identifier()
    language, probability = identifier.classify(text[:READ].encode("utf-8", "replace").decode("utf-8"))
    return Opinion(_CODES.get(language, language), float(probability))


@cache
def _identifier() -> _Identifier:
    """Load py3langid's model, once."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return identifier
