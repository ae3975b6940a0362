"""Small articles made by hand, and an encoder that counts: for tests of the index that need no model."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np

from index.articles import Article
from index.encoder import HashingEncoder
from index.encoder.calibration import read_bank

ARABIC = ["نهر", "جسر", "وزارة", "مدرسة", "سوق", "ميناء", "مطر", "زيتون"]
ENGLISH = ["river", "bridge", "school", "market", "port", "rain", "olive", "tower"]
BANK = {text for texts in read_bank().values() for text in texts}  # encoded once, for calibration
WORDS = [*ARABIC, *ENGLISH, "2024", "7"]


def article(name: str, *, seed: int = 0, sentences: int = 12, **fields: object) -> Article:
    """An article of a few passages; the same name and seed give the same text."""
    chance = random.Random(f"{name} {seed}")
    text = " ".join(
        f"{name} {' '.join(chance.choices(WORDS, k=chance.randint(6, 24)))}." for _ in range(sentences)
    )
    values = {
        "title": f"Title of {name}",
        "text": text,
        "source": f"source {len(name) % 3}",
        "language": "ar" if chance.random() < 0.5 else "en",
        "published": f"2025-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
    }
    return Article(name, **{**values, **fields})


def articles(number: int, *, seed: int = 0) -> list[Article]:
    """Articles `a0`, `a1`, ..."""
    return [article(f"a{place}", seed=seed) for place in range(number)]


class CountingEncoder(HashingEncoder):
    """A hashing encoder that remembers what it was asked to encode, and may be told to stop."""

    def __init__(self, *, dimension: int = 32, stop_after: int | None = None):
        super().__init__(dimension=dimension)
        self.encoded: list[str] = []
        self._stop_after = stop_after

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        if self._stop_after is not None and len(self.encoded) + len(texts) > self._stop_after:
            raise KeyboardInterrupt
        self.encoded.extend(text for text in texts if text not in BANK)
        return super().encode_passages(texts, progress=progress)
