"""Traces: what reaches a collector, what never does, and what is imported where there is none."""

import contextlib
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.__main__ import serve
from assistant.answer import Answer
from assistant.api.app import create_app
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.observing import tracing as tracing_module
from assistant.web.observing.tracing import ENDPOINT, TracedAssistant, check_tracing, open_tracing
from index.building import build
from index.encoder import HashingEncoder
from index.errors import SettingsError
from tests.api_site import QUESTION, UNKNOWN, articles
from tests.fake_assistant import FakeAssistant

ROOT = Path(__file__).resolve().parent.parent
STREAM = {"accept": "text/event-stream"}
REASON = "pip install -r requirements-tracing.txt"


class Collector:
    """A receiver of OTLP over HTTP on the loopback; keeps the spans, and all bytes it was sent."""

    def __init__(self):
        collected = self
        self.raw, self.paths = b"", []

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self):
                collected.raw += self.rfile.read(int(self.headers["Content-Length"]))
                collected.paths.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments):
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def spans(self):
        """All spans; two messages of protobuf after each other are one with the fields of both."""
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

        request = ExportTraceServiceRequest.FromString(self.raw)
        return [
            span
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def collector(monkeypatch):
    pytest.importorskip("opentelemetry.sdk", reason=REASON)
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason=REASON)
    with contextlib.closing(Collector()) as opened:
        monkeypatch.setenv(ENDPOINT, opened.address)
        yield opened


def attributes(span):
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}


def test_question_is_a_span_and_its_stages_lie_in_it(tmp_path, collector):
    encoder, tracing = HashingEncoder(), open_tracing({ENDPOINT: collector.address})
    build([*articles()], tmp_path / "index", encoder=encoder, progress=False)
    with contextlib.closing(Assistant(tmp_path / "index", encoder=encoder)) as assistant:
        app = create_app(assistant, Settings(hosts=("testserver",)), chat=False, tracing=tracing)
        with TestClient(app) as client:
            began = time.time_ns()
            said = client.post("/api/ask", json={"question": QUESTION}).json()
            streamed = client.post("/api/ask", json={"question": UNKNOWN}, headers=STREAM)
            ended = time.time_ns()
    assert streamed.status_code == 200
    tracing.close()
    assert set(collector.paths) == {"/v1/traces"}
    answered, refused = sorted(
        (span for span in collector.spans() if not span.parent_span_id),
        key=lambda span: span.start_time_unix_nano,
    )
    assert answered.trace_id != refused.trace_id
    assert (answered.name, refused.name) == ("question", "question")
    assert attributes(answered)["mustanad.answer_id"] == said["id"]
    assert attributes(answered)["mustanad.citations"] == len(said["citations"]) > 0
    assert attributes(answered)["mustanad.outcome"] == "answer"
    assert attributes(refused)["mustanad.outcome"] == "refusal"
    for whole in (answered, refused):
        stages = [span for span in collector.spans() if span.parent_span_id == whole.span_id]
        stages.sort(key=lambda span: span.start_time_unix_nano)
        assert [stage.name for stage in stages] == ["queue", "conversation", "encode", "search", "answer"]
        times = [
            time_ns for stage in stages for time_ns in (stage.start_time_unix_nano, stage.end_time_unix_nano)
        ]
        assert all(later - sooner > -5_000_000 for sooner, later in zip(times, times[1:], strict=False))
        assert began - 5_000_000 < whole.start_time_unix_nano <= times[0] + 5_000_000
        assert times[-1] <= whole.end_time_unix_nano < ended + 5_000_000


def test_nothing_of_the_reader_or_the_articles_is_sent(collector):
    tracing = open_tracing({ENDPOINT: collector.address})
    fake = FakeAssistant(articles(), fail_on="explode")
    app = create_app(fake, Settings(hosts=("testserver",)), chat=False, tracing=tracing)
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200
        assert client.post("/api/ask", json={"question": "explode مدائن"}).status_code == 500
    tracing.close()
    outcomes = {attributes(span)["mustanad.outcome"]: span for span in collector.spans() if span.attributes}
    assert set(outcomes) == {"answer", "error"}
    assert outcomes["error"].status.code == 2 and not outcomes["error"].status.message
    assert not outcomes["error"].events
    for told in ("مدائن", "explode", "testclient", "127.0.0.1", "madayn", "testserver"):
        assert told.encode() not in collector.raw
    assert b"mustanad" in collector.raw


@pytest.mark.parametrize(("taken", "outcome"), [(1, "left"), (None, "answer")])
def test_question_that_is_left_is_told_from_one_that_is_answered(collector, taken, outcome):
    tracing = open_tracing({ENDPOINT: collector.address})
    events = TracedAssistant(FakeAssistant(articles()), tracing).stream(QUESTION)
    for number, event in enumerate(events, start=1):
        if number == taken or isinstance(event, Answer):
            events.close()
    tracing.close()
    [span] = collector.spans()
    assert attributes(span)["mustanad.outcome"] == outcome


def test_collector_that_is_away_does_not_keep_the_server(monkeypatch):
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason=REASON)
    with contextlib.closing(Collector()) as gone:
        monkeypatch.setenv(ENDPOINT, gone.address)
    tracing = open_tracing({ENDPOINT: gone.address})
    assert TracedAssistant(FakeAssistant(articles()), tracing).ask(QUESTION).citations
    began = time.monotonic()
    tracing.close()
    assert time.monotonic() - began < tracing_module.CLOSES_WITHIN_S + 1


def test_without_an_endpoint_nothing_is_imported():
    code = (
        "import sys; from assistant.api.app import create_app; from assistant.settings import Settings;"
        "from assistant.web.observing.tracing import open_tracing;"
        "from tests.fake_assistant import FakeAssistant;"
        "tracing = open_tracing({'OTEL_EXPORTER_OTLP_ENDPOINT': ' '});"
        "create_app(FakeAssistant([]), Settings(), chat=False, tracing=tracing).state;"
        "print(tracing, [name for name in sys.modules"
        " if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "None []"


def test_traces_that_cannot_be_had_are_said_before_the_port_is_opened(monkeypatch, capsys):
    monkeypatch.setenv(ENDPOINT, "collector:4317")
    assert serve([]) == 2
    assert "is 'collector:4317'; name a collector's OTLP over HTTP" in capsys.readouterr().err
    monkeypatch.setattr(tracing_module, "_PARTS", ("no_such_library.part",))
    with pytest.raises(
        SettingsError, match=r'no_such_library.part is not installed; run: pip install "mustanad'
    ):
        check_tracing({ENDPOINT: "http://127.0.0.1:4318"})
