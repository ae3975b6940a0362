"""Speed and memory of the index as it grows, beside its peers: python -m benchmarks.scale.

Prints Markdown tables and draws docs/images/scale-*.png. Searches are the default ones, whole: hits with
their texts, late interaction included. The texts, vectors and words are those of a real index of
`miracl_wiki`, built into results/scale/real when it is not there (an hour on two cores), and beyond it drawn
from them. What a size gave is kept in results/scale until `--anew`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import scale_peers, scale_report
from benchmarks.scale_data import (
    ARTICLES,
    MadeUpEncoder,
    Sample,
    enlarged,
    lay_out,
    made_up_samples,
    miracl_questions,
    passages_of,
    real_samples,
)
from index.build import build
from index.encoder import Encoder, load_encoder
from index.fields import encoded_text, passage_terms
from index.passages import split_article
from index.searcher import open_searcher

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "results" / "scale"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
MORE = 100  # articles that are added in the end


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures every size and prints what was found."""
    options = _options(arguments)
    encoder = MadeUpEncoder() if options.made_up else load_encoder()
    samples: list[Sample] = []
    found = []
    for size in options.sizes:
        kept = KEPT / f"{'made-up-' if options.made_up else ''}{size}.json"
        if options.anew or not kept.exists():
            samples = samples or _samples(options, encoder)
            with tempfile.TemporaryDirectory(prefix="scale-", dir=options.work) as folder:
                measured = _measure(Path(folder), size, samples, encoder, options)
            measured["real"] = sum(len(sample.vectors) for sample in samples)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(measured, indent=1) + "\n")
        found.append(json.loads(kept.read_text()))
    scale_report.write(found, made_up=options.made_up)
    if not options.no_plots:
        scale_report.plot(found, ROOT / "docs" / "images")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="passages")
    parser.add_argument("--real", type=Path, default=KEPT / "real", help="an index of miracl_wiki")
    parser.add_argument("--questions", type=int, default=340, help="questions asked, 40 to warm up (340)")
    parser.add_argument("--made-up", action="store_true", help="random vectors: nothing is encoded")
    parser.add_argument("--anew", action="store_true", help="measure again what is kept")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--no-plots", action="store_true")
    parser.add_argument("--work", help="folder for the indexes while they are measured")
    return parser.parse_args(arguments)


def _samples(options: argparse.Namespace, encoder: Encoder) -> list[Sample]:
    limit = max(options.sizes)
    if options.made_up:
        return made_up_samples(limit)
    if not (options.real / "manifest.json").exists():
        build([ARTICLES], options.real, encoder=encoder)
    return real_samples(options.real, limit)


def _measure(
    folder: Path, size: int, samples: Sequence[Sample], encoder: Encoder, options: argparse.Namespace
) -> dict:
    place, file, asked = folder / "index", folder / "articles.jsonl", folder / "questions.json"
    questions = miracl_questions()[: options.questions]
    asked.write_text(json.dumps(questions), encoding="utf-8")
    lay_out(enlarged(samples, size), place, file, encoder)
    _say(f"{size:,}: laid out")
    found: dict = {"size": size}
    found["build_s"] = _timed(lambda: build([file], place, encoder=encoder, progress=False))
    _say(f"{size:,}: built in {found['build_s']:.0f} s")
    found["nothing_changed_s"] = _timed(lambda: build([file], place, encoder=encoder, progress=False))
    command = [sys.executable, "-m", "benchmarks.scale_probe", str(place), str(asked)]
    if options.made_up:
        command.append("--made-up")
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found |= json.loads(run.stdout)
    _say(f"{size:,}: {run.stdout.strip()}")
    if not options.no_peers and found["passages"] <= scale_peers.MOST:
        pairs = list(passages_of(file))
        texts, terms = [passage.text for _article, passage in pairs], [passage_terms(*pair) for pair in pairs]
        with open_searcher(place, encoder=encoder) as searcher:
            found["sparse_peers"] = scale_peers.measure_sparse(searcher, terms, questions)
            found["peers"] = scale_peers.measure(searcher, texts, terms, questions)
        _say(f"{size:,}: {found['sparse_peers']} {found['peers']}")
    if not options.made_up:
        found |= _added(place, samples, encoder)
    return found


def _added(place: Path, samples: Sequence[Sample], encoder: Encoder) -> dict:
    """Seconds to add some articles never seen before, and to encode their passages alone."""
    more = []
    for sample in enlarged(list(samples), 10**9, seed=8):
        if sample.article.article_id.endswith(f"-{len(samples) + MORE}"):
            break
        more.append(sample.article)
    more = more[len(samples) :]
    texts = [encoded_text(article, passage) for article in more for passage in split_article(article)]
    alone = _timed(lambda: encoder.encode_passages(texts))
    whole = _timed(lambda: build(more, place, encoder=encoder, progress=False))
    return {"add_s": whole, "add_encoding_s": alone, "add_passages": len(texts)}


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
