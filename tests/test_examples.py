"""The examples in docstrings: every one is run, and says what the program does."""

import ast
import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
FEWEST_MODULES, FEWEST_EXAMPLES = 40, 80  # of 51 and 110: fewer tell of a finder that overlooks some


def written_in(path: Path) -> int:
    """Count the examples in a module's docstrings, by its source alone."""
    source = path.read_text(encoding="utf-8")
    if ">>> " not in source:
        return 0
    docstrings = [
        ast.get_docstring(node) for node in ast.walk(ast.parse(source)) if isinstance(node, DOCUMENTED)
    ]
    return sum(line.lstrip().startswith(">>> ") for text in docstrings if text for line in text.splitlines())


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


COUNTS = {
    name_of(path): count
    for package in ("index", "assistant")
    for path in sorted((ROOT / package).rglob("*.py"))
    if (count := written_in(path))
}


@pytest.mark.parametrize("name", COUNTS)
def test_examples_of_module_give_what_they_say(name):
    faults: list[str] = []
    runner = doctest.DocTestRunner()
    for test in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name), name):
        runner.run(test, out=faults.append)
    assert not runner.failures, "".join(faults)
    assert runner.tries == COUNTS[name], "doctest does not see all that is written"


def test_examples_are_found():
    assert len(COUNTS) >= FEWEST_MODULES and sum(COUNTS.values()) >= FEWEST_EXAMPLES
