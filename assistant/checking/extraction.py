"""The quotations of a draft: what stands between quotation marks of any kind, in block quotes, after a verb.

One walk over the marks with a bounded stack: a million of them, or nesting without an end, cost linear time.
Marks that mean nothing (an apostrophe, inches, one that nothing closes within `LONGEST`) are passed over.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Literal

from assistant.checking.speakers import THAT, Attribution, attribution, is_source, is_speech
from index.text.folding import fold
from index.text.sentences import sentence_spans

DraftQuoteKind = Literal["marks", "block", "led", "reported", "figure", "name"]

LONGEST_DRAFT = 400_000  # code points: a book of two hundred pages
LONGEST = 4_000  # code points between two marks
LONGEST_SINGLE = 600  # between single ones, which are apostrophes as well
INDENT = 40  # of a paragraph
DEEPEST = 16  # quotations in quotations
QUOTE_WORDS = 2  # one word between marks is a word, not a quotation
SINGLE_WORDS = 3
REPORTED_WORDS = 3
MOST_LED = 300  # code points after a verb in which its colon stands
_FAMILIES = ("«»", "‹›", "“”„‟〝〞", '"＂', "'‘’‚‛`´", "「」", "『』", "《》", "﴿﴾")
_FAMILY = {mark: number for number, marks in enumerate(_FAMILIES) for mark in marks}
_SINGLE, _STRAIGHT = _FAMILY["'"], _FAMILY['"']
_OPENING = frozenset("«‹“„〝‘‚「『《﴿")
_MARK = re.compile(rf"[{re.escape(''.join(_FAMILIES))}]|\(\(|\)\)|\n")
_PARENTHESES = len(_FAMILIES)
_WORD = re.compile(r"[^\W_]+")
_BLOCK = re.compile(r"(?m)(?:^[ \t]{0,3}>[^\n]*(?:\n|\Z))+")
_BLOCK_SIGN = re.compile(r"(?m)^[ \t]{0,3}(?:>[ \t]?)+")
_BLANK_LINE = re.compile(r"\n\n")
_DASH_LINE = re.compile(r"^\s*(?:[—–―]|--)\s*\S")
_BEFORE_OPENING = frozenset("([{<—–-:،,؛;/=")
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[:،,]")


@dataclass(frozen=True, slots=True)
class DraftQuote:
    """A quotation as a draft has it: `text` is what it claims to quote, at `start` to `end` of the draft.

    `speaker` is whom the draft names as saying it, empty where it names nobody. Only what is `reported`
    (`said that ...`) does not claim to be word for word. A figure or a name has the sentence `around` it.
    """

    kind: DraftQuoteKind
    text: str
    start: int
    end: int
    speaker: str = ""
    around: str = ""


def quotations(draft: str) -> list[DraftQuote]:
    """Give the quotations of a draft in the order in which they begin; `with_speaker` says who says one."""
    blocks = list(_blocks(draft))
    marked = [each for each in _marked(draft) if not _is_whole_of_a_block(each, blocks)]
    taken = sorted((each.start, each.end) for each in (*blocks, *marked))
    return sorted([*blocks, *marked, *_spoken(draft, taken)], key=lambda quote: (quote.start, -quote.end))


def with_speaker(quote: DraftQuote, draft: str) -> DraftQuote:
    """Give a quotation with whom the draft names beside it as saying it, where that is not known yet."""
    if quote.speaker or quote.kind not in ("marks", "block"):
        return quote
    named = attribution(draft, quote.start, quote.end)
    return replace(quote, speaker=named.name) if named else quote


def _is_whole_of_a_block(quote: DraftQuote, blocks: list[DraftQuote]) -> bool:
    """Tell whether a block quote holds nothing but this quotation: one of the two is enough."""
    before = bisect_right(blocks, quote.start, key=attrgetter("start"))
    return any(
        quote.end <= block.end and len(_WORD.findall(block.text)) <= len(_WORD.findall(quote.text))
        for block in blocks[max(0, before - 1) : before]
    )


def _blocks(draft: str) -> Iterator[DraftQuote]:
    """Give the paragraphs of block quotes (`> ...`), a line that begins with a dash as their speaker."""
    for block in _BLOCK.finditer(draft):
        lines = [_BLOCK_SIGN.sub("", line) for line in block[0].splitlines()]
        speaker = ""
        if len(lines) > 1 and _DASH_LINE.match(lines[-1]):
            speaker = lines.pop().strip(" —–―-\t")
        for paragraph in _BLANK_LINE.split("\n".join(map(str.rstrip, lines))):
            words = " ".join(paragraph.split())
            if len(_WORD.findall(words)) >= QUOTE_WORDS:
                yield DraftQuote("block", words, block.start(), block.end(), speaker)


def _marked(draft: str) -> Iterator[DraftQuote]:
    """Give what stands between two marks of a family."""
    for start, end in _pairs(draft):
        inner = draft[start:end]
        width = 2 if inner.startswith("((") else 1
        words = inner[width:-width].strip() if _closes(inner, width) else inner[width:].strip()
        least = SINGLE_WORDS if _FAMILY.get(inner[0]) == _SINGLE else QUOTE_WORDS
        if len(_WORD.findall(words[: LONGEST + 1])) >= least:
            yield DraftQuote("marks", words, start, end)


def _closes(inner: str, width: int) -> bool:
    """Tell whether a quotation ends with a mark; one that runs on in the next paragraph has none."""
    return inner.endswith("))") if width == 2 else inner[-1:] in _FAMILY


def _pairs(draft: str) -> Iterator[tuple[int, int]]:
    """Walk the marks once; give the span of each quotation, marks included, inner ones first."""
    waiting: list[tuple[int, int]] = []  # family, place
    for match in _MARK.finditer(draft):
        mark, at = match[0], match.start()
        if mark == "\n":
            waiting = (
                [each for each in waiting if each[0] not in (_SINGLE, _STRAIGHT)] if waiting else waiting
            )
            continue
        family = _PARENTHESES if len(mark) == 2 else _FAMILY[mark]
        if family == _SINGLE and draft[at - 1 : at].isalnum() and draft[at + 1 : at + 2].isalnum():
            continue  # an apostrophe
        role = _role(draft, mark, at)
        depth = next((n for n in range(len(waiting) - 1, -1, -1) if waiting[n][0] == family), None)
        if depth is not None and role != "open":
            start = waiting[depth][1]
            del waiting[depth:]
            longest = LONGEST_SINGLE if family == _SINGLE else LONGEST
            if at - start <= longest:
                yield start, match.end()
            continue
        if role == "close" or family == _SINGLE and role != "open":
            continue
        if depth is not None and _begins_paragraph(draft, at):
            start = waiting[depth][1]  # a quotation of several paragraphs: each is opened, the last closed
            del waiting[depth:]
            if at - start <= LONGEST:
                yield start, start + len(draft[start:at].rstrip())
        waiting.append((family, at))
        if len(waiting) > DEEPEST:
            del waiting[0]


def _role(draft: str, mark: str, at: int) -> Literal["open", "close", "either"]:
    """Tell what a mark does by what stands beside it; where that says nothing, by its shape."""
    before, after = draft[at - 1 : at], draft[at + len(mark) : at + len(mark) + 1]
    could_open = not before or before.isspace() or before in _BEFORE_OPENING or before in _FAMILY
    could_close = not after or not (after.isalnum() or after in _FAMILY)
    if could_open != could_close:
        return "open" if could_open else "close"
    if mark == "((" or mark in _OPENING:
        return "open"
    if mark == "))" or mark not in "\"＂'`´":
        return "close"
    return "either"


def _begins_paragraph(draft: str, at: int) -> bool:
    line = draft[max(0, at - INDENT) : at].rpartition("\n")
    return bool(line[1]) and not line[2].strip()


def _spoken(draft: str, taken: list[tuple[int, int]]) -> Iterator[DraftQuote]:
    """Give what follows a verb of speech without marks: after a colon, or as reported speech."""
    position = 0
    for start, end in sentence_spans(draft):
        while position < len(taken) and taken[position][1] <= start:
            position += 1
        if position < len(taken) and taken[position][0] < end:
            continue  # what is between marks there is looked at by itself
        quote = _led(draft, start, end) or _reported(draft, start, end)
        if quote is not None:
            yield quote


def _led(draft: str, start: int, end: int) -> DraftQuote | None:
    """Give what stands behind the colon of a verb of speech, to the sentence's end."""
    colon = draft.find(":", start, min(end, start + MOST_LED))
    if colon < 0:
        return None
    named = attribution(draft, colon + 1, colon + 1)
    words = draft[colon + 1 : end].strip()
    if named is None or named.start < start or len(_WORD.findall(words)) < QUOTE_WORDS:
        return None
    return DraftQuote("led", words, colon + 1 + (draft[colon + 1 : end].find(words)), end, named.name)


def _reported(draft: str, start: int, end: int) -> DraftQuote | None:
    """Give what somebody is reported to say: behind `said that`, beside `according to`."""
    tokens = list(_TOKEN.finditer(draft, start, min(end, start + LONGEST)))
    for at, token in enumerate(tokens):
        if not (is_speech(token[0]) or is_source(token[0])):
            continue
        span = _clause(draft, tokens, at, start, end)
        if span is None:
            continue
        words = draft[slice(*span)].strip(" \t،,:")
        if len(_WORD.findall(words)) >= REPORTED_WORDS:
            named = _name_at(draft, tokens, at)
            first = draft.index(words, span[0])
            return DraftQuote("reported", words, first, first + len(words), named.name if named else "")
    return None


def _name_at(draft: str, tokens: list[re.Match[str]], at: int) -> Attribution | None:
    """Read who is named at the verb, as if the quotation began where its words end."""
    behind = tokens[at].end()
    for token in tokens[at + 1 :]:
        if fold(token[0]).text.lower() in THAT or token[0] in ":،,":
            break
        behind = token.end()
    return attribution(draft, behind, behind)


def _clause(draft: str, tokens: list[re.Match[str]], at: int, start: int, end: int) -> tuple[int, int] | None:
    """Give the span of what is reported: behind the word `that`, or on the other side of a comma."""
    if is_source(tokens[at][0]):
        if at <= 1:  # it opens the sentence: what follows the comma
            comma = next((token for token in tokens[at + 1 :] if token[0] in "،,"), None)
            return (comma.end(), end) if comma else None
        return (start, tokens[at].start())
    for token in tokens[at + 1 : at + 16]:
        if fold(token[0]).text.lower() in THAT:
            return (token.end(), end)
    if at >= REPORTED_WORDS and tokens[at - 1][0] in "،," or at >= 3 and _comma_before_name(tokens, at):
        comma = next(tokens[n] for n in range(at - 1, -1, -1) if tokens[n][0] in "،,")
        return (start, comma.start())
    return None


def _comma_before_name(tokens: list[re.Match[str]], at: int) -> bool:
    """Tell whether the verb closes the sentence behind a comma and a name: `..., Ann Lee said`."""
    near = [token[0] for token in tokens[max(0, at - 5) : at]]
    return at == len(tokens) - 1 and any(sign in near for sign in "،,")
