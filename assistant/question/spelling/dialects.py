"""Dialects: the words by which Gulf, Egyptian, Levantine and Maghrebi Arabic ask, in the standard language.

Only what asks, joins and helps a verb is changed, never what is asked about: articles are written in the
standard language, and a passage is like a question that speaks as it does. The words stand under `[dialect]`
in `assistant/language/ar.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.language import words
from index.text.phrase import Phrase, Spelling

LEAST_VERB = 5  # letters of a verb with the particle of the present: بيهدف
# What is meant by each list; empty where the word only helps another.
_MEANT: Mapping[str, str] = {
    **dict.fromkeys(words("ar.dialect.what"), "ما"),
    **dict.fromkeys(words("ar.dialect.who"), "من"),
    **dict.fromkeys(words("ar.dialect.when"), "متى"),
    **dict.fromkeys(words("ar.dialect.where"), "أين"),
    **dict.fromkeys(words("ar.dialect.how_many"), "كم"),
    **dict.fromkeys(words("ar.dialect.why"), "لماذا"),
    **dict.fromkeys(words("ar.dialect.how"), "كيف"),
    **dict.fromkeys(words("ar.dialect.whether"), "هل"),
    **dict.fromkeys(words("ar.dialect.for_what"), "إلى ماذا"),
    **dict.fromkeys(words("ar.dialect.that"), "الذي"),
    **dict.fromkeys(words("ar.dialect.wants"), "تريد"),
    **dict.fromkeys(words("ar.dialect.begins"), "يبدأ"),
    **dict.fromkeys(words("ar.dialect.is_held"), "تقام"),
    **dict.fromkeys(words("ar.dialect.helping"), ""),
}
_ASKS = words("ar.dialect.late_what")  # at the beginning or the end; between other words it is أية
_BEFORE_VERBS = frozenset(_MEANT) | words("ar.follow_up.asking")
_PRESENT = ("بي", "بت")
_THIS = "هال"  # written onto a noun: هالسنة


def standard(question: Phrase) -> Phrase:
    """Give a question with dialect's words for asking put in the standard language.

    >>> standard(Phrase("شحال ديال الناس كيستعملو الجسر؟")).text
    'كم الناس كيستعملو الجسر؟'
    >>> standard(Phrase("القمة فين؟")).text, standard(Phrase("شعار القمة ايه؟")).text
    ('القمة أين؟', 'ما شعار القمة؟')
    """
    text, changed, front = question.text, False, ""
    pieces: list[str] = []
    end = 0
    spelt = question.words
    for number, word in enumerate(spelt):
        meant = _meant(spelt, number)
        if meant is None:
            continue
        if number and word.folded in _ASKS:
            front, meant = "ما ", ""
        pieces += [text[end : word.start], meant]
        end, changed = word.end, True
    if not changed:
        return question
    joined = front + "".join(pieces) + text[end:]
    return Phrase(" ".join(joined.split()).replace(" ؟", "؟").replace(" ?", "?"))


def _meant(spelt: tuple[Spelling, ...], number: int) -> str | None:
    """Tell what a word stands for; None where it stands for itself."""
    word = spelt[number].folded
    if word in _ASKS:
        return "ما" if number in (0, len(spelt) - 1) and len(spelt) > 1 else None
    if word in _MEANT:
        return _MEANT[word]
    if word[:1] in "وف" and len(word) > 3 and word[1:] in _MEANT:
        return word[0] + _MEANT[word[1:]] if _MEANT[word[1:]] else None
    if word.startswith(_THIS) and len(word) > LEAST_VERB:
        return ("هذه ال" if word.endswith(("ة", "ه")) else "هذا ال") + word[len(_THIS) :]
    before = spelt[number - 1].folded if number else ""
    if word.startswith(_PRESENT) and len(word) >= LEAST_VERB and before in _BEFORE_VERBS:
        return word[1:]
    return None
