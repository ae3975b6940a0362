"""Two processes behind one port: sessions, limits, MCP, counts and the end go on as with one."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
from gradio_client import Client

from assistant.web.guards.shared_limits import SLOTS, SharedAllowance
from tests.api_site import QUESTION
from tests.conftest import ROOT, SERVER_READY_WITHIN_S, _ready_address
from tests.loops import run

WITHIN_S = 60
LIMIT = 40
MOST_TRIES = 20  # of a question that a busy machine refuses


@pytest.fixture(scope="module")
def program(seed_index, tmp_path_factory):
    """A running program of two processes: its address, the process, its log."""
    folder = tmp_path_factory.mktemp("workers")
    settings = {
        "MUSTANAD_WORKERS": "2",
        "MUSTANAD_PORT": "0",
        "MUSTANAD_INDEX": str(seed_index),
        "MUSTANAD_FEEDBACK": str(folder / "feedback.sqlite"),
        "MUSTANAD_QUESTION_LOG": str(folder / "questions.sqlite"),
        "MUSTANAD_QUESTIONS_PER_MINUTE": "0",
        "MUSTANAD_TRUSTED_PROXIES": "127.0.0.1",
        "MUSTANAD_QUESTIONS_PER_MINUTE_PER_ORIGIN": str(LIMIT),
        "MUSTANAD_EMBED_ORIGINS": "https://portal.example",
        "TMPDIR": str(folder),
    }
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        address = _ready_address(process, log)
        _until(lambda: _are_ready(address, process.pid), process)
        yield address, process, log
    finally:
        process.kill()
        process.wait()


def _until(true, process):
    """Waits until it is `true`, however busy the machine, but for no program that has ended."""
    deadline = time.monotonic() + SERVER_READY_WITHIN_S
    while not true():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.2)


def _are_ready(address, pid):
    """Whether two processes run, and listen: each but the first begins to when it can answer."""
    port = f":{int(address.rsplit(':', 1)[1]):04X}"
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [socket for socket in sockets if socket[1].endswith(port) and socket[3] == "0A"]
    return len(_processes(pid)) == len(listening) == 2


def _processes(pid):
    """The processes that answer, of the program `pid`."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


async def _page(client, number):
    """Does what our page does: joins, then takes the events; asks a busy server again."""
    for _ in range(MOST_TRIES):
        joined = await client.post("/gradio_api/call/ask", json={"data": [f"{QUESTION} {number}", [], {}]})
        if joined.status_code != 503:
            event = joined.json()["event_id"]
            events = await client.get(f"/gradio_api/call/ask/{event}")
            said = [json.loads(line[5:]) for line in events.text.splitlines() if line.startswith("data:")]
            if '"busy"' not in events.text:
                break
        await asyncio.sleep(2)
    return event, said


def test_streams_of_the_page_come_whole_whichever_process_is_asked(program):
    async def whole():
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(base_url=program[0], timeout=WITHIN_S, limits=limits) as client:
            return await asyncio.gather(*(_page(client, number) for number in range(16)))

    pages = run(whole())
    assert len({event[-2:] for event, _events in pages}) == 2  # both processes took some
    for _event, events in pages:
        said = [event[0] for event in events if event and isinstance(event[0], dict)]
        assert said[-1]["type"] == "answer", said


def test_sessions_of_gradios_own_clients_go_on(program):
    for _ in range(4):
        client = Client(program[0], verbose=False)
        for number in range(2):
            *_pieces, answer = client.submit(f"{QUESTION} {number}", [], {}, api_name="/ask")
            assert answer["type"] == "answer"
        client.close()


def test_model_context_and_openai_need_no_session(program):
    call = {"name": "search_quotes", "arguments": {"query": QUESTION}}
    tool = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    headers = {"accept": "application/json, text/event-stream"}
    for _ in range(6):
        answer = httpx.post(f"{program[0]}/mcp", json=tool, headers=headers, timeout=WITHIN_S)
        assert answer.json()["result"]["structuredContent"]["hits"]
        message = {"model": "mustanad", "messages": [{"role": "user", "content": QUESTION}]}
        completed = httpx.post(f"{program[0]}/v1/chat/completions", json=message, timeout=WITHIN_S)
        assert completed.status_code == 200


def test_limits_are_counted_in_common(program):
    headers = {"origin": "https://portal.example"}
    started = time.monotonic()
    statuses = Counter(
        httpx.get(f"{program[0]}/api/search", params={"q": QUESTION}, headers=headers).status_code
        for _ in range(2 * LIMIT)
    )
    back = (time.monotonic() - started) * LIMIT / 60  # what came back meanwhile
    assert set(statuses) <= {200, 429}
    assert LIMIT <= statuses[200] <= LIMIT + back + 2


def test_measurements_are_those_of_both(program):
    def asked():
        text = httpx.get(f"{program[0]}/metrics").text
        lines = [line for line in text.splitlines() if line.startswith("mustanad_requests_total")]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if 'route="/healthz"' in line)

    before = asked()
    for _ in range(20):
        httpx.get(f"{program[0]}/healthz")
    assert [asked() for _ in range(4)] == [before + 20] * 4


def test_process_that_dies_is_started_again_and_the_end_is_in_order(program):
    address, process, log = program
    os.kill(_processes(process.pid)[0], signal.SIGKILL)
    _until(lambda: "starting it again" in log.read_text(), process)
    _until(lambda: _are_ready(address, process.pid), process)
    _until(lambda: _answers(address), process)

    async def stopped_while_asking():
        async with httpx.AsyncClient(timeout=WITHIN_S) as client:
            body = {"question": QUESTION}
            asked = [asyncio.ensure_future(client.post(f"{address}/api/ask", json=body)) for _ in range(8)]
            await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            os.killpg(process.pid, signal.SIGTERM)  # each of them, as systemd does; the parent passes it on
            return {answer.status_code for answer in await asyncio.gather(*asked)}

    assert run(stopped_while_asking()) <= {200, 503}
    assert process.wait(WITHIN_S) == 0
    assert "Traceback" not in log.read_text()
    # Each closed its files: of a database that nobody has open SQLite leaves no log.
    assert not list(log.parent.glob("*.sqlite-wal"))


def _answers(address: str) -> bool:
    """Tell whether a question is answered; one that waited in a killed process is reset by the system."""
    try:
        asked = httpx.post(f"{address}/api/ask", json={"question": QUESTION}, timeout=WITHIN_S)
    except httpx.TransportError:
        return False
    return asked.status_code == 200


@pytest.mark.parametrize("more", [{}, {"MUSTANAD_TRUSTED_PROXIES": "nonsense"}], ids=["index", "setting"])
def test_first_process_that_cannot_begin_ends_all_with_one_line(tmp_path, more):
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "manifest.json").write_text("{")
    index = str(tmp_path / "index")
    settings = {"MUSTANAD_WORKERS": "2", "MUSTANAD_PORT": "0", "MUSTANAD_INDEX": index, **more}
    ended = subprocess.run(
        [sys.executable, "app.py"], cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True,
        timeout=SERVER_READY_WITHIN_S,
    )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr.count("mustanad:") == 1 and "Traceback" not in ended.stderr


def test_shared_allowance_counts_what_others_took_and_gives_it_back(tmp_path):
    now = [100.0]
    first, second = (SharedAllowance(tmp_path / "slots", 3, clock=lambda: now[0]) for _ in range(2))
    assert [first.take("a"), second.take("a"), first.take("a")] == [0, 0, 0]
    assert second.take("a") == first.take("a") == pytest.approx(20)
    assert second.take("b") == 0
    now[0] += 20
    assert [first.take("a"), second.take("a") > 0] == [0, True]


def test_shared_allowance_of_many_keys_forgets_the_oldest_alone(tmp_path):
    now = [0.0]
    shared = SharedAllowance(tmp_path / "slots", 2, clock=lambda: now[0])
    for number in range(SLOTS // 8):
        now[0] += 1e-6
        shared.take(f"key {number}")
    refused = [shared.take(f"key {number}") + shared.take(f"key {number}") for number in range(1000)]
    assert sum(wait > 0 for wait in refused) >= 995  # nearly all were remembered
