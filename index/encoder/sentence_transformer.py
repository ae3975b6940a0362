"""The encoder that runs any sentence-transformers model, the bundled one by default."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from index.encoder.model import NAME as DEFAULT_NAME
from index.encoder.model import prepare_default_model
from index.encoder.protocol import PromptKind, Result, TokenBatch, TokenSpans, TokenVectors
from index.encoder.running.device import best_device, best_precision
from index.encoder.running.loading import LoadedModel, load_any, load_bundled
from index.encoder.running.runtime import Pass, Runtime
from index.encoder.running.tokens import located, token_batch, token_spans
from index.errors import EncoderError
from index.text.tashkeel import locate_unvowelled, unvowelled

_E5 = re.compile(r"(?<![a-z])e5(?![a-z])", re.IGNORECASE)
# Of XQuAD, one takes 24 KB with its tokens in the mean (float32, 384 a token), 56 KB at most.
REMEMBERED_QUESTIONS = 512
Remembered = tuple[np.ndarray, TokenVectors | None]  # of a question: its vector, maybe its tokens'


class SentenceTransformerEncoder:
    """A sentence-transformers model with the prompts it was trained with. Safe to use from many threads.

    The model reads every text without tashkeel and tatweel, which cut its words into letters; spans are of
    the text as it was given.

    `device` ("cpu", "cuda") and `precision` ("float32", "bfloat16", "float16") are chosen by what the
    machine runs fast: a GPU when torch sees one; bfloat16 on processors that have its instructions.
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
        with ThreadPoolExecutor(1, "model's files") as aside:  # looked through while torch is imported
            prepared = None
            if name is None:
                prepared = aside.submit(prepare_default_model, cache_dir=cache_dir, progress=progress)
            self.device = device or best_device()
            self.precision = precision or best_precision(self.device)
        model = None
        folder = prepared.result() if prepared else None
        if folder is not None and self.device == "cpu":
            model = load_bundled(folder, precision=self.precision)
        if model is None:
            model = load_any(str(folder or name), device=self.device, precision=self.precision)
        self._runtime = Runtime(model, device=self.device)
        self.dimension = model.dimension
        prompts = model.prompts
        self.prompts: dict[PromptKind, str] = {
            "query": _prompt(prompts, self.name, "query"),
            "passage": _prompt(prompts, self.name, "document", "passage", "corpus"),
        }
        self._remembered: OrderedDict[str, Remembered] = OrderedDict()
        self._remembered_lock = threading.Lock()

    @property
    def gathered(self) -> Mapping[int, int]:
        """Tell how many passes of questions asked at once there were, by the number of questions."""
        return self._runtime.gathered

    @property
    def bundled(self) -> LoadedModel | None:
        """Give the bundled model that runs here, for what stands on its weights; None for any other."""
        return self._runtime.model if self._runtime.model.bert is not None else None

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Give unit rows, float32, (n, dimension). The last few hundred questions are remembered."""
        questions = self._recall(texts)
        new = [text for text in dict.fromkeys(texts) if text not in questions]
        questions.update(
            (text, (row, None)) for text, row in zip(new, self._encode(new, kind="query"), strict=True)
        )
        self._remember(texts, questions)
        return self._stack([questions[text][0] for text in texts])

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Give unit rows, float32, (n, dimension); `progress` is told how many more texts are done."""
        return self._encode(texts, kind="passage", progress=progress)

    def encode_with_tokens(
        self,
        texts: Sequence[str],
        *,
        kind: PromptKind = "passage",
        progress: Callable[[int], None] | None = None,
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        """Give vectors as `encode_passages` or `encode_queries` gives them, and the tokens', from one pass.

        Questions are remembered here too. Raises EncoderError for a model that has no token vectors (it is
        no transformer, or has no fast tokenizer).
        """
        if kind == "passage":
            return self._pass_with_tokens(texts, kind=kind, progress=progress)
        questions = {
            text: (vector, tokens)
            for text, (vector, tokens) in self._recall(texts).items()
            if tokens is not None
        }
        new = [text for text in dict.fromkeys(texts) if text not in questions]
        vectors, new_tokens = self._pass_with_tokens(new, kind=kind, progress=progress)
        questions.update(zip(new, zip(vectors, new_tokens, strict=True), strict=True))
        self._remember(texts, questions)
        return self._stack([questions[text][0] for text in texts]), [questions[text][1] for text in texts]

    def _pass_with_tokens(
        self, texts: Sequence[str], *, kind: PromptKind, progress: Callable[[int], None] | None
    ) -> tuple[np.ndarray, list[TokenVectors]]:
        """Encode texts with their tokens, remembering nothing."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        tokens: dict[int, TokenVectors] = {}
        for batch in self.token_batches(texts, kind=kind, then=lambda batch: batch, progress=progress):
            vectors[batch.rows] = batch.sentences
            tokens.update(zip(batch.rows.tolist(), batch.split(), strict=True))
        return vectors, [tokens[row] for row in range(len(texts))]

    def encode_tokens(self, texts: Sequence[str], *, kind: PromptKind = "passage") -> list[TokenVectors]:
        """Give the token vectors of each text, in context; errors as `encode_with_tokens`."""
        return self.encode_with_tokens(texts, kind=kind)[1]

    def token_spans(self, texts: Sequence[str], *, kind: PromptKind = "passage") -> TokenSpans:
        """Tell where the tokens of each text stand, without encoding.

        EncoderError as `encode_with_tokens`.
        """
        self._check_tokens()
        prompt, bare = self.prompts[kind], [locate_unvowelled(text) for text in texts]
        read = [text if plain is None else plain.text for text, plain in zip(texts, bare, strict=True)]
        encodings = self._runtime.encodings([prompt + text for text in read])
        return located(token_spans(encodings, read, len(prompt)), bare)

    def token_batches(
        self,
        texts: Sequence[str],
        *,
        kind: PromptKind,
        then: Callable[[TokenBatch], Result],
        progress: Callable[[int], None] | None = None,
    ) -> Iterator[Result]:
        """Give what `then` makes of the texts and their tokens, forward pass by forward pass, in no order.

        `then` runs in the threads that encode. Errors as `encode_with_tokens`.
        """
        self._check_tokens()
        if not texts:
            return
        prompt, bare = self.prompts[kind], [locate_unvowelled(text) for text in texts]
        read = [text if plain is None else plain.text for text, plain in zip(texts, bare, strict=True)]

        def act(done: Pass) -> tuple[int, Result]:
            batch = token_batch(done, [read[row] for row in done.rows], len(prompt))
            return len(done.rows), then(located(batch, [bare[row] for row in done.rows]))

        for count, result in self._runtime.run([prompt + text for text in read], tokens=True, then=act):
            yield result
            if progress is not None:
                progress(count)

    def _check_tokens(self) -> None:
        """Raise EncoderError for a model without token vectors."""
        if self._runtime.model.tokenizer is None:
            raise EncoderError(
                f"encoder {self.name!r} gives no token vectors; use a transformer with a fast tokenizer"
            )

    def _recall(self, texts: Sequence[str]) -> dict[str, Remembered]:
        """Give what is remembered of questions."""
        with self._remembered_lock:
            return {text: self._remembered[text] for text in texts if text in self._remembered}

    def _remember(self, texts: Sequence[str], questions: Mapping[str, Remembered]) -> None:
        """Remember the last of the questions `texts`, and forget those not asked for longest."""
        with self._remembered_lock:
            for text in texts[-REMEMBERED_QUESTIONS:]:
                self._remembered[text] = questions[text]
                self._remembered.move_to_end(text)
            while len(self._remembered) > REMEMBERED_QUESTIONS:
                self._remembered.popitem(last=False)

    def _stack(self, rows: list[np.ndarray]) -> np.ndarray:
        """Stack vectors, also none."""
        return np.stack(rows) if rows else np.zeros((0, self.dimension), np.float32)

    def _encode(
        self, texts: Sequence[str], *, kind: PromptKind, progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Encode texts under their prompt, without their tokens; float32 (n, dimension)."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        if not texts:
            return vectors
        prompted = [self.prompts[kind] + unvowelled(text) for text in texts]
        if self._runtime.model.tokenizer is None:
            encode = self._runtime.model.encode
            assert encode is not None, "a loaded model has a tokenizer or encodes by itself"
            vectors[:] = encode(prompted)
            if progress is not None:
                progress(len(texts))
            return vectors
        for done in self._runtime.run(prompted, then=lambda done: done):
            vectors[done.rows] = done.sentences
            if progress is not None:
                progress(len(done.rows))
        return vectors


def _prompt(prompts: Mapping[str, str], name: str, *kinds: str) -> str:
    """Find the model's own prompt of the first kind it has; the E5 family has one even when it says none."""
    for kind in kinds:
        if prompts.get(kind):
            return prompts[kind]
    last_part = name.rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1]
    if not any(prompts.values()) and _E5.search(last_part):
        return "query: " if kinds[0] == "query" else "passage: "
    return ""
