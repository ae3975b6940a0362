"""Runs a sentence-transformers model fast: what `SentenceTransformerEncoder` stands on.

Texts are tokenised all at once, sorted by length, and cut into batches by a budget of tokens; on a
processor every batch runs on one thread and batches run side by side, so that nothing waits at a barrier
for a core that another program holds. Models that are not text transformers run through their own `encode`.
"""

from __future__ import annotations

import collections
import contextlib
import functools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import EncoderError

if TYPE_CHECKING:
    import torch
    from tokenizers import Encoding

# Tokens, padding included, that go through the model at once.
TOKENS_PER_BATCH = {"cpu": 2048, "gpu": 32768}
TEXTS_PER_ROUND = 4096  # sorted by length together; bounds memory
WIDTH_STEP = 16  # attention over odd widths leaves the matrix units: 29 ms a layer at 171, 5 ms at 176
UNPADDED_WIDTH = 64  # below this, texts of one length run as they are
SMALL_MODEL = 100_000_000  # weights besides embeddings; a question to such a model gains little from threads


@dataclass(frozen=True, slots=True)
class Pass:
    """What one forward pass gave: for texts `rows`, their vectors and, if asked for, their tokens'.

    `sentences` is (n, dimension), unit rows; `tokens` (n, width, hidden), padded; both float32.
    """

    rows: list[int]
    encodings: list[Encoding]
    sentences: np.ndarray
    tokens: np.ndarray | None


class Runtime:
    """A loaded model and how it is run. Safe to use from many threads."""

    def __init__(self, folder: str, *, device: str | None = None, precision: str | None = None) -> None:
        self.device = device or best_device()
        self.precision = precision or best_precision(self.device)
        self.model = _load(folder, device=self.device, precision=self.precision)
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self.tokenizer = _fast_tokenizer(self.model)
        self._pooling_is_mean = _pooling_is_mean(self.model)
        self._padding = getattr(getattr(self.model, "tokenizer", None), "pad_token_id", None) or 0
        self._on_cpu = self.device == "cpu"
        self.workers = physical_cores() if self._on_cpu else 1
        self._budget = TOKENS_PER_BATCH["cpu" if self._on_cpu else "gpu"]
        self._packed = None
        if self._on_cpu and self.tokenizer is not None:
            from index.bert import pack

            self._packed = pack(self.model[0].auto_model)
        self._threads_when_alone = 1 if _weights(self.model) < SMALL_MODEL else self.workers

    def run(self, texts: Sequence[str], *, tokens: bool = False) -> Iterator[Pass]:
        """Passes over `texts` (prompts included), in no order, each text in one of them."""
        batches = self._batches(texts)
        if self.workers == 1 or len(texts) == 1:
            for batch in batches:
                yield self._forward(*batch, tokens=tokens, threads=self._threads_when_alone)
            return
        forward = functools.partial(self._forward, tokens=tokens, threads=1)
        with ThreadPoolExecutor(self.workers, thread_name_prefix="encoder") as pool:
            yield from _side_by_side(pool, forward, batches, ahead=2 * self.workers)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows by the model's own `encode`, for models without a fast tokenizer."""
        return self.model.encode(list(texts), show_progress_bar=False, normalize_embeddings=True)

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], list[Encoding]]]:
        """Rows of about the same length, with their encodings; the longest first."""
        for first in range(0, len(texts), TEXTS_PER_ROUND):
            encodings = self.tokenizer.encode_batch(texts[first : first + TEXTS_PER_ROUND])
            order = sorted(range(len(encodings)), key=lambda row: -len(encodings[row].ids))
            widths = [_padded(len(encodings[row].ids)) for row in order]
            for batch in budget_batches(widths, self._budget):
                rows = order[batch.start : batch.stop]
                yield [first + row for row in rows], [encodings[row] for row in rows]

    def _forward(self, rows: list[int], encodings: list[Encoding], *, tokens: bool, threads: int) -> Pass:
        import torch

        lengths = [len(encoding.ids) for encoding in encodings]
        longest = max(lengths)
        alike = min(lengths) == longest
        width = longest if alike and longest <= UNPADDED_WIDTH else _padded(longest)
        ids = np.full((len(encodings), width), self._padding, np.int64)
        for row, encoding in enumerate(encodings):
            ids[row, : lengths[row]] = encoding.ids
        mask = np.arange(width) < np.asarray(lengths)[:, None]
        with torch.inference_mode(), _threads(threads) if self._on_cpu else contextlib.nullcontext():
            states, sentences = self._states(torch.from_numpy(ids), torch.from_numpy(mask))
            sentences = torch.nn.functional.normalize(sentences.float(), dim=-1).cpu().numpy()
            kept = states.float().cpu().numpy() if tokens else None
        return Pass(rows=rows, encodings=encodings, sentences=sentences, tokens=kept)

    def _states(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Token states and text vectors, not yet normalised."""
        if self._packed is not None:
            states = self._packed(ids, None if bool(mask.all()) else mask)
            if self._pooling_is_mean:
                weights = mask[:, :, None].float()
                return states, (states.float() * weights).sum(1) / weights.sum(1)
            features = {"token_embeddings": states, "attention_mask": mask.long(), "input_ids": ids}
            for module in list(self.model)[1:]:  # a slice would copy the model
                features = module(features)
            return states, features["sentence_embedding"]
        features = {"input_ids": ids.to(self.device), "attention_mask": mask.long().to(self.device)}
        features = self.model(features)
        return features["token_embeddings"], features["sentence_embedding"]


def budget_batches(widths: Sequence[int], budget: int) -> Iterator[range]:
    """Runs of rows, widest first, whose padded size stays within `budget` (a single row may exceed it)."""
    first = 0
    while first < len(widths):
        size = max(1, budget // max(1, widths[first]))
        yield range(first, min(first + size, len(widths)))
        first += size


def best_device() -> str:
    """ "cuda" when torch sees a GPU, else "cpu"."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def best_precision(device: str) -> str:
    """The fastest precision that the device has instructions for."""
    import torch

    if device.startswith("cuda"):
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
    probes = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    has_bfloat16 = any(getattr(torch.cpu, probe, bool)() for probe in probes)
    return "bfloat16" if device == "cpu" and has_bfloat16 else "float32"


@functools.cache
def physical_cores() -> int:
    """Cores this process may use, two threads of one core counted once; never more than torch was told."""
    import torch

    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    cores = set()
    for number in allowed:
        siblings = Path(f"/sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list")
        try:
            cores.add(siblings.read_text(encoding="ascii"))
        except OSError:
            cores.add(str(number))
    return max(1, min(len(cores), torch.get_num_threads()))


@contextlib.contextmanager
def _threads(count: int) -> Iterator[None]:
    """torch's threads for one operation, for what this thread runs."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _side_by_side(
    pool: ThreadPoolExecutor, forward: Callable[..., Pass], batches: Iterable[tuple], *, ahead: int
) -> Iterator[Pass]:
    """`forward` over `batches`, in order, at most `ahead` of them begun and not yet given."""
    pending: collections.deque[Future[Pass]] = collections.deque()
    for batch in batches:
        pending.append(pool.submit(forward, *batch))
        if len(pending) >= ahead:
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()


def _padded(length: int) -> int:
    return -(-length // WIDTH_STEP) * WIDTH_STEP


def _load(folder: str, *, device: str, precision: str) -> Any:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    local = Path(folder).is_dir()
    logging.disable_progress_bar()
    try:
        model = SentenceTransformer(
            folder, device=device, local_files_only=local, model_kwargs={"dtype": getattr(torch, precision)}
        )
    except Exception as error:  # whatever the libraries raise for a name, a file or a network
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        remedy = "give the folder of a sentence-transformers model"
        if not local:
            remedy = (
                "check the name and the network, give a folder, or leave the encoder out for the bundled one"
            )
        raise EncoderError(f"encoder {folder!r} cannot be loaded ({reason}); {remedy}") from error
    return model.eval()


def _fast_tokenizer(model: Any) -> Any:
    """The Rust tokenizer behind a text transformer, set to cut and not to pad; None for other models."""
    backend = getattr(getattr(model, "tokenizer", None), "backend_tokenizer", None)
    if backend is None or not hasattr(model[0], "auto_model"):
        return None
    backend.no_padding()
    backend.enable_truncation(max_length=int(model.max_seq_length or 512))
    return backend


def _pooling_is_mean(model: Any) -> bool:
    """Whether a text's vector is the plain mean of its tokens' vectors, prompt included."""
    kinds = [type(module).__name__ for module in model]
    if kinds[1:] not in (["Pooling"], ["Pooling", "Normalize"]):
        return False
    settings = model[1].get_config_dict()
    return settings.get("pooling_mode") == "mean" and bool(settings.get("include_prompt", True))


def _weights(model: Any) -> int:
    """How many weights a token meets: all but the embeddings."""
    import torch

    embedded = {id(module.weight) for module in model.modules() if isinstance(module, torch.nn.Embedding)}
    return sum(weight.numel() for weight in model.parameters() if id(weight) not in embedded)
