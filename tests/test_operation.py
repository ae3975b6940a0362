"""What the operator and the editors get: the file of questions, gaps, pins, /admin, settings, the doctor."""

import csv
import io
import json
import re
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import numpy as np
import pytest
from fastapi.testclient import TestClient

from assistant.__main__ import mustanad
from assistant.operation.doctor import examine
from assistant.operation.gaps import ALIKE, answering_articles, gaps_of, use_by_day
from assistant.operation.in_force import HIDDEN, in_force
from assistant.operation.pins import key_of
from assistant.operation.question_log import LoggedQuestion, QuestionLog
from tests.api_site import ENGLISH_QUESTION, QUESTION, UNKNOWN, articles, make_app
from tests.conftest import ROOT
from tests.fake_assistant import FakeAssistant

TOKEN = "editors-token-0123456789"
AS_EDITOR = ("anyone", TOKEN)
QUOTE = "والمشروع يخدم عشر مدن صناعية."


@pytest.fixture
def site(tmp_path):
    """A client of an application that keeps questions, and the settings' files."""
    app = make_app(
        FakeAssistant(articles()), chat=True, admin_token=TOKEN, log="errors",
        question_log=str(tmp_path / "kept" / "asked"), feedback=str(tmp_path / "feedback"),
    )  # fmt: skip
    with TestClient(app) as client:
        yield client


def asked(question, *, at=None, outcome="refusal", confidence=0.1, vector=None, ids=()):
    at = at or datetime.now(UTC).isoformat(timespec="seconds")
    return LoggedQuestion("id", at, question, "ar", outcome, confidence, tuple(ids), 0.1, vector)


def form_token(client):
    return re.search(r'name="token" value="(\w+)"', client.get("/admin", auth=AS_EDITOR).text)[1]


def test_questions_are_kept_without_who_asked_and_forgotten_in_time(tmp_path):
    kept = QuestionLog(tmp_path / "asked", days=30)
    old = (datetime.now(UTC) - timedelta(days=31)).isoformat(timespec="seconds")
    kept.keep(asked("قديم", at=old))
    kept._forget_at_s = 0
    vector = np.array([0.6, 0.8], np.float32)
    kept.keep(asked("جديد", vector=vector))
    (entry,) = kept.read()
    assert entry.question == "جديد" and np.allclose(entry.vector, vector, atol=1e-3)
    kept.close()
    columns = {row[1] for row in sqlite3.connect(tmp_path / "asked").execute("PRAGMA table_info(asked)")}
    assert not columns & {"address", "ip", "user", "session"}
    assert stat.S_IMODE((tmp_path / "asked").stat().st_mode) == 0o600


def test_nothing_is_kept_unless_asked_for(tmp_path):
    with TestClient(make_app(chat=False)) as client:
        client.post("/api/ask", json={"question": QUESTION})
        assert client.get("/admin").status_code == 404


def test_file_of_questions_that_cannot_be_written_costs_no_answer(tmp_path):
    (tmp_path / "asked").mkdir()
    with TestClient(make_app(question_log=str(tmp_path / "asked"))) as client:
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200


def test_questions_of_one_meaning_are_gathered():
    near = np.array([ALIKE + 0.01, np.sqrt(1 - (ALIKE + 0.01) ** 2)], np.float32)
    one, far = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    entries = [
        asked("كم طول النهر؟", vector=one), asked("كم  طول النهر؟", vector=one),
        asked("ما طول النهر؟", vector=near),
        asked("من فاز؟", vector=far), asked("من كتب؟", outcome="answer", confidence=0.3, vector=-one),
        asked("واضح", outcome="answer", confidence=0.9, ids=["a"]), asked("شكرا", outcome="small_talk"),
    ]  # fmt: skip
    gaps = gaps_of(entries)
    assert [(gap.question, gap.times, gap.refused) for gap in gaps] == [
        ("كم طول النهر؟", 3, 3), ("من فاز؟", 1, 1), ("من كتب؟", 1, 0),
    ]  # fmt: skip
    assert answering_articles(entries) == [("a", 1)]
    (day,) = use_by_day(entries).values()
    assert day == {"refused": 4, "doubtful": 1, "answered": 1, "other": 1}


def test_vectors_of_another_model_are_no_obstacle():
    entries = [
        asked("س", vector=np.ones(2, np.float32)),
        asked("ص", vector=np.ones(3, np.float32)),
        asked("ع"),
    ]
    assert len(gaps_of(entries)) == 3


def test_admin_wants_the_token_and_shows_what_was_asked_in_vain(site):
    for _ in range(2):
        site.post("/api/ask", json={"question": UNKNOWN})
    site.post("/api/ask", json={"question": QUESTION})
    assert site.get("/admin").status_code == site.get("/admin", auth=("x", "wrong")).status_code == 401
    assert "Basic" in site.get("/admin").headers["www-authenticate"]
    page = site.get("/admin", auth=AS_EDITOR, headers={"accept-language": "ar"})
    assert page.status_code == 200 and 'dir="rtl"' in page.text and UNKNOWN in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert site.get("/admin", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert 'lang="en"' in site.get("/admin?lang=en", auth=AS_EDITOR).text
    rows = [
        *csv.DictReader(io.StringIO(site.get("/admin/gaps.csv", auth=AS_EDITOR).content.decode("utf-8-sig")))
    ]
    assert [(row["question"], row["times"]) for row in rows] == [(UNKNOWN, "2")]
    answering = site.get("/admin/articles.csv", auth=AS_EDITOR).text
    assert "madayn-ar" in answering
    assert site.get("/admin/others.csv", auth=AS_EDITOR).status_code == 404


def test_questions_cannot_harm_the_page_or_a_spreadsheet(site):
    hostile = '=HYPERLINK("http://x")<script>alert(1)</script>'
    site.post("/api/ask", json={"question": hostile})
    assert "<script>" not in site.get("/admin", auth=AS_EDITOR).text
    assert "'=HYPERLINK" in site.get("/admin/gaps.csv", auth=AS_EDITOR).text


def test_disliked_answers_are_shown(site):
    opinion = {
        "answer_id": "a",
        "verdict": "dislike",
        "question": "س؟",
        "answer": "نص الجواب",
        "comment": "ليس هذا",
    }
    site.post("/gradio_api/run/feedback", json={"data": [opinion]})
    page = site.get("/admin", auth=AS_EDITOR).text
    assert "نص الجواب" in page and "ليس هذا" in page


def test_pinned_quote_answers_from_then_on_marked_as_the_editors(site):
    sent = {"token": form_token(site), "question": UNKNOWN, "quote": QUOTE, "lang": "ar"}
    done = site.post("/admin/pins", data=sent, auth=AS_EDITOR)
    assert done.status_code == 200 and "صار هذا الاقتباس" in done.text
    answer = site.post("/api/ask", json={"question": f"  {UNKNOWN.rstrip('؟')} "}).json()
    (citation,) = answer["citations"]
    text = site.get(f"/api/articles/{citation['article_id']}").json()["text"]
    assert text[citation["start"] : citation["end"]] == citation["quote"] == QUOTE
    assert (answer["writer"], answer["answerable"], "المحررون" in answer["text"]) == ("editors", True, True)
    streamed = site.post("/api/ask", json={"question": UNKNOWN}, headers={"accept": "text/event-stream"}).text
    assert "المحررون" in streamed
    number = re.search(r"admin/pins/(\d+)/remove", site.get("/admin", auth=AS_EDITOR).text)[1]
    site.post(f"/admin/pins/{number}/remove", data={"token": sent["token"]}, auth=AS_EDITOR)
    assert not site.post("/api/ask", json={"question": UNKNOWN}).json()["answerable"]


@pytest.mark.parametrize(
    "quote", ["والمشروع لا يخدم عشر مدن صناعية.", "", "نص لا يرد في أي مقال من المقالات"]
)
def test_quote_that_no_article_says_is_not_pinned(site, quote):
    sent = {"token": form_token(site), "question": UNKNOWN, "quote": quote or " ", "article_id": "madayn-ar"}
    site.post("/admin/pins", data=sent, auth=AS_EDITOR)
    assert not site.post("/api/ask", json={"question": UNKNOWN}).json()["answerable"]


def test_pin_whose_article_changed_is_told_and_answers_no_more(tmp_path):
    settings = {
        "admin_token": TOKEN,
        "question_log": str(tmp_path / "asked"),
        "feedback": str(tmp_path / "f"),
    }
    with TestClient(make_app(**settings, chat=True)) as client:
        sent = {"token": form_token(client), "question": UNKNOWN, "quote": QUOTE, "article_id": "madayn-ar"}
        client.post("/admin/pins", data=sent, auth=AS_EDITOR)
    changed = [replace(each, text=each.text.replace("عشر مدن", "تسع مدن")) for each in articles()]
    with TestClient(make_app(FakeAssistant(changed), **settings, chat=True)) as client:
        assert not client.post("/api/ask", json={"question": UNKNOWN}).json()["answerable"]
        assert 'class="gone"' in client.get("/admin", auth=AS_EDITOR).text


def test_form_of_another_page_is_refused(site):
    sent = {"token": "0" * 64, "question": UNKNOWN, "quote": QUOTE}
    assert site.post("/admin/pins", data=sent, auth=AS_EDITOR).status_code == 403
    assert site.post("/admin/pins", data={**sent, "token": form_token(site)}).status_code == 401


def test_key_of_a_question_forgives_signs_and_no_words():
    assert key_of("بماذا فازَت  مدائن؟") == key_of(" بماذا فازت مدائن")
    assert key_of("لم يفز") != key_of("يفز")


def test_line_a_request_has_its_id_and_the_question_only_where_asked_for(capsys):
    for log, is_there in (("requests", False), ("questions", True), ("errors", None)):
        with TestClient(make_app(log=log)) as client:
            client.post("/api/ask", json={"question": ENGLISH_QUESTION}, headers={"x-request-id": "r-1"})
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
        if is_there is None:
            assert not lines
            continue
        answer, request = lines
        assert answer["request_id"] == request["request_id"] == "r-1"
        assert (request["route"], request["status"], answer["outcome"]) == ("/api/ask", 200, "answer")
        assert ("question" in answer) == is_there


LIBRARIES = """
import logging, warnings
from assistant.web.observing.log_lines import take_over_logging
take_over_logging()
warnings.warn("this is old")
logging.getLogger("uvicorn.error").info("this is not told")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("uvicorn.error").exception("this %s", "broke")
"""


def test_what_libraries_log_is_a_line_each_of_the_same_log():
    run = subprocess.run([sys.executable, "-c", LIBRARIES], cwd=ROOT, capture_output=True, text=True)
    warned, broke = map(json.loads, run.stderr.splitlines())
    assert (warned["event"], warned["level"], warned["logger"]) == ("log", "warning", "py.warnings")
    assert "this is old" in warned["message"] and "trace" not in warned
    assert (broke["level"], broke["message"]) == ("error", "this broke")
    assert broke["trace"].endswith("ZeroDivisionError: division by zero")


def test_settings_in_force_say_where_they_came_from_and_hide_secrets():
    listed = {each.name: each for each in in_force({"MUSTANAD_PORT": "81", "MUSTANAD_ADMIN_TOKEN": "s3cret"})}
    assert (listed["MUSTANAD_PORT"].value, listed["MUSTANAD_PORT"].origin) == ("81", "environment")
    assert (listed["MUSTANAD_HOST"].value, listed["MUSTANAD_HOST"].origin) == ("127.0.0.1", "default")
    assert listed["MUSTANAD_ADMIN_TOKEN"].value == HIDDEN
    assert listed["MUSTANAD_LLM_API_KEY"].value == ""


def test_commands_of_the_operator(capsys, tmp_path, monkeypatch):
    assert mustanad(["settings"]) == 0
    assert "MUSTANAD_PORT" in capsys.readouterr().out
    assert mustanad(["gaps"]) == 2
    assert "MUSTANAD_QUESTION_LOG" in capsys.readouterr().err
    kept = QuestionLog(tmp_path / "asked", days=90)
    kept.keep(asked("كم ارتفاع الجبل؟"))
    kept.close()
    monkeypatch.setenv("MUSTANAD_QUESTION_LOG", str(tmp_path / "asked"))
    assert mustanad(["gaps"]) == 0
    assert "كم ارتفاع الجبل؟" in capsys.readouterr().out
    assert mustanad(["gaps", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["times"] == 1


@pytest.mark.model
def test_doctor_finds_what_is_wrong_and_says_what_to_do(tmp_path):
    environment = {
        "MUSTANAD_INDEX": str(tmp_path / "none"), "MUSTANAD_ARTICLES": str(tmp_path / "none"),
        "MUSTANAD_ADMIN_TOKEN": "short", "MUSTANAD_LLM_BASE_URL": "http://127.0.0.1:9/v1",
        "MUSTANAD_PORT": "0",
    }  # fmt: skip
    findings = [*examine(environment)]
    states = {each.about: each.state for each in findings if each.state != "good"}
    assert states["index"] == states["language model"] == "problem" and states["settings"] == "warning"
    assert all(each.remedy for each in findings if each.state == "problem")
    assert "short" not in json.dumps([each.fact for each in findings])


def test_doctor_says_a_wrong_setting_and_nothing_that_would_follow_from_others():
    (only,) = examine({"MUSTANAD_PROT": "1"})
    assert "MUSTANAD_PORT" in only.fact


@pytest.mark.parametrize(
    ("name", "value"),
    [("MUSTANAD_READER_KEYS", "/none/reader-keys"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4317")],
)
def test_doctor_looks_at_what_would_stop_the_start(name, value):
    settings = takewhile(lambda finding: finding.about == "settings", examine({name: value}))
    states = [finding.state for finding in settings]
    assert "problem" in states and "good" not in states


def test_file_of_questions_is_whole_when_the_program_has_ended(tmp_path):
    path = tmp_path / "questions.sqlite"
    code = (
        "import sys, threading, time; from pathlib import Path;"
        "from assistant.web.storage.database_opening import database_at;"
        "path = Path(sys.argv[1]); database = database_at(path, 'asked');"
        "context = database.opened(); context.__enter__(); context.__exit__(None, None, None);"
        "print([each.name for each in path.parent.iterdir()]);"
        "threading.Thread(target=lambda: (time.sleep(60), database), daemon=True).start()"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True)
    assert "questions.sqlite-wal" in run.stdout, run.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["questions.sqlite"]
