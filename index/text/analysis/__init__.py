"""Analysis: text to terms, the same for passages and queries.

    text -> words (orthography made one) -> terms by script (stem and runs of letters)

`ANALYSIS_VERSION` changes with every change of the terms that come out; an index made by another
version cannot be searched with this one.
"""

from __future__ import annotations

from index.text.analysis.latin_stem import Language, guess_language
from index.text.analysis.orthography import words
from index.text.analysis.terms import all_terms, word_terms

__all__ = ["ANALYSIS_VERSION", "analyze"]

ANALYSIS_VERSION = "4"


def analyze(text: str, *, grams: bool = True) -> list[str]:
    """Give the terms of `text`, in order, repeated as often as they occur.

    Without `grams`, only one term a word: its stem.

    >>> analyze("المُسْتَشفَيات والمدارس", grams=False)
    ['مستشف', 'مدارس']
    """
    text_words = words(text)
    language: Language = guess_language(text_words)
    if grams:
        return [term for word in text_words for term in all_terms(word, language)]
    return [term for word in text_words for term in word_terms(word, language, grams=False)]
