"""Encoders: text to unit vectors.

`Encoder` is all that building and searching need. `SentenceTransformerEncoder` runs any
sentence-transformers model, the bundled one by default; it also gives token vectors and the vectors of
spans, from one forward pass. `HashingEncoder` has no weights, for tests.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from index.errors import EncoderError
from index.model import NAME as DEFAULT_NAME
from index.model import prepare_default_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Encoding

Kind = Literal["query", "passage"]
Span = tuple[int, int]

# Tokens, padding included, that go through the model at once: enough to keep the matrix units busy,
# few enough that a question asked meanwhile does not wait long.
TOKENS_PER_BATCH = 4096
TEXTS_PER_ROUND = 2048  # sorted by length together; bounds memory and the steps of the progress bar
CACHED_QUERIES = 512


class Encoder(Protocol):
    """Turns texts into vectors whose inner product is their similarity.

    `name` is the identity that an index remembers; `dimension` the length of a vector.
    """

    name: str
    dimension: int

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows, float32, (n, dimension)."""
        ...

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Unit rows, float32, (n, dimension); `progress` is told how many more texts are done."""
        ...


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The tokens of one text: unit rows, float32, (t, dimension), and the code points each came from.

    Token i stands for `text[starts[i]:ends[i]]`; a span may be empty (a token that only marks a space).
    Special tokens and the tokens of the prompt are left out. A text longer than the model takes is cut.
    """

    vectors: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


def load_encoder(name: str | None = None) -> Encoder:
    """The default model for None, else any sentence-transformers model: a folder or a hub's name.

    Raises EncoderError when it cannot be had.
    """
    return SentenceTransformerEncoder(name)


class SentenceTransformerEncoder:
    """A sentence-transformers model. Safe to use from many threads.

    `device` and `precision` ("float32", "bfloat16", "float16") are chosen by what the machine runs
    fast: a GPU when torch sees one, bfloat16 on processors that have its instructions, else float32.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        device: str | None = None,
        precision: str | None = None,
        cache_dir: Path | None = None,
        progress: bool = True,
    ) -> None:
        self.name = DEFAULT_NAME if name is None else name
        folder = prepare_default_model(cache_dir=cache_dir, progress=progress) if name is None else name
        self.device = device or _best_device()
        self.precision = precision or _best_precision(self.device)
        _use_physical_cores()
        self._model = _load_model(str(folder), device=self.device, precision=self.precision)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self._prompts = {
            "query": _prompt(self._model, self.name, "query"),
            "passage": _prompt(self._model, self.name, "document", "passage", "corpus"),
        }
        self._tokenizer = _fast_tokenizer(self._model)
        self._forward_lock = threading.Lock()  # two passes at once would fight for the same cores
        self._cache_lock = threading.Lock()
        self._cache: OrderedDict[str, np.ndarray] = OrderedDict()

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows, float32, (n, dimension); the last few hundred questions are remembered."""
        with self._cache_lock:
            known = {text: self._cache[text] for text in texts if text in self._cache}
        unknown = list(dict.fromkeys(text for text in texts if text not in known))
        if unknown:
            known.update(zip(unknown, self._encode(unknown, kind="query"), strict=True))
        with self._cache_lock:
            for text in texts:
                self._cache[text] = known[text]
                self._cache.move_to_end(text)
            while len(self._cache) > CACHED_QUERIES:
                self._cache.popitem(last=False)
        return self._stack([known[text] for text in texts])

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Unit rows, float32, (n, dimension); `progress` is told how many more texts are done."""
        return self._encode(texts, kind="passage", progress=progress)

    def encode_tokens(self, texts: Sequence[str], *, kind: Kind = "passage") -> list[TokenVectors]:
        """The token vectors of each text, in context, from one forward pass."""
        found: list[TokenVectors | None] = [None] * len(texts)
        for row, encoding, states, _ in self._token_states(texts, kind=kind):
            kept, starts, ends = self._own_tokens(encoding, texts[row], kind)
            found[row] = TokenVectors(_unit_rows(states[kept]), starts, ends)
        return found  # type: ignore[return-value]  # every row was visited

    def encode_passages_with_spans(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Passage vectors and, from the same forward pass, the vectors of spans in each text.

        `spans[i]` are half-open code-point spans of `texts[i]`. Gives float32 unit rows: (n, dimension)
        and for each text (len(spans[i]), dimension), a span's row the mean of its tokens' vectors; a span
        that no token touches (cut off, or only white space) has a row of zeros.
        """
        passages = np.zeros((len(texts), self.dimension), np.float32)
        found = [np.zeros((len(own), self.dimension), np.float32) for own in spans]
        for row, encoding, states, passage in self._token_states(texts, kind="passage"):
            passages[row] = passage
            kept, starts, ends = self._own_tokens(encoding, texts[row], "passage")
            own = states[kept]
            for number, (start, end) in enumerate(spans[row]):
                inside = (starts < end) & (ends > start)
                if inside.any():
                    found[row][number] = _unit_rows(own[inside].mean(axis=0, keepdims=True))[0]
        return passages, found

    def _encode(
        self, texts: Sequence[str], *, kind: Kind, progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        if self._tokenizer is None:
            prompted = [self._prompts[kind] + text for text in texts]
            with self._forward_lock:
                vectors[:] = self._model.encode(prompted, show_progress_bar=False, normalize_embeddings=True)
            if progress is not None:
                progress(len(texts))
            return vectors
        for rows, encodings in self._batches(texts, kind=kind):
            vectors[rows] = self._forward(encodings)["sentence_embedding"]
            if progress is not None:
                progress(len(rows))
        return vectors

    def _token_states(
        self, texts: Sequence[str], *, kind: Kind
    ) -> Iterator[tuple[int, Encoding, np.ndarray, np.ndarray]]:
        """For each text, in no order: row, encoding, its tokens' last states (t, dimension), its vector."""
        if self._tokenizer is None:
            raise EncoderError(
                f"model {self.name!r} gives no token vectors; use a transformer with a fast tokenizer"
            )
        for rows, encodings in self._batches(texts, kind=kind):
            output = self._forward(encodings)
            found = zip(
                rows, encodings, output["token_embeddings"], output["sentence_embedding"], strict=True
            )
            for row, encoding, states, vector in found:
                yield row, encoding, states[: len(encoding.ids)], vector

    def _own_tokens(
        self, encoding: Encoding, text: str, kind: Kind
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Which tokens are of `text` itself, with the start and the end of each in it."""
        shift = len(self._prompts[kind])
        offsets = np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2)
        special = np.asarray(encoding.special_tokens_mask, dtype=bool)
        kept = ~special & (offsets[:, 1] > shift)
        starts = np.maximum(offsets[kept, 0] - shift, 0)
        ends = np.minimum(offsets[kept, 1] - shift, len(text))
        return np.flatnonzero(kept), starts, ends

    def _batches(self, texts: Sequence[str], *, kind: Kind) -> Iterator[tuple[list[int], list[Encoding]]]:
        """Batches of rows of about the same length, with their encodings."""
        prompt = self._prompts[kind]
        for first in range(0, len(texts), TEXTS_PER_ROUND):
            part = [prompt + text for text in texts[first : first + TEXTS_PER_ROUND]]
            encodings = self._tokenizer.encode_batch(part)
            order = sorted(range(len(part)), key=lambda row: -len(encodings[row].ids))
            for rows in _token_budget_batches([len(encodings[row].ids) for row in order], TOKENS_PER_BATCH):
                picked = [order[row] for row in rows]
                yield [first + row for row in picked], [encodings[row] for row in picked]

    def _forward(self, encodings: list[Encoding]) -> dict[str, np.ndarray]:
        """One pass through all modules: "sentence_embedding" and "token_embeddings" as float32 arrays."""
        import torch

        width = max(len(encoding.ids) for encoding in encodings)
        ids = np.full((len(encodings), width), self._model.tokenizer.pad_token_id or 0, np.int64)
        mask = np.zeros((len(encodings), width), np.int64)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        features = {
            "input_ids": torch.from_numpy(ids).to(self.device),
            "attention_mask": torch.from_numpy(mask).to(self.device),
        }
        with self._forward_lock, torch.inference_mode():
            output = self._model(features)
            sentences = torch.nn.functional.normalize(output["sentence_embedding"].float(), dim=-1)
            tokens = output["token_embeddings"].float()
            return {"sentence_embedding": sentences.cpu().numpy(), "token_embeddings": tokens.cpu().numpy()}

    def _stack(self, rows: list[np.ndarray]) -> np.ndarray:
        return np.stack(rows) if rows else np.zeros((0, self.dimension), np.float32)


class HashingEncoder:
    """Character trigrams of words hashed into `dimension` signed buckets: deterministic, no weights.

    For tests and for trying the rest without a model; texts that share words are near.
    """

    def __init__(self, *, dimension: int = 64) -> None:
        self.name = f"hashing-{dimension}"
        self.dimension = dimension

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows, float32, (n, dimension)."""
        return np.stack([self._vector(text) for text in texts]) if texts else self._none()

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Unit rows, float32, (n, dimension)."""
        vectors = self.encode_queries(texts)
        if progress is not None:
            progress(len(texts))
        return vectors

    def _none(self) -> np.ndarray:
        return np.zeros((0, self.dimension), np.float32)

    def _vector(self, text: str) -> np.ndarray:
        vector = np.zeros(self.dimension, np.float32)
        for word in re.findall(r"\w+", text.casefold()) or [""]:
            padded = f"<{word}>"
            for start in range(max(1, len(padded) - 2)):
                digest = hashlib.blake2b(
                    padded[start : start + 3].encode("utf-8", "surrogatepass"), digest_size=8
                ).digest()
                number = int.from_bytes(digest, "little")
                vector[(number >> 1) % self.dimension] += 1.0 if number & 1 else -1.0
        length = float(np.linalg.norm(vector))
        if length == 0.0:  # every bucket cancelled out
            vector[0] = length = 1.0
        return vector / length


def _token_budget_batches(lengths: Sequence[int], budget: int) -> Iterator[range]:
    """Runs of rows, longest first, whose padded size stays within `budget` (one row may exceed it)."""
    first = 0
    while first < len(lengths):
        size = max(1, budget // max(1, lengths[first]))
        yield range(first, min(first + size, len(lengths)))
        first += size


def _unit_rows(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-12)


def _best_device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _best_precision(device: str) -> str:
    """The fastest precision that the device has instructions for."""
    import torch

    if device.startswith("cuda"):
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
    has_bfloat16 = any(
        getattr(torch.cpu, probe, bool)() for probe in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    )
    return "bfloat16" if device == "cpu" and has_bfloat16 else "float32"


def _use_physical_cores() -> None:
    """Keeps torch from running two threads on one core; never raises what the user has set."""
    import torch

    siblings = set()
    for path in Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/thread_siblings_list"):
        siblings.add(path.read_text(encoding="ascii").strip())
    if 0 < len(siblings) < torch.get_num_threads():
        torch.set_num_threads(len(siblings))


def _load_model(folder: str, *, device: str, precision: str) -> SentenceTransformer:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    local = Path(folder).is_dir()
    logging.disable_progress_bar()
    try:
        model = SentenceTransformer(
            folder,
            device=device,
            local_files_only=local,
            model_kwargs={"dtype": getattr(torch, precision)},
        )
    except Exception as error:  # whatever the libraries raise for a name, a file or a network
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        remedy = (
            "give a sentence-transformers folder"
            if local
            else "check the name and the network, give a folder, or leave the encoder out for the bundled one"
        )
        raise EncoderError(f"encoder {folder!r} cannot be loaded ({reason}); {remedy}") from error
    model.eval()
    return model


def _fast_tokenizer(model: SentenceTransformer):
    """The Rust tokenizer behind a text transformer, set to cut and not to pad; None for other models."""
    backend = getattr(getattr(model, "tokenizer", None), "backend_tokenizer", None)
    if backend is None or not hasattr(model[0], "auto_model"):
        return None
    backend.no_padding()
    backend.enable_truncation(max_length=int(model.max_seq_length or 512))
    return backend


def _prompt(model: SentenceTransformer, name: str, *kinds: str) -> str:
    """The model's own prompt of the first kind it has; the E5 family has one even when it says none."""
    for kind in kinds:
        if model.prompts.get(kind):
            return model.prompts[kind]
    if not any(model.prompts.values()) and re.search(r"\be5\b", name, re.IGNORECASE):
        return "query: " if kinds[0] == "query" else "passage: "
    return ""
