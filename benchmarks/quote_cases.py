"""Quotes with what must become of them: genuine ones, changed harmlessly, and false ones.

Every case holds an article's text, a claimed quote, and either the span it must be located at or nothing,
when it must be rejected. Cases are drawn with a seeded generator: the same seed gives the same ones.
False quotes are checked by another text analysis (`index.text.analysis.orthography`) than the one under test:
one whose words still run through the article is left out, unless cutting was the falsehood.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from benchmarks.quote_changes import FALSE, HARMLESS, NEGATION, word_spans
from index.text.analysis.orthography import words
from index.text.sentences import sentence_spans

LEAST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A claimed quote; `span` is where it must be located, None when it must be rejected."""

    kind: str
    language: str
    article: str
    claim: str
    span: tuple[int, int] | None


CUT = ("beginning of a sentence", "end of a sentence", "middle of a sentence", "cut off from its negation")
JOINED = ("joined with …", "joined without a sign", "joined across articles")


def genuine(articles: Sequence[tuple[str, str]], *, per_kind: int, seed: int = 1) -> Iterator[Case]:
    """Sentences, and pairs of neighbouring ones, of (language, text) articles, changed harmlessly.

    At most `per_kind` for each kind of change and language; `several at once` takes three kinds.
    """
    for language in ("ar", "en"):
        texts = [text for each, text in articles if each == language]
        changes = HARMLESS[language]
        for kind in ("unchanged", *changes, "several at once"):
            rng = random.Random(f"{seed} {language} {kind}")
            yield from _drawn(_genuine_case, texts, language, kind, rng, per_kind)


def tampered(articles: Sequence[tuple[str, str]], *, per_kind: int, seed: int = 1) -> Iterator[Case]:
    """False quotes of the same articles, at most `per_kind` for each kind and language.

    Every second one is changed harmlessly besides.
    """
    for language in ("ar", "en"):
        texts = [text for each, text in articles if each == language]
        for kind in (*FALSE, *CUT, *JOINED):
            rng = random.Random(f"{seed} {language} {kind}")
            yield from _drawn(_tampered_case, texts, language, kind, rng, per_kind)


def _drawn(
    make: Callable[[random.Random, Sequence[str], str, str], Case | None],
    texts: Sequence[str],
    language: str,
    kind: str,
    rng: random.Random,
    wanted: int,
) -> Iterator[Case]:
    """Up to `wanted` different cases; kinds that need a rare word are given up after many draws."""
    seen: set[str] = set()
    for _ in range(60 * wanted if texts else 0):
        if len(seen) == wanted:
            return
        case = make(rng, texts, language, kind)
        if case is not None and case.claim not in seen:
            seen.add(case.claim)
            yield case


def _genuine_case(rng: random.Random, texts: Sequence[str], language: str, kind: str) -> Case | None:
    text = rng.choice(texts)
    spans = _sentences(text)
    if not spans:
        return None
    at = rng.randrange(len(spans))
    start, end = spans[at]
    if rng.random() < 0.2 and at + 1 < len(spans):
        end = spans[at + 1][1]
    quote = text[start:end]
    changes = HARMLESS[language]
    chosen = rng.sample(sorted(changes), 3) if kind == "several at once" else [kind] * (kind in changes)
    claim = quote
    for name in chosen:
        claim = changes[name](rng, claim)
    if chosen and claim == quote:
        return None
    return Case(kind, language, text, claim, (start, end))


def _tampered_case(rng: random.Random, texts: Sequence[str], language: str, kind: str) -> Case | None:
    text = rng.choice(texts)
    spans = _sentences(text)
    if not spans:
        return None
    quote = text[slice(*rng.choice(spans))]
    if kind in FALSE:
        claim = FALSE[kind](rng, quote, language)
    elif kind in CUT:
        claim = _cut(rng, quote, language, kind)
    else:
        claim = _joined(rng, quote, text, texts, kind)
    if not claim or not is_false(claim, text, kind):
        return None
    if rng.random() < 0.5:
        claim = HARMLESS[language][rng.choice(sorted(HARMLESS[language]))](rng, claim)
    return Case(kind, language, text, claim, None)


@cache
def _known_words(text: str) -> list[str]:
    return words(text)


@cache
def _known_sentences(text: str) -> list[list[str]]:
    return [words(text[start:end]) for start, end in sentence_spans(text)]


@cache
def _sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences that have enough words and letters to be changed."""
    return [span for span in sentence_spans(text) if len(word_spans(text[slice(*span)])) >= LEAST_WORDS]


def _cut(rng: random.Random, quote: str, language: str, kind: str) -> str:
    spans = word_spans(quote)
    if kind == "cut off from its negation":
        return _cut_from_negation(rng, quote, language)
    first = 0 if kind.startswith("beginning") else rng.randrange(1, len(spans) - 2)
    last = len(spans) if kind.startswith("end") else rng.randrange(first + 2, len(spans))
    end = len(quote) if last == len(spans) else spans[last - 1][1]
    if last < len(spans) and quote[end : end + 2].strip()[:1] in set(",،;؛:.!?؟()[]-–—\"”»'"):
        return ""  # this may be a clause that stands on its own
    if last == len(spans) and quote[: spans[first][0]].rstrip()[-1:] in set(";؛"):
        return ""  # so may this
    return quote[spans[first][0] : end]


def _cut_from_negation(rng: random.Random, quote: str, language: str) -> str:
    """A sentence's part that ends before its negation, or starts after it."""
    found = list(NEGATION[language].finditer(quote))
    if not found:
        return ""
    one = rng.choice(found)
    before, after = quote[: one.start()].rstrip(), quote[one.end() :].lstrip()
    if one[0].startswith(("n'", "n’")):
        before = re.sub(r"\w+$", "", before).rstrip()
    return max((before, after), key=len) if rng.random() < 0.5 else min((before, after), key=len)


def _joined(rng: random.Random, quote: str, text: str, texts: Sequence[str], kind: str) -> str:
    """The beginning of one sentence and the end of another that stands apart from it."""
    other_text = rng.choice(texts) if kind == "joined across articles" else text
    spans = _sentences(other_text)
    if not spans:
        return ""
    other = other_text[slice(*rng.choice(spans))]
    if other == quote:
        return ""
    one, two = word_spans(quote), word_spans(other)
    head = quote[: one[rng.randrange(2, len(one) - 1)][1]]
    tail = other[two[rng.randrange(1, len(two) - 2)][0] :]
    sign = rng.choice([" … ", " ... ", "…", " [...] "]) if kind == "joined with …" else " "
    return head + sign + tail


def is_false(claim: str, text: str, kind: str) -> bool:
    """Whether the article does not say the claim in one run of words (a cut one it does, by its nature)."""
    said, known = words(claim), _known_words(text)
    if len(said) < 2:
        return False
    if kind in CUT:
        return said not in _known_sentences(text)
    if kind.startswith("point"):
        return not _runs(
            re.findall(r"[\d.,%]+|\w+", _western(claim)), re.findall(r"[\d.,%]+|\w+", _western(text))
        )
    return not _runs(said, known)


def _runs(said: Sequence[str], known: Sequence[str]) -> bool:
    return any(known[at : at + len(said)] == said for at in range(len(known) - len(said) + 1))


def _western(text: str) -> str:
    return text.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩٪٫٬،", "0123456789%.,,"))
