"""The bundled encoder under other runtimes than torch, and what each would make of an installation.

    pip install onnx onnxruntime        # for the measurement alone; the program needs neither
    python -m benchmarks.encoder_runtimes

Prints two Markdown tables. The first: one question of 12 tokens, passages of 256 tokens in batches of 8, on
one thread and on two, how near the vectors are to those of torch's packed float32 pass, and what is resident
after the first question. Every way runs in a process of its own, imports what it needs and nothing else, and
loads the tokenizer; the processes take turns `--rounds` times and the best question and the best batch count:
on one thread by the processor's clock. The second: what the installed packages of requirements.txt weigh on
disk, and what would be left without torch.

Rows of the word embeddings are read from the mapped file: only torch holds that table in memory.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.encoder_passes import load_numpy, load_onnx, load_torch, write_graphs
from index.encoder.model import prepare_default_model

if TYPE_CHECKING:
    from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parent.parent
QUESTION_TOKENS, PASSAGE_TOKENS, BATCH, QUESTIONS, BATCHES = 12, 256, 8, 20, 2
MB = 1e6
WAYS = {
    "torch float32": "torch, packed, float32",
    "torch bfloat16": "torch, packed, bfloat16",
    "onnx float32": "ONNX Runtime, float32",
    "onnx int8": "ONNX Runtime, int8 weights and activations",
    "onnx 4bit": "ONNX Runtime, the package's 4-bit weights",
    "numpy float32": "numpy, float32",
}
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def samples(model: Path) -> tuple[np.ndarray, np.ndarray, Tokenizer]:
    """Ids of questions and passages, cut from the seeds' tokens, and the tokenizer that made them."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
    ids = np.array(
        [token for text in texts for token in tokenizer.encode(text, add_special_tokens=False).ids]
    )
    first, last = tokenizer.encode("").ids

    def cut(width: int, count: int) -> np.ndarray:
        starts = np.linspace(0, len(ids) - width, count).astype(int)
        return np.array([[first, *ids[start : start + width - 2], last] for start in starts], np.int64)

    return cut(QUESTION_TOKENS, QUESTIONS), cut(PASSAGE_TOKENS, BATCH * BATCHES), tokenizer


def resident() -> float:
    """What of this process is in memory, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024 / MB


def measure(way: str, threads: int, model: Path, folder: Path) -> None:
    """One round of one way, in this process; prints JSON and leaves the vectors in `folder`."""
    before_mb = resident()
    questions, passages, tokenizer = samples(model)
    tokenizer_mb = resident() - before_mb
    runtime, precision = way.split()
    if runtime == "torch":
        del tokenizer  # the program's loading brings its own
        forward = load_torch(model, precision, threads)
    elif runtime == "numpy":
        forward = load_numpy(model)
    else:
        forward = load_onnx(model, folder / f"{way}.onnx", threads)
    forward(questions[:1])
    after_one_mb = resident()
    seconds: dict[str, list[float]] = {"question": [], "passages": []}
    batches = [("question", row[None]) for row in questions]
    batches += [("passages", passages[first : first + BATCH]) for first in range(0, len(passages), BATCH)]
    vectors = []
    # The processor's clock leaves out what else the machine does; for two threads there is only the wall's.
    clock = time.process_time if threads == 1 else time.perf_counter
    for kind, ids in batches:
        started = clock()
        states = forward(ids)
        seconds[kind].append(clock() - started)
        vectors += list(states.mean(1))
    np.save(folder / f"{way}.npy", np.stack(vectors))
    print(json.dumps({
        "question": min(seconds["question"]), "passages": min(seconds["passages"]),
        "resident": after_one_mb, "tokenizer": tokenizer_mb,
    }))  # fmt: skip


def compare(rounds: int) -> str:
    """The first table."""
    from index.encoder.running.device import best_precision

    ways = [way for way in WAYS if way != "torch bfloat16" or best_precision("cpu") == "bfloat16"]
    model = prepare_default_model()
    best: dict[tuple[str, int], dict[str, float]] = {}
    cosines = {}
    with tempfile.TemporaryDirectory() as folder:
        write_graphs(model, Path(folder))
        for _round in range(rounds):
            for way, threads in ((way, threads) for threads in (1, 2) for way in ways):
                made = run_alone(way, threads, model, Path(folder))
                kept = best.setdefault((way, threads), made)
                best[way, threads] = {name: min(value, kept[name]) for name, value in made.items()}
        first = unit(np.load(Path(folder) / f"{ways[0]}.npy"))
        for way in ways:
            cosines[way] = float((unit(np.load(Path(folder) / f"{way}.npy")) * first).sum(1).min())
    return "\n".join([*table(ways, best, cosines)])


def run_alone(way: str, threads: int, model: Path, folder: Path) -> dict[str, float]:
    """What `measure` says in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.encoder_runtimes",
        "--alone",
        way,
        str(threads),
        str(model),
        folder,
    ]
    limits = {f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "OPENBLAS", "MKL")}
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | limits, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)


def table(
    ways: list[str], best: dict[tuple[str, int], dict[str, float]], cosines: dict[str, float]
) -> Iterator[str]:
    """Markdown; ratios are of speed, to the first way on as many threads."""
    yield (
        "| pass | threads | question, ms | speed | passages/s | speed | least cosine | resident, MB |"
        "\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    for (way, threads), found in best.items():
        first = best[ways[0], threads]
        yield (
            f"| {WAYS[way]} | {threads} | {1000 * found['question']:.1f}"
            f" | {first['question'] / found['question']:.2f} | {BATCH / found['passages']:.1f}"
            f" | {first['passages'] / found['passages']:.2f} | {cosines[way]:.4f}"
            f" | {found['resident']:.0f} |"
        )
    tokenizer = min(found["tokenizer"] for found in best.values())
    yield f"\nOf what is resident, the tokenizer takes {tokenizer:.0f} MB."


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows of length 1."""
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def weigh() -> Iterator[str]:
    """The second table, in Markdown: distributions that requirements.txt brings in, by what they weigh."""
    listed = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    roots = {_NAME.match(line)[0] for line in listed if line and not line.startswith("#")}
    every = closure(roots)
    without = closure(roots - {"torch", "sentence-transformers"} | {"tokenizers", "safetensors"})
    runtime = closure({"onnxruntime"}) - without
    sizes = {name: weight(name) for name in every | runtime}
    heaviest = sorted(every, key=lambda name: -sum(sizes[name]))[:12]
    yield "| installed | MB | of it bytecode |\n| --- | ---: | ---: |"
    for name, kept in (
        (f"all that requirements.txt brings in, {len(every)} packages", every),
        (f"without torch and sentence-transformers, {len(without)} packages", without),
        (f"the same and ONNX Runtime, {len(without | runtime)} packages", without | runtime),
    ):
        files, bytecode = (sum(sizes[each][part] for each in kept) for part in (0, 1))
        yield f"| {name} | {files + bytecode:.0f} | {bytecode:.0f} |"
    listed = (f"{name} {sum(sizes[name]):.0f}" + " (leaves)" * (name not in without) for name in heaviest)
    yield f"\nThe heaviest: {', '.join(listed)}."


def closure(roots: set[str]) -> set[str]:
    """These distributions and all that they need here, by their normal names."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found: set[str] = set()
    waiting = [canonicalize_name(root) for root in roots]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for line in importlib.metadata.requires(name) or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append(canonicalize_name(needed.name))
    return found


def weight(name: str) -> tuple[float, float]:
    """What a distribution's files weigh in MB, and what the bytecode does that pip compiled of them."""
    files = [Path(str(file.locate())) for file in importlib.metadata.files(name) or []]
    sizes = [(file.suffix == ".pyc", file.stat().st_size / MB) for file in files if file.is_file()]
    return sum(size for compiled, size in sizes if not compiled), sum(
        size for compiled, size in sizes if compiled
    )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument(
        "--alone", nargs=4, metavar=("WAY", "THREADS", "MODEL", "FOLDER"), help=argparse.SUPPRESS
    )
    arguments = parser.parse_args()
    if arguments.alone:
        way, threads, model, folder = arguments.alone
        measure(way, int(threads), Path(model), Path(folder))
        return
    print(compare(arguments.rounds))
    print()
    print("\n".join(weigh()))


if __name__ == "__main__":
    main()
