"""The doctor: looks at the machine, the model, the index, the settings and the port, and says what to do."""

from __future__ import annotations

import os
import platform
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from assistant.settings import Settings, from_root
from assistant.web.guards.logins import open_keys
from assistant.web.observing.tracing import check_tracing
from assistant.web.storage.database import SETTINGS, Table, is_address
from assistant.web.storage.database_opening import database_at
from index.errors import MustanadError, SettingsError

State = Literal["good", "warning", "problem"]
NEEDED_MB = 1500  # of memory for a process with a small index; docs/benchmarks.md has the growth
NEEDED_DISK_MB = 1000
SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was looked at, how it is, and what to do about it where it is not good."""

    about: str
    state: State
    fact: str
    remedy: str = ""


def examine(environment: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Look at everything, one after the other; what fails is a diagnosis, no error."""
    try:
        settings = Settings.from_environment(environment)
    except MustanadError as error:
        yield Diagnosis("settings", "problem", str(error), "mend it, then run this again")
        return  # what the other settings would be is not known
    looks: tuple[tuple[str, Callable[[Settings], Iterator[Diagnosis]]], ...] = (
        ("settings", partial(_settings, environment=environment)),
        ("machine", _machine),
        ("model", _model),
        ("index", _index),
        ("files", _files),
        ("port", _port),
        ("language model", _language_model),
    )
    for about, look in looks:
        try:
            yield from look(settings)
        except MustanadError as error:
            yield Diagnosis(about, "problem", str(error))


def _settings(settings: Settings, *, environment: Mapping[str, str]) -> Iterator[Diagnosis]:
    if settings.trusted_proxy_header and not settings.trusted_proxies:
        yield Diagnosis(
            "settings", "problem", f"{settings.trusted_proxy_header} is believed from nobody",
            "set MUSTANAD_TRUSTED_PROXIES to the addresses of the login proxy",
        )  # fmt: skip
    if not (settings.is_loopback or settings.reader_keys or settings.trusted_proxy_header):
        yield Diagnosis(
            "settings", "warning", f"anyone who reaches {settings.host} may ask",
            "set MUSTANAD_READER_KEYS or MUSTANAD_TRUSTED_PROXY_HEADER, or put a login before it",
        )  # fmt: skip
    if settings.admin_token and len(settings.admin_token) < SHORTEST_TOKEN:
        yield Diagnosis(
            "settings", "warning", f"MUSTANAD_ADMIN_TOKEN has {len(settings.admin_token)} characters",
            "make one with: python -c 'import secrets; print(secrets.token_urlsafe())'",
        )  # fmt: skip
    if settings.question_log and not settings.admin_token:
        yield Diagnosis(
            "settings", "warning", "questions are kept, and /admin does not exist",
            "set MUSTANAD_ADMIN_TOKEN, or read them with: mustanad gaps",
        )  # fmt: skip
    cores = os.cpu_count() or 1
    if settings.workers > cores:
        yield Diagnosis(
            "settings", "warning", f"MUSTANAD_WORKERS is {settings.workers}, of {cores} processors",
            f"set it to {cores} at most",
        )  # fmt: skip
    open_keys(settings)
    check_tracing(environment)
    yield Diagnosis("settings", "good", "every setting has a known name and a sound value")


def _machine(settings: Settings) -> Iterator[Diagnosis]:
    system = f"{platform.system()} on {platform.machine()}"
    yield Diagnosis("machine", "good", f"Python {platform.python_version()}, {system}")
    free_mb = _free_memory_mb()
    if free_mb is not None:
        needed = NEEDED_MB * settings.workers
        state: State = "good" if free_mb >= needed else "warning"
        remedy = (
            "" if state == "good" else f"{needed:,} MB are wanted; end other programs or set MUSTANAD_WORKERS"
        )
        yield Diagnosis("machine", state, f"{free_mb:,} MB of memory are free", remedy)


def _free_memory_mb() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("MemAvailable:")), None)


def _model(settings: Settings) -> Iterator[Diagnosis]:
    from index.commands.environment import named_encoder
    from index.encoder import load_encoder

    encoder = load_encoder(named_encoder(settings.encoder))
    vector = encoder.encode_queries(["ما هذا؟"])[0]
    precision = getattr(encoder, "precision", "")
    yield Diagnosis("model", "good", f"{encoder.name} encodes ({len(vector)} dimensions, {precision})")


def _index(settings: Settings) -> Iterator[Diagnosis]:
    from index.search.searcher import open_searcher
    from index.store.generations.manifest import FILE_NAME

    folder = from_root(settings.index)
    if not (folder / FILE_NAME).exists():
        articles = from_root(settings.articles)
        state: State = "warning" if articles.exists() else "problem"
        remedy = (
            f"the server builds it from {articles}"
            if articles.exists()
            else f"build it: mustanad build PATH --index {folder}"
        )
        yield Diagnosis("index", state, f"there is no index in {folder}", remedy)
        return
    with open_searcher(folder) as searcher:
        info = searcher.info()
    yield Diagnosis(
        "index",
        "good",
        f"{info.articles:,} articles, {info.passages:,} passages, generation {info.generation}",
    )


def _files(settings: Settings) -> Iterator[Diagnosis]:
    written: dict[Table, str | None] = {"feedback": settings.feedback, "asked": settings.question_log}
    for table, path in written.items():
        name = SETTINGS[table]
        if not path:
            continue
        if is_address(path):
            yield _database(path, table)
            continue
        folder = _there(from_root(path).parent)
        if not os.access(folder, os.W_OK):
            yield Diagnosis(
                "files", "problem", f"{name} cannot be written in {folder}", "make it writable or set another"
            )
    free_mb = shutil.disk_usage(_there(from_root(settings.index))).free // 2**20
    state: State = "good" if free_mb >= NEEDED_DISK_MB else "warning"
    yield Diagnosis(
        "files", state, f"{free_mb:,} MB of disk are free", "" if state == "good" else "free some"
    )


def _there(path: Path) -> Path:
    """Give the nearest folder of a path that is there; an index's address elsewhere has none but the root."""
    return next(folder for folder in (path, *path.parents) if os.access(folder, os.F_OK))


def _database(address: str, table: Table) -> Diagnosis:
    try:
        database = database_at(address, table)
        with database.opened() as connection:
            connection.execute(f"SELECT number FROM {table} LIMIT 1")
    except SettingsError as error:
        return Diagnosis("database", "problem", str(error), "the server answers, and keeps nothing there")
    return Diagnosis("database", "good", f"{database.name} answers, for {SETTINGS[table]}")


def _port(settings: Settings) -> Iterator[Diagnosis]:
    from assistant.web.work.listening import bind

    if not settings.port:
        yield Diagnosis("port", "good", "any free port is taken")
        return
    with socket.socket() as probe:
        probe.settimeout(1)
        if settings.is_loopback and probe.connect_ex((settings.host, settings.port)) == 0:
            yield Diagnosis(
                "port", "warning", f"something answers at port {settings.port} already",
                "if it is not Mustanad, set MUSTANAD_PORT",
            )  # fmt: skip
            return
    bind(settings.host, settings.port).close()
    yield Diagnosis("port", "good", f"port {settings.port} of {settings.host} is free")


def _language_model(settings: Settings) -> Iterator[Diagnosis]:
    if not settings.llm_base_url:
        return
    import httpx

    address = f"{settings.llm_base_url.rstrip('/')}/models"
    headers = {"Authorization": f"Bearer {settings.llm_api_key}"} if settings.llm_api_key else {}
    try:
        status = httpx.get(address, headers=headers, timeout=5).status_code
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        yield Diagnosis("language model", "problem", f"{address} does not answer ({type(error).__name__})",
                      "start it, or mend MUSTANAD_LLM_BASE_URL; until then answers are quotes")  # fmt: skip
        return
    state: State = "good" if status == 200 else "warning"
    yield Diagnosis(
        "language model", state, f"{address} answers {status}", "" if status == 200 else "look at its key"
    )
