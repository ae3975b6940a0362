"""What one searcher does, in a process of its own, so that its memory is its own; for benchmarks.scale.

python -m benchmarks.scale_probe INDEX QUESTIONS.json [--made-up]      prints JSON
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.scale_data import MadeUpEncoder
from index.articles.filters import Filters
from index.encoder import load_encoder
from index.search.searcher import Searcher, open_searcher
from index.text.phrase import Phrase

FILTERS = {"50%": range(100), "5%": range(10), "0.5%": range(1)}  # numbers of sources, of 200
WARMING = 40  # questions asked before any is measured
ROUNDS = 3  # of all questions; what else the machine does weighs less on the best of them
HITS, DEPTH = 10, 128
BLOCK = 65_536


def main(place: Path, asked: Path, *, made_up: bool) -> dict:
    """All figures of one index."""
    encoder = MadeUpEncoder() if made_up else load_encoder()
    encoder.encode_queries(["نص"])
    questions = json.loads(asked.read_text(encoding="utf-8"))
    before = resident_mb()
    started = time.perf_counter()
    searcher = open_searcher(place, encoder=encoder)
    found: dict = {"open_s": time.perf_counter() - started}
    for question in questions[:WARMING]:
        searcher.search(question)
    questions = questions[WARMING:]
    # A question asked again is not encoded again: the first time is with encoding, the second without.
    found["encoded"] = latency(searcher.search, questions)
    for mode in ("hybrid", "dense", "sparse"):
        found[mode] = latency(
            lambda question, mode=mode: searcher.search(question, mode=mode), questions, rounds=ROUNDS
        )
    found |= {"rss_mb": resident_mb(), "model_mb": before}
    info = searcher.info()
    found |= {"passages": info.passages, "dense_kind": info.dense, "bytes": info.bytes}
    found |= _agreement(searcher, questions, None, "")
    for name, numbers in FILTERS.items():
        filters = Filters(sources=tuple(f"source {number}" for number in numbers))
        searcher.search(questions[0], filters=filters)  # which articles pass is found out once
        found[f"hybrid_{name}"] = latency(
            lambda question, filters=filters: searcher.search(question, filters=filters),
            questions,
            rounds=ROUNDS,
        )
        found |= _agreement(searcher, questions, filters, f"_{name}")
    return found


def latency(
    act: Callable[[str], object], questions: Sequence[str], *, rounds: int = 1
) -> tuple[float, float]:
    """Milliseconds: median and 99th percentile of the round with the lowest median."""
    found = []
    for _round in range(rounds):
        times = []
        for question in questions:
            started = time.perf_counter()
            act(question)
            times.append(1_000 * (time.perf_counter() - started))
        found.append((float(np.percentile(times, 50)), float(np.percentile(times, 99))))
    return min(found)


def resident_mb() -> float:
    """What this process holds in memory, mapped files that it has touched included."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


class _Exact:
    """Dense search that compares every vector, in the place of the searcher's own."""

    def __init__(self, dense, rows: dict[bytes, np.ndarray]):
        self._dense, self._rows = dense, rows

    def __getattr__(self, name: str):
        return getattr(self._dense, name)

    def best(
        self, vector: np.ndarray, depth: int, _allowed: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The rows found beforehand, and their inner products."""
        rows = self._rows[vector.tobytes()][:depth]
        return rows, self._dense.score(vector, rows)


def _agreement(searcher: Searcher, questions: Sequence[str], filters: Filters | None, mark: str) -> dict:
    """Shares of what an exact search finds: of the ten nearest vectors, and of the ten hybrid hits."""
    engine = searcher._engine
    dense, allowed = engine.dense_index, engine._allowed(filters)
    vectors = np.stack([searcher._ranker.encoded(Phrase(question)).vector for question in questions])
    exact = _nearest(dense, vectors, allowed)
    shares = [
        len(np.intersect1d(dense.search(vector, DEPTH, allowed)[:HITS], rows[:HITS])) / min(HITS, len(rows))
        for vector, rows in zip(vectors, exact, strict=True)
    ]

    def ids() -> list[set[str]]:
        found = [searcher.search(question, filters=filters) for question in questions]
        return [{hit.passage.passage_id for hit in hits} for hits in found]

    usual = ids()
    engine.dense_index = _Exact(
        dense, {vector.tobytes(): rows for vector, rows in zip(vectors, exact, strict=True)}
    )
    try:
        complete = ids()
    finally:
        engine.dense_index = dense
    same = [len(one & other) / len(other) for one, other in zip(usual, complete, strict=True) if other]
    return {f"recall{mark}": float(np.mean(shares)), f"same{mark}": float(np.mean(same))}


def _nearest(dense, vectors: np.ndarray, allowed: np.ndarray | None) -> list[np.ndarray]:
    """For each of `vectors` the rows of the `DEPTH` nearest, nearest first, by comparing all."""
    scores = np.empty((len(vectors), 0), np.float32)
    rows = np.empty((len(vectors), 0), np.int64)
    for part, base in zip(dense.parts, dense.bases[:-1], strict=True):
        for first in range(0, len(part.vectors), BLOCK):
            block = np.asarray(part.vectors[first : first + BLOCK], np.float32)
            own = np.arange(base + first, base + first + len(block))
            if allowed is not None:
                block, own = block[allowed[own]], own[allowed[own]]
            scores = np.concatenate([scores, vectors @ block.T], axis=1)
            rows = np.concatenate([rows, np.broadcast_to(own, (len(vectors), len(own)))], axis=1)
            best = np.argpartition(-scores, min(DEPTH, scores.shape[1] - 1), axis=1)[:, :DEPTH]
            scores, rows = np.take_along_axis(scores, best, 1), np.take_along_axis(rows, best, 1)
    return list(np.take_along_axis(rows, np.argsort(-scores, axis=1, kind="stable"), 1))


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), made_up="--made-up" in sys.argv)))
