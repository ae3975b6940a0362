"""Windows: a question with a passage under its heading, as the tokens that the reader reads.

The tokens of a window are `<s> question </s> heading </s> passage </s>`, in the words of the encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.text.tashkeel import Unvowelled, locate_unvowelled, unvowelled

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

BEGIN, END = 0, 2  # the encoder's tokens <s> and </s>
LONGEST_QUESTION = 40  # tokens; what is longer is cut
LONGEST_HEADING = 20
LONGEST = 256  # tokens of a window; what a passage has beyond is not read


@dataclass(frozen=True, slots=True)
class Window:
    """A passage and the heading that it is read under: title and date, or nothing."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class WindowTokens:
    """A window's tokens, int64 arrays. `ids` (at most LONGEST) holds question, heading and passage.

    Token `first + i` stands for `text[starts[i]:ends[i]]` of the passage, without white space before it.
    """

    ids: np.ndarray
    first: int
    starts: np.ndarray
    ends: np.ndarray


def heading_of(title: str, published: str | None) -> str:
    """Give what a passage is read under: its article's title and date (ISO 8601), where they are known."""
    return " · ".join(part for part in (title.strip(), (published or "")[:10]) if part)


def tokens_of(tokenizer: Tokenizer, question: str, windows: Sequence[Window]) -> list[WindowTokens]:
    """Give the tokens of every window, in order."""
    # A word with its vowel signs is the word without them, and is read as that.
    placed = [locate_unvowelled(window.text) for window in windows]
    plain = [window.text if text is None else text.text for window, text in zip(windows, placed, strict=True)]
    texts = [unvowelled(question), *(unvowelled(window.heading) for window in windows), *plain]
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    asked, titles, passages = encodings[0], encodings[1 : len(windows) + 1], encodings[len(windows) + 1 :]
    opening = [BEGIN, *asked.ids[:LONGEST_QUESTION], END]
    return [
        _window_tokens([*opening, *title.ids[:LONGEST_HEADING], END], passage, text, where)
        for title, passage, text, where in zip(titles, passages, plain, placed, strict=True)
    ]


def _window_tokens(
    opening: list[int], passage: Encoding, text: str, placed: Unvowelled | None
) -> WindowTokens:
    room = LONGEST - len(opening) - 1
    starts, ends = np.array(passage.offsets[:room], np.int64).reshape(-1, 2).T
    starts = np.array([_past_space(text, *span) for span in zip(starts, ends, strict=True)], np.int64)
    ids = np.array([*opening, *passage.ids[:room], END], np.int64)
    if placed is not None:
        starts, ends = placed.starts(starts, ends), placed.ends(ends)
    return WindowTokens(ids, len(opening), starts, ends)


def _past_space(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return int(start)
