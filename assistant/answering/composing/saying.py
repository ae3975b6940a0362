"""Saying: whether a quote says what a yes-or-no question says, word for word or by its meaning.

Likeness finds the sentence about the matter, and that may read like the opposite of what is so: "reached the
semi-final" beside "did it win?". Only where every telling word of the question is said is the quote offered
as its answer.
"""

from __future__ import annotations

import numpy as np

from assistant.answering.judging.judgement import Judgement
from assistant.citations import Quotation
from assistant.question.spelling.word_forms import bare
from index.text.phrase import Phrase, Spelling

SAID = 0.62  # the least inner product of a word with one that says the same
SAME_BEGINNING = 4  # letters that two forms of a word share: تنظم, تنظمها


def unsaid(judgement: Judgement, quotation: Quotation) -> list[str]:
    """Give the telling words of the question that a quote does not say."""
    comparison, asked = judgement.comparison, judgement.comparison.asked
    row = next(at for at, some in enumerate(judgement.passages) if some.passage is quotation.passage)
    vectors, offset = comparison.vectors[row], quotation.passage.start
    rows = slice(
        *np.searchsorted(vectors.starts, [quotation.start - offset, quotation.end - offset]).tolist()
    )
    product = comparison.similarities[row][:, rows]
    text = quotation.text[quotation.start : quotation.end]
    said = Phrase(text)
    stems, words = set(said.stems), {bare(word.text) for word in said.words}
    missing = []
    for number, word in enumerate(judgement.query.phrase.words):
        if not number or asked.functional[number] or _is_written(word, stems, words):
            continue
        tokens = asked.words == number
        best = float(product[tokens].max(axis=1).mean()) if tokens.any() and product.size else 0.0
        if best < SAID:
            missing.append(word.text)
    return missing


def _is_written(word: Spelling, stems: set[str], words: set[str]) -> bool:
    """Tell whether a form of a word stands among others."""
    if stems & set(word.stems):
        return True
    short = bare(word.text)
    return len(short) >= SAME_BEGINNING and any(other.startswith(short[:SAME_BEGINNING]) for other in words)
