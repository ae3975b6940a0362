"""Encoding speed beside sentence-transformers' own `encode`, in one run: `python -m benchmarks.encoder`.

Prints a Markdown table: passages a second over the same passages, milliseconds for one question, and how
near the vectors are to sentence-transformers' float32 ones. Each way runs `--rounds` times, in turn, and
its best round counts, so that what else the machine does in between weighs on all alike. Then how fast
whole builds are beside the encoder alone, over the same passages.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index.articles import Article
from index.building import build
from index.commands.processor import one_thread_a_product, quick_switches
from index.encoder import SentenceTransformerEncoder
from index.encoder.model import prepare_default_model
from index.evaluation.questions import read_records
from index.passages import split_article
from index.passages.fields import encoded_text

SETS = Path(__file__).resolve().parents[2] / "shared" / "eval"
ARTICLES = SETS / "arcd" / "articles.ar.jsonl.gz"
BUILT = SETS / "miracl_wiki" / "articles.ar.jsonl.gz"


@dataclass
class Way:
    """One way to encode, with the best of what was measured."""

    name: str
    passages: Callable[[list[str]], np.ndarray]
    question: Callable[[str], np.ndarray]
    per_second: float = 0.0
    question_ms: list[float] = field(default_factory=list)
    vectors: np.ndarray | None = None

    def measure(self, texts: list[str], questions: list[str]) -> None:
        """One round over all texts, and over the questions one by one."""
        started = time.perf_counter()
        self.vectors = self.passages(texts)
        self.per_second = max(self.per_second, len(texts) / (time.perf_counter() - started))
        for question in questions:
            started = time.perf_counter()
            self.question(question)
            self.question_ms.append(1000 * (time.perf_counter() - started))


def read_texts(path: Path, limit: int) -> list[str]:
    """The first `limit` article texts of a JSON Lines file, gzipped or not."""
    return [record["text"] for _number, record in itertools.islice(read_records(path), limit)]


def ways() -> Iterator[Way]:
    """sentence-transformers as it comes, in both precisions, then Mustanad's encoder in both."""
    import torch
    from sentence_transformers import SentenceTransformer

    folder = str(prepare_default_model())
    for precision in ("float32", "bfloat16"):
        model = SentenceTransformer(
            folder, device="cpu", local_files_only=True, model_kwargs={"dtype": getattr(torch, precision)}
        )
        yield Way(
            f"sentence-transformers, {precision}",
            lambda texts, model=model: np.asarray(model.encode(texts, prompt_name="passage")),
            lambda text, model=model: model.encode([text], prompt_name="query"),
        )
    for precision in ("float32", "bfloat16"):
        encoder = SentenceTransformerEncoder(device="cpu", precision=precision)
        yield Way(
            f"Mustanad, {precision}",
            encoder.encode_passages,
            lambda text, encoder=encoder: encoder.encode_queries([text]),
        )
    if torch.cuda.is_available():
        encoder = SentenceTransformerEncoder()
        yield Way(
            f"Mustanad, {encoder.precision}, {torch.cuda.get_device_name()}",
            encoder.encode_passages,
            lambda text, encoder=encoder: encoder.encode_queries([text]),
        )


def compare_build(path: Path, passages: int, rounds: int) -> str:
    """A line of Markdown: the encoder's own passages/s, and those of a build of the same articles.

    The build does everything: reading, cutting, encoding with the words for late interaction, terms,
    duplicates, files on disk. Only the index's calibration, once for good, was made before.
    """
    encoder = SentenceTransformerEncoder()
    articles, texts = [], []
    for _number, record in read_records(path):
        articles.append(Article(record["id"], record["title"], record["text"], language="ar"))
        texts += [encoded_text(articles[-1], each) for each in split_article(articles[-1])]
        if len(texts) >= passages:
            break
    alone, whole = [], []
    for number in range(rounds + 1):
        warming = number == 0
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            with quick_switches():
                build(articles[:2] if warming else articles, folder, encoder=encoder, progress=False)
            whole.append(time.perf_counter() - started)
        started = time.perf_counter()
        encoder.encode_passages(texts[:64] if warming else texts)
        alone.append(time.perf_counter() - started)
    raw, built = len(texts) / min(alone[1:]), len(texts) / min(whole[1:])
    return (
        f"{len(texts):,} passages of `miracl_wiki`: the encoder alone {raw:.1f} passages/s, a whole build"
        f" {built:.1f} passages/s, {built / raw:.0%} of it."
    )


def table(measured: list[Way]) -> str:
    """Markdown; ratios are to the first way."""
    first = measured[0]
    rows = [
        "| encoder | passages/s | ratio | question, median ms | least cosine to the first |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for way in measured:
        cosine = float((way.vectors * first.vectors).sum(axis=1).min())
        rows.append(
            f"| {way.name} | {way.per_second:.1f} | {way.per_second / first.per_second:.2f} "
            f"| {np.median(way.question_ms):.1f} | {cosine:.4f} |"
        )
    return "\n".join(rows)


def main() -> None:
    """Measures and prints."""
    one_thread_a_product()
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("articles", nargs="?", type=Path, default=ARTICLES, help="JSON Lines, maybe gzipped")
    parser.add_argument("--limit", type=int, default=100, help="how many articles (default 100)")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--built", type=int, default=1_500, help="passages of the build (1500; 0: no build)")
    arguments = parser.parse_args()
    texts = read_texts(arguments.articles, arguments.limit)
    measured = list(ways())
    for number in range(arguments.rounds):
        # Other questions in every round: the encoder remembers the last few hundred.
        questions = [" ".join(text.split()[number : number + 8]) for text in texts[:20]]
        for way in measured:
            way.measure(texts, questions)
    print(f"{len(texts)} passages, {np.mean([len(text.split()) for text in texts]):.0f} words on average\n")
    print(table(measured))
    if arguments.built:
        print(f"\n{compare_build(BUILT, arguments.built, arguments.rounds)}")


if __name__ == "__main__":
    main()
