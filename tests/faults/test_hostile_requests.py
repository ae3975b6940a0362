"""A reader asks ordinary questions while everything that once stopped the server is thrown at it.

The whole program runs as its own process, with a language model that drips a token a second for who asks it
to. The hostile callers have other addresses than the reader, as they have in life. What they do is bounded
in count and time; what is asserted are ratios to the usual time of the same questions, taken right before
and right after.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import statistics
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.conftest import running_server

SLOWLY = "ببطء"  # in a question: the model drips
DRIPS = 45
QUESTIONS = 25
PIECE_S = 1.0
# What busy processors take and give back at random, in seconds, of the median and of the latest: shorter
# delays mean nothing. A server that waits in line for the slow model answers after tens of seconds, or not
# at all.
NOISE_S = (0.3, 1.0)
REFUSED_AT_MOST_S = 30
TRIES = 3  # while the attack goes on: a machine shared with others may lose a second at any time
JSON = {"content-type": "application/json"}


@contextlib.contextmanager
def dripping_model():
    """An endpoint that says at once that the passages do not answer, or, asked for it, a word a second."""
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            with contextlib.suppress(OSError):
                while json.dumps(SLOWLY).strip('"') in asked or SLOWLY in asked:
                    self._piece({"content": "كلمة "}, None)
                    if ended.wait(PIECE_S):
                        break
                self._piece({}, "stop")

        def _piece(self, delta, finish):
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            chunk = {
                "id": "c",
                "object": "chat.completion.chunk",
                "created": 0,
                "model": "m",
                "choices": [choice],
            }
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_arguments):
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        ended.set()
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def program(seed_index, tmp_path_factory):
    """The address of the program and the file of its log."""
    folder = tmp_path_factory.mktemp("hostile")
    with (
        dripping_model() as model,
        running_server(
            folder,
            MUSTANAD_INDEX=str(seed_index),
            MUSTANAD_LLM_BASE_URL=model,
            MUSTANAD_QUESTIONS_PER_MINUTE="200",
        ) as address,
    ):
        yield address, folder / "server.log"


class Crowd:
    """Hostile callers of one address; counts what they are answered."""

    def __init__(self, base, address):
        transport = httpx.HTTPTransport(local_address=address)
        self._client = httpx.Client(base_url=base, transport=transport, timeout=60)
        self.statuses: Counter = Counter()
        self._threads: list[threading.Thread] = []
        self.stop = threading.Event()

    def send(self, method, path, **given):
        """One request, read to its end or until the crowd is sent home."""
        with (
            contextlib.suppress(httpx.HTTPError),
            self._client.stream(method, path, **given) as response,
        ):
            self.statuses[response.status_code] += 1
            for _piece in response.iter_raw():
                if self.stop.is_set():
                    return

    def begin(self, work, *arguments, **given):
        """Runs `work` in a thread of its own."""
        thread = threading.Thread(target=work, args=arguments, kwargs=given, daemon=True)
        thread.start()
        self._threads.append(thread)

    def again_and_again(self, requests, *, pause_s):
        """Sends `requests` in rotation until the crowd is sent home."""
        while not self.stop.is_set():
            for method, path, given in requests:
                self.send(method, path, **given)
                if self.stop.wait(pause_s):
                    return

    def go_home(self):
        self.stop.set()
        for thread in self._threads:
            thread.join(70)
        self._client.close()


def dripping(number):
    """A question whose answer takes minutes, by one of the doors."""
    question = f"بماذا فازت مدائن {SLOWLY} {number}؟"
    message = {"model": "mustanad", "messages": [{"role": "user", "content": question}], "stream": True}
    call = {"name": "ask", "arguments": {"question": question}}
    tool = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    doors = [
        ("/api/ask", {"question": question}, JSON),
        ("/api/ask", {"question": question}, {**JSON, "accept": "text/event-stream"}),
        ("/v1/chat/completions", message, JSON),
        ("/mcp", tool, {**JSON, "accept": "application/json, text/event-stream"}),
        ("/gradio_api/call/ask", {"data": [question, [], {}]}, JSON),
    ]
    path, body, headers = doors[number % len(doors)]
    return path, {"json": body, "headers": headers}


def hostile_requests():
    """What once stopped the server, and its kind."""
    wild = "what is " + "?" * 1_900 + "x"
    answer = {"id": "a", "question": "x", "language": "en", "kind": "answer", "answerable": True}
    answer |= {"confidence": 1.0, "text": "x", "searched_as": "what is " + "?" * 60_000 + "x"}
    history = [{"question": "x", "answer": answer}]
    deep = "[" * 600 + "]" * 600
    bomb = gzip.compress(gzip.compress(bytes(10_000_000)))
    posts = [
        ("/api/ask", json.dumps({"question": wild})),
        ("/api/ask", json.dumps({"question": "and then?", "history": history})),
        ("/api/ask", deep),
        ("/api/ask", "[" + "{}," * 600_000 + "1]"),
        ("/api/ask", '{"question": "\\ud800"}'),
        ("/api/ask", '{"question": NaN}'),
        ("/api/ask", "x" * 3_900_000),
        ("/gradio_api/run/ask", json.dumps({"data": [wild, [], {}]})),
        ("/gradio_api/api/ask", json.dumps({"data": [wild, [], {}]})),
        ("/gradio_api/queue/join", json.dumps({"data": [wild, [], {}], "fn_index": 0, "session_hash": "s"})),
        ("/gradio_api/run/search", json.dumps({"data": [{"query": wild}]})),
        ("/gradio_api/run/feedback", json.dumps({"data": [{"answer_id": "x"}]})),
        ("/mcp", deep),
    ]
    requests = [("POST", path, {"content": body, "headers": JSON}) for path, body in posts]
    packed = {**JSON, "content-encoding": "gzip, gzip"}
    requests.append(("POST", "/api/ask", {"content": bomb, "headers": packed}))
    requests.append(("GET", "/api/search", {"params": {"q": "(" * 9_000}}))
    requests.append(("GET", "/api/articles/%2e%2e", {}))
    return requests


def half_open(base, count):
    """Connections that begin a request and say no more."""
    host, port = base.removeprefix("http://").split(":")
    opened = []
    for number in range(count):
        connection = socket.create_connection((host, int(port)), timeout=10, source_address=("127.0.0.4", 0))
        head = "GET / HTTP/1.1\r\nHost: " if number % 2 else "POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        connection.sendall(
            f"{head}Content-Length: 90\r\n\r\n{{".encode() if number % 2 == 0 else head.encode()
        )
        opened.append(connection)
    return opened


def times(client, requests):
    """The seconds that each of `requests` takes, one after another; each must be answered.

    One that would wait too long for its turn is refused, and comes again as it is told, in its time.
    """
    taken = []
    for method, path, given in requests:
        started = time.perf_counter()
        response = client.request(method, path, **given)
        while response.status_code == 503 and time.perf_counter() - started < REFUSED_AT_MOST_S:
            time.sleep(int(response.headers["retry-after"]))
            response = client.request(method, path, **given)
        taken.append(time.perf_counter() - started)
        assert response.status_code == 200, (path, response.status_code, response.text[:200])
    return taken


def ordinary(seed_questions):
    """What an ordinary reader does: questions, searches, the page, and the operator's look at the server."""
    asked = [("POST", "/api/ask", {"json": {"question": each}}) for each in seed_questions[:QUESTIONS]]
    looked = [
        ("GET", "/readyz", {}),
        ("GET", "/", {}),
        ("GET", "/api/search", {"params": {"q": "المدن الذكية"}}),
    ]
    return asked, looked * 5


def middle_and_late(taken):
    """The median, and what 19 of 20 stay under."""
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def late(usual, then):
    """Whether `then` is past twice the usual time, in the middle or at the end."""
    return any(
        now > 2 * usually + noise
        for usually, now, noise in zip(middle_and_late(usual), middle_and_late(then), NOISE_S, strict=True)
    )


def test_ordinary_questions_are_answered_in_their_time_whatever_others_send(program, seed_questions):
    base, log = program
    asked, looked = ordinary(seed_questions)
    with httpx.Client(base_url=base, timeout=60) as reader:
        times(reader, [*asked[:5], *looked])  # what is loaded with the first of its kind
        usual_asked, usual_looked = times(reader, asked), times(reader, looked)
        slow, wild = Crowd(base, "127.0.0.2"), Crowd(base, "127.0.0.3")
        opened = half_open(base, 40)
        try:
            for number in range(DRIPS):
                path, given = dripping(number)
                slow.begin(slow.send, "POST", path, **given)
            wild.begin(wild.again_and_again, hostile_requests(), pause_s=0.05)
            time.sleep(2 * PIECE_S)
            for _ in range(TRIES):
                asked_then, looked_then = times(reader, asked), times(reader, looked)
                if not late(usual_asked, asked_then) and not late(usual_looked, looked_then):
                    break
            assert slow.statuses[200] >= DRIPS // 5  # the streams among them have begun
            assert sum(wild.statuses.values()) >= 10
        finally:
            for connection in opened:
                connection.close()
            slow.stop.set()
            wild.go_home()
        usual_asked += times(reader, asked)
        usual_looked += times(reader, looked)
    assert not late(usual_asked, asked_then), sorted(asked_then)
    assert not late(usual_looked, looked_then), sorted(looked_then)
    answered = {status for crowd in (slow, wild) for status in crowd.statuses}
    assert not {status for status in answered if status >= 500 and status != 503}, (
        slow.statuses,
        wild.statuses,
    )
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def seed_questions():
    """Ordinary questions of the seed articles."""
    from tests.conftest import ROOT

    lines = (ROOT / "tests" / "data" / "seed_questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines if line.strip()]
