"""What keeps the structure: the import direction, the homes of the heavy libraries, quiet imports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted([*(ROOT / "index").rglob("*.py"), *(ROOT / "assistant").rglob("*.py")])
# A library and the only places that may import it.
HOMES = {
    "faiss": ["index/dense"],
    "rank_bm25": ["index/sparse"],
    "sentence_transformers": ["index/encoder", "index/model", "index/reranker"],
    "gradio": ["assistant/ui/"],
    "fastapi": ["assistant/api/"],
}


def imported_names(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
    return names


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_module_imports_only_what_its_place_allows(path):
    tops = {name.split(".")[0] for name in imported_names(path)}
    if relative(path).startswith("index/"):
        assert "assistant" not in tops
    for library, homes in HOMES.items():
        if library in tops:
            assert any(relative(path).startswith(home) for home in homes), (
                f"{library} has its home in {homes}"
            )


def test_index_reads_the_environment_in_its_command_line_alone():
    for path in (ROOT / "index").rglob("*.py"):
        if relative(path) != "index/commands/environment.py":
            assert "MUSTANAD_" not in path.read_text(encoding="utf-8"), relative(path)
        if relative(path) != "index/__main__.py":
            assert "index.commands.environment" not in imported_names(path), relative(path)


def test_import_loads_nothing_heavy_and_prints_nothing():
    code = (
        "import sys, index, assistant, index.__main__, assistant.__main__, assistant.settings\n"
        "heavy = {'torch', 'faiss', 'gradio', 'sentence_transformers', 'transformers'} & set(sys.modules)\n"
        "sys.exit(f'loaded on import: {sorted(heavy)}' if heavy else 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
