"""Milvus killed, away, too old, refusing us or answering nonsense: one line, nothing lost, nothing mixed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent import futures

import grpc
import numpy as np
import pytest
from milvus_lite.adapter.grpc.servicer import MilvusServicer
from milvus_lite.db import MilvusLite
from pymilvus.grpc_gen import common_pb2, milvus_pb2, milvus_pb2_grpc

from assistant.api.serving.server import Opening
from assistant.assistant import Assistant
from assistant.web.problems import problem_of
from assistant.web.work.readiness import LateAssistant, NotReady
from index.backends import place_of
from index.backends.milvus.writing.elsewhere import writing_elsewhere
from index.building import build
from index.errors import (
    EngineAway,
    MustanadError,
    SettingsError,
    SnapshotError,
    SnapshotLocked,
    SnapshotMissing,
)
from index.passages import split_article
from index.passages.fields import passage_terms
from index.search.live import LiveSearcher
from index.search.searcher import open_searcher
from index.sparse import Postings
from index.store.sqlite.schema import NewArticle
from index.store.writing.identity import identity_of
from index.store.writing.pending import Encoded
from tests.conftest import ROOT
from tests.crash import state
from tests.milvus_crash import ENCODER, found_state, step
from tests.milvus_server import free_port, start, stop
from tests.small_corpus import articles

KILLS = int(os.environ.get("TEST_KILLS", "4"))


class Engine:
    """A Milvus Lite of a test's own, that can be killed and started again on the same port and files."""

    def __init__(self, folder):
        self.folder, self.port = folder / "data", free_port()
        self.address = f"milvus://127.0.0.1:{self.port}/index?dense=FLAT&timeout=4"
        self.process = None

    def start(self):
        self.process = start(self.folder, self.port)

    def kill(self):
        if self.process is not None:
            stop(self.process)
            self.process = None


@pytest.fixture
def engine(tmp_path):
    engine = Engine(tmp_path)
    engine.start()
    yield engine
    engine.kill()


def test_builder_that_is_killed_leaves_one_state_whole(engine):
    chance, number = random.Random(7), 1
    build(list(state(1).values()), engine.address, encoder=ENCODER, progress=False)
    for _kill in range(KILLS):
        command = [sys.executable, "-m", "tests.milvus_crash", engine.address, str(number)]
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert child.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0.05, 1.5))
        child.send_signal(signal.SIGKILL)
        announced = [number, *map(int, child.communicate(timeout=60)[0].split())][-1]
        found = found_state(engine.address)
        assert found in (announced, announced + 1), f"announced {announced}, found {found}"
        number = found
    step(engine.address, number + 1)
    assert found_state(engine.address) == number + 1


def test_server_that_is_killed_has_what_was_acknowledged(engine):
    chance, number = random.Random(3), 1
    build(list(state(1).values()), engine.address, encoder=ENCODER, progress=False)
    for _kill in range(max(KILLS // 2, 2)):
        killing = threading.Timer(chance.uniform(0.05, 1.0), engine.kill)
        killing.start()
        with contextlib.suppress(SnapshotError):
            while True:
                step(engine.address, number + 1)
                number += 1
        killing.join()
        engine.start()
        found = found_state(engine.address)
        assert found in (number, number + 1), f"acknowledged {number}, found {found}"
        step(engine.address, found + 1)
        assert found_state(engine.address) == found + 1
        number = found + 1


def test_first_build_that_ends_early_is_gone_on_with(engine):
    """A long build commits on its way: what it did is not done again, and nobody sees it before the end."""
    with (
        pytest.raises(RuntimeError, match="the end"),
        writing_elsewhere(place_of(engine.address), identity_of(ENCODER), at_once=1) as writer,
    ):
        for one in articles(3):
            _write(writer, one)
        _write(writer, articles(4)[3], commits=False)
        raise RuntimeError("the end")
    with pytest.raises(SnapshotMissing):
        open_searcher(engine.address, encoder=ENCODER)
    report = build(articles(6), engine.address, encoder=ENCODER, progress=False)
    assert (report.unchanged, report.added) == (3, 3)
    with open_searcher(engine.address, encoder=ENCODER) as searcher:
        assert searcher.info().articles == 6
        assert searcher.info().passages == sum(len(searcher.passages(f"a{n}")) for n in range(6))


def _write(writer, article, *, commits=True):
    passages = split_article(article)
    key, first = writer.claim(len(passages))
    new = NewArticle(key, article, article.content_hash(), passages, first, story=key)
    vectors = ENCODER.encode_passages([each.text for each in passages])
    words = [np.empty((0, 0), np.uint8)] * len(passages)
    if not commits:
        writer._at_once = 10_000
    writer.add([new], Encoded(vectors, words), Postings.of(passage_terms(article, each) for each in passages))


def test_searches_go_on_when_the_server_is_back(engine):
    build(articles(5), engine.address, encoder=ENCODER, progress=False)
    live = LiveSearcher(engine.address, encoder=ENCODER)
    with live.lease() as searcher:
        assert searcher.search("river")
        engine.kill()
        with pytest.raises(EngineAway) as raised:
            searcher.search("school")
        assert "\n" not in str(raised.value)
        began = time.monotonic()
        for _reader in range(50):  # nobody waits for the time limit again at once
            with pytest.raises(EngineAway):
                searcher.search("bridge")
        assert time.monotonic() - began < 6 * 4
        with pytest.raises(EngineAway):
            live.check()
        engine.start()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(EngineAway):
                assert searcher.search("school")
                break
            time.sleep(0.2)
        live.check()
    live.close()


def test_two_builders_do_not_write_at_once(engine):
    build(articles(2), engine.address, encoder=ENCODER, progress=False)
    with (
        writing_elsewhere(place_of(engine.address), None),
        pytest.raises(SnapshotLocked),
    ):
        build(articles(3), engine.address, encoder=ENCODER, progress=False)
    assert build(articles(3), engine.address, encoder=ENCODER, progress=False).added == 1


# Servers that are none


def test_address_where_nothing_listens_is_told_in_one_line():
    with pytest.raises(EngineAway, match="cannot be reached") as raised:
        open_searcher(f"milvus://127.0.0.1:{free_port()}/index?timeout=1")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 400 Bad Request\r\n\r\n", os.urandom(4_000)])
def test_port_of_another_program_is_told_in_time(answer):
    """None: it takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_answering, args=(listening, answer), daemon=True).start()
        began = time.monotonic()
        with pytest.raises(SnapshotError) as raised:
            open_searcher(f"milvus://127.0.0.1:{listening.getsockname()[1]}/index?timeout=1")
        assert time.monotonic() - began < 20 and "\n" not in str(raised.value)


def _answering(listening, answer):
    taken = []
    with contextlib.suppress(OSError):
        while True:
            taken.append(listening.accept()[0])
            if answer:
                with contextlib.suppress(OSError):
                    taken[-1].sendall(answer)


@pytest.mark.parametrize(
    "text",
    [
        "milvus://",
        "milvus://host",
        "milvus://host:port/c",
        "milvus://host/a/b/c",
        "milvus://host/a-b",
        "milvus://host/c?dense=MAGIC",
        "milvus://host/c?timeout=0",
        "milvus://host/c?" + "x" * 100,
        "milvus://[::1/c",
    ],
)
def test_address_that_makes_no_sense_is_told_in_one_line(text):
    with pytest.raises(SettingsError) as raised:
        place_of(text)
    assert "\n" not in str(raised.value)


def test_password_is_never_shown():
    address = place_of("milvus://user:s3cret@host/collection")
    assert address.token == "user:s3cret"
    assert "s3cret" not in f"{address} {address!r}"
    with pytest.raises(SettingsError) as raised:
        place_of("milvus://user:s3cret@/")
    assert "s3cret" not in str(raised.value)


# Servers that answer nonsense


class Strange(MilvusServicer):
    """A Milvus whose answers a test may spoil."""

    def __init__(self, database):
        super().__init__(database)
        self.spoil = {}

    def _spoilt(self, name, request, context):
        if "refused" in self.spoil:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "auth check failed, please check username")
        answer = getattr(MilvusServicer, name)(self, request, context)
        return self.spoil[name](answer) or answer if name in self.spoil else answer

    def GetVersion(self, request, context):
        return self._spoilt("GetVersion", request, context)

    def Search(self, request, context):
        return self._spoilt("Search", request, context)

    def Query(self, request, context):
        return self._spoilt("Query", request, context)

    def Connect(self, request, context):
        return self._spoilt("Connect", request, context)


@pytest.fixture(scope="module")
def strange(tmp_path_factory):
    database = MilvusLite(str(tmp_path_factory.mktemp("strange") / "data"))
    served = grpc.server(futures.ThreadPoolExecutor(8))
    servicer = Strange(database)
    milvus_pb2_grpc.add_MilvusServiceServicer_to_server(servicer, served)
    servicer.address = (
        f"milvus://127.0.0.1:{served.add_insecure_port('127.0.0.1:0')}/index?dense=FLAT&timeout=2"
    )
    served.start()
    build(articles(6), servicer.address, encoder=ENCODER, progress=False)
    yield servicer
    served.stop(0)
    database.close()


@pytest.fixture
def spoil(strange):
    yield strange.spoil
    strange.spoil.clear()


def test_server_that_is_too_old_is_told_by_its_version(strange, spoil):
    spoil["GetVersion"] = lambda answer: setattr(answer, "version", "v2.3.1")
    with pytest.raises(SnapshotError, match=r"runs Milvus v2\.3\.1, older than 2\.6; upgrade"):
        open_searcher(strange.address, encoder=ENCODER)


def test_wrong_password_is_told_as_one(strange, spoil):
    spoil["refused"] = True
    with pytest.raises(EngineAway, match="refuses us .* check user and password"):
        open_searcher(strange.address, encoder=ENCODER)


def _nan(answer):
    for place in range(len(answer.results.scores)):
        answer.results.scores[place] = float("nan")


def _without_texts(answer):
    del answer.results.fields_data[:]


def _other_kinds(answer):
    for field in answer.results.fields_data:
        if field.field_name in ("start", "end", "article"):
            field.scalars.long_data.data[:] = [-5] * len(field.scalars.long_data.data)


def _cut(answer):
    for field in answer.results.fields_data:
        if field.scalars.string_data.data:
            del field.scalars.string_data.data[1:]


def _failed(answer):
    answer.status.CopyFrom(common_pb2.Status(code=65535, reason="disk\nfull \x00 of \N{SNOWMAN}"))


@pytest.mark.parametrize("spoiling", [_nan, _without_texts, _other_kinds, _cut, _failed])
def test_search_that_makes_no_sense_is_an_error_of_one_line(strange, spoil, spoiling):
    with open_searcher(strange.address, encoder=ENCODER) as searcher:
        spoil["Search"] = spoiling
        with pytest.raises(SnapshotError) as raised:
            searcher.search("river school")
        assert "\n" not in str(raised.value)
        spoil.clear()
        time.sleep(1.1)  # as long as a server that is away is left alone
        assert searcher.search("river school")


@pytest.mark.parametrize("content", ["{}", "", "x" * 1_000, '{"name": "l1", "pieces": 100000000000}', "[]"])
def test_ledger_that_makes_no_sense_is_an_error_of_one_line(strange, spoil, content):
    def spoiling(answer):
        for field in answer.fields_data:
            if field.field_name == "content":
                field.scalars.string_data.data[:] = [content] * len(field.scalars.string_data.data)

    spoil["Query"] = spoiling
    with pytest.raises(MustanadError) as raised:
        open_searcher(strange.address, encoder=ENCODER)
    assert "\n" not in str(raised.value)


def test_reply_with_nothing_in_it_is_an_error_of_one_line(strange, spoil):
    spoil["Query"] = lambda _answer: milvus_pb2.QueryResults()
    with pytest.raises(MustanadError):
        open_searcher(strange.address, encoder=ENCODER)


# The server


def test_server_waits_for_its_engine_and_comes_back_with_it(engine, capfd):
    build(articles(4), engine.address, encoder=ENCODER, progress=False)
    engine.kill()
    late = LateAssistant()
    opening = Opening(late, lambda: Assistant(engine.address, encoder=ENCODER, suggests=False), patient=True)
    opening.start()
    assert _comes(lambda: "trying again" in capfd.readouterr().err)
    assert not late.is_ready
    with pytest.raises(NotReady):
        late.info()
    engine.start()
    assert _comes(lambda: late.is_ready)
    assert opening.failure is None
    assert late.info().articles == 4
    engine.kill()
    with pytest.raises(EngineAway):  # /readyz and every question: 503
        late.info()
    assert problem_of(EngineAway("milvus://…"))[0] == 503
    engine.start()
    assert _comes(lambda: late.search("river"))
    late.close()


def _comes(seen) -> bool:
    """Whether something is seen within a minute; an engine that is away meanwhile is no answer yet."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(EngineAway, NotReady):
            if seen():
                return True
        time.sleep(0.2)
    return False
