"""Threads by kind of work: what is full is refused politely, what waits keeps nobody else waiting."""

import threading
import time
from contextlib import aclosing

import anyio
import httpx
import pytest
from fastapi.testclient import TestClient

from assistant.answer import Answer
from assistant.computing.turns import Turns, aside
from assistant.web.work.bridge import steps
from assistant.web.work.lanes import RETRY_SOON_S, SPREAD_S, Busy, Lane
from assistant.words import count
from tests.api_site import QUESTION, articles, make_app, serving
from tests.fake_assistant import FakeAssistant
from tests.loops import run

WITHIN_S = 120  # old cores take ten times as long as others
READ_WITHIN_S = 10  # a page, while others wait


class Held(FakeAssistant):
    """Answers when it is let go, waiting as one waits for a model; counts the leases that are out."""

    def __init__(self):
        super().__init__(articles())
        self.let_go, self.leases = threading.Event(), 0

    def stream(self, question, **given):
        self.leases += 1
        try:
            with aside():
                self.let_go.wait(60)
            yield from super().stream(question, **given)
        finally:
            self.leases -= 1

    def ask(self, question, **given):
        return [*self.stream(question, **given)][-1]


def test_work_past_the_places_is_refused_and_taken_again_when_one_is_free():
    async def whole():
        lane, let_go = Lane(2), threading.Event()

        def waits():
            with aside():
                let_go.wait(WITHIN_S)

        async with anyio.create_task_group() as tasks:
            for _ in range(2):
                tasks.start_soon(lane.run, waits)
            await anyio.sleep(0.05)
            with pytest.raises(Busy):
                await lane.run(lambda: 1)
            with pytest.raises(Busy):
                lane.stream(iter(()))
            let_go.set()
        assert await lane.run(lambda: 1) == 1
        first, second = (lane.stream(iter((number,))) for number in (1, 2))  # both places are free again
        assert [item async for item in first] + [item async for item in second] == [1, 2]

    run(whole())


def test_error_of_the_work_reaches_who_waits_and_frees_the_place():
    def breaks():
        yield 1
        raise KeyError("x")

    async def whole():
        lane = Lane(1)
        with pytest.raises(ZeroDivisionError):
            await lane.run(lambda: 1 / 0)
        taken = []
        with pytest.raises(KeyError):
            async for item in lane.stream(breaks()):
                taken.append(item)
        await anyio.sleep(0.01)
        assert (taken, await lane.run(lambda: 2)) == ([1], 2)

    run(whole())


def test_reader_who_takes_nothing_keeps_nothing_of_the_work():
    ended = threading.Event()

    def work():
        try:
            yield from range(100)
        finally:
            ended.set()

    async def whole():
        async with aclosing(steps(work())) as items:
            assert await anext(items) == 0
            assert await anyio.to_thread.run_sync(ended.wait, WITHIN_S)
            return [item async for item in items]

    assert run(whole()) == list(range(1, 100))


def test_reader_who_leaves_stops_the_work_at_its_next_item():
    begun, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def work():
        try:
            yield 0
            begun.set()
            go_on.wait(WITHIN_S)
            yield 1
            raise AssertionError("nobody wants this any more")
        finally:
            closed.set()

    async def whole():
        async with aclosing(steps(work())) as items:
            assert await anext(items) == 0
            await anyio.to_thread.run_sync(begun.wait, WITHIN_S)
        go_on.set()
        assert await anyio.to_thread.run_sync(closed.wait, WITHIN_S)

    run(whole())


def test_turn_is_given_back_by_work_that_fails():
    turns = Turns(1)
    for _ in range(3):
        with pytest.raises(ValueError, match="x"), turns.turn(), aside():
            raise ValueError("x")
    with turns.turn():
        pass


@pytest.mark.slow
def test_readers_who_wait_for_a_model_keep_no_one_else_waiting(tmp_path):
    assistant = Held()
    app = make_app(assistant, chat=True, feedback=str(tmp_path / "book"))
    message = {"model": "mustanad", "messages": [{"role": "user", "content": QUESTION}]}
    doors = [("/api/ask", {"question": QUESTION}), ("/v1/chat/completions", message),
             ("/gradio_api/call/ask", {"data": [QUESTION, [], {}]})]  # fmt: skip
    with serving(app) as base, httpx.Client(base_url=base, timeout=WITHIN_S) as reader:

        def ask(number):
            path, body = doors[number % len(doors)]
            httpx.post(f"{base}{path}", json=body, timeout=WITHIN_S)

        threads = [threading.Thread(target=ask, args=(number,), daemon=True) for number in range(90)]
        deadline = time.monotonic() + WITHIN_S
        for number, thread in enumerate(threads):
            thread.start()
            # A few at a time: a busy machine refuses whom it would let wait too long for a turn.
            while assistant.leases < number - 4 and time.monotonic() < deadline:
                time.sleep(0.05)
        while assistant.leases < len(threads) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert assistant.leases == len(threads)
        for path in ("/readyz", f"/api/search?q={QUESTION}", "/", "/metrics", "/article/madayn-ar"):
            started = time.monotonic()
            assert reader.get(path).status_code == 200
            assert time.monotonic() - started < READ_WITHIN_S
        assistant.let_go.set()
        for thread in threads:
            thread.join(WITHIN_S)
        deadline = time.monotonic() + WITHIN_S
        while assistant.leases and time.monotonic() < deadline:
            time.sleep(0.05)
        assert assistant.leases == 0


@pytest.mark.parametrize("language", ["ar", "en"])
def test_question_past_the_places_is_refused_politely_at_every_door(language, tmp_path):
    app = make_app(chat=True, feedback=str(tmp_path / "book"))
    lane = app.state.service.lanes.answers
    message = {"model": "mustanad", "messages": [{"role": "user", "content": QUESTION}]}
    with TestClient(app) as client:
        lane._places = 0
        for accept in ("application/json", "text/event-stream"):
            headers = {"accept": accept, "accept-language": language}
            refused = client.post("/api/ask", json={"question": QUESTION}, headers=headers)
            assert refused.status_code == 503
            seconds = int(refused.headers["retry-after"])
            assert RETRY_SOON_S <= seconds < RETRY_SOON_S + SPREAD_S
            assert count("seconds_count", seconds, language) in refused.json()["detail"]
        for stream in (False, True):
            refused = client.post("/v1/chat/completions", json={**message, "stream": stream})
            assert (refused.status_code, refused.json()["error"]["type"]) == (503, "server_error")
        joined = client.post("/gradio_api/call/ask", json={"data": [QUESTION, [], {}]}).json()
        assert '"busy"' in client.get(f"/gradio_api/call/ask/{joined['event_id']}").text
        assert client.get("/api/search", params={"q": QUESTION}).status_code == 200
        lane._places = 1
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200


def test_lane_gives_the_whole_answer_of_a_stream():
    async def whole():
        lane = Lane(1)
        items = [item async for item in lane.stream(FakeAssistant(articles()).stream(QUESTION))]
        assert isinstance(items[-1], Answer)
        assert "".join(item.text for item in items[:-1]) == items[-1].text

    run(whole())
