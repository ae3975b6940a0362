"""Presence: whether what a question names is spoken of where its answer is looked for.

A quote can be about all that a question asks but the year, the place or the person that it names: then it
answers another question. What is named must stand around the quote, in its title or its date: by its letters,
its stem, its name in the other language, its consonants in the other script, or a word of like meaning. A
reader forgives an unsure answer sooner than a wrong "no mention", so what is nearly there counts as there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from assistant.answering.judging.comparison import Comparison
from assistant.answering.judging.namedness import Namedness, load_namedness
from assistant.question.names import Named
from assistant.question.spelling.word_forms import WordForms

LIKELY = 0.87  # a word of an Arabic question at least so like a name is one
JOINED = 0.5  # and so like one when it stands beside such a word
ALIKE = 0.75  # the inner product of a name with a word that means it; other names of its sort come near
FOREIGN_ALIKE = 0.45  # between languages
NEARLY = 0.8  # of that, where half of the consonants are alike too
A_NAME = 0.4  # a capitalised word less like a name is a common one, which another language translates
READ = 3  # passages in which a searched word must be
RELATED = 0.5  # the inner product of two words of one matter; of strings without a meaning it is 0.45 at most
FOREIGN_RELATED = 0.48  # between languages; there 0.47 at most, over 500 news items
SPELT_OUT = 5  # capitals at most, that another language writes in words


def names_of(comparison: Comparison, *, encoder: str) -> tuple[Named, ...]:
    """Find what the question names, with those names of an Arabic question that only vectors tell."""
    listed = comparison.query.names
    if comparison.query.kind == "yes_no":
        # "Did more than 500 come?" is answered by how many came.
        listed = tuple(name for name in listed if name.sort != "number")
    namedness = load_namedness(encoder)
    if namedness is None:
        return listed
    if comparison.query.language != "ar":
        return tuple(
            name
            for name in listed
            if not comparison.foreign or _is_no_common_word(name, comparison, namedness)
        )
    taken = {(name.start, name.end) for name in listed}
    more = [name for name in _like_names(comparison, namedness) if not _overlaps(name, taken)]
    return tuple(sorted((*listed, *more), key=lambda name: name.start))


def missing_at(comparison: Comparison, names: Sequence[Named], passage: int) -> tuple[Named, ...]:
    """Tell which names the passage of this number and what surrounds it do not speak of."""
    evidence = comparison.evidence[passage]
    return tuple(
        name
        for name in names
        if not evidence.speaks_of(name) and not (name.sort == "name" and _alike(name, comparison, passage))
    )


def speaks_of_any(comparison: Comparison) -> bool:
    """Tell whether the first passages have a word of the query, or one that means the same."""
    words = [WordForms(word.text) for word in comparison.query.phrase.words]
    for evidence, product in zip(comparison.evidence[:READ], comparison.similarities, strict=False):
        if any(evidence.has_place(word) or evidence.surely_has(word) for word in words):
            return True
        rows = [np.flatnonzero(comparison.asked.words == number) for number in range(len(words))]
        best = [float(product[row].max(axis=1).mean()) for row in rows if len(row) and product.size]
        if max(best, default=0.0) >= (FOREIGN_RELATED if comparison.foreign else RELATED):
            return True
    return False


def _alike(name: Named, comparison: Comparison, passage: int) -> bool:
    """Tell whether a word of the passage means what the name's last word does, or nearly and sounds alike."""
    product, rows = comparison.similarities[passage], _tokens_of(name, comparison)[-1:]
    if not product.size or not rows:
        return False
    values = product[rows[0]].mean(axis=0)
    word = int(values.argmax())
    least = FOREIGN_ALIKE if comparison.foreign else ALIKE
    if values[word] >= least:
        return True
    words = comparison.vectors[passage]
    said = comparison.passages[passage].passage.text[words.starts[word] : words.ends[word]]
    return bool(values[word] >= NEARLY * least and WordForms(name.text.split()[-1]).sounds_like(said))


def _tokens_of(name: Named, comparison: Comparison) -> list[np.ndarray]:
    """Give the rows of the tokens of each of the name's words."""
    words = comparison.query.phrase.words
    numbers = [n for n, word in enumerate(words) if name.start <= word.start and word.end <= name.end]
    rows = [np.flatnonzero(comparison.asked.words == number) for number in numbers]
    return [row for row in rows if len(row)]


def _like_names(comparison: Comparison, namedness: Namedness) -> Iterable[Named]:
    """Give the names of an Arabic question, neighbours joined; function words are none."""
    text = comparison.query.searched
    run: list[tuple[float, int, int]] = []
    before: WordForms | None = None
    for number, spelling in enumerate(comparison.query.phrase.words):
        word, functional = WordForms(spelling.text), comparison.asked.functional[number]
        # The first word asks, however it is typed; a word with the article behind another is its adjective.
        plain_noun = number and not (word.has_article and before is not None and before.has_article)
        before = word
        rows = np.flatnonzero(comparison.asked.words == number)
        telling = plain_noun and len(rows) and not word.is_date and not functional and word.may_be_name
        value = namedness.of(comparison.asked.tokens[rows]) if telling else 0.0
        if value >= JOINED and (not run or text[run[-1][2] : spelling.start] == " "):
            run.append((value, spelling.start, spelling.end))
            continue
        yield from _joined(text, run)
        run = [(value, spelling.start, spelling.end)] if value >= JOINED else []
    yield from _joined(text, run)


def _is_no_common_word(name: Named, comparison: Comparison, namedness: Namedness) -> bool:
    if name.sort != "name":
        return True
    if name.text.isupper() and len(name.text) <= SPELT_OUT:
        return False
    rows = _tokens_of(name, comparison)
    return any(namedness.of(comparison.asked.tokens[row]) >= A_NAME for row in rows)


def _joined(text: str, run: Sequence[tuple[float, int, int]]) -> Iterable[Named]:
    if run and run[-1][0] >= LIKELY:
        yield Named(text[run[0][1] : run[-1][2]], run[0][1], run[-1][2], "name")


def _overlaps(name: Named, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start < name.end and name.start < end for start, end in spans)
