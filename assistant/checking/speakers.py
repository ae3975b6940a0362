"""Who says a quotation, by the verb of speech beside it: in a draft and in an article alike.

    >>> text = "وقال وزير الأشغال أحمد خالد: «نعم»."
    >>> attribution(text, text.index("«"), text.index("»") + 1).name
    'وزير الأشغال أحمد خالد'

A name is the words between the verb and what ends it. Where a verb has none (`وأضاف:`, `he said`) the speaker
is the one who spoke before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.language import words
from index.text.analysis import analyze
from index.text.folding import fold

BEFORE, AFTER = 240, 160  # code points beside a quotation in which its speaker is looked for
BACK = 1_200  # code points before it in which the one who goes on speaking was named
NAME_WORDS = 10
MOST_APART = 3  # words between two names of one person, as in `the head of the company, Ann Lee`
LATE_VERB = 8  # words after a quotation by which its verb has come
VERBS = words("ar.speech.verbs", "en.speech.verbs")
SOURCES = words("ar.speech.sources", "en.speech.sources")
THAT = words("ar.speech.that", "en.speech.that")
ENDS = words("ar.speech.ends", "en.speech.ends")
TITLES = words("ar.speech.titles", "en.speech.titles")
LISTENERS = words("en.speech.listeners")
PRONOUNS = frozenset("he she they it i we you who هو هي هم نحن انا".split())  # noqa: SIM905
MARKS = '«»“”„‟"＂‹›「」『』'
_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|[^\w\s]")
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3})[.!?؟…](?=\s)|\n")
_ENDING = re.compile(r"(?:ت|وا)$")
_WRITTEN_ON = re.compile(r"^[وفبك]?(?:ال|لل|ل)?(?=...)")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whom a text names as the speaker; `name` is as the text has it, empty for a pronoun or none.

    `start` and `end` are the span of the whole expression, the verb included, in code points.
    """

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def plain(self) -> str:
        return fold(self.text).text.lower()

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()


@lru_cache(maxsize=50_000)
def is_speech(word: str) -> bool:
    """Tell whether a word is a verb of speech: by itself, behind و or ف, with an ending."""
    plain = fold(word).text.lower()
    stems = [plain, *([plain[1:]] if plain[:1] in "وف" else [])]
    return any(stem in VERBS or _ENDING.sub("", stem) in VERBS for stem in stems)


@lru_cache(maxsize=50_000)
def is_source(word: str) -> bool:
    """Tell whether a word names a source: `بحسب`, `according` (to)."""
    plain = fold(word).text.lower()
    return plain in SOURCES or plain[:1] in "وف" and plain[1:] in SOURCES


def attribution(text: str, start: int, end: int) -> Attribution | None:
    """Tell who is named beside `text[start:end]` as saying it; None where nobody is said to speak."""
    return _before(text, start) or _after(text, end)


def speaker_at(text: str, start: int, end: int) -> str:
    """Name who says `text[start:end]` of an article: beside it, or before it where somebody goes on."""
    beside = attribution(text, start, end)
    if beside is not None and beside.name:
        return beside.name
    quoted = any(mark in MARKS for mark in text[max(0, start - 1) : start] + text[start : start + 1])
    if beside is None and not quoted:
        return ""
    return _last_named(text, start)


def is_same(draft: str, article: str, text: str) -> bool:
    """Tell whether two names may be one speaker's: a word in common, or side by side in the `text`."""
    one, other = name_terms(draft), name_terms(article)
    if not one or not other or one & other:
        return True
    return _side_by_side(one, other, text)


def name_terms(name: str) -> frozenset[str]:
    """Give the terms of a name, without titles that many share unless it has nothing else."""
    tokens = [token for token in _TOKEN.findall(name) if token[0].isalnum()]
    telling = [token for token in tokens if not _is_title(token)]
    return frozenset(analyze(" ".join(telling or tokens), grams=False))


def _is_title(token: str) -> bool:
    plain = fold(token).text.lower()
    bare = _WRITTEN_ON.sub("", plain)
    return plain in TITLES or bare in TITLES


def _before(text: str, start: int) -> Attribution | None:
    low = max(0, start - BEFORE)
    window = text[low:start]
    cuts = [match.end() for match in _SENTENCE_END.finditer(window)]
    # The mark that opens the quotation itself is no cut.
    cuts += [at + 1 for at, letter in enumerate(window.rstrip(MARKS + " ")) if letter in MARKS]
    low += max(cuts, default=0)
    tokens = _tokens(text, low, start)
    while tokens and tokens[-1].text in MARKS:  # the quotation's own
        tokens.pop()
    for at in range(len(tokens) - 1, -1, -1):
        if is_source(tokens[at].text) or is_speech(tokens[at].text):
            return _named(text, tokens, at)
    if tokens and tokens[-1].text == ":":  # a colon leads to speech whatever the verb: `Ann Lee disagreed:`
        name = _run(list(reversed(tokens[:-1])))[::-1]
        if name:
            return Attribution(text[name[0].start : name[-1].end], name[0].start, name[-1].end)
    return None


def _after(text: str, end: int) -> Attribution | None:
    window = text[end : end + AFTER]
    cut = _SENTENCE_END.search(window)
    tokens = _tokens(text, end, end + (cut.start() if cut else len(window)))
    words_seen = 0
    for at, token in enumerate(tokens):
        if token.text in MARKS and words_seen:
            return None  # the next quotation, with a speaker of its own
        words_seen += token.is_word
        if words_seen > LATE_VERB:
            return None
        if is_source(token.text) or is_speech(token.text):
            goes_on = token.plain[:1] == "و" and token.plain not in SOURCES | VERBS
            return None if goes_on else _named(text, tokens, at)
    return None


def _named(text: str, tokens: Sequence[_Token], at: int) -> Attribution:
    """Read the name beside the verb at `at`: after it, or before it where it comes first."""
    listens = tokens[at].plain in LISTENERS  # told the council: whoever is named behind it listens
    after = [] if listens else _run(tokens[at + 1 :])
    backwards = list(reversed(tokens[:at]))
    before = _run(backwards[1:] if backwards and backwards[0].text == "," else backwards)[::-1]
    name = after
    latin = bool(_LATIN.match(tokens[at].text))
    if not is_source(tokens[at].text) and (latin or not after):
        name = before or after
    if name and name[0].plain in PRONOUNS:
        name = name[1:] if len(name) > 1 and not latin else []
    first = min([tokens[at].start, *(token.start for token in name)])
    last = max([tokens[at].end, *(token.end for token in name)])
    return Attribution(text[name[0].start : name[-1].end] if name else "", first, last)


def _run(tokens: Sequence[_Token]) -> list[_Token]:
    """Take the words up to what ends a name."""
    name: list[_Token] = []
    for token in tokens:
        if not token.is_word:
            if token.text in "()-–'’." and name:
                continue
            break
        if token.plain == "to" and not name:
            continue  # according to, told to
        if token.plain in ENDS or token.plain in THAT or is_speech(token.text):
            break
        name.append(token)
        if len(name) == NAME_WORDS:
            break
    return name


def _last_named(text: str, start: int) -> str:
    """Give the name of the last speaker before `start`."""
    tokens = _tokens(text, max(0, start - BACK), start)
    for at in range(len(tokens) - 1, -1, -1):
        if is_speech(tokens[at].text) or is_source(tokens[at].text):
            name = _named(text, tokens, at).name
            if name:
                return name
    return ""


def _side_by_side(one: frozenset[str], other: frozenset[str], text: str) -> bool:
    """Tell whether words of two names stand in one run of the text, with no verb of speech between them."""
    last: dict[int, int] = {}
    for position, token in enumerate(_TOKEN.finditer(text)):
        word = token[0]
        if not word[0].isalnum() or is_speech(word):
            if word not in "،,()-–":
                last.clear()
            continue
        terms = frozenset(analyze(word, grams=False))
        for number, names in enumerate((one, other)):
            if terms & names:
                last[number] = position
        if len(last) == 2 and abs(last[0] - last[1]) <= MOST_APART + 1:
            return True
    return False


def _tokens(text: str, low: int, high: int) -> list[_Token]:
    return [_Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text, low, high)]
