"""Speed and memory of the index as it grows, beside its peers: python -m benchmarks.scale.

Prints Markdown tables and draws docs/images/scale-*.png. Searches are the default ones, whole: hits with
their texts, late interaction included. The texts, vectors and words are those of a real index of
`miracl_wiki`, built into results/scale/real when it is not there (an hour on two cores), and beyond it drawn
from them. What a size gave is kept in results/scale until `--anew`.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import itertools
import json
import os
import shutil
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
    grow,
    lay_out,
    made_up_samples,
    miracl_questions,
    passages_of,
    real_samples,
)
from index.articles import Article
from index.building import build as build_index
from index.building import remove
from index.commands.processor import one_thread_a_product, quick_switches
from index.encoder import load_encoder
from index.errors import ArticleError
from index.passages import split_article
from index.passages.fields import encoded_text, passage_terms
from index.search.searcher import open_searcher

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "results" / "scale"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
MORE = 100  # articles that are added in the end
READ_AT_MOST = 200_000  # passages; larger indexes are made of copies, and their build is not measured
# What is measured of a size, with one of the figures that come of it.
STEPS = {"build": "build_s", "search": "hybrid", "peers": "peers", "adding": "add_s"}

build = quick_switches()(build_index)  # as the command builds


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures every size and prints what was found."""
    one_thread_a_product()
    options = _options(arguments)
    run = _Run(options)
    found = [run.measure(size) for size in options.sizes]
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
    parser.add_argument(
        "--anew", nargs="*", choices=STEPS, default=(), help="measure again what is kept; no name: all of it"
    )
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--no-plots", action="store_true")
    parser.add_argument("--work", type=Path, help="folder where the indexes stay, to be measured again")
    return parser.parse_args(arguments)


class _Run:
    """Measures one size after the other; what has been measured is kept, step by step."""

    def __init__(self, options: argparse.Namespace):
        self._options = options
        self._anew = options.anew or (STEPS if options.anew == [] else ())
        self._questions = miracl_questions()[: options.questions]
        self._encoder = MadeUpEncoder() if options.made_up else load_encoder()
        self._samples: list[Sample] = []

    def measure(self, size: int) -> dict:
        """All figures of one size."""
        kept = KEPT / f"{'made-up-' if self._options.made_up else ''}{size}.json"
        found = json.loads(kept.read_text()) if kept.exists() else {"size": size}
        with contextlib.ExitStack() as held:
            folder = self._options.work and self._options.work / str(size)
            for step in STEPS:
                if not self._wanted(step, found):
                    continue
                folder = folder or Path(held.enter_context(tempfile.TemporaryDirectory(prefix="scale-")))
                if step != "build" and not (folder / "index" / "manifest.json").exists():
                    found |= self._build(folder, size)
                others = _Others()
                found |= getattr(self, f"_{step}")(folder, size)
                found.setdefault("measured", {})[step] = [datetime.date.today().isoformat(), others.cores()]
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(json.dumps(found, indent=1) + "\n")
                _say(f"{size:,} {step}: {found}")
        return found

    def _wanted(self, step: str, found: dict) -> bool:
        if step == "peers" and (self._options.no_peers or found["passages"] > scale_peers.MOST):
            return False
        if step == "adding" and self._options.made_up:
            return False
        return step in self._anew or STEPS[step] not in found

    def _build(self, folder: Path, size: int) -> dict:
        place, file = folder / "index", folder / "articles.jsonl"
        if size > READ_AT_MOST and not self._options.made_up:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            samples = self._real()
            taken = _timed(lambda: grow(self._options.real, place, size, self._encoder))
            return {
                "build_s": None,
                "nothing_changed_s": None,
                "grow_s": taken,
                "real": sum(len(sample.vectors) for sample in samples),
            }
        samples = self._real()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        lay_out(enlarged(samples, size), place, file, self._encoder)
        _say(f"{size:,}: laid out")
        first = _timed(lambda: build([file], place, encoder=self._encoder, progress=False))
        again = _timed(lambda: build([file], place, encoder=self._encoder, progress=False))
        real = sum(len(sample.vectors) for sample in samples)
        return {"build_s": first, "nothing_changed_s": again, "real": min(real, size)}

    def _search(self, folder: Path, size: int) -> dict:
        asked = folder / "questions.json"
        asked.write_text(json.dumps(self._questions), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.scale_probe", str(folder / "index"), str(asked)]
        if self._options.made_up:
            command.append("--made-up")
        run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(run.stdout)

    def _peers(self, folder: Path, size: int) -> dict:
        pairs = list(passages_of(folder / "articles.jsonl"))
        texts, terms = [passage.text for _article, passage in pairs], [passage_terms(*pair) for pair in pairs]
        remove_if_there(self._more(), folder / "index")
        with open_searcher(folder / "index", encoder=self._encoder) as searcher:
            return {
                "sparse_peers": scale_peers.measure_sparse(searcher, terms, self._questions),
                "peers": scale_peers.measure(searcher, texts, terms, self._questions),
            }

    def _adding(self, folder: Path, size: int) -> dict:
        """Seconds to add some articles never seen before, and to encode their passages alone."""
        more = self._more()
        texts = [encoded_text(article, passage) for article in more for passage in split_article(article)]
        place = folder / "index"
        remove_if_there(more, place)
        self._encoder.encode_passages(texts[:64])
        before = _timed(lambda: self._encoder.encode_passages(texts))
        whole = _timed(lambda: build(more, place, encoder=self._encoder, progress=False))
        after = _timed(lambda: self._encoder.encode_passages(texts))
        return {"add_s": whole, "add_encoding_s": (before + after) / 2, "add_passages": len(texts)}

    def _more(self) -> list[Article]:
        """Articles that are not in the index but for an earlier run that added them."""
        samples = self._real()
        every = enlarged(samples, 10**9, seed=8)  # the real ones first
        return [sample.article for sample in itertools.islice(every, len(samples), len(samples) + MORE)]

    def _real(self) -> list[Sample]:
        limit = max(self._options.sizes)
        if not self._samples and self._options.made_up:
            self._samples = made_up_samples(limit)
        if not self._samples:
            if not (self._options.real / "manifest.json").exists():
                build([ARTICLES], self._options.real, encoder=self._encoder)
            self._samples = real_samples(self._options.real, limit)
        return self._samples


class _Others:
    """How many cores other programs kept busy meanwhile; Linux."""

    def __init__(self):
        self._started, self._before = time.perf_counter(), self._busy()

    def cores(self) -> float | None:
        """On average since this was made; None where the system does not say."""
        if self._before is None:
            return None
        return max(self._busy() - self._before, 0.0) / (time.perf_counter() - self._started)

    @staticmethod
    def _busy() -> float | None:
        """Seconds of processor time that all but this program and its children have used."""
        if not Path("/proc/stat").exists():
            return None
        user, nice, system, _idle, _waiting, *interrupts = map(
            int, Path("/proc/stat").read_text().split()[1:8]
        )
        own = os.times()
        every = (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")
        return every - sum(own[:4])


def remove_if_there(articles: Sequence[Article], place: Path) -> None:
    """Takes out what an earlier run has added."""
    with contextlib.suppress(ArticleError):
        remove([article.article_id for article in articles], place)


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
