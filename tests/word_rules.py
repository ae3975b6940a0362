"""What a rule makes of a sentence, for the proofs that every word of a list is met by its rule."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import numpy as np

from assistant.answering.composing.candidates import QuotedWords, candidates
from assistant.answering.judging.cues import cue, folded
from assistant.answering.judging.judgement import _BESIDE as BESIDE
from assistant.answering.suggesting.proposals import candidates as proposed
from assistant.checking.speakers import attribution
from assistant.language import (
    entries,
)
from assistant.question.kinds import kind_of, summary_topic, topic_of
from assistant.question.names import names_in
from assistant.question.sides import sides_of
from assistant.question.spelling.arabizi import in_arabic
from assistant.question.spelling.dialects import standard
from assistant.question.talk.small_talk import small_talk
from assistant.question.times.days import Clock
from assistant.question.times.developments import asks_for_days
from assistant.question.times.moments import moments_in
from assistant.question.times.numerals import years_in
from assistant.question.times.periods import timing_of
from index.articles import Article
from index.text.phrase import Phrase

# A sentence with ~ for the word, and whether the rule meets the word in it.
Reached = dict[str, tuple[str, Callable[[str], bool]]]
_ONE_OF = re.compile(r"\[([^/()\[\]]*)[^()\[\]]*\]")
_OR_NONE = re.compile(r"\([^()\[\]]*\)")


def plainest(entry: str) -> str:
    """Give the shortest thing that an entry stands for: the first of several, without what may be missing."""
    while (shorter := _ONE_OF.sub(r"\1", _OR_NONE.sub("", entry.replace("*", "")))) != entry:
        entry = shorter
    return entry.replace("+", "")


def forms(key: str) -> list[str]:
    return [plainest(entry) for entry in entries(key)]


def cued(kind: str) -> Callable[[str], bool]:
    return lambda sentence: cue(kind, folded(sentence), "") >= 0.4  # type: ignore[arg-type]  # any kind


def talks(talk: str) -> Callable[[str], bool]:
    return lambda said: small_talk(Phrase(said)) == talk


def latin(arabic: str) -> Callable[[str], bool]:
    """Tell what is read so by an index of three words."""
    stems = Phrase("ربح القمة رابحة").stems
    return lambda said: (
        in_arabic(Phrase(said), lambda terms: [term in stems for term in terms]) == Phrase(arabic)
    )


def asks(kind: str) -> Callable[[str], bool]:
    return lambda question: kind_of(Phrase(question)) == kind


def about(subject: str) -> Callable[[str], bool]:
    return lambda question: topic_of(Phrase(question)) == subject


def summary_of(topic: str) -> Callable[[str], bool]:
    return lambda question: summary_topic(Phrase(question)) == topic


def attributed(said: str) -> str:
    colon = said.index(":") + 1
    named = attribution(said, colon, colon)
    return named.name if named else ""


def speaks(name: str) -> Callable[[str], bool]:
    return lambda said: attributed(said) == name


CLOCK = Clock(date(2025, 10, 8))


def days(first: str, last: str | None = None) -> Callable[[str], bool]:
    """The days that a sentence names."""
    wanted = (first, last or first)
    return lambda said: (
        wanted in [(str(moment.start), str(moment.end)) for moment in moments_in(folded(said), CLOCK)]
    )


def of_publication(said: str) -> bool:
    return timing_of(said, kind_of(Phrase(said)), CLOCK).period is not None


def days_end_today(said: str) -> bool:
    return [moment.end for moment in moments_in(folded(said), CLOCK)] == [CLOCK.today]


def months_joined(said: str) -> bool:
    period = timing_of(said, "other", CLOCK).period
    return period is not None and (period.start, period.end) == ("2025-03-01", "2025-05-31")


def without_days(said: str) -> str:
    return timing_of(said, "other", CLOCK).rest


def asks_of_speaker(verb: str) -> Callable[[str], bool]:
    return lambda text: any(
        f"ماذا {verb} الوزير" in asked
        for asked in proposed(Article("a", "القمة", text, language="ar"), language="ar")
    )


def asks_of_nobody(text: str) -> bool:
    made = proposed(Article("a", "القمة", text, language="ar"), language="ar")
    return not any(asked.startswith("ماذا قال") for asked in made)


def stands_for(meant: str) -> Callable[[str], bool]:
    return lambda said: standard(Phrase(said)).text == meant


def candidates_of(kind: str, said: str, question: str = "") -> list[tuple[str, bool]]:
    """What in a sentence may answer a question of a kind; its names are علي, محمد and what has a capital."""
    words = [match.span() for match in re.finditer(r"\w+", said)]
    named = np.array([float(said[slice(*word)] in ("علي", "محمد")) for word in words])
    starts, ends = ([word[side] for word in words] for side in (0, 1))
    language = "en" if said.isascii() else "ar"
    quoted = QuotedWords(said, language, starts, ends, named, np.zeros((1, len(words))), np.ones(1))
    return [(said[each.start : each.end], each.led) for each in candidates(kind, question, quoted)]  # type: ignore[arg-type]


def spanned(kind: str, span: str) -> Callable[[str], bool]:
    before, after = span.split("~")

    def is_spanned(said: str) -> bool:
        texts = [text for text, _led in candidates_of(kind, said)]
        return any(
            text.startswith(before) and text.endswith(after) and len(text) > len(span) for text in texts
        )

    return is_spanned


def led_to(kind: str) -> Callable[[str], bool]:
    return lambda said: any(led for _text, led in candidates_of(kind, said))


def shares(question: str, said: str) -> bool:
    """Tell whether a figure of a sentence is led to by a question for a share."""
    return any(led for _text, led in candidates_of("how_many", said, folded(question)))


def compares(question: str) -> bool:
    sides = sides_of(question)
    return sides is not None and {sides.one, sides.other} in ({"مسقط", "صلالة"}, {"Muscat", "Salalah"})


def besides(question: str) -> bool:
    return BESIDE.search(folded(question)) is not None


def year_of(year: int) -> Callable[[str], bool]:
    return lambda said: year in years_in(said, published="2017-03-01")


def no_year(question: str) -> bool:
    return all(name.sort != "year" for name in names_in(question))


def develops(question: str) -> bool:
    return asks_for_days(folded(question))


# list -> a sentence with ~ in the place of its words, and what must be so of it
