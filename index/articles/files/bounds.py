"""How much one file may become when it is unpacked, and how large an article may be.

A bomb is a small file that unpacks to a large one. What is allowed therefore grows with the packed size, so
that the cost of a file follows what somebody had to store or send.
"""

from __future__ import annotations

from index.articles.files.sources import Unreadable

RATIO_AT_MOST = 200  # text packs 3 to 20 times; a bomb a thousand times
RATIO_FROM = 2**20  # bytes; what is small may repeat a lot
STREAM_BYTES_AT_MOST = 16 * 2**30  # of what is read record by record
WHOLE_BYTES_FREE = 8 * 2**20  # of what is read whole: this much, and
WHOLE_RATIO_AT_MOST = 20  # so many times its packed size
LETTERS_AT_MOST = 2**24  # code points of one article: about 30 books
LINES_AT_MOST = 2**19  # of one article


def stream_bytes_at_most(packed: int) -> int:
    """Give the bytes that `packed` bytes may unpack to where they are read piece by piece."""
    return min(STREAM_BYTES_AT_MOST, max(RATIO_FROM, RATIO_AT_MOST * packed))


def whole_bytes_at_most(packed: int) -> int:
    """Give the bytes that `packed` bytes may unpack to where they are held at once."""
    return min(stream_bytes_at_most(packed), WHOLE_BYTES_FREE + WHOLE_RATIO_AT_MOST * packed)


def bomb(size: int, packed: int) -> Unreadable:
    """Give the refusal of what unpacks to `size` bytes, or to more than that."""
    return Unreadable(
        f"it unpacks to {size // max(1, packed):,} times its size, as bombs do",
        "give it unpacked if it is what it should be",
    )


def check_article_size(text: str) -> None:
    """Raise Unreadable when `text` is longer than any article is."""
    if len(text) > LETTERS_AT_MOST:
        raise Unreadable(
            f"the text has {len(text):,} characters, an article at most {LETTERS_AT_MOST:,}", "split it"
        )
    if sum(map(text.count, "\n\r\x0b\x0c\x85\u2028\u2029")) > LINES_AT_MOST:
        raise Unreadable(f"the text has more than {LINES_AT_MOST:,} lines", "split it")
