"""What keeps the structure: the import direction, the homes of the heavy libraries, quiet imports, names."""

import ast
import graphlib
import importlib
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from assistant.answering.judging.signals import CUED
from index.articles.reading import ARCHIVE, FORMATS
from tests.faults.fuzz_samples import SAMPLES

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted([*(ROOT / "index").rglob("*.py"), *(ROOT / "assistant").rglob("*.py")])
# A library and the only places that may import it.
HOMES = {
    "faiss": ["index/dense.py"],
    "rank_bm25": ["index/sparse"],
    "pymilvus": ["index/backends/milvus/"],
    "psycopg": ["assistant/web/storage/postgres"],
    "sentence_transformers": ["index/encoder", "index/search/reranker"],
    "gradio": ["assistant/ui/"],
    "fastapi": ["assistant/api/", "assistant/web/", "assistant/ui/"],
}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(path: Path) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Import | ast.ImportFrom)]


def imported_names(path: Path) -> set[str]:
    names = set()
    for node in imports_of(path):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
    return names


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
# The table of rooms: `room` | what it holds | `what` `it` `may` `import`.
ALLOWED = {
    row[1]: re.findall(r"`([\w.*]+)`", row[2])
    for row in re.finditer(
        r"^\| `((?:index|assistant)[\w.]*)` \|[^|]*\|([^|]*)\|$", ARCHITECTURE, re.MULTILINE
    )
}
LOOSE_AT_MOST = 5  # modules that lie in a top-level package outside any room


def room_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def rooms_imported(path: Path) -> set[str]:
    """The rooms that a module imports from; its own is not among them."""
    home = room_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
    rooms = set()
    for node in imports_of(path):
        if isinstance(node, ast.Import):
            rooms.update(room_of(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            bare = node.module in ("index", "assistant")
            names = [f"{node.module}.{alias.name}" for alias in node.names] if bare else [node.module]
            rooms.update(room_of(name) for name in names)
    return {room for room in rooms if room.startswith(("index.", "assistant."))} - {home}


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_module_imports_only_what_its_room_allows(path):
    room = room_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
    if room.endswith("__init__"):
        return  # the packages' own names are loaded when they are first used
    allowed = ALLOWED[room]
    for imported in rooms_imported(path):
        top = imported.split(".")[0]
        assert imported in allowed or f"{top}.*" in allowed, f"{room} may not import {imported}"
    imported_libraries = {name.split(".")[0] for name in imported_names(path)}
    for library, homes in HOMES.items():
        if library in imported_libraries:
            assert any(relative(path).startswith(home) for home in homes), f"{library} is at home in {homes}"


def test_architecture_page_allows_no_import_that_nobody_uses():
    used: dict[str, set[str]] = {}
    for path in MODULES:
        room = room_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
        used.setdefault(room, set()).update(rooms_imported(path))
    for room, allowed in ALLOWED.items():
        assert not [name for name in allowed if not name.endswith("*") and name not in used[room]], room


def test_architecture_page_names_every_room_once():
    rooms = {room_of(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in MODULES}
    assert set(ALLOWED) == {room for room in rooms if not room.endswith("__init__")}


def test_architecture_page_names_every_package_in_a_room_after_those_that_it_uses():
    named = re.findall(r"^\| `([\w.]+)` \|[^|]*\|$", ARCHITECTURE, re.MULTILINE)
    packages = [".".join(path.relative_to(ROOT).parent.parts) for path in MODULES if path.stem == "__init__"]
    rooms = {*ALLOWED, "index", "assistant", "index.backends.milvus"}
    assert sorted(named) == sorted(set(packages) - rooms)
    for path in MODULES:
        *package, _ = path.relative_to(ROOT).with_suffix("").parts
        for imported in modules_imported(path):
            other = ".".join(imported[: len(package)])
            if (
                ".".join(package) in named
                and other in named
                and imported[: len(package) - 1] == tuple(package[:-1])
            ):
                assert named.index(other) <= named.index(".".join(package)), f"{relative(path)} uses {other}"


def test_architecture_page_names_functions_that_exist():
    for name in re.findall(r"^\| \w+ \| `([\w.]+)` \|", ARCHITECTURE, re.MULTILINE):
        parts = name.split(".")
        for split in range(len(parts), 0, -1):
            try:
                value = importlib.import_module(".".join(parts[:split]))
            except ModuleNotFoundError:
                continue
            break
        for part in parts[split:]:
            value = getattr(value, part)


def test_rooms_import_in_no_circle():
    graph = {room: set(allowed) for room, allowed in ALLOWED.items()}
    for room in graph:
        for wide in [name for name in graph[room] if name.endswith(".*")]:
            graph[room].discard(wide)
            if wide.split(".")[0] != room.split(".")[0]:
                graph[room] |= {other for other in graph if other.startswith(wide[:-1])}
    list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError


PARTS = {path.relative_to(ROOT).with_suffix("").parts for path in MODULES}


@cache
def modules_imported(path: Path) -> set[tuple[str, ...]]:
    """The modules of the project that one imports, by their parts; what a package gives is of the package."""
    imported = set()
    for node in imports_of(path):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            parts = tuple(node.module.split("."))
            imported.update(
                (*parts, alias.name) if (*parts, alias.name) in PARTS else parts for alias in node.names
            )
        elif isinstance(node, ast.Import):
            imported.update(tuple(alias.name.split(".")) for alias in node.names)
    return {parts for parts in imported if parts[0] in ("index", "assistant")}


def test_siblings_import_in_no_circle():
    """In every package the modules and packages in it, each as a whole, build on one another one way."""
    siblings: dict[tuple[str, ...], dict[str, set[str]]] = {}
    for path in MODULES:
        if path.stem == "__init__":
            continue
        parts = path.relative_to(ROOT).with_suffix("").parts
        for imported in modules_imported(path):
            shared = sum(
                parts[: depth + 1] == imported[: depth + 1] for depth in range(min(len(parts), len(imported)))
            )
            if shared < min(len(parts), len(imported)):
                graph = siblings.setdefault(parts[:shared], {})
                graph.setdefault(parts[shared], set()).add(imported[shared])
    for package, graph in siblings.items():
        try:
            list(graphlib.TopologicalSorter(graph).static_order())
        except graphlib.CycleError as error:
            pytest.fail(f"{'.'.join(package)}: {error}")


@pytest.mark.parametrize("package", ["index", "assistant"])
def test_package_has_few_loose_modules(package):
    loose = [path.name for path in (ROOT / package).glob("*.py")]
    assert len(loose) <= LOOSE_AT_MOST, loose


def test_modules_have_names_of_their_own():
    names = Counter(path.stem for path in MODULES)
    common = {"__init__", "__main__", "commands"}
    assert not [name for name, count in names.items() if count > 1 and name not in common]


# The modules that import one of ours inside a function: what starts the program and loads what it then needs,
# and those that have an optional part. Libraries that take seconds are imported late anywhere.
STARTING = (
    "__main__.py",
    "commands.py",
    "commands/",
    "api/serving/",
    "operation/doctor.py",
    "work/asynchronous.py",
)
WITH_OPTIONAL_PARTS = {
    "assistant/api/__init__.py": "FastAPI",
    "assistant/api/app.py": "the chat, traces, the editors' page",
    "assistant/api/mcp/model_context.py": "an index of its own",
    "assistant/ui/__init__.py": "Gradio",
    "assistant/web/storage/database_opening.py": "PostgreSQL",
    "index/articles/reading.py": "the network, archives",
    "index/building/build.py": "Milvus",
    "index/encoder/model/__init__.py": "making the model",
    "index/search/searcher.py": "Milvus",
    "index/search/watching.py": "Milvus",
}


def late_rooms(path: Path) -> set[str]:
    """The modules of ours that are imported inside functions."""
    functions = [
        node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    late = {
        node.module or ""
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom)
    }
    return {module for module in late if module.split(".")[0] in ("index", "assistant")}


def test_imports_inside_functions_are_those_of_commands_and_optional_parts():
    late = {relative(path) for path in MODULES if late_rooms(path)}
    others = {path for path in late if not any(part in path for part in STARTING)}
    assert others == set(WITH_OPTIONAL_PARTS)


def test_no_group_is_repeated_possessively():
    # Python 3.11.2, Debian 12's own, goes on from where a branch of such a group failed; not so (?>(?:...)*).
    possessive = re.compile(r"(?<!\\)\)[*+?]\+")
    assert not [relative(path) for path in MODULES if possessive.search(path.read_text(encoding="utf-8"))]


FILLERS = {"each", "found", "held", "own"}  # say nothing of what they name where it is used far from there


def definitions(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Give what stands in a module or class, under its conditions too; nothing inside functions."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With | ast.ExceptHandler):
            yield from definitions(ast.iter_child_nodes(node))


def public_functions(body: Iterable[ast.AST], within: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Give the public functions, and the methods of public classes, with their names."""
    for node in definitions(body):
        name = f"{within}{getattr(node, 'name', None)}"
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body, f"{name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield name, node


def assigned_names(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Give the names assigned, imported or taken as parameters, with their lines; a comprehension's aside."""
    for child in ast.iter_child_nodes(node):
        line = getattr(child, "lineno", 0)
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id, line
        elif isinstance(child, ast.arg):
            yield child.arg, line
        elif isinstance(child, ast.alias):
            yield child.asname or child.name, line
        elif isinstance(child, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and child.name:
            yield child.name, line
        elif isinstance(child, ast.MatchMapping) and child.rest:
            yield child.rest, line
        if isinstance(child, ast.comprehension):  # its target may have such a name
            yield from assigned_names(ast.Expr(child.iter))
            for condition in child.ifs:
                yield from assigned_names(ast.Expr(condition))
        else:
            yield from assigned_names(child)


def test_public_classes_have_names_of_their_own():
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for node in definitions(tree_of(path).body):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(f"{relative(path)}:{node.lineno}")
    assert not {name: places for name, places in homes.items() if len(places) > 1}


def test_filler_names_are_assigned_in_comprehensions_alone():
    assert not [
        f"{relative(path)}:{line} {name}"
        for path in MODULES
        for name, line in assigned_names(tree_of(path))
        if name in FILLERS
    ]


def test_public_functions_have_a_docstring():
    assert not [
        f"{relative(path)} {name}"
        for path in MODULES
        for name, node in public_functions(tree_of(path).body)
        if not ast.get_docstring(node, clean=False)
    ]


def test_index_reads_the_environment_in_its_command_line_alone():
    for path in (ROOT / "index").rglob("*.py"):
        if relative(path) != "index/commands/environment.py":
            assert "MUSTANAD_" not in path.read_text(encoding="utf-8"), relative(path)
        if not relative(path).startswith("index/commands/"):
            assert "index.commands.environment" not in imported_names(path), relative(path)


def test_import_loads_nothing_heavy_and_prints_nothing():
    code = (
        "import sys, index, assistant, index.__main__, assistant.__main__, assistant.settings\n"
        "heavy = {'torch', 'faiss', 'gradio', 'sentence_transformers', 'transformers'} & set(sys.modules)\n"
        "sys.exit(f'loaded on import: {sorted(heavy)}' if heavy else 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_every_format_is_told_and_has_a_sample():
    table = (ROOT / "docs" / "articles.md").read_text("utf-8")
    for suffix in (*FORMATS, ARCHIVE):
        assert re.search(rf"^\|[^|]*`{re.escape(suffix)}`", table, re.MULTILINE), f"{suffix} has no row"
    assert {FORMATS[suffix] for suffix in SAMPLES if suffix in FORMATS} == set(FORMATS.values())
    assert ARCHIVE in SAMPLES


def test_every_kind_that_has_a_cue_has_its_signal():
    function = next(
        node
        for node in ast.walk(tree_of(ROOT / "assistant" / "answering" / "judging" / "cues.py"))
        if isinstance(node, ast.FunctionDef) and node.name == "cue"
    )
    compared = [node for node in ast.walk(function) if isinstance(node, ast.Compare)]
    rated = {
        constant.value
        for node in compared
        if isinstance(node.left, ast.Name) and node.left.id == "kind"
        for constant in node.comparators
        if isinstance(constant, ast.Constant)
    }
    assert rated == set(CUED)
