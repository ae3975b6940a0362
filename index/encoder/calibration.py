"""Calibration: what an encoder gives every text, whatever it says, taken off its vectors.

The vectors of one model share a direction, and those of one language another. Both count in every inner
product without telling one text from another; the second makes a passage that quotes English look near
every English question. Their means over a small bank of sentences in many languages
(`calibration.txt`) are taken off, passages and questions apart, which are encoded differently.
A bank of its own, instead of the articles, keeps stored vectors independent of what is added later.

Compare "all-but-the-top" (Mu and Viswanath 2018) and language-specific means (Yang et al. 2021).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np

from index.encoder.protocol import Encoder, PromptKind, TokenEncoder
from index.errors import EncoderError

BANK = Path(__file__).with_name("calibration.txt")
POOLED_SHARE = 0.6  # of the mean that is taken off; flat between 0.5 and 0.8
TOKEN_SHARE = 0.7  # of the mean of token vectors


@dataclass(frozen=True, slots=True)
class Calibration:
    """Means of one encoder over the bank, float32.

    `queries` and `passages` (languages, dimension): means of pooled vectors by language.
    `query_token` and `passage_token` (hidden,): means of token vectors over all languages; empty when
    the encoder gives none.
    """

    queries: np.ndarray
    passages: np.ndarray
    query_token: np.ndarray
    passage_token: np.ndarray

    @classmethod
    def of(cls, encoder: Encoder) -> Calibration:
        """Encode the bank: some 250 sentences, as questions and as passages."""
        bank = read_bank()
        texts = [text for listed in bank.values() for text in listed]
        languages = [number for number, listed in enumerate(bank.values()) for _ in listed]
        queries, query_tokens = _encoded(encoder, texts, kind="query")
        passages, passage_tokens = _encoded(encoder, texts, kind="passage")
        return cls(
            queries=_means(queries, languages),
            passages=_means(passages, languages),
            query_token=_token_mean(query_tokens, languages),
            passage_token=_token_mean(passage_tokens, languages),
        )

    @property
    def has_tokens(self) -> bool:
        """Tell whether the encoder gives token vectors."""
        return len(self.query_token) > 0

    def centre_queries(self, vectors: np.ndarray) -> np.ndarray:
        """Give the encoder's query vectors without what queries share: unit rows, float32 (n, dimension)."""
        return _centre(vectors, self.queries)

    def centre_passages(self, vectors: np.ndarray) -> np.ndarray:
        """Give the encoder's passage vectors without what passages share.

        Unit rows, float32 (n, dimension).
        """
        return _centre(vectors, self.passages)

    def save(self, path: Path) -> None:
        """Write the means as an .npz file."""
        path.write_bytes(self.content())

    def content(self) -> bytes:
        """Give the means as the bytes of an .npz file."""
        file = io.BytesIO()
        np.savez(file, **{field.name: getattr(self, field.name) for field in fields(self)})
        return file.getvalue()

    @classmethod
    def load(cls, path: Path | BinaryIO) -> Calibration:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(**{field.name: stored[field.name] for field in fields(cls)})


@lru_cache(maxsize=1)
def read_bank() -> Mapping[str, tuple[str, ...]]:
    """Read the sentences of the bank, by language."""
    bank: dict[str, list[str]] = {}
    for line in BANK.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            listed = bank.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            listed.append(line)
    return {language: tuple(listed) for language, listed in bank.items()}


def _means(vectors: np.ndarray, languages: list[int]) -> np.ndarray:
    """Average the rows of each language; float32 (languages, dimension)."""
    of = np.asarray(languages)
    return np.stack([vectors[of == language].mean(axis=0) for language in np.unique(of)]).astype(np.float32)


def _encoded(encoder: Encoder, texts: list[str], *, kind: PromptKind) -> tuple[np.ndarray, list[np.ndarray]]:
    """Give the vectors of texts, and those of each text's tokens; no tokens when the encoder gives none."""
    if isinstance(encoder, TokenEncoder):
        try:
            vectors, tokens = encoder.encode_with_tokens(texts, kind=kind)
            return vectors, [each.vectors for each in tokens]
        except EncoderError:  # a model that is no transformer
            pass
    return encoder.encode_queries(texts) if kind == "query" else encoder.encode_passages(texts), []


def _token_mean(tokens: list[np.ndarray], languages: list[int]) -> np.ndarray:
    """Give the mean over languages of the mean of all tokens; empty when there are none."""
    if not tokens:
        return np.empty(0, np.float32)
    owners = [language for language, rows in zip(languages, tokens, strict=True) for _ in rows]
    return np.asarray(_means(np.concatenate(tokens), owners).mean(axis=0))


def _centre(vectors: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Take off each row the mean of the language that it is nearest to, once what all share is gone."""
    common = means.mean(axis=0)
    language = np.argmax((vectors - common) @ _unit_rows(means - common).T, axis=1)
    return _unit_rows(vectors - POOLED_SHARE * means[language]).astype(np.float32)


def _unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Divide rows by their lengths; a row of zeros stays one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))
