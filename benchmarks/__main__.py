"""Runs the benchmarks and writes what they print to docs/benchmarks.md.

    python -m benchmarks [NAME ...]     without names: all of them, about two hours on two cores

Each section says its command, date, machine and versions. A section is kept in results/benchmarks until its
benchmark runs again, so that one can be measured anew without the others.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "results" / "benchmarks"
PAGE = ROOT / "docs" / "benchmarks.md"
SETS = "../shared/eval"
PACKAGES = ("torch", "sentence-transformers", "faiss-cpu", "numpy", "gradio")
PLAN = {
    "encoder": ("Encoding", "python -m benchmarks.encoder"),
    "retrieval-xquad": (
        "Retrieval beside other programs: XQuAD",
        f"python -m benchmarks.retrieval --articles {SETS}/xquad/articles.ar.jsonl.gz"
        f" --questions {SETS}/xquad/questions.ar.jsonl.gz --questions {SETS}/xquad/questions.en-ar.jsonl.gz"
        f" --questions {SETS}/xquad/questions.tr-ar.jsonl.gz --sample 150",
    ),
    "retrieval-arcd": (
        "Retrieval beside other programs: ARCD",
        f"python -m benchmarks.retrieval --articles {SETS}/arcd/articles.ar.jsonl.gz"
        f" --questions {SETS}/arcd/questions.ar.jsonl.gz --sample 150",
    ),
    "retrieval-mlqa": (
        "Retrieval beside other programs: MLQA",
        f"python -m benchmarks.retrieval --articles {SETS}/mlqa/articles.ar.jsonl.gz"
        f" --questions {SETS}/mlqa/questions.ar.jsonl.gz --questions {SETS}/mlqa/questions.en-ar.jsonl.gz"
        " --sample 150",
    ),
    "retrieval-pool": (
        "Retrieval beside other programs: among 100,000 passages",
        "python -m benchmarks.retrieval --index results/pool --sample 150"
        f" --questions {SETS}/miracl_wiki/questions.ar.jsonl.gz --questions {SETS}/arcd/questions.ar.jsonl.gz"
        f" --questions {SETS}/xquad/questions.en-ar.jsonl.gz"
        " --peer cosine --peer 'bm25s, our terms' --peer 'LanceDB hybrid' --peer 'txtai hybrid'",
    ),
    "quotes": ("Quote integrity", "python -m benchmarks.quote_integrity"),
    "dialogues": ("Follow-up questions", "python -m benchmarks.dialogues"),
    "duplicates": (
        "Near duplicates",
        f"python -m benchmarks.duplicates {SETS}/antcorpus/articles.ar.jsonl.gz",
    ),
    "pdf": ("PDF files in Arabic, Persian and Hebrew", "python -m benchmarks.pdf_reading"),
    "chat": (
        "The chat page",
        "python -m benchmarks.chat_page --index results/pool"
        f" --questions {SETS}/miracl_wiki/questions.ar.jsonl.gz",
    ),
    "scale": ("Speed, memory and growth", "python -m benchmarks.scale"),
}
HEAD = """\
# Benchmarks

What the scripts in `benchmarks/` printed; `make bench` runs them all, `python -m benchmarks NAME`
one of them. The machines were shared: read ratios, not single times.
"""


def main(names: list[str]) -> int:
    """Runs what is named and writes the page; 2 for an unknown name, 1 when a benchmark failed."""
    unknown = [name for name in names if name not in PLAN]
    if unknown:
        print(f"benchmarks: there is no {unknown[0]!r}; there are: {', '.join(PLAN)}", file=sys.stderr)
        return 2
    failed = [name for name in names or PLAN if not run(name)]
    PAGE.write_text(page(), encoding="utf-8")
    for name in failed:
        print(f"benchmarks: {name} failed; its last good section stays", file=sys.stderr)
    return 1 if failed else 0


def run(name: str) -> bool:
    """Runs one benchmark and keeps its section; whether it ended well."""
    title, command = PLAN[name]
    print(f"+ {command}", file=sys.stderr, flush=True)
    words = [sys.executable, *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        return False
    KEPT.mkdir(parents=True, exist_ok=True)
    about = f"`{command}` · {datetime.date.today()} · {machine()} · {versions()}"
    (KEPT / f"{name}.md").write_text(f"## {title}\n\n{about}\n\n{done.stdout.strip()}\n", encoding="utf-8")
    return True


def page() -> str:
    """The page out of the sections that are kept, or else stand on it, in the order of the plan.

    Sections that the plan has not, written by hand, stay behind them.
    """
    written = PAGE.read_text(encoding="utf-8").split("\n## ")[1:] if PAGE.exists() else []
    standing = {section.split("\n", 1)[0]: f"## {section.rstrip()}\n" for section in written}
    sections = []
    for name, (title, _command) in PLAN.items():
        kept = KEPT / f"{name}.md"
        stood = standing.pop(title, "")
        sections.append(kept.read_text(encoding="utf-8") if kept.exists() else stood)
    return "\n".join([HEAD, *filter(None, sections), *standing.values()])


def machine() -> str:
    """Processor and cores."""
    model = platform.processor() or platform.machine()
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        names = [
            line.split(":", 1)[1] for line in listed.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0].strip() if names else model
    return f"{model}, {os.cpu_count()} cores"


def versions() -> str:
    """Python and the libraries that weigh most."""
    known = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    return ", ".join([f"Python {platform.python_version()}", *known])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
