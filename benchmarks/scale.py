"""Speed and memory of the index as it grows, beside its peers: python -m benchmarks.scale.

Prints Markdown tables and draws docs/images/scale-*.png. Latencies are of whole searches, hits with their
texts, without encoding the question. The index's own figures are taken in a process of its own, so that its
memory is its own. Sparse and dense search, filters and growth are measured without late interaction, whose
stage is timed by itself.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.scale_data import CachedEncoder, articles, real_passages, real_questions, vectors_of
from index.analysis import analyze
from index.build import build
from index.filters import Filters
from index.passages import split_article
from index.searcher import open_searcher

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "results" / "scale"
IMAGES = ROOT / "docs" / "images"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
FILTERS = {"50%": range(100), "5%": range(10), "0.5%": range(1)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures every size and prints what was found."""
    options = _options(arguments)
    if options.probe:
        print(json.dumps(_probe(options.probe, options.questions_asked)))
        return 0
    texts = real_passages(min(max(options.sizes), options.real))
    questions = real_questions()[: options.questions]
    encode = _encoders() if not options.made_up else _made_up()
    vectors = vectors_of(texts, KEPT, kind="passages", encode=encode[0])
    asked = vectors_of(questions, KEPT, kind="questions", encode=encode[1])
    found = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="scale-", dir=options.work) as folder:
            encoder = CachedEncoder(texts, vectors, questions, asked)
            found.append(_measure(Path(folder), size, texts, encoder, questions, peers=not options.no_peers))
            print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    _print(found, real=len(texts), made_up=options.made_up)
    if not options.no_plots:
        _plot(found)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="passages")
    parser.add_argument("--real", type=int, default=100_000, help="so many passages are real (100000)")
    parser.add_argument("--questions", type=int, default=300, help="questions asked (300)")
    parser.add_argument("--made-up", action="store_true", help="random vectors: nothing is encoded")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--no-plots", action="store_true")
    parser.add_argument("--work", help="folder for the indexes while they are measured")
    parser.add_argument("--probe", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--questions-asked", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _encoders() -> tuple[Callable, Callable]:
    from index.encoder import load_encoder

    encoder = load_encoder()
    return encoder.encode_passages, encoder.encode_queries


def _made_up() -> tuple[Callable, Callable]:
    """Unit vectors around a thousand centres; questions lie near passages."""
    random = np.random.default_rng(3)
    centres = random.standard_normal((1_000, 384))

    def made(texts: Sequence[str]) -> np.ndarray:
        rows = centres[random.integers(1_000, size=len(texts))] + random.standard_normal((len(texts), 384))
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    return made, made


def _measure(
    folder: Path,
    size: int,
    texts: Sequence[str],
    encoder: CachedEncoder,
    questions: Sequence[str],
    *,
    peers: bool,
) -> dict:
    place = folder / "index"
    corpus = list(articles(texts, size))
    found: dict = {"size": size}
    found["build_s"] = _timed(lambda: build(corpus, place, encoder=encoder, progress=False))
    found["nothing_changed_s"] = _timed(lambda: build(corpus, place, encoder=encoder, progress=False))
    asked = folder / "questions.pickle"
    asked.write_bytes(pickle.dumps((encoder, list(questions))))
    command = [
        sys.executable,
        "-m",
        "benchmarks.scale",
        "--probe",
        str(place),
        "--questions-asked",
        str(asked),
    ]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found.update(json.loads(run.stdout))
    if peers:
        found["peers"] = _peers(corpus, encoder, questions)
    more = [each for each in articles(list(reversed(texts)), 1_000)][:100]
    renamed = [type(each)(f"more-{each.article_id}", each.title, each.text) for each in more]
    found["add_100_s"] = _timed(lambda: build(renamed, place, encoder=encoder, progress=False))
    return found


def _probe(place: Path, asked: Path) -> dict:
    """What one searcher does, in this process."""
    encoder, questions = pickle.loads(asked.read_bytes())
    started = time.perf_counter()
    searcher = open_searcher(place, encoder=encoder)
    found: dict = {"open_s": time.perf_counter() - started}
    for mode in ("sparse", "dense", "hybrid"):
        found[mode] = _latency(lambda question, mode=mode: searcher.search(question, mode=mode), questions)
    found["rss_mb"] = _resident_mb()
    info = searcher.info()
    found |= {"passages": info.passages, "dense_kind": info.dense, "bytes": info.bytes}
    found["recall"] = _recall(searcher, questions, None)
    for name, numbers in FILTERS.items():
        filters = Filters(sources=tuple(f"source {number}" for number in numbers))
        found[f"recall_{name}"] = _recall(searcher, questions[:100], filters)
        found[f"hybrid_{name}"] = _latency(
            lambda question, filters=filters: searcher.search(question, filters=filters), questions[:100]
        )
    found["interaction_ms"] = _interaction_ms()
    return found


def _recall(searcher, questions: Sequence[str], filters: Filters | None) -> float:
    """Share of the exact ten nearest vectors that dense candidates hold."""
    ranker = searcher._ranker
    allowed = searcher._allowed(filters)
    shares = []
    for question in questions:
        vector = ranker._question(question, "dense").vector
        exact = np.concatenate(
            [part.vectors.astype(np.float32) @ vector for part in ranker.dense.parts]
            if len(questions) * sum(len(part.vectors) for part in ranker.dense.parts) < 5e8
            else [_by_blocks(part.vectors, vector) for part in ranker.dense.parts]
        )
        if allowed is not None:
            exact[~allowed] = -np.inf
        wanted = np.argpartition(-exact, 10)[:10]
        wanted = wanted[np.isfinite(exact[wanted])]
        shares.append(
            len(np.intersect1d(ranker.dense.search(vector, 128, allowed)[:10], wanted)) / len(wanted)
        )
    return float(np.mean(shares))


def _by_blocks(vectors: np.ndarray, vector: np.ndarray) -> np.ndarray:
    blocks = range(0, len(vectors), 50_000)
    return np.concatenate([vectors[first : first + 50_000].astype(np.float32) @ vector for first in blocks])


def _interaction_ms() -> list[float]:
    """Late interaction of as many passages as a search compares: 80 words each, 14 tokens."""
    from index.interaction import CANDIDATES, interaction

    random = np.random.default_rng(0)
    words = [random.integers(0, 256, size=(80, 96), dtype=np.uint8) for _ in range(CANDIDATES)]
    tokens = random.standard_normal((14, 384)).astype(np.float32)
    return _latency(lambda _question: interaction(tokens, words), [""] * 100)


def _peers(corpus: Sequence, encoder: CachedEncoder, questions: Sequence[str]) -> dict:
    from benchmarks.scale_peers import PEERS

    found = {}
    texts = [passage.text for article in corpus for passage in split_article(article)]
    if len(texts) > 1.5 * max(most for _make, most in PEERS.values()):
        return found
    terms = [analyze(text) for text in texts]
    vectors = encoder.encode_passages(texts)
    for name, (make, _most) in PEERS.items():
        module = {"LanceDB": "lancedb", "bm25s + flat FAISS": "bm25s"}.get(name, "rank_bm25")
        if importlib.util.find_spec(module) is None:
            found[name] = None
            continue
        started = time.perf_counter()
        search = make(texts, terms, vectors)
        built = time.perf_counter() - started
        some = questions[:20] if module == "rank_bm25" else questions
        prepared = {question: (analyze(question), encoder.encode_queries([question])[0]) for question in some}
        found[name] = [built, *_latency(lambda question: search(question, *prepared[question]), some)]  # noqa: B023
    return found


def _latency(act: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Milliseconds of the second time each question is asked: median and 99th percentile."""
    for question in questions:
        act(question)
    times = []
    for question in questions:
        started = time.perf_counter()
        act(question)
        times.append(1_000 * (time.perf_counter() - started))
    return [float(np.percentile(times, 50)), float(np.percentile(times, 99))]


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _resident_mb() -> float:
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def _print(found: Sequence[dict], *, real: int, made_up: bool) -> None:
    kind = "made-up vectors" if made_up else "vectors of the default encoder, centred"
    print(f"Real passages: {real:,}; beyond them texts are resampled, vectors real plus noise ({kind}).\n")
    heads = (
        "passages",
        "FAISS",
        "sparse ms",
        "dense ms",
        "hybrid ms",
        "recall@10",
        "open s",
        "resident MB",
        "disk MB",
    )
    _row(heads)
    _row(["---"] * len(heads))
    for each in found:
        _row(
            [
                f"{each['passages']:,}",
                each["dense_kind"],
                *(_pair(each[mode]) for mode in ("sparse", "dense", "hybrid")),
                f"{each['recall']:.3f}",
                f"{each['open_s']:.2f}",
                f"{each['rss_mb']:,.0f}",
                f"{each['bytes'] / 1e6:,.0f}",
            ]
        )
    print("\nMedian / 99th percentile; hits with their texts, question not encoded, no late interaction.")
    print(f"Late interaction of 48 passages: {_pair(found[-1]['interaction_ms'])} ms.\n")
    heads = (
        "passages",
        "index build s",
        "nothing changed s",
        "100 articles more s",
        *(f"filter {n}" for n in FILTERS),
    )
    _row(heads)
    _row(["---"] * len(heads))
    for each in found:
        filtered = [f"{each[f'recall_{name}']:.3f}, {_pair(each[f'hybrid_{name}'])} ms" for name in FILTERS]
        times = [f"{each[name]:.2f}" for name in ("build_s", "nothing_changed_s", "add_100_s")]
        _row([f"{each['passages']:,}", *times, *filtered])
    print("\nVectors were known beforehand: times to build are those of everything but encoding. Filters let")
    print("that share of the articles pass: recall@10 against exact search, hybrid latency.\n")
    if any(each.get("peers") for each in found):
        _print_peers(found)


def _print_peers(found: Sequence[dict]) -> None:
    _row(("passages", "program", "index build s", "hybrid ms"))
    _row(["---"] * 4)
    for each in found:
        for name, measured in (each.get("peers") or {}).items():
            cells = ["not installed", ""] if measured is None else [f"{measured[0]:.1f}", _pair(measured[1:])]
            _row([f"{each['passages']:,}", name, *cells])
        if each.get("peers"):
            _row([f"{each['passages']:,}", "Mustanad", f"{each['build_s']:.1f}", _pair(each["hybrid"])])


def _pair(times: Sequence[float]) -> str:
    return f"{times[0]:.2f} / {times[1]:.2f}"


def _row(cells: Sequence[str]) -> None:
    print("| " + " | ".join(cells) + " |")


def _plot(found: Sequence[dict]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    IMAGES.mkdir(parents=True, exist_ok=True)
    sizes = [each["passages"] for each in found]
    panels = {
        "latency": (
            "milliseconds, median",
            {mode: [each[mode][0] for each in found] for mode in ("sparse", "dense", "hybrid")},
        ),
        "memory": (
            "megabytes",
            {
                "resident": [each["rss_mb"] for each in found],
                "on disk": [each["bytes"] / 1e6 for each in found],
            },
        ),
        "time": (
            "seconds",
            {
                "build": [each["build_s"] for each in found],
                "open": [each["open_s"] for each in found],
                "nothing changed": [each["nothing_changed_s"] for each in found],
            },
        ),
    }
    for name, (unit, lines) in panels.items():
        figure, axes = pyplot.subplots(figsize=(6, 4), layout="constrained")
        for label, values in lines.items():
            axes.plot(sizes, values, marker="o", label=label)
        axes.set(xscale="log", yscale="log", xlabel="passages", ylabel=unit)
        axes.grid(True, which="major", alpha=0.3)
        axes.legend(frameon=False)
        figure.savefig(IMAGES / f"scale-{name}.png", dpi=140)
        pyplot.close(figure)


if __name__ == "__main__":
    sys.exit(main())
