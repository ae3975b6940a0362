"""What building and searching need of an encoder, and the types that it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar, runtime_checkable

import numpy as np

PromptKind = Literal["query", "passage"]  # which prompt a text is read under
Result = TypeVar("Result")


class Encoder(Protocol):
    """Turns texts into vectors whose inner product is their similarity.

    `name` is the identity that a snapshot remembers; `dimension` the length of a vector.
    """

    name: str
    dimension: int

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Give unit rows, float32, (n, dimension)."""
        ...

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Give unit rows, float32, (n, dimension); `progress` is told how many more texts are done."""
        ...


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The tokens of one text: unit rows, float32, (t, hidden), and the code points each came from.

    Token i stands for `text[starts[i]:ends[i]]`, white space before it left out; a span may be empty (a
    token that only marks a space). Special tokens and those of the prompt are not there, nor is what lies
    past the model's longest input.
    """

    vectors: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


@dataclass(frozen=True, slots=True)
class TokenBatch:
    """Some texts from one forward pass, with their tokens in one array.

    `rows`, int64 (n,), says which of the texts asked for these are, `sentences` (n, dimension) holds their
    unit vectors. Token i, `vectors[i]` a unit row, is of the text `rows[owners[i]]`, texts one after the
    other; `starts` and `ends` as in `TokenVectors`.
    """

    rows: np.ndarray
    sentences: np.ndarray
    vectors: np.ndarray
    owners: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def split(self) -> list[TokenVectors]:
        """Give the tokens text by text, in the order of `rows`."""
        cuts = np.searchsorted(self.owners, np.arange(len(self.rows) + 1)).tolist()
        return [
            TokenVectors(self.vectors[first:last], self.starts[first:last], self.ends[first:last])
            for first, last in zip(cuts, cuts[1:], strict=False)
        ]


@dataclass(frozen=True, slots=True)
class TokenSpans:
    """Token i is number `places[i]` of text `owners[i]` and stands for its `[starts[i]:ends[i]]`."""

    owners: np.ndarray
    places: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder that also gives the vectors of tokens.

    These methods raise EncoderError where the model has none.
    """

    def encode_with_tokens(
        self,
        texts: Sequence[str],
        *,
        kind: PromptKind = "passage",
        progress: Callable[[int], None] | None = None,
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        """Give vectors, as `encode_passages` or `encode_queries` does, and the tokens of each text."""
        ...

    def encode_tokens(self, texts: Sequence[str], *, kind: PromptKind = "passage") -> list[TokenVectors]:
        """Give the tokens of each text, in context."""
        ...

    def token_spans(self, texts: Sequence[str], *, kind: PromptKind = "passage") -> TokenSpans:
        """Tell where the tokens of each text stand, without encoding."""
        ...

    def token_batches(
        self,
        texts: Sequence[str],
        *,
        kind: PromptKind,
        then: Callable[[TokenBatch], Result],
        progress: Callable[[int], None] | None = None,
    ) -> Iterator[Result]:
        """Give what `then` makes of the texts and their tokens, forward pass by forward pass, in no order."""
        ...
