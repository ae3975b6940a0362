"""What the tests share: the real model, a real index over the seeds, a real server, a real browser."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index.commands.processor import one_thread_a_product

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
EVALUATION_SETS = ROOT.parent / "shared" / "eval"
SERVER_READY_WITHIN_S = 180

# The suite judges the code, not the machine or the dice: no time limit, the same examples each time.
# `--hypothesis-profile=explore` looks for new ones.
_UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, **_UNTIMED)
settings.register_profile("explore", max_examples=5000, print_blob=True, **_UNTIMED)
settings.load_profile("same")
one_thread_a_product()  # as every program does

# Of optional requirements: nothing is tested where they are not installed.
if importlib.util.find_spec("pymilvus") is None or importlib.util.find_spec("milvus_lite") is None:
    collect_ignore_glob = ["test_milvus*.py"]
collect_ignore = [
    f"test_{name}.py"
    for name, library in (("spreading", "distributed"), ("parquet", "pyarrow"))
    if importlib.util.find_spec(library) is None
]

for name in [name for name in os.environ if name.startswith("MUSTANAD_")]:
    del os.environ[name]  # a developer's own settings must not change what is tested


# Fixtures that make a test more than fast, and modules that start programs of their own.
COSTLY_FIXTURES = {
    "model": {"encoder", "seed_index", "assistant", "server", "evaluation_sets"},
    "browser": {"browser", "page", "reader", "chat"},
    "slow": {"server"},
}
SLOW_MODULES = {
    "test_crash",
    "test_program",
    "test_index_cli",
    "test_assistant_cli",
    "test_mcp",
    "test_formats",
    "test_milvus_faults",
    "test_api_doors",
    "test_api_schema",
    "test_crowds",
    "test_workers",
    "test_encoder_loading",
    "test_endpoint_encoder",
    "test_model",
    "test_reranker",
    "test_tracing",
    "test_web_bounds",
}
# Begun first, the longest of all before the others: two workers share the modules, and neither shall end
# alone with a long one. `pytest --durations=0` tells which they are.
LONGEST_MODULES = (
    "test_assistant",
    "test_chat_states_browser",
    "test_workers",
    "test_pdf_linear",
    "test_chat_browser",
    "test_widget_options_browser",
    "test_vowelled",
    "test_page_reading_browser",
    "test_model",
    "test_encoder",
    "test_linear_patterns",
    "test_widget_browser",
    "test_program",
    "test_crash",
    "test_index_cli",
    "test_encoder_loading",
    "test_file_bombs",
    "test_assistant_cli",
    "test_chat_pages_browser",
    "test_crowds",
    "test_reranker",
)
ALONE_MODULES = {"test_hostile_requests"}  # they hold programs to times


def is_slow(path: Path) -> bool:
    """Tell whether every test of a module is slow."""
    return path.stem in SLOW_MODULES or path.parent.name == "faults"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave modules unread of which no test is wanted: to collect them takes seconds in each process."""
    wanted = config.option.markexpr
    if collection_path.suffix != ".py":
        return None
    is_test = collection_path.stem.startswith("test_")
    slow = "not slow" in wanted and is_slow(collection_path)
    browser = "not browser" in wanted and collection_path.stem.endswith("_browser")
    beside = wanted == "alone" and is_test and collection_path.stem not in ALONE_MODULES
    return True if slow or browser or beside else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by what it costs, for `make check` to take the fast ones; put the longest first."""
    places = {stem: place for place, stem in enumerate(LONGEST_MODULES)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))
    for item in items:
        for marker, fixtures in COSTLY_FIXTURES.items():
            if fixtures & set(getattr(item, "fixturenames", ())):
                item.add_marker(marker)
        if is_slow(item.path):
            item.add_marker("slow")
        if item.path.stem in ALONE_MODULES:
            item.add_marker("alone")


def pytest_collection_finish() -> None:
    """Leave what was imported and collected, a million objects, out of every later sweep for unused ones."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def evaluation_sets() -> Path:
    """The folder of the development sets; a clone without them skips what needs them."""
    if not EVALUATION_SETS.is_dir():
        pytest.skip("the development sets are not beside this checkout (../shared/eval)")
    return EVALUATION_SETS


@pytest.fixture(scope="session")
def encoder():
    """The default model."""
    from index.encoder import load_encoder

    return load_encoder()


@pytest.fixture(scope="session")
def seed_index(tmp_path_factory, encoder) -> Path:
    """The folder of an index over the seed articles."""
    from index.building import build

    folder = tmp_path_factory.mktemp("seeds") / "index"
    build([SEEDS], folder, encoder=encoder, progress=False)
    return folder


@pytest.fixture(scope="session")
def assistant(seed_index):
    """The assistant over the seed articles."""
    from assistant.commands.opening import open_assistant

    with contextlib.closing(open_assistant(seed_index)) as opened:
        yield opened


@pytest.fixture(scope="session")
def server(seed_index, tmp_path_factory) -> Iterator[str]:
    """The address of the whole program (`python app.py`), serving the seed articles."""
    folder = tmp_path_factory.mktemp("server")
    with running_server(folder, MUSTANAD_INDEX=str(seed_index)) as address:
        yield address


@contextlib.contextmanager
def running_server(folder: Path, **settings: str) -> Iterator[str]:
    """Runs `python app.py` with `settings`, its files in `folder`; gives its address once it is ready."""
    environment = {
        **os.environ,
        "MUSTANAD_PORT": "0",  # one that is free; the program says which
        "MUSTANAD_FEEDBACK": str(folder / "feedback.sqlite"),
        "MUSTANAD_QUESTIONS_PER_MINUTE": "0",
        **settings,
    }
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield _ready_address(process, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready_address(process: subprocess.Popen, log: Path) -> str:
    """The address that the program prints, once it answers questions there."""
    deadline = time.monotonic() + SERVER_READY_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}: {log.read_text()[-2000:]}")
        said = re.search(r"Mustanad is at (\S+)\n", log.read_text(encoding="utf-8"))
        if said:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{said[1]}/readyz", timeout=5):
                return said[1]
        time.sleep(0.2)
    raise RuntimeError(f"the server was not ready in {SERVER_READY_WITHIN_S} s: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium; `python tests/chromium.py` installs one."""
    from playwright.sync_api import sync_playwright

    from tests.chromium import installed_chromium

    path = installed_chromium()
    if path is None:
        pytest.fail("no Chromium is installed; run: python tests/chromium.py")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield opened
        opened.close()


@pytest.fixture
def small(tmp_path, encoder):
    """Opens an assistant over a few articles."""
    from assistant.assistant import Assistant
    from index.building import build

    opened = []

    def over(*articles):
        build(list(articles), tmp_path / "index", encoder=encoder, progress=False)
        opened.append(Assistant(tmp_path / "index", encoder=encoder))
        return opened[-1]

    yield over
    for each in opened:
        each.close()
