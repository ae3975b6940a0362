"""Texts, vectors and questions for benchmarks.scale: real ones, and as many more as are asked for.

Real: the passages of `miracl_wiki` and its questions. Beyond them articles are drawn anew from the real
passages (texts resampled), their vectors from the real vectors plus noise. Vectors come from shards encoded
before (`NAME.npy` beside `NAME.ids.json`), or are encoded now with the default encoder and kept.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.articles import Article
from index.passages import split_article

SETS = Path(__file__).resolve().parent.parent.parent / "shared" / "eval" / "miracl_wiki"
NOISE = 0.35  # length of the noise on a resampled unit vector: its cosine to the real one is about 0.94
PASSAGES_AN_ARTICLE = 10


def real_passages(limit: int) -> list[str]:
    """Texts of the first `limit` passages."""
    texts: list[str] = []
    with gzip.open(SETS / "articles.ar.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            article = Article(record["id"], record["title"], record["text"])
            texts += [passage.text for passage in split_article(article)]
            if len(texts) >= limit:
                break
    return texts[:limit]


def real_questions() -> list[str]:
    """The questions of `miracl_wiki`."""
    with gzip.open(SETS / "questions.ar.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["question"] for line in lines]


def vectors_of(texts: Sequence[str], kept: Path, *, kind: str, encode: Callable | None) -> np.ndarray:
    """float32 (n, dimension): vectors of texts, from `kept` where it has them, else encoded and kept."""
    mark = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
    path = kept / f"{kind}-{mark}.npy"
    if not path.exists():
        kept.mkdir(parents=True, exist_ok=True)
        np.save(path, encode(texts).astype(np.float16))
    return np.load(path).astype(np.float32)


def articles(texts: Sequence[str], passages: int) -> Iterator[Article]:
    """Articles of about `passages` passages: the texts in order, then drawn from them."""
    chance, number, made = random.Random(7), 0, 0
    while made < passages:
        count = min(PASSAGES_AN_ARTICLE, passages - made)
        last = made + count
        chosen = texts[made:last] if last <= len(texts) else chance.sample(texts, count)
        yield Article(
            f"s{number}",
            f"Article {number}",
            "\n\n".join(chosen),
            source=f"source {number % 200}",
            language="ar",
            published=f"20{10 + number % 15}-{1 + number % 12:02d}",
        )
        made += count
        number += 1


class CachedEncoder:
    """Gives vectors known before: a benchmark of the index must not wait for the model.

    A text that was cut otherwise, or drawn anew, gets a real vector plus noise, the same for the same text.
    It has no token vectors, so late interaction is left out; benchmarks.scale times that stage by itself.
    """

    name = "cached"

    def __init__(
        self, texts: Sequence[str], vectors: np.ndarray, questions: Sequence[str], asked: np.ndarray
    ):
        self.dimension = vectors.shape[1]
        self._vectors, self._asked = vectors, asked
        self._places = {text: place for place, text in enumerate(texts)}
        self._questions = {question: place for place, question in enumerate(questions)}
        self._given: set[str] = set()

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Unit rows, float32 (n, dimension)."""
        rows = [self._passage(text) for text in texts]
        if progress is not None:
            progress(len(texts))
        return np.stack(rows) if rows else np.empty((0, self.dimension), np.float32)

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows, float32 (n, dimension); of unknown texts, those of a passage."""
        return np.stack(
            [
                self._asked[self._questions[text]] if text in self._questions else self._passage(text)
                for text in texts
            ]
        )

    def _passage(self, text: str) -> np.ndarray:
        place = self._places.get(text)
        if place is not None and text not in self._given:
            self._given.add(text)
            return self._vectors[place]
        seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
        base = self._vectors[seed % len(self._vectors) if place is None else place]
        noise = np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
        vector = base + NOISE * noise / np.linalg.norm(noise)
        return vector / np.linalg.norm(vector)
