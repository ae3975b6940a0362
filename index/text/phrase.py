"""A phrase: words as they were typed, with all that is known of their spelling, found out once.

    typed -> without signs, folded, plain -> words, stems and terms

A question is asked about by many: what kind it is, what it names, how rare its words are, which passages have
them. They all ask the phrase, which folds and analyses when the first of them asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import regex

from index.text.analysis import analyze
from index.text.folding import fold
from index.text.language import detect_language
from index.text.tashkeel import unvowelled

WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")  # with its tashkeel


@dataclass(frozen=True)
class Spelling:
    """One word of a text, at `text[start:end]` of it."""

    text: str
    start: int
    end: int

    @cached_property
    def folded(self) -> str:
        """Give it folded, in small letters."""
        return fold(self.text).text.lower()

    @cached_property
    def unvowelled(self) -> str:
        """Give it without tashkeel."""
        return unvowelled(self.text)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Give its stem, read by itself; two where it is two words to the analysis."""
        return tuple(analyze(self.text, grams=False))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Give its stem and its runs of letters."""
        return tuple(analyze(self.text))


@dataclass(frozen=True)
class Phrase:
    """Words as they were typed.

    >>> phrase = Phrase("مُدُنٌ  ذكيّة؟")
    >>> phrase.unvowelled, phrase.plain, [word.text for word in phrase.words], phrase.language
    ('مدن  ذكية؟', 'مدن ذكية?', ['مُدُنٌ', 'ذكيّة'], 'ar')
    """

    text: str

    def __bool__(self) -> bool:
        """Tell whether there are words at all."""
        return bool(self.text)

    @cached_property
    def unvowelled(self) -> str:
        """Give the text without tashkeel."""
        return unvowelled(self.text)

    @cached_property
    def folded(self) -> str:
        """Give the text without what may differ between two copies of the same words."""
        return fold(self.text).text

    @cached_property
    def plain(self) -> str:
        """Give it as rules see it: folded, in small letters, with single spaces."""
        return " ".join(self.folded.lower().split())

    @cached_property
    def language(self) -> str:
        """Give the primary subtag of its language; `und` when it cannot be told."""
        return detect_language(self.text)

    @cached_property
    def words(self) -> tuple[Spelling, ...]:
        """Give its words, in order."""
        return tuple(Spelling(match.group(), *match.span()) for match in WORD.finditer(self.text))

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Give its stems, in order, repeated as often as they occur."""
        return tuple(analyze(self.text, grams=False))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Give its terms: stems and runs of letters, in order, repeated as often as they occur."""
        return tuple(analyze(self.text))
