"""Runs a loaded model over many texts: what `SentenceTransformerEncoder` stands on.

Texts are tokenised all at once, sorted by length, and cut into batches by a budget of tokens; on a
processor every batch runs on one thread and batches run side by side, so that nothing waits at a barrier
for a core that another program holds.
"""

from __future__ import annotations

import collections
import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from index.encoder.protocol import Result
from index.encoder.running.device import physical_cores
from index.encoder.running.gathering import Gathering
from index.encoder.running.loading import LoadedModel
from index.encoder.running.threads import torch_threads

if TYPE_CHECKING:
    import torch
    from tokenizers import Encoding

# Tokens, padding included, that go through the model at once.
TOKENS_PER_BATCH = {"cpu": 2048, "gpu": 32768}
TEXTS_PER_ROUND = 4096  # sorted by length together; bounds memory
WIDTH_STEP = 16  # attention over odd widths leaves the matrix units: 29 ms a layer at 171, 5 ms at 176
UNPADDED_WIDTH = 64  # up to here, texts of one length run as they are
GATHERED = (
    8  # short texts of as many threads in one pass: a third of the time of each alone, more gain little
)
SMALL_MODEL = 100_000_000  # weights a token meets; a question to such a model gains little from threads

Batch: TypeAlias = "tuple[list[int], list[Encoding]]"  # rows of texts, with their tokens


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
    """A loaded text transformer and how it is run. Safe to use from many threads."""

    def __init__(self, model: LoadedModel, *, device: str) -> None:
        self.model = model
        self._on_cpu = device == "cpu"
        self.workers = physical_cores() if self._on_cpu else 1
        self._budget = TOKENS_PER_BATCH["cpu" if self._on_cpu else "gpu"]
        self._threads_when_alone = 1 if model.weights < SMALL_MODEL else self.workers
        self._gathering = Gathering(self._gathered, most=GATHERED)

    @property
    def gathered(self) -> Mapping[int, int]:
        """Tell how many passes of gathered texts there were, by the number of texts."""
        return self._gathering.lots

    def run(
        self, texts: Sequence[str], *, then: Callable[[Pass], Result], tokens: bool = False
    ) -> Iterator[Result]:
        """Give what `then` makes of the passes over `texts`, prompts included; in no order, each text once.

        `then` runs in the thread that ran the pass, beside other passes and under the same limit of threads.
        """
        batches = self._batches(texts)

        def forward(rows: list[int], encodings: list[Encoding], *, threads: int) -> Result:
            with torch_threads(threads) if self._on_cpu else contextlib.nullcontext():
                return then(self._forward(rows, encodings, tokens=tokens))

        if len(texts) == 1 and self.model.together is not None:
            encoding = self.encodings(texts)[0]
            if len(encoding.ids) <= UNPADDED_WIDTH:
                yield then(self._gathering.ask(encoding))
                return
        if self.workers == 1 or len(texts) == 1:
            for batch in batches:
                yield forward(*batch, threads=self._threads_when_alone)
            return
        forward = functools.partial(forward, threads=1)
        with ThreadPoolExecutor(self.workers, thread_name_prefix="encoder") as pool:
            yield from _side_by_side(pool, forward, batches, ahead=2 * self.workers)

    def _batches(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Cut the texts into rows of about the same length, with their encodings; the longest first."""
        for first in range(0, len(texts), TEXTS_PER_ROUND):
            encodings = self.encodings(texts[first : first + TEXTS_PER_ROUND])
            order = sorted(range(len(encodings)), key=lambda row: -len(encodings[row].ids))
            widths = [_padded(len(encodings[row].ids)) for row in order]
            for batch in budget_batches(widths, self._budget):
                rows = order[batch.start : batch.stop]
                yield [first + row for row in rows], [encodings[row] for row in rows]

    def encodings(self, texts: Sequence[str]) -> list[Encoding]:
        """Give the tokens of texts, prompts included."""
        tokenizer = self.model.tokenizer
        assert tokenizer is not None, "a model without a tokenizer is asked by its `encode` alone"
        try:
            return tokenizer.encode_batch(list(texts))
        except TypeError:  # lone surrogates, which JSON can carry; one code point takes the place of each
            whole = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
            return tokenizer.encode_batch(whole)

    def _gathered(self, encodings: Sequence[Encoding]) -> list[Pass]:
        """Run short texts of several threads together; what comes out is what comes out of each alone."""
        with torch_threads(self._threads_when_alone):
            if len(encodings) == 1 or not self._gathers_exactly:
                return [self._forward([0], [encoding], tokens=True) for encoding in encodings]
            return self._together(encodings)

    @functools.cached_property
    def _gathers_exactly(self) -> bool:
        """Try whether this machine's products give the same bits for texts together as for each alone."""
        texts = ["في " * length for length in (1, 9, 30, 60, 2, 16, 38, 5)]  # a token each
        trials = [encoding for encoding in self.encodings(texts) if len(encoding.ids) <= UNPADDED_WIDTH]
        alone = [self._forward([0], [encoding], tokens=True) for encoding in trials]
        return all(
            np.array_equal(first.sentences, second.sentences) and np.array_equal(first.tokens, second.tokens)
            for first, second in zip(alone, self._together(trials), strict=True)
            if first.tokens is not None and second.tokens is not None
        )

    def _together(self, encodings: Sequence[Encoding]) -> list[Pass]:
        import torch

        assert self.model.together is not None, "asked only where there is one"
        with torch.inference_mode():
            return [
                self._pass([0], [encoding], states, pooled, tokens=True)
                for encoding, (states, pooled) in zip(
                    encodings, self.model.together([encoding.ids for encoding in encodings]), strict=True
                )
            ]

    def _forward(self, rows: list[int], encodings: list[Encoding], *, tokens: bool) -> Pass:
        """Run one batch through the model, padded to one width; with `tokens`, keep their states."""
        import torch

        lengths = [len(encoding.ids) for encoding in encodings]
        longest = max(lengths)
        alike = min(lengths) == longest
        unpadded = alike and longest <= UNPADDED_WIDTH
        width = longest if unpadded else min(_padded(longest), self.model.longest)
        ids = np.full((len(encodings), width), self.model.padding, np.int64)
        for row, encoding in enumerate(encodings):
            ids[row, : lengths[row]] = encoding.ids
        mask = np.arange(width) < np.asarray(lengths)[:, None]
        with torch.inference_mode():
            states, pooled = self.model.states(torch.from_numpy(ids), torch.from_numpy(mask))
            return self._pass(rows, encodings, states, pooled, tokens=tokens)

    def _pass(
        self,
        rows: list[int],
        encodings: list[Encoding],
        states: torch.Tensor,
        pooled: torch.Tensor,
        *,
        tokens: bool,
    ) -> Pass:
        import torch

        sentences = torch.nn.functional.normalize(pooled.float(), dim=-1).cpu().numpy()
        kept = states.float().cpu().numpy() if tokens else None
        return Pass(rows=rows, encodings=encodings, sentences=sentences, tokens=kept)


def budget_batches(widths: Sequence[int], budget: int) -> Iterator[range]:
    """Cut rows into runs, widest first, of a padded size within `budget`, which a single row may exceed."""
    first = 0
    while first < len(widths):
        size = max(1, budget // max(1, widths[first]))
        yield range(first, min(first + size, len(widths)))
        first += size


def _side_by_side(
    pool: ThreadPoolExecutor, forward: Callable[..., Result], batches: Iterable[Batch], *, ahead: int
) -> Iterator[Result]:
    """Give `forward` of each of `batches`, in order, at most `ahead` of them begun and not yet given."""
    pending: collections.deque[Future[Result]] = collections.deque()
    for batch in batches:
        pending.append(pool.submit(forward, *batch))
        if len(pending) >= ahead:
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()


def _padded(length: int) -> int:
    """Give the width that texts of this length are padded to."""
    return -(-length // WIDTH_STEP) * WIDTH_STEP
