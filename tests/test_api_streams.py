"""Streams over a real connection: heartbeats, readers who leave; and serving, with what can go wrong."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import httpx
import pytest

from assistant.api.routes import events
from assistant.api.serving.server import bind, warm
from assistant.web.work.bridge import steps
from assistant.web.work.readiness import LateAssistant
from index.errors import SettingsError
from tests.api_site import QUESTION, articles, make_app, serving
from tests.fake_assistant import FakeAssistant
from tests.loops import run

ROOT = Path(__file__).resolve().parent.parent


class Slow(FakeAssistant):
    """Streams for ever, and remembers when it was told to stop."""

    def __init__(self):
        super().__init__(articles())
        self.pieces, self.stopped = 0, False

    def stream(self, question, **given):
        from tests.fake_assistant import Delta

        try:
            while True:
                time.sleep(0.02)
                self.pieces += 1
                yield Delta("x ")
        finally:
            self.stopped = True


def test_stream_whose_reader_leaves_stops_its_work():
    slow = Slow()
    with serving(make_app(slow)) as base:
        asked = {"json": {"question": QUESTION}, "headers": {"accept": "text/event-stream"}}
        with httpx.stream("POST", f"{base}/api/ask", **asked) as response:
            lines = response.iter_lines()
            assert next(lines) == "event: delta"
        deadline = time.monotonic() + 60
        while not slow.stopped and time.monotonic() < deadline:
            time.sleep(0.02)
        assert slow.stopped
        pieces = slow.pieces
        time.sleep(0.2)
        assert slow.pieces == pieces


def test_silent_stream_is_kept_alive_by_heartbeats():
    beaten = threading.Event()

    def quiet():
        beaten.wait(60)
        yield "late"

    async def collect():
        items = []
        async for item in steps(quiet(), heartbeat_s=0.01):
            items.append(item)
            beaten.set()
        return items

    *beats, last = run(collect())
    assert last == "late"
    assert beats and set(beats) == {None}


def test_many_streams_run_beside_each_other():
    pause_s = 0.05
    with serving(make_app(FakeAssistant(articles(), pause_s=pause_s))) as base:

        async def one(client):
            answer = await client.post(
                f"{base}/api/ask", json={"question": QUESTION}, headers={"accept": "text/event-stream"}
            )
            said = [json.loads(line[5:]) for line in answer.text.splitlines() if line.startswith("data:")]
            return "".join(event["text"] for event in said[:-1]), said[-1]["kind"]

        async def all_of_them():
            async with httpx.AsyncClient(timeout=60) as client:
                return await asyncio.gather(*(one(client) for _ in range(20)))

        done = run(all_of_them())
    assert len(set(done)) == 1 and done[0][1] == "answer"


def test_event_carries_what_no_encoding_can():
    sent = events.event("delta", {"text": "a\nb\ud800"})
    assert sent.count(b"\n") == 3
    assert json.loads(sent.split(b"data: ")[1])["text"].startswith("a\nb")


def test_assistant_still_opening_shows_pages_and_answers_503():
    late = LateAssistant()
    with serving(make_app(late)) as base, httpx.Client(base_url=base) as client:
        assert client.get("/healthz").status_code == 200
        refused = client.get("/readyz")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 503
        arabic = client.get("/article/madayn-ar", headers={"accept-language": "ar"})
        assert (arabic.status_code, 'dir="rtl"' in arabic.text) == (503, True)
        assert 'lang="en"' in client.get("/article/madayn-ar", headers={"accept-language": "en"}).text
        assert "mustanad_ready 0.0" in client.get("/metrics").text
        late.arrive(FakeAssistant(articles()))
        assert client.get("/readyz").json() == {"status": "ready"}
        assert client.post("/api/ask", json={"question": QUESTION}).json()["answerable"]


def test_assistant_is_warmed_without_asking_a_language_model():
    fake = FakeAssistant(articles())
    warm(fake, writes=False)
    assert fake.streams["begun"] == 0
    warm(fake, writes=True)
    assert fake.streams["finished"] == 1
    warm(FakeAssistant([]), writes=True)  # nothing to ask about


def test_port_in_use_is_one_clear_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} .* in use; .*MUSTANAD_PORT"):
            bind("127.0.0.1", port)


def test_address_of_another_machine_is_one_clear_line():
    with pytest.raises(SettingsError, match="203.0.113.1"):
        bind("203.0.113.1", 0)
    with pytest.raises(SettingsError, match="MUSTANAD_HOST"):
        bind("no such host", 0)


SERVE = """
import sys, time
from assistant.api.serving.server import serve
from assistant.settings import Settings
from index.errors import SnapshotMismatch
from tests.api_site import articles
from tests.fake_assistant import FakeAssistant
def opener(settings):
    if sys.argv[2] == "fails":
        raise SnapshotMismatch("the index was made by another model; build it again")
    return FakeAssistant(articles())
sys.exit(serve(Settings(host=sys.argv[1], port=0, feedback=sys.argv[3]), opener=opener))
"""


def serve(*arguments):
    """The program, serving a small assistant on a free port."""
    return subprocess.Popen(
        [sys.executable, "-c", SERVE, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_server_prints_its_address_and_ends_gracefully(tmp_path):
    with serve("127.0.0.1", "opens", str(tmp_path / "feedback")) as process:
        address = process.stdout.readline().split()[-1]
        assert address.startswith("http://127.0.0.1:")
        ready, deadline = False, time.monotonic() + 60
        while not ready and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
                    ready = answer.status == 200
            except OSError:  # 503 among them: not yet
                time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)  # who tells it twice is in a hurry: its end all the same
        _out, told = process.communicate(timeout=60)
    assert ready
    assert process.returncode == 0  # its own end, not the signal: files are closed
    assert "Traceback" not in told
    assert "warning" not in told


@pytest.mark.slow
def test_server_whose_index_cannot_be_used_ends_with_one_line(tmp_path):
    with serve("0.0.0.0", "fails", str(tmp_path / "feedback")) as process:
        _out, told = process.communicate(timeout=60)
    warning, error = [line for line in told.splitlines() if line.startswith("mustanad:")]
    assert "MUSTANAD_READER_KEYS" in warning
    assert (process.returncode, error) == (
        2,
        "mustanad: the index was made by another model; build it again",
    )
