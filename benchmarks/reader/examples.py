"""Training examples for the reader: questions with one or two windows, from the sets of `../shared/train`.

An example is drawn anew from its row by a random source that depends on the row and the epoch alone, so that
training is the same wherever it is taken up again.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.reader.typing_habits import as_typed
from index.articles import Article
from index.passages import Passage, split_article

SAME_PARAGRAPH = 0.25  # share of common words from which two contexts are one paragraph, translated twice
TITLED = 0.7  # of the windows show their title, where there is one
DATED = 0.15  # of the windows show a date
FURTHER = (0.75, 0.35)  # of the questions get a second window without the answer, of those a third
ABSENT = 0.1  # of the answerable questions with further windows lose the one that answers
RENUMBERED = 0.3  # of the answerable questions that name a number ask for another one, which is not there
NEAR_TRIES = 8  # contexts of the same title among which the nearest is taken
FAR_TRIES = 24  # contexts of the same set, where no title is shared
# Rows of a set that an epoch takes, by what they add for Arabic: all, so many drawn at random, or twice.
SHARES: Mapping[str, float] = {
    "uqa_squad2_ur": 0.8,
    "squad2_first10articles_en": 1.0,
    "squadshifts_en": 0.6,
    "qed_nq_en": 1.0,
    "tydiqa_goldp_en_sw_ko": 1.0,
    "nomiracl_unans_ar": 2.0,
    "nomiracl_unans_multi": 0.35,
    "pquad_fa": 1.0,
    "heq_he": 1.0,
    "amqa_am": 0.5,
    "tquad_tr": 0.6,
    "idk_mrc_id": 0.6,
    "jaquad_ja": 0.1,
    "cmrc2018_zh": 0.25,
    "drcd_zh": 0.25,
    "iapp_wiki_qa_th": 0.25,
    "piaf_fr": 1.0,
    "norquad_no": 0.6,
    "faquad_pt": 1.0,
    "kazqad_val_kk": 1.0,
    "afriqa_gold_xling": 1.0,
    "aqad_ar": 2.0,
}
# The last stage: almost all Arabic questions had no answer, so that Arabic itself spoke for none.
LAST_SHARES: Mapping[str, float] = {
    **SHARES,
    "aqad_ar": 3.0,
    "aqad_ar without answers": 0.3,
    "nomiracl_unans_ar": 0.6,
    "nomiracl_unans_multi": 0.2,
}
NOISY = ("aqad_ar",)
_NUMBER = re.compile(r"(?<!\d)[0-9]{2,4}(?!\d)")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a training set."""

    source: str
    row_id: str
    language: str
    title: str
    context: str
    question: str
    answers: tuple[tuple[int, int], ...]  # code points of `context`; none when it does not answer


@dataclass(frozen=True, slots=True)
class GoldWindow:
    """A passage with what stands above it, and the spans of `text` that answer."""

    title: str
    text: str
    answers: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A question with the windows that are read together."""

    question: str
    windows: tuple[GoldWindow, ...]


@dataclass
class Library:
    """All rows to train on, the contexts that share a title, and the rows that are not trained on.

    `held_out` are kept back to measure on; `noisy` are the answerable rows of the noisy sets.
    """

    rows: list[Row] = field(default_factory=list)
    held_out: list[Row] = field(default_factory=list)
    noisy: list[Row] = field(default_factory=list)
    by_title: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    by_set: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # by set and language
    pairs: list[tuple[int, int]] = field(default_factory=list)  # English and Urdu rows of one question

    def plan(self, shares: Mapping[str, float], *, seed: int, epoch: int) -> list[tuple[int, int]]:
        """Give (row of the question, row of the passage) of every example of an epoch, in its order."""
        source = random.Random(f"{seed} {epoch} plan")
        taken = []
        for number, row in enumerate(self.rows):
            share = shares[row.source]
            if not row.answers:
                share = shares.get(f"{row.source} without answers", share)
            whole, part = divmod(share, 1.0)
            taken += [(number, number)] * (int(whole) + (source.random() < part))
        for first, second in self.pairs:
            taken += [(first, second), (second, first)]
        source.shuffle(taken)
        return taken


def load_library(
    folder: Path, *, held_out: int, kept: Mapping[str, tuple[tuple[int, int], ...]] | None = None
) -> Library:
    """Read the sets, one context of `held_out` kept back; of noisy sets, answers in `kept`, by id."""
    excluded = set(_lines(folder / "ids_in_miracl_wiki_articles.txt.gz"))
    library = Library()
    by_id: dict[str, int] = {}
    for name in SHARES:
        for row in read_set(folder / f"{name}.jsonl.gz"):
            if row.row_id in excluded:
                continue
            if name in NOISY and row.answers:
                library.noisy.append(row)
                if kept and row.row_id in kept:
                    library.rows.append(replace(row, answers=kept[row.row_id]))
            elif zlib.crc32(row.context.encode()) % held_out == 0:
                library.held_out.append(row)
            else:
                if name == "uqa_squad2_ur":
                    by_id[row.row_id.removeprefix("uqa-")] = len(library.rows)
                library.rows.append(row)
    for row in library.rows:
        if row.title:
            library.by_title.setdefault((row.source, row.title), []).append(row.context)
        library.by_set.setdefault((row.source, row.language), []).append(row.context)
    for contexts in (library.by_title, library.by_set):
        contexts.update({key: list(dict.fromkeys(texts)) for key, texts in contexts.items()})
    for number, row in enumerate(library.rows):
        if row.source == "squad2_first10articles_en" and row.row_id in by_id:
            library.pairs.append((number, by_id[row.row_id]))
    return library


def read_set(path: Path) -> Iterator[Row]:
    """Give the rows of a set in the shape of `../shared/train`."""
    name = path.name.removesuffix(".jsonl.gz")
    for line in _lines(path):
        row = json.loads(line)
        answers = tuple((answer["start"], answer["start"] + len(answer["text"])) for answer in row["answers"])
        title = row["title"].replace("_", " ").strip()
        yield Row(name, row["id"], row["lang"], title, row["context"], row["question"], answers)


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield line.strip()


def windows_of(row: Row) -> list[GoldWindow]:
    """Give the passages of a row's context as the index would cut it, with the answers that lie in each."""
    passages = split_article(Article("", "", row.context))
    return [GoldWindow(row.title, passage.text, _inside(row.answers, passage)) for passage in passages]


def groups_of(library: Library, plan: Sequence[tuple[int, int]], *, seed: int, epoch: int) -> Iterator[Group]:
    """Give the examples of a part of a plan; a row whose answer no passage holds whole gives none."""
    for asked, read in plan:
        source = random.Random(f"{seed} {epoch} {asked} {read}")
        group = _group(library, library.rows[asked], library.rows[read], source)
        if group is not None:
            yield group


def _group(library: Library, asked: Row, read: Row, source: random.Random) -> Group | None:
    passages = windows_of(read)
    right = [window for window in passages if window.answers]
    if read.answers and not right:
        return None
    question, title = asked.question, _heading(read.title, source)
    rest = [window.text for window in passages if not window.answers]
    if right:
        window = GoldWindow(title, right[0].text, right[0].answers)
        other = _renumbered(question, read.context, source) if source.random() < RENUMBERED else None
        if other is not None:
            question, window = other, GoldWindow(title, window.text)
        windows = [window]
    elif rest:
        windows = [GoldWindow(title, rest.pop(_nearest(question, rest)))]
    else:
        return None
    for share in FURTHER:
        text = _other(library, question, read, rest, source) if source.random() < share else None
        if text is None:
            break
        rest = [passage for passage in rest if passage != text]
        windows.append(GoldWindow(title, text))
    if right and len(windows) > 1 and source.random() < ABSENT:
        windows.pop(0)
    source.shuffle(windows)
    question = as_typed(question, asked.language, source)
    return Group(question, tuple(windows)) if question.strip() else None


def _inside(answers: Sequence[tuple[int, int]], passage: Passage) -> tuple[tuple[int, int], ...]:
    return tuple((start - passage.start, end - passage.start) for start, end in answers
                 if passage.start <= start and end <= passage.end)  # fmt: skip


def _heading(title: str, source: random.Random) -> str:
    parts = [title] if title and source.random() < TITLED else []
    if source.random() < DATED:
        parts.append(f"{source.randint(1998, 2026)}-{source.randint(1, 12):02}-{source.randint(1, 28):02}")
    return " · ".join(parts)


def _renumbered(question: str, context: str, source: random.Random) -> str | None:
    """Give the question with a number that the context does not hold; None where it names none."""
    numbers = list(_NUMBER.finditer(question))
    if not numbers:
        return None
    match = source.choice(numbers)
    for _ in range(5):
        other = str(max(10, int(match[0]) + source.choice((-1, 1)) * source.randint(1, 12)))
        if other != match[0] and other not in context:
            return question[: match.start()] + other + question[match.end() :]
    return None


def _other(
    library: Library, question: str, read: Row, rest: Sequence[str], source: random.Random
) -> str | None:
    """Give a passage that does not answer: of the context, of another with its title, or of the set."""
    if rest and source.random() < 0.7:
        return rest[_nearest(question, rest)]
    contexts, tries = library.by_title.get((read.source, read.title), []), NEAR_TRIES
    if len(contexts) < 2 or source.random() < 0.15:
        contexts, tries = library.by_set[read.source, read.language], FAR_TRIES
    words = _words(read.context)
    answers = [read.context[start:end].casefold() for start, end in read.answers]
    fit = [context for context in source.sample(contexts, min(tries, len(contexts)))
           if context != read.context and not any(answer in context.casefold() for answer in answers)
           and _common(words, _words(context)) < SAME_PARAGRAPH]  # fmt: skip
    if not fit:
        return None
    texts = [passage.text for passage in split_article(Article("", "", fit[_nearest(question, fit)]))]
    return texts[_nearest(question, texts)] if texts else None


def _nearest(question: str, texts: Sequence[str]) -> int:
    words = _words(question)
    return max(range(len(texts)), key=lambda number: len(words & _words(texts[number])))


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _common(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))
