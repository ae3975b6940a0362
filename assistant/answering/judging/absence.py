"""Matter: whether what a question asks of a thing is spoken of beside the thing at all.

"Who designed the slogan?" is no question to a passage that has the slogan and no word like "designed": by its
letters, its stem, its sound, or its meaning. The confidence weighs such a word among all others; where it is
not high, one word that is altogether absent decides.
"""

from __future__ import annotations

import numpy as np

from assistant.answering.judging.comparison import Comparison
from assistant.answering.judging.namedness import load_namedness
from assistant.language import compiled, words
from assistant.question.kinds import FACTS
from assistant.question.names import Named
from assistant.question.spelling.word_forms import WordForms

# The inner product of a word with the one that comes nearest to it in the passage, over XQuAD-ar: words of a
# question for a fact are seldom below it where the answer stands, often where its article is taken out.
ABSENT = 0.41
SURE_ENOUGH = 0.75  # a confidence that one word does not shake
SHORTEST = 3  # letters
_FRAME = words("ar.matter.frame")
_WHICH_ONE = compiled(r"[وفبك]?(?:{ar.follow_up.earlier}|{ar.matter.coming})")  # its date tells


def absent_at(comparison: Comparison, passage: int, *, confidence: float, encoder: str) -> tuple[Named, ...]:
    """Give the telling words of an Arabic question for a fact that nothing beside a passage is like."""
    query = comparison.query
    if query.kind not in FACTS or query.language != "ar" or confidence >= SURE_ENOUGH:
        return ()
    if comparison.passages[passage].source.language != "ar" or load_namedness(encoder) is None:
        return ()  # between languages, and for other encoders, likeness was not measured
    evidence, product = comparison.evidence[passage], comparison.similarities[passage]
    absent: list[Named] = []
    for number, word in enumerate(query.phrase.words):
        forms = WordForms(word.text)
        rows = np.flatnonzero(comparison.asked.words == number)
        if not number or comparison.asked.functional[number] or not _tells(forms) or not len(rows):
            continue
        likeness = float(product[rows].max(axis=1).mean()) if product.size else 0.0
        if likeness < ABSENT and not evidence.has_word(forms) and not evidence.has_weak_root(forms):
            absent.append(Named(word.text, word.start, word.end, "matter"))
    return tuple(absent)


def _tells(word: WordForms) -> bool:
    """Tell a word that says something of the matter: no date, number, or word for the form of an answer."""
    plain = word.plain
    if len(plain) < SHORTEST or not plain.isalpha() or word.is_date or _WHICH_ONE.fullmatch(plain):
        return False
    return not {plain, word.bare} & _FRAME
