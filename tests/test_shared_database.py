"""Feedback, questions and pins in PostgreSQL: shared by all who name it; no answer waits for it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from fastapi.testclient import TestClient

from assistant.__main__ import main, mustanad
from assistant.operation import later, pins
from assistant.operation.doctor import examine
from assistant.operation.in_force import in_force
from assistant.operation.later import Later
from assistant.operation.pins import PinBook
from assistant.operation.question_log import QuestionLog
from assistant.settings import Settings
from assistant.web.storage import postgres as client
from assistant.web.storage.database import DatabaseAway
from assistant.web.storage.database_opening import database_at
from assistant.web.storage.feedback import FeedbackBook
from index.errors import SettingsError
from tests.api_site import QUESTION, UNKNOWN, articles, make_app
from tests.conftest import ROOT
from tests.fake_assistant import FakeAssistant
from tests.postgres_server import postgres
from tests.test_operation import AS_EDITOR, QUOTE, TOKEN, asked, form_token

pytest.importorskip("psycopg", reason="pip install -r requirements-scale.txt")
WITHIN_S = 30


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with postgres(tmp_path_factory.mktemp("postgres")) as running:
        yield running


@pytest.fixture
def address(cluster):
    """An empty database of a test's own."""
    import psycopg

    name = f"test_{time.monotonic_ns()}"
    with psycopg.connect(cluster.address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return cluster.address.replace("/postgres", f"/{name}")


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(client, "WAIT_S", 2.0)
    monkeypatch.setattr(later, "RETRY_S", 0.1)
    monkeypatch.setattr(pins, "FOLLOWED_EVERY_S", 0.1)


def until(true):
    deadline = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def site(address, **more):
    given = {"admin_token": TOKEN, "question_log": address, "feedback": address, "chat": False, **more}
    return TestClient(make_app(FakeAssistant(articles()), **given))


def words_asked(address):
    return sorted(each.question for each in QuestionLog(address, days=90).read())


def test_two_readers_share_questions_feedback_and_pins(address, quick, capsys, monkeypatch):
    with site(address) as one, site(address) as other:
        one.post("/api/ask", json={"question": UNKNOWN})
        other.post("/api/ask", json={"question": UNKNOWN})
        other.post("/api/ask", json={"question": QUESTION})
        FeedbackBook(address).record(answer_id="a", verdict="dislike", question="سؤال", answer="ج")
        until(lambda: len(words_asked(address)) == 3)
        for each in (one, other):
            gaps = each.get("/admin/gaps.csv", auth=AS_EDITOR).text
            assert UNKNOWN in gaps and ",2,2," in gaps
            assert "سؤال" in each.get("/admin/dislikes.csv", auth=AS_EDITOR).text
        sent = {"token": form_token(one), "question": UNKNOWN, "quote": QUOTE, "article_id": "madayn-ar"}
        one.post("/admin/pins", data=sent, auth=AS_EDITOR)
        until(lambda: other.post("/api/ask", json={"question": UNKNOWN}).json()["writer"] == "editors")
        (pin,) = PinBook(address).read()
        other.post(f"/admin/pins/{pin.number}/remove", data={"token": form_token(other)}, auth=AS_EDITOR)
        until(lambda: not one.post("/api/ask", json={"question": UNKNOWN}).json()["answerable"])
    monkeypatch.setenv("MUSTANAD_QUESTION_LOG", address)
    monkeypatch.setenv("MUSTANAD_FEEDBACK", address)
    assert mustanad(["gaps", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["question"] == UNKNOWN
    assert main(["feedback"]) == main(["feedback", "--feedback", address]) == 0
    assert capsys.readouterr().out.count("سؤال") == 2


def test_what_is_kept_comes_back_as_from_a_file(address, tmp_path):
    vector = np.array([0.6, 0.8], np.float32)
    entries = [
        asked("قديم", at="2020-01-01T00:00:00+00:00"),
        asked("نص\0 فيه", vector=vector, ids=["a", "ب"]),
    ]
    read, verdicts = [], []
    for place in (address, tmp_path / "file"):
        kept = QuestionLog(place, days=30)
        for each in entries:
            kept.keep(each)
        kept._forget_at_s = 0
        kept.keep(asked("آخر", confidence=0.123456789012345))
        read.append([(each.question, each.articles, each.confidence, each.seconds) for each in kept.read()])
        assert np.allclose(kept.read()[0].vector, vector, atol=1e-3)
        kept.close()
        book = FeedbackBook(place if isinstance(place, str) else tmp_path / "feedback")
        given = {"answer_id": "x", "question": "q", "answer": "a"}
        first = book.record(verdict="dislike", comment="wrong", **given)
        assert book.record(verdict="dislike", **given) == first
        verdicts.append([(each.verdict, each.comment) for each in book.read()])
        assert book.read(verdict="like") == []
        book.close()
    assert read[0] == [(question.replace("\0", "\ufffd"), *more) for question, *more in read[1]]
    assert [each[0] for each in read[1]] == ["نص\0 فيه", "آخر"]
    assert verdicts == [[("dislike", "wrong")]] * 2


def test_many_who_begin_at_once_make_one_table(address):
    script = (
        "import sys; from assistant.web.storage.feedback import FeedbackBook\n"
        "for number in range(20): FeedbackBook(sys.argv[1]).record(answer_id=f'{sys.argv[2]}-{number}',"
        " verdict='like', question='q', answer='a')"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", script, address, str(each)], cwd=ROOT) for each in range(3)
    ]
    assert [each.wait(WITHIN_S) for each in started] == [0, 0, 0]
    assert len(FeedbackBook(address).read()) == 60


def test_threads_share_one_connection(address):
    book = FeedbackBook(address)

    def work(number):
        book.record(answer_id=str(number), verdict="like", question="q", answer="a")

    threads = [threading.Thread(target=work, args=(each,)) for each in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(book.read()) == 20
    with database_at(address, "feedback").opened() as session:
        row = session.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        assert row.fetchone()[0] == 1


def test_reader_without_the_right_to_make_tables_uses_those_there_are(address):
    QuestionLog(address, days=9).keep(asked("س"))
    with database_at(address, "asked").opened() as session:
        session.execute("CREATE ROLE writer LOGIN")
        session.execute("GRANT SELECT, INSERT, DELETE ON asked TO writer")
    other = address.replace("reader:secret", "writer")
    QuestionLog(other, days=9).keep(asked("ص"))
    assert words_asked(address) == ["س", "ص"]
    with pytest.raises(SettingsError, match="permission denied.* MUSTANAD_FEEDBACK") as caught:
        FeedbackBook(other).read()
    assert not isinstance(caught.value, DatabaseAway) and "\n" not in str(caught.value)


def test_database_that_is_away_costs_no_answer_and_loses_no_question(cluster, address, quick, caplog):
    with site(address) as reader:
        sent = {"token": form_token(reader), "question": UNKNOWN, "quote": QUOTE, "article_id": "madayn-ar"}
        reader.post("/admin/pins", data=sent, auth=AS_EDITOR)
        until(lambda: reader.post("/api/ask", json={"question": UNKNOWN}).json()["writer"] == "editors")
        cluster.stop()
        try:
            with caplog.at_level(logging.WARNING):
                for _ in range(5):
                    answer = reader.post("/api/ask", json={"question": QUESTION})
                    assert answer.status_code == 200 and answer.json()["answerable"]
                assert reader.post("/api/ask", json={"question": UNKNOWN}).json()["writer"] == "editors"
                looked = reader.get("/admin", auth=AS_EDITOR)
            assert looked.status_code == 503 and "MUSTANAD_QUESTION_LOG" in looked.json()["detail"]
            assert "secret" not in looked.text + caplog.text and "Traceback" not in caplog.text
            waiting = [each for each in caplog.messages if each.startswith("questions wait")]
            assert len(waiting) == 1 and "\n" not in waiting[0]
        finally:
            cluster.start()
        until(lambda: words_asked_once_back(address).count(QUESTION) == 5)


def words_asked_once_back(address):
    try:
        return words_asked(address)
    except DatabaseAway:
        return []


def test_database_that_takes_questions_and_answers_none_is_away(cluster, address, quick):
    with site(address) as reader:
        until(lambda: reader.post("/api/ask", json={"question": QUESTION}).json()["answerable"])
        until(lambda: QUESTION in words_asked(address))
        with cluster.held_still():
            began = time.monotonic()
            for _ in range(5):
                assert reader.post("/api/ask", json={"question": QUESTION}).status_code == 200
            assert time.monotonic() - began < 5 * client.WAIT_S  # what they would take if each had waited
            with pytest.raises(DatabaseAway):
                FeedbackBook(address).read()
            assert time.monotonic() - began < 10 * client.WAIT_S
        until(lambda: words_asked_once_back(address).count(QUESTION) == 6)


def test_server_starts_while_its_database_is_away(quick):
    with site("postgresql://reader@127.0.0.1:9/none") as reader:
        assert reader.post("/api/ask", json={"question": QUESTION}).json()["answerable"]


def test_what_waits_has_a_bound(monkeypatch):
    monkeypatch.setattr(later, "MOST_WAITING", 3)
    monkeypatch.setattr(later, "RETRY_S", 0.01)
    done, is_away = [], threading.Event()
    is_away.set()

    def work(piece):
        if is_away.is_set():
            raise DatabaseAway("away")
        if piece == 1:
            raise SettingsError("never")
        done.append(piece)

    waiting = Later(work, what="numbers")
    for piece in range(9):
        waiting.do(piece)
    waiting.finish(0.05)
    is_away.clear()
    waiting.finish(WITHIN_S)
    assert len(done) in (2, 3) and done == [each for each in range(4) if each != 1][: len(done)]


def test_addresses_that_are_none_and_databases_that_refuse_are_told_in_one_line(cluster, capsys, monkeypatch):
    with pytest.raises(SettingsError, match="MUSTANAD_FEEDBACK is no address") as caught:
        FeedbackBook("postgresql://reader:secret@[::1/db")
    assert "secret" not in str(caught.value)
    wrong = cluster.address.replace("/postgres", "/nowhere")
    monkeypatch.setenv("MUSTANAD_QUESTION_LOG", wrong)
    assert mustanad(["gaps"]) == 2
    told = capsys.readouterr().err.strip()
    assert '"nowhere" does not exist' in told and "\n" not in told and "secret" not in told


def test_passwords_are_hidden_and_the_doctor_asks_the_database(address):
    away = "postgresql://a:secret@127.0.0.1:9/b"
    environment = {"MUSTANAD_FEEDBACK": address, "MUSTANAD_QUESTION_LOG": away}
    listed = "".join(each.value for each in in_force(environment))
    shown = listed + repr(Settings.from_environment(environment))
    assert "secret" not in shown and "postgresql://127.0.0.1:9/b" in shown
    found = {
        each.state: each.fact for each in examine({**os.environ, **environment}) if each.about == "database"
    }
    assert found["good"].endswith("for MUSTANAD_FEEDBACK") and "refused" in found["problem"]
    assert "secret" not in str(found)
