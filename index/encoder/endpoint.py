"""An encoder behind any server with OpenAI's `/v1/embeddings`: TEI, vLLM, infinity, a hosted one.

    openai:http://127.0.0.1:8080/v1#intfloat/multilingual-e5-large

Such a server gives a vector a text and none for its tokens: searches go without late interaction. A key,
where it asks for one, is read by the client library from OPENAI_API_KEY, so that no index ever remembers it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from index.errors import EncoderError, reason_of

SCHEME = "openai:"
TEXTS_AT_ONCE = 32  # of a request: what TEI takes when nothing is set
REQUESTS_AT_ONCE = 4  # so that a server has the next batch before it has given the last
TIMEOUT_S = 60.0  # of a request, for a model on a processor
RETRIES = 3  # after an answer of 429 or 5xx, or none
_E5 = re.compile(r"(?<![a-z])e5(?![a-z])", re.IGNORECASE)  # reads questions and passages under prompts


class EndpointEncoder:
    """Encodes by asking a server. Safe to use from many threads."""

    def __init__(self, name: str):
        """Raise EncoderError for a name that is no address, or a server that cannot be had."""
        address, _, model = name.removeprefix(SCHEME).partition("#")
        if not model or urlsplit(address).scheme not in ("http", "https") or urlsplit(address).password:
            raise EncoderError(
                f"{name!r} names no encoder; write openai:http://host:port/v1#model, a key in OPENAI_API_KEY"
            )
        self.name, self._address, self._model = name, address, model
        self._prompts = ("query: ", "passage: ") if _E5.search(model) else ("", "")
        self._client = self._opened()
        self.dimension = self._asked(["dimension"]).shape[1]

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Give unit rows, float32, (n, dimension)."""
        return self._encode([self._prompts[0] + text for text in texts], None)

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Give unit rows, float32, (n, dimension); `progress` is told how many more texts are done."""
        return self._encode([self._prompts[1] + text for text in texts], progress)

    def _encode(self, texts: list[str], progress: Callable[[int], None] | None) -> np.ndarray:
        batches = [texts[first : first + TEXTS_AT_ONCE] for first in range(0, len(texts), TEXTS_AT_ONCE)]
        parts = [np.empty((0, self.dimension), np.float32)]
        with ThreadPoolExecutor(REQUESTS_AT_ONCE, thread_name_prefix="embeddings") as pool:
            for part in pool.map(self._asked, batches):
                if part.shape[1] != self.dimension:
                    raise self._strange(f"vectors of {part.shape[1]} dimensions after {self.dimension}")
                parts.append(part)
                if progress is not None:
                    progress(len(part))
        return np.concatenate(parts)

    def _asked(self, texts: list[str]) -> np.ndarray:
        """Ask once; give unit rows."""
        try:
            answer = self._client.embeddings.create(model=self._model, input=texts, encoding_format="float")
            rows = {int(each.index): each.embedding for each in answer.data}
            vectors = np.array([rows[place] for place in range(len(texts))], dtype=np.float32)
        except EncoderError:
            raise
        except Exception as error:
            raise EncoderError(
                f"the encoder {self.name} cannot be asked ({reason_of(error)}); check the server"
            ) from error
        if vectors.ndim != 2 or not vectors.shape[1] or not np.isfinite(vectors).all():
            raise self._strange(f"vectors of shape {vectors.shape}, or with gaps")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not lengths.all():
            raise self._strange("vectors of length 0")
        return np.asarray(vectors / lengths, dtype=np.float32)

    def _opened(self) -> Any:
        import openai

        settings: dict[str, Any] = {
            "base_url": self._address,
            "timeout": TIMEOUT_S,
            "max_retries": RETRIES,
        }
        try:
            return openai.OpenAI(**settings)
        except openai.OpenAIError:  # without a key in the environment; most servers of one's own ask for none
            return openai.OpenAI(**settings, api_key="none")

    def _strange(self, what: str) -> EncoderError:
        return EncoderError(f"the encoder {self.name} gave {what}; check its server")
