"""Many readers at once: who would wait too long is refused, who leaves costs nothing, threads do not grow."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter

import httpx
import pytest

from assistant.computing.turns import UNHURRIED_S, Turns, late
from assistant.web.work.lanes import LONGEST_WAIT_S, Busy, Lane
from tests.api_site import QUESTION, articles, make_app, serving
from tests.conftest import ROOT, _ready_address
from tests.fake_assistant import FakeAssistant
from tests.loops import run

WITHIN_S = 60


class Computing(FakeAssistant):
    """Keeps a turn for a while with each question, as judging does."""

    def __init__(self, seconds):
        super().__init__(articles())
        self.seconds, self.begun = seconds, 0

    def stream(self, question, **given):
        self.begun += 1
        time.sleep(self.seconds)
        yield from super().stream(question, **given)


class Endless(FakeAssistant):
    """Keeps its turn until it is let go."""

    def __init__(self):
        super().__init__(articles())
        self.let_go, self.ended_in_time = threading.Event(), True

    def stream(self, question, **given):
        self.ended_in_time &= self.let_go.wait(WITHIN_S)
        yield from super().stream(question, **given)


def computing():
    """The threads that answer, those too that wait for more after a test before this one."""
    return sum(thread.name == "lane" for thread in threading.enumerate())


async def crowd(base, count, work):
    """Does `work(client, number)` `count` times at once."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=base, timeout=WITHIN_S, limits=limits) as client:
        return await asyncio.gather(*(work(client, number) for number in range(count)))


async def asking(client, number):
    response = await client.post("/api/ask", json={"question": f"{QUESTION} {number}"})
    return response.status_code, response.headers.get("retry-after")


def test_questions_that_would_wait_too_long_are_refused_at_once_and_say_when_to_come():
    assistant = Computing(0.1)
    with serving(make_app(assistant)) as base:
        run(crowd(base, 12, asking))  # how long one takes is learnt
        few = computing()
        answers = run(crowd(base, 120, asking))
        statuses = Counter(status for status, _retry in answers)
        assert set(statuses) == {200, 503}
        assert 2 <= statuses[200] <= 60  # of 0.1 s, in about two seconds
        assert {int(retry) >= 2 for status, retry in answers if status == 503} == {True}
        assert computing() <= few  # who waits holds no thread
        metrics = httpx.get(f"{base}/metrics").text
        assert f'mustanad_refused_total{{cause="late",kind="answer"}} {statuses[503]}.0' in metrics
        assert 'mustanad_queue_seconds_count{kind="answer"}' in metrics


def test_another_caller_is_not_refused_for_one_who_floods():
    turns = Turns(2)
    turns._mean_s = 0.5
    for _ in range(50):
        turns.ask("flood", lambda: None)
    assert turns.wait_s("flood") > 20
    assert turns.wait_s("reader") <= 1


def test_refusals_come_while_no_work_has_ended():
    # The line of one caller has about twenty, at what a question usually takes.
    assistant, refused = Endless(), []

    async def counted(client, number):
        status, retry = await asking(client, number)
        if status == 503:
            refused.append(retry)
            if len(refused) == 30:
                assistant.let_go.set()
        return status

    with serving(make_app(assistant)) as base:
        statuses = Counter(run(crowd(base, 60, counted)))
    assert assistant.ended_in_time
    assert statuses[503] >= 30 and statuses[200] + statuses[503] == 60


def test_crowd_that_comes_as_the_server_starts_is_not_all_let_in():
    turns = Turns(2)
    for number in range(200):
        turns.ask(str(number), lambda: None)
    assert turns.wait_s("reader") > LONGEST_WAIT_S


def test_line_that_is_too_long_hurries_those_who_compute():
    turns, line = Turns(2), []
    turns._mean_s = 0.25
    with turns.turn():
        while turns.wait_s("") <= 2 * UNHURRIED_S:
            assert (late() > 0) == (turns.wait_s("") > UNHURRIED_S)
            line.append(turns.ask(str(len(line)), lambda: None))
        assert 0 < late() < len(line)
    assert late() == 0  # without a turn nobody waits for this thread


def test_readers_who_leave_cost_nothing():
    assistant = Computing(0.3)

    def leaving(base):
        host, port = base.removeprefix("http://").split(":")
        body = json.dumps({"question": QUESTION}).encode()
        head = f"POST /api/ask HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        peer = socket.create_connection((host, int(port)))
        peer.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        return peer

    with serving(make_app(assistant)) as base:
        peers = [leaving(base) for _ in range(8)]
        time.sleep(0.15)
        for peer in peers:
            peer.close()
        answer = httpx.post(f"{base}/api/ask", json={"question": QUESTION}, timeout=WITHIN_S)
        assert answer.status_code == 200
        assert assistant.begun < len(peers)  # those that still waited when they left were never begun
        metrics = httpx.get(f"{base}/metrics").text
        assert 'route="/api/ask",status="499"' in metrics


def test_work_under_way_is_refused_when_the_server_gives_up():
    async def whole():
        lane, let_go = Lane(4), threading.Event()
        waiting = asyncio.ensure_future(lane.run(lambda: let_go.wait(WITHIN_S)))
        await asyncio.sleep(0.05)
        assert lane.under_way == 1
        lane.give_up()
        with pytest.raises(Busy):
            await waiting
        let_go.set()

    run(whole())


@pytest.mark.slow
@pytest.mark.model
def test_server_told_to_stop_answers_what_it_accepted(seed_index, tmp_path):
    log = tmp_path / "log"
    settings = {"MUSTANAD_PORT": "0", "MUSTANAD_INDEX": str(seed_index), "MUSTANAD_QUESTIONS_PER_MINUTE": "0"}
    settings["MUSTANAD_FEEDBACK"] = str(tmp_path / "feedback.sqlite")
    with log.open("wb") as output:
        program = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env={**os.environ, **settings}, stdout=output, stderr=output
        )
    try:
        base = _ready_address(program, log)

        async def stopped_while_asking():
            async with httpx.AsyncClient(
                timeout=WITHIN_S, limits=httpx.Limits(max_connections=None)
            ) as client:
                idle = asyncio.ensure_future(client.get(f"{base}/gradio_api/heartbeat/reader"))
                asked = [
                    client.post(f"{base}/api/ask", json={"question": f"بماذا فازت مدائن {number}؟"})
                    for number in range(40)
                ]
                answers = [asyncio.ensure_future(each) for each in asked]
                await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
                program.send_signal(signal.SIGTERM)
                await asyncio.sleep(0.2)
                readiness = await client.get(f"{base}/readyz")
                statuses = Counter([(await each).status_code for each in answers])
                idle.cancel()
                return readiness.status_code, statuses

        readiness, statuses = run(stopped_while_asking())
        assert readiness == 503
        assert set(statuses) <= {200, 503} and statuses[200] > 1  # a busy machine accepts fewer
        assert program.wait(WITHIN_S) in (0, -signal.SIGTERM)
        assert "Traceback" not in log.read_text()
    finally:
        program.kill()
        program.wait()
