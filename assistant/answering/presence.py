"""Presence: whether what a question names is spoken of where its answer is looked for.

A quote can be about all that a question asks but the year, the place or the person that it names: then it
answers another question. What is named must stand around the quote, in its title or its date: by its letters,
its stem, its name in the other language, its consonants in the other script, or a word of like meaning. A
reader forgives an unsure answer sooner than a wrong "no mention", so what is nearly there counts as there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

import numpy as np

from assistant.answering.comparison import Comparison
from assistant.answering.namedness import Namedness, load_namedness
from assistant.answering.retrieval import Retrieved
from assistant.answering.weighting import WORD, functional_of
from assistant.question.names import (
    LATIN,
    Named,
    bare,
    is_date,
    land,
    names_in,
    nationality,
    place_keys,
    plain,
)
from assistant.question.numerals import ordinals_in, values_in, years_in
from assistant.question.skeletons import skeleton
from index.text.analysis import analyze

REACH = 1_200  # code points on both sides of a passage that belong to what is said of its matter
LIKELY = 0.87  # a word of an Arabic question at least so like a name is one
JOINED = 0.5  # and so like one when it stands beside such a word
SHORTEST = 3  # letters of a name
LOOKALIKE = 0.8  # of letters alike, in order: forms of a name, slips of the hand
LISTED_LOOKALIKE = 0.9  # the same for a place, whose spelling is listed: الألمانية is no العمانية
SAME_SOUND = 0.85  # of consonants alike, between scripts
TELLING = 4  # consonants that are a word's and no other's
ALIKE = 0.75  # the inner product of a name with a word that means it; other names of its sort come near
FOREIGN_ALIKE = 0.45  # between languages
NEARLY = 0.8  # of that, where half of the consonants are alike too
HALF_SOUND = 0.5
A_NAME = 0.4  # a capitalised word less like a name is a common one, which another language translates
READ = 3  # passages in which a searched word must be
RELATED = 0.5  # the inner product of two words of one matter; of strings without a meaning it is 0.45 at most
FOREIGN_RELATED = 0.48  # between languages; there 0.47 at most, over 500 news items
SPELT_OUT = 5  # capitals at most, that another language writes in words
LEAST_LETTERS = 4  # of a beginning that two forms of a Latin name share


@dataclass(frozen=True)
class Evidence:
    """What is said around a passage: text, title and date of publication."""

    text: str
    published: str

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words, plain."""
        return frozenset(plain(word) for word in WORD.findall(self.text))

    @cached_property
    def bare(self) -> frozenset[str]:
        """The same, and without particles, and without the endings of nationalities."""
        words = self.words | {bare(word) for word in self.words}
        return frozenset(words | {stem for word in words if (stem := nationality(word))})

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its words."""
        return frozenset(analyze(self.text, grams=False))

    @cached_property
    def skeletons(self) -> dict[bool, frozenset[str]]:
        """The consonants of its words: True those in Latin letters."""
        sounds: dict[bool, set[str]] = {True: set(), False: set()}
        for word in (word for word in self.words if len(word) >= SHORTEST):
            sounds[bool(LATIN.match(word))].update((skeleton(word), skeleton(bare(word))))
        return {latin: frozenset(some) for latin, some in sounds.items()}

    @cached_property
    def years(self) -> frozenset[int]:
        """The years it speaks of, its year of publication among them."""
        return years_in(self.text, published=self.published)


def names_of(comparison: Comparison, *, encoder: str) -> tuple[Named, ...]:
    """Find what the question names, with those names of an Arabic question that only vectors tell."""
    listed = names_in(comparison.query.searched)
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


def missing_at(comparison: Comparison, names: Sequence[Named], place: int) -> tuple[Named, ...]:
    """Tell which names the passage at `place` and what surrounds it do not speak of."""
    evidence = evidence_of(comparison.passages[place])
    return tuple(name for name in names if not _is_there(name, evidence, comparison, place))


def speaks_of_any(comparison: Comparison) -> bool:
    """Tell whether the first passages have a word of the query, or one that means the same."""
    words = [match.group() for match in WORD.finditer(comparison.query.searched)]
    for place, passage in enumerate(comparison.passages[:READ]):
        evidence, product = evidence_of(passage), comparison.similarities[place]
        if any(_is_place_there(word, evidence) or _is_surely_there(word, evidence) for word in words):
            return True
        rows = [np.flatnonzero(comparison.asked.words == number) for number in range(len(words))]
        best = [float(product[row].max(axis=1).mean()) for row in rows if len(row) and product.size]
        if max(best, default=0.0) >= (FOREIGN_RELATED if comparison.foreign else RELATED):
            return True
    return False


def _is_surely_there(word: str, evidence: Evidence) -> bool:
    """Tell it by letters, or by consonants enough: a string without meaning has two or three of some word."""
    if _is_word_there(word, evidence, listed=True):
        return True
    sound = skeleton(bare(word))
    return len(sound) >= TELLING and _sounds_alike(sound, evidence, latin=bool(LATIN.match(word)))


def evidence_of(passage: Retrieved) -> Evidence:
    """Take the surroundings of a passage."""
    start, end = passage.passage.start - REACH, passage.passage.end + REACH
    text = f"{passage.source.title}\n{passage.text[max(0, start) : end]}"
    return Evidence(text, passage.source.published or "")


def _is_there(name: Named, evidence: Evidence, comparison: Comparison, place: int) -> bool:
    if name.sort == "year":
        # Where no year is spoken of, another question's answer cannot be told from this one's.
        return not evidence.years or int(name.text) in evidence.years
    if name.sort == "number":
        return name.text.replace(",", "") in values_in(evidence.text)
    if name.sort == "ordinal":
        return name.number in ordinals_in(evidence.text)
    if name.sort == "place":
        return _is_place_there(name.text, evidence) or _is_word_there(name.text, evidence, listed=True)
    words = [match.group() for match in WORD.finditer(name.text)]
    deciding = words if LATIN.match(name.text) else words[-1:]
    if any(_is_word_there(word, evidence) for word in deciding):
        return True
    if len(words) > 1 and any(plain("".join(words)) in word for word in evidence.words):
        return True  # written as one: السوبربول
    return _alike(name, comparison, place)


def _is_place_there(word: str, evidence: Evidence) -> bool:
    keys = place_keys(word) or {nationality(word)}
    keys = keys.union(*(place_keys(key) for key in keys))
    if any(
        key in evidence.bare or key in evidence.words or nationality(key) in evidence.bare
        for key in keys
        if key
    ):
        return True
    # The land of a nationality and the other way round: ألمان is left of ألمانيا and of الألمانية.
    stems = {land(key) for key in keys if key and not key.isascii()}
    return any(land(word) in stems for word in evidence.bare)


def _is_word_there(word: str, evidence: Evidence, *, listed: bool = False) -> bool:
    text, short = plain(word), bare(word)
    if text in evidence.words or short in evidence.bare:
        return True
    if set(analyze(word, grams=False)) & evidence.stems:
        return True
    latin = bool(LATIN.match(word))
    least = LISTED_LOOKALIKE if listed else LOOKALIKE
    if any(_are_forms(short, other, latin=latin, least=least) for other in evidence.bare):
        return True
    return not listed and any(_sounds_alike(skeleton(form), evidence, latin=latin) for form in {text, short})


def _sounds_alike(sound: str, evidence: Evidence, *, latin: bool) -> bool:
    """Tell whether a word has the same consonants: in the other script, or a foreign name spelt otherwise."""
    if len(sound) >= TELLING and sound in evidence.skeletons[latin]:
        return True
    others = evidence.skeletons[not latin]
    if len(sound) < 2:
        return bool(others)  # too little to tell it by
    if len(sound) < TELLING:
        return sound in others
    return any(_ratio(sound, other, least=SAME_SOUND) >= SAME_SOUND for other in others)


def _are_forms(one: str, other: str, *, latin: bool, least: float) -> bool:
    if bool(LATIN.match(other)) != latin or one[:1] != other[:1]:
        return False
    if latin and len(one) >= LEAST_LETTERS and one[:LEAST_LETTERS] == other[:LEAST_LETTERS]:
        return True
    return min(len(one), len(other)) > LEAST_LETTERS and _ratio(one, other, least=least) >= least


def _ratio(one: str, other: str, *, least: float) -> float:
    if not one or not other or 2 * min(len(one), len(other)) < least * (len(one) + len(other)):
        return 0.0  # no more letters can be alike
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _alike(name: Named, comparison: Comparison, place: int) -> bool:
    """Tell whether a word of the passage means what the name's last word does, or nearly and sounds alike."""
    product, rows = comparison.similarities[place], _tokens_of(name, comparison)[-1:]
    if not product.size or not rows:
        return False
    values = product[rows[0]].mean(axis=0)
    word = int(values.argmax())
    least = FOREIGN_ALIKE if comparison.foreign else ALIKE
    if values[word] >= least:
        return True
    start, end = (side[word] for side in (comparison.vectors[place].starts, comparison.vectors[place].ends))
    sounds = [
        skeleton(bare(text))
        for text in (name.text.split()[-1], comparison.passages[place].passage.text[start:end])
    ]
    return bool(values[word] >= NEARLY * least and _ratio(*sounds, least=HALF_SOUND) >= HALF_SOUND)


def _tokens_of(name: Named, comparison: Comparison) -> list[np.ndarray]:
    """The rows of the tokens of each of the name's words."""
    spans = [match.span() for match in WORD.finditer(comparison.query.searched)]
    numbers = [n for n, (start, end) in enumerate(spans) if name.start <= start and end <= name.end]
    rows = [np.flatnonzero(comparison.asked.words == number) for number in numbers]
    return [row for row in rows if len(row)]


def _like_names(comparison: Comparison, namedness: Namedness) -> Iterable[Named]:
    """The names of an Arabic question, neighbours joined; function words are none."""
    functional, text = functional_of(comparison.query.language), comparison.query.searched
    run: list[tuple[float, int, int]] = []
    before = ""
    for number, match in enumerate(WORD.finditer(text)):
        word = match.group()
        # The first word asks, however it is typed; a word with the article behind another is its adjective.
        plain_noun = number and not (_has_article(word) and _has_article(before))
        before = word
        rows = np.flatnonzero(comparison.asked.words == number)
        telling = (
            plain_noun and len(rows) and not is_date(word) and not functional(word) and _may_be_name(word)
        )
        value = namedness.of(comparison.asked.tokens[rows]) if telling else 0.0
        if value >= JOINED and (not run or text[run[-1][2] : match.start()] == " "):
            run.append((value, *match.span()))
            continue
        yield from _joined(text, run)
        run = [(value, *match.span())] if value >= JOINED else []
    yield from _joined(text, run)


def _is_no_common_word(name: Named, comparison: Comparison, namedness: Namedness) -> bool:
    if name.sort != "name":
        return True
    if name.text.isupper() and len(name.text) <= SPELT_OUT:
        return False
    rows = _tokens_of(name, comparison)
    return any(namedness.of(comparison.asked.tokens[row]) >= A_NAME for row in rows)


def _has_article(word: str) -> bool:
    return plain(word).startswith("ال")


def _may_be_name(word: str) -> bool:
    """Tell a word that may be a name: no short one, no number, no adjective with the article (العربية)."""
    text = plain(word).removeprefix("ال")
    adjective = text != plain(word) and text.endswith("يه")
    return len(text) >= SHORTEST and not text[0].isdigit() and not adjective


def _joined(text: str, run: Sequence[tuple[float, int, int]]) -> Iterable[Named]:
    if run and run[-1][0] >= LIKELY:
        yield Named(text[run[0][1] : run[-1][2]], run[0][1], run[-1][2], "name")


def _overlaps(name: Named, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start < name.end and name.start < end for start, end in spans)
