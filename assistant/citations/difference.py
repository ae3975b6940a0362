"""What differs between two wordings, word by word: for readers, never for deciding whether a quote is one.

    >>> [(each.kind, each.before, each.after) for each in difference("won 3 prizes.", "won 5 prizes.")]
    [('same', 'won ', 'won '), ('changed', '3 ', '5 '), ('same', 'prizes.', 'prizes.')]

Where words repeat so often that comparing them would take long, what stands between the first and the last
difference is one change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from index.text.folding import fold

ChangeKind = Literal["same", "removed", "added", "changed"]
MOST_PAIRS = 200_000  # of a word before and the same word after: text of 3,000 words has fewer
_WORD = re.compile(r"\S+\s*|\s+")
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
_BARE = re.compile(r"[\W_]+")
_KINDS: dict[str, ChangeKind] = {
    "equal": "same",
    "delete": "removed",
    "insert": "added",
    "replace": "changed",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of two wordings: `before` is empty where it was `added`, `after` where it was `removed`."""

    kind: ChangeKind
    before: str
    after: str


def difference(before: str, after: str, *, key: Callable[[str], str] = str) -> tuple[Change, ...]:
    """Tell how to come from one wording to the other; joined, the stretches are both of them, whole.

    Words are the same where `key` gives the same for them.
    """
    return _compared(_WORD.findall(before), _WORD.findall(after), key)


def line_difference(before: str, after: str) -> tuple[Change, ...]:
    """Tell the same of two long texts: line by line first, then word by word in the lines that differ."""
    changes: list[Change] = []
    for change in _compared(_LINE.findall(before), _LINE.findall(after), str):
        changes += [change] if change.kind != "changed" else difference(change.before, change.after)
    return tuple(changes)


def harmless(word: str) -> str:
    """Give the key by which words are the same that differ in what `index.text.folding` folds alone.

    Punctuation counts for nothing, and neither does the case of letters.
    """
    return _BARE.sub("", fold(word).text).lower()


def _compared(before: Sequence[str], after: Sequence[str], key: Callable[[str], str]) -> tuple[Change, ...]:
    one, other = [key(word.strip()) for word in before], [key(word.strip()) for word in after]
    first = _shared(one, other)
    last = _shared(one[first:][::-1], other[first:][::-1])
    inner = one[first : len(one) - last], other[first : len(other) - last]
    changes = [("equal", 0, first, 0, first)] if first else []
    changes += [(tag, a + first, b + first, c + first, d + first) for tag, a, b, c, d in _opcodes(*inner)]
    if last:
        changes.append(("equal", len(one) - last, len(one), len(other) - last, len(other)))
    return tuple(
        Change(_KINDS[tag], "".join(before[a:b]), "".join(after[c:d])) for tag, a, b, c, d in changes
    )


def _opcodes(one: list[str], other: list[str]) -> list[tuple[str, int, int, int, int]]:
    if not one or not other:
        tag = "delete" if one else "insert"
        return [(tag, 0, len(one), 0, len(other))] if one or other else []
    counts = Counter(other)
    if sum(counts[word] for word in one) > MOST_PAIRS:
        return [("replace", 0, len(one), 0, len(other))]
    return list(SequenceMatcher(None, one, other, autojunk=False).get_opcodes())


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the words that both begin with."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
