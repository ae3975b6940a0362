"""A small scripted OpenAI-compatible endpoint: real HTTP, replies and failures as a test writes them."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STEP_S = 0.02


@dataclass
class Script:
    """What the endpoint does next, and what it was asked.

    `replies` are used in turn, the last one again and again; a reply is streamed in pieces of `piece`
    characters. `failure` is one of: an HTTP status, "silent" (says nothing for `silence_s`), "cut" (closes
    after half of the reply), "nonsense" (HTML with 200), "garbled" (a stream that is no JSON), "length"
    (stops at the token limit), "error" (an error object in the stream), "drip" (never ends).
    """

    replies: Sequence[str] = ("",)
    failure: int | str | None = None
    piece: int = 7
    silence_s: float = 5.0
    asked: list[dict] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def reply(self) -> str:
        return self.replies[min(len(self.asked), len(self.replies)) - 1]

    def prompt(self) -> str:
        """All that the last request said."""
        return "\n".join(message["content"] for message in self.asked[-1]["messages"])


@contextlib.contextmanager
def scripted_endpoint(script: Script) -> Iterator[str]:
    """Runs the endpoint on a free loopback port; gives its base URL."""
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            script.keys.append(self.headers.get("Authorization", ""))
            script.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            with contextlib.suppress(ConnectionError):
                _answer(self, script, ended)

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(handler: BaseHTTPRequestHandler, script: Script, ended: threading.Event) -> None:
    failure = script.failure
    if isinstance(failure, int):
        body = {"error": {"message": f"no, not with {handler.headers.get('Authorization')}"}}
        _send(handler, failure, "application/json", json.dumps(body).encode())
    elif failure == "nonsense":
        _send(handler, 200, "text/html", b"<html><body>It works!</body></html>")
    elif failure == "silent":
        ended.wait(script.silence_s)
    else:
        _start(handler)
        _stream(handler, script, ended)


def _stream(handler: BaseHTTPRequestHandler, script: Script, ended: threading.Event) -> None:
    reply, failure = script.reply(), script.failure
    if failure == "garbled":
        handler.wfile.write(b"data: {not json\n\n")
        return
    if failure == "error":
        _event(handler, {"error": {"message": "out of memory", "code": 500}})
        return
    shown = reply[: len(reply) // 2] if failure == "cut" else reply
    for at in range(0, len(shown), script.piece):
        _event(handler, _chunk(shown[at : at + script.piece]))
    while failure == "drip" and not ended.is_set():
        _event(handler, _chunk("."))
        time.sleep(STEP_S)
    if failure != "cut":
        _event(handler, _chunk(None, "length" if failure == "length" else "stop"))
        handler.wfile.write(b"data: [DONE]\n\n")


def _chunk(content: str | None, finish: str | None = None) -> dict:
    delta = {} if content is None else {"content": content}
    return {
        "id": "chat-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def _start(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Connection", "close")
    handler.end_headers()


def _event(handler: BaseHTTPRequestHandler, data: dict) -> None:
    handler.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
    handler.wfile.flush()


def _send(handler: BaseHTTPRequestHandler, status: int, kind: str, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
