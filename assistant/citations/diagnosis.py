"""What is wrong with a quote that the article does not say: for readers and counts, not for deciding."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from assistant.citations.polarity import is_negation, is_number
from assistant.citations.reasons import Reason

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*%?|[^\W_]+(?:'[^\W_]+)*")
_ELLIPSIS = re.compile(r"\[\s*\.\.\.\s*\]|\.\.\.")
_PIECE_WORDS = 3  # words found elsewhere in the text that make the claim a piece of work from there too
_APART_WORDS = 6  # words left out between two pieces for them to count as joined
MOST_WORDS = 400  # of a claim that are compared
MOST_PAIRS = (
    200_000  # of a word of the claim and one of the text: more is looked at only where most are shared
)
_KNOWN_SHARE = 0.5  # least share of the claim's words, in order, for the claim to be a version of the text


def diagnose(claim: str, text: str) -> Reason:
    """Give the reason why folded `text` does not hold the folded `claim`, which was looked for in vain."""
    wanted, said = _TOKEN.findall(claim)[:MOST_WORDS], _TOKEN.findall(text)
    if len(wanted) * len(said) > MOST_PAIRS:
        said = _densest(wanted, said)
    if _has_run(wanted, said):
        return "punctuation"
    pieces = [piece for piece in map(_TOKEN.findall, _ELLIPSIS.split(claim)) if piece]
    if len(pieces) > 1 and all(_has_run(piece, said) for piece in pieces):
        return "joined"
    if _is_reordered(wanted, said):
        return "order"
    stretch = _stretch(wanted, said)
    near = SequenceMatcher(None, stretch, wanted, autojunk=False)
    whole = SequenceMatcher(None, said, wanted, autojunk=False)
    far = _matched(whole) >= _matched(near) + _PIECE_WORDS
    best, compared = (whole, said) if far else (near, stretch)
    if _matched(best) < _KNOWN_SHARE * len(wanted):
        return "not_in_article"
    return _change(best.get_opcodes(), wanted, list(compared))


def _densest(wanted: list[str], said: list[str]) -> list[str]:
    """Give the stretch of the text, three times as long as the claim, that has most of the claim's words."""
    size, claimed, seen = 3 * len(wanted), Counter(wanted), Counter[str]()
    shared, best = 0, (0, 0)
    for at, word in enumerate(said):
        seen[word] += 1
        shared += seen[word] <= claimed[word]
        if at >= size:
            left = said[at - size]
            shared -= seen[left] <= claimed[left]
            seen[left] -= 1
        best = max(best, (shared, -at))
    last = 1 - best[1]
    return said[max(0, last - size) : last]


def _matched(matcher: SequenceMatcher[str]) -> int:
    return sum(block.size for block in matcher.get_matching_blocks())


def _stretch(wanted: list[str], said: list[str]) -> list[str]:
    """Give the text around the longest run that it shares with the claim, twice as long as the claim."""
    match = SequenceMatcher(None, said, wanted, autojunk=False).find_longest_match()
    start, around = match.a - match.b, len(wanted) // 2
    return said[max(0, start - around) : max(0, start) + len(wanted) + around]


def _has_run(wanted: list[str], said: list[str]) -> bool:
    size = len(wanted)
    return any(said[at : at + size] == wanted for at in range(len(said) - size + 1))


def _is_reordered(wanted: list[str], said: list[str]) -> bool:
    size, target = len(wanted), sorted(wanted)
    return any(sorted(said[at : at + size]) == target for at in range(len(said) - size + 1))


def _change(opcodes: Sequence[tuple[str, int, int, int, int]], wanted: list[str], said: list[str]) -> Reason:
    """Tell what kind of word differs between the claim and the stretch of text it resembles.

    Text before the first and after the last word in common is no part of that stretch.
    """
    equal = [at for at, code in enumerate(opcodes) if code[0] == "equal"]
    inner = opcodes[equal[0] : equal[-1] + 1]
    if any(tag == "delete" and last - first >= _APART_WORDS for tag, first, last, _, _ in inner):
        return "joined"
    differing = [word for tag, a, b, _, _ in inner if tag != "equal" for word in said[a:b]]
    differing += [word for tag, _, _, c, d in opcodes if tag != "equal" for word in wanted[c:d]]
    if any(map(is_negation, differing)):
        return "negation"
    if any(map(is_number, differing)):
        return "number"
    return "words"
