"""A passage as a row of an engine, and back; what comes back is checked before it is believed."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.backends.milvus.collections.facets import days_of, facets_of
from index.backends.milvus.collections.ledger import PIECE
from index.backends.milvus.collections.milvus_schema import FOREVER, MOST_WORD_PIECES
from index.backends.milvus.collections.shelf import ShelvedArticle, fitting
from index.passages import Passage

_NO_WORDS = np.empty((0, 0), np.uint8)


@dataclass(frozen=True, slots=True)
class PassageFacts:
    """What a reader needs of a passage; `article_id` and `text` are empty where too long for a row."""

    key: int
    article: int
    story: int
    article_id: str
    start: int
    end: int
    text: str

    @property
    def is_whole(self) -> bool:
        """Tell whether the article need not be asked for the passage's text."""
        return bool(self.article_id) and len(self.text) == self.end - self.start

    def passage(self) -> Passage:
        """Give the passage of a row that is whole."""
        return Passage(
            f"{self.article_id}#{self.start}-{self.end}", self.article_id, self.start, self.end, self.text
        )


def facts_of(row: Mapping[str, Any]) -> PassageFacts:
    """Read a row; raises KeyError, TypeError or ValueError for one that is none."""
    numbers = {name: _whole(row[name]) for name in ("key", "article", "story", "start", "end")}
    if not 0 <= numbers["start"] <= numbers["end"]:
        raise ValueError(f"a passage from {numbers['start']} to {numbers['end']}")
    text, article_id = row["text"], row["article_id"]
    if not isinstance(text, str) or not isinstance(article_id, str):
        raise TypeError("a passage without text")
    return PassageFacts(article_id=article_id, text=text, **numbers)


def rows_of(
    shelved: ShelvedArticle,
    passages: Sequence[Passage],
    vectors: np.ndarray,
    words: Sequence[np.ndarray],
    weights: Sequence[dict[int, float]],
    generation: int,
) -> list[dict[str, Any]]:
    """Give the rows of an article's passages, to be seen from `generation` on."""
    first_day, last_day = days_of(shelved.article.published)
    shared = {
        "article": shelved.key,
        "story": shelved.story,
        "article_id": fitting(shelved.article.article_id),
        "facets": facets_of(shelved.article),
        "first_day": first_day,
        "last_day": last_day,
        "since": generation,
        "until": FOREVER,
    }
    return [
        {
            **shared,
            "key": shelved.first_passage + number,
            "vector": vectors[number].astype(np.float16).astype(np.float32),  # as a folder keeps them
            "terms": weights[number],
            "words": packed_words(words[number]),
            "text": fitting(passage.text),
            "start": passage.start,
            "end": passage.end,
        }
        for number, passage in enumerate(passages)
    ]


def packed_words(words: np.ndarray) -> list[str]:
    """Give stored words, uint8 (words, width), as texts; none when there are more than a row can hold."""
    if not words.size:
        return []
    text = f"{words.shape[1]}:" + base64.b64encode(np.ascontiguousarray(words).tobytes()).decode("ascii")
    pieces = [text[first : first + PIECE] for first in range(0, len(text), PIECE)]
    return pieces if len(pieces) <= MOST_WORD_PIECES else []


def unpacked_words(pieces: Sequence[str]) -> np.ndarray:
    """Give stored words back; raises ValueError for what is none."""
    text = "".join(pieces)
    if not text:
        return _NO_WORDS
    width, _, content = text.partition(":")
    values = np.frombuffer(base64.b64decode(content, validate=True), np.uint8)
    if not width.isdigit() or not int(width) or len(values) % int(width):
        raise ValueError(f"words of width {width[:20]}")
    return values.reshape(-1, int(width))


def vector_of(row: Mapping[str, Any], dimension: int) -> np.ndarray:
    """Read a row's vector, float32 (dimension,); raises ValueError for another one, or one with gaps."""
    vector = np.asarray(row["vector"], dtype=np.float32)
    if vector.shape != (dimension,) or not np.isfinite(vector).all():
        raise ValueError(f"a vector of shape {vector.shape}, or with gaps")
    return vector


def sparse_score(row: Mapping[str, Any], weights: Mapping[int, float]) -> float:
    """Give the BM25 score of a row for a query's weights, whatever the server rounded."""
    terms: Mapping[int, float] = row["terms"]
    score = math.fsum(weights[int(key)] * float(worth) for key, worth in terms.items() if int(key) in weights)
    if not math.isfinite(score):
        raise ValueError("terms without a weight")
    return score


def holds_any(row: Mapping[str, Any], weights: Mapping[int, float]) -> bool:
    """Tell whether a row has a term of the query."""
    return any(int(key) in weights for key in row["terms"])


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{str(value)[:40]!r} where a number belongs")
    return value
