"""Every door of the program over HTTP: names, proxies, limits, sizes, times hold at each of them."""

import contextlib
import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from assistant.settings import Settings
from assistant.web.guards.bodies import VALUES_LIMIT
from assistant.web.guards.hosts import name_of
from assistant.web.guards.limits import network_of
from index.errors import SettingsError
from tests.api_site import QUESTION, make_app, serving

DEEP = "[" * 600 + "]" * 600
FEEDBACK = {"answer_id": "x", "verdict": "like", "question": "q", "answer": "a"}
# Every address that takes JSON, with a body that it takes.
TAKING = {
    "/api/ask": {"question": QUESTION},
    "/v1/chat/completions": {"model": "mustanad", "messages": [{"role": "user", "content": QUESTION}]},
    "/mcp": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
    "/gradio_api/call/ask": {"data": [QUESTION, [], {}]},
    "/gradio_api/run/search": {"data": [{"query": QUESTION}]},
    "/gradio_api/api/search": {"data": [{"query": QUESTION}]},
    "/gradio_api/run/feedback": {"data": [FEEDBACK]},
    "/gradio_api/queue/join": {"data": [QUESTION, [], {}], "fn_index": 0, "session_hash": "s"},
}
JSON = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    app = make_app(chat=True, feedback=str(tmp_path_factory.mktemp("doors") / "book"))
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


@pytest.mark.parametrize("path", TAKING)
def test_sound_request_is_taken_at_every_door(client, path):
    assert client.post(path, json=TAKING[path], headers=JSON).status_code == 200


@pytest.mark.parametrize("path", TAKING)
@pytest.mark.parametrize(
    "broken",
    [DEEP, f'{{"question": {DEEP}}}', f'{{"data": [{DEEP}]}}', "NaN", '{"data": [Infinity]}', "-", "{",
     "\x00", '{"question": "\\ud800"}', '{"data": ["\\udfff"]}', "1" * 5000, '{"\\ud83d": 1}'],
)  # fmt: skip
def test_json_that_cannot_be_read_is_a_mistake_of_the_caller(client, path, broken):
    assert 400 <= client.post(path, content=broken, headers=JSON).status_code < 500


@pytest.mark.parametrize("path", TAKING)
def test_numbers_past_every_float_are_no_fault_of_ours(client, path):
    history = json.dumps([{"question": "x", "answer": {"confidence": 1}}]).replace("1", "1e999")
    for body in (
        f'{{"data": ["x", {history}, {{}}]}}',
        f'{{"question": "x", "history": {history}}}',
        "1e999",
    ):
        assert 400 <= client.post(path, content=body, headers=JSON).status_code < 500


@pytest.mark.parametrize("path", TAKING)
def test_a_million_tiny_values_are_refused_before_they_are_read(client, path):
    body = b"[" + b"[]," * VALUES_LIMIT + b"[]]"
    started = time.perf_counter()
    assert client.post(path, content=body, headers=JSON).status_code == 413
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("path", TAKING)
@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "deflate", "br"])
def test_body_in_an_encoding_is_refused_unopened(client, path, encoding):
    packed = gzip.compress(gzip.compress(bytes(10**6)))
    response = client.post(path, content=packed, headers={**JSON, "content-encoding": encoding})
    assert response.status_code == 415


@pytest.mark.parametrize(
    "data",
    [[], [{}, [], {}], ["x", [], {}, 1], [None], [["x"]], ["x", [{"question": "x"}]], ["x", "history"],
     ["x", [], {"sources": [1]}], ["س" * 200_000, [], {}], [{"query": 7}], [{"query": "x", "page": 1e300}]],
)  # fmt: skip
@pytest.mark.parametrize(
    "name", ["call/ask", "run/search", "api/feedback", "run/export_selection", "queue/join"]
)
def test_gradio_call_of_a_wrong_shape_is_a_mistake_of_the_caller(client, name, data):
    body = {"data": data, "fn_index": 0, "session_hash": "s"}
    response = client.post(f"/gradio_api/{name}", json=body)
    assert response.status_code == 200 or 400 <= response.status_code < 500


@pytest.mark.parametrize(
    "path", ["/gradio_api/run/ask", "/gradio_api/api/ask", "/gradio_api/run/none", "/gradio_api/call/none"]
)
def test_gradio_function_that_streams_or_is_not_there_cannot_be_asked_directly(client, path):
    assert client.post(path, json={"data": [QUESTION, [], {}]}).status_code == 404


LIMITED = [
    [("POST", "/api/ask"), ("POST", "/v1/chat/completions")],
    [("POST", "/gradio_api/run/ask"), ("POST", "/gradio_api/api/ask"), ("POST", "/api/ask")],
    [("POST", "/gradio_api/queue/join"), ("POST", "/gradio_api/call/ask")],
    [("GET", f"/api/search?q={QUESTION}"), ("POST", "/gradio_api/run/search")],
    [("POST", "/gradio_api/api/search"), ("POST", "/gradio_api/call/search")],
    [("POST", "/gradio_api/run/feedback"), ("POST", "/gradio_api/api/feedback")],
    [("POST", "/gradio_api/run/export_selection/"), ("POST", "/gradio_api/call/export_conversation")],
]


@pytest.mark.parametrize("doors", LIMITED)
def test_all_doors_to_one_kind_of_work_share_one_count(doors, tmp_path):
    app = make_app(chat=True, questions_per_minute=4, feedback=str(tmp_path / "book"))
    with TestClient(app, raise_server_exceptions=False) as client:
        statuses = [
            client.request(method, path, json=TAKING.get(path, {"data": []}) if method == "POST" else None)
            for method, path in (doors * 4)[:4]
        ]
        assert 429 not in [each.status_code for each in statuses]
        for method, path in doors:
            assert client.request(method, path).status_code == 429


def test_tools_share_the_count_of_the_other_doors_and_of_the_embedding_page():
    portal = "https://portal.example"
    frame = {"referer": f"http://testserver/embed?origin={portal}"}
    app = make_app(embed_origins=(portal,), questions_per_minute=3, questions_per_minute_per_origin=2)

    def call(client, tool, arguments):
        body = {"name": tool, "arguments": arguments}
        asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": body}
        return client.post("/mcp/", json=asked, headers={**JSON, **frame}).json()["result"]["isError"]

    with TestClient(app) as client:
        assert client.post("/api/ask", json={"question": QUESTION}, headers=frame).status_code == 200
        assert [call(client, "ask", {"question": QUESTION}) for _ in range(2)] == [False, True]
        searched = [call(client, "search_quotes", {"query": QUESTION}) for _ in range(3)]
        assert searched == [False, False, True]


def test_mapped_address_counts_as_the_one_it_maps():
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") != network_of("::ffff:192.0.2.2")
    assert network_of("fe80::1%eth0") == network_of("fe80::2%eth1")


ANYWHERE = ["/", "/ar", "/embed", "/article/madayn-ar", "/api/search?q=x", "/healthz", "/readyz", "/metrics",
            "/config", "/gradio_api/info", "/theme.css", "/widget.js", "/widget-demo", "/api/docs", "/mcp",
            "/files/0/chat.css", "/no-such-page", "/v1/models"]  # fmt: skip


@pytest.fixture(scope="module")
def without_a_login(tmp_path_factory) -> Iterator[TestClient]:
    feedback = tmp_path_factory.mktemp("feedback") / "book"
    app = make_app(chat=True, hosts=(), feedback=str(feedback))
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        yield client


@pytest.mark.parametrize("path", ANYWHERE)
def test_foreign_name_reaches_nothing_on_loopback_without_a_login(path, without_a_login):
    for host in (
        "evil.example",
        "evil.example:7860",
        "127.0.0.1.evil.example",
        "localhost@evil",
        "",
        "[::2]",
    ):
        assert without_a_login.get(path, headers={"host": host}).status_code == 421, host
    for host in ("127.0.0.1:7860", "LOCALHOST", "[::1]:80", "localhost."):
        assert without_a_login.get(path, headers={"host": host}).status_code != 421, host


def test_named_host_is_answered_and_a_login_answers_to_every_name(tmp_path):
    (tmp_path / "keys").write_text("a-reader-key-0123456789")
    for settings in ({"hosts": ("portal.example",)}, {"hosts": (), "reader_keys": str(tmp_path / "keys")},
                     {"hosts": (), "host": "0.0.0.0"}):  # fmt: skip
        with TestClient(make_app(**settings), base_url="http://portal.example") as client:
            assert client.get("/healthz").status_code == 200
    with TestClient(make_app(host="0.0.0.0", hosts=("portal.example",)), base_url="http://x") as client:
        assert client.get("/healthz").status_code == 421


def test_name_of_a_host_loses_port_and_last_dot():
    assert [name_of(each) for each in ("A.b:1", "[::1]:2", "[::1]", "a.")] == ["a.b", "[::1]", "[::1]", "a"]


def test_forwarded_address_is_believed_from_named_proxies_only():
    asked = {"json": {"question": QUESTION}}
    settings = {"questions_per_minute": 1}

    def statuses(app, peer):
        with TestClient(app, client=(peer, 1)) as client:
            return [
                client.post(
                    "/api/ask", headers={"x-forwarded-for": f"198.51.100.{number}"}, **asked
                ).status_code
                for number in range(2)
            ]

    for peer in ("127.0.0.1", "192.0.2.9"):
        assert statuses(make_app(**settings), peer) == [200, 429]
    trusting = make_app(trusted_proxies=("127.0.0.1", "10.0.0.0/8"), **settings)
    assert statuses(trusting, "10.9.9.9") == [200, 200]
    assert statuses(trusting, "192.0.2.9") == [200, 429]


def test_forwarded_host_and_scheme_of_a_stranger_reach_no_answer(tmp_path):
    forged = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        "forwarded": "host=evil.example",
    }
    app = make_app(chat=True, feedback=str(tmp_path / "book"))
    with TestClient(app) as client:
        for path in ("/", "/config", "/api/docs"):
            assert "evil.example" not in client.get(path, headers=forged).text


@pytest.mark.parametrize("proxy", ["proxy.example", "10.0.0.0/33", "10.0.0.1/8", "*"])
def test_proxy_that_is_no_address_stops_the_start(proxy):
    with pytest.raises(SettingsError, match="MUSTANAD_TRUSTED_PROXIES"):
        make_app(trusted_proxies=(proxy,))


def test_settings_of_doors_are_read_from_the_environment():
    environment = {"MUSTANAD_TRUSTED_PROXIES": "10.0.0.1, ::1", "MUSTANAD_HOSTS": "a.example b.example"}
    settings = Settings.from_environment(environment)
    assert settings.trusted_proxies == ("10.0.0.1", "::1")
    assert settings.hosts == ("a.example", "b.example")


UNSOUND = [
    "%2e%2e",
    "%2E%2E%2fa",
    "a%2f..%2fb",
    "a%2f.",
    "a%e2%80%aeb",
    "%e2%81%a6a",
    "a%00b",
    "a%0ab",
    "%d8%9c",
]


@pytest.mark.parametrize("article_id", UNSOUND)
def test_id_that_no_address_can_name_or_eye_can_see_is_refused(client, article_id):
    assert 400 <= client.get(f"/api/articles/{article_id}").status_code < 500
    assert 400 <= client.get(f"/article/{article_id}").status_code < 500


@pytest.mark.parametrize("method", ["QUERY", "PUT", "PROPFIND", "DELETE"])
@pytest.mark.parametrize(
    ("path", "allowed"), [("/api/ask", "POST"), ("/api/search", "GET"), ("/healthz", "GET")]
)
def test_method_that_a_path_does_not_have_names_those_that_it_has(client, method, path, allowed):
    response = client.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)


def test_login_keeps_answers_from_shared_caches(tmp_path):
    (tmp_path / "keys").write_text("a-reader-key-0123456789")
    app = make_app(chat=True, reader_keys=str(tmp_path / "keys"), feedback=str(tmp_path / "book"))
    headers = {"authorization": "Bearer a-reader-key-0123456789"}
    with TestClient(app) as client:
        for path in (
            "/api/search?q=x",
            "/api/articles/madayn-ar",
            "/article/madayn-ar",
            "/v1/models",
            "/metrics",
        ):
            directives = client.get(path, headers=headers).headers["cache-control"]
            assert "private" in directives and "public" not in directives, path
        assert client.get("/", headers=headers).headers["cache-control"] == "no-store"
        assert "public" in client.get("/widget.js").headers["cache-control"]


def talk(address, *pieces, pause_s=0.0, listen_s=5.0):
    """What the server says to `pieces` sent one by one; b"" when it closes without a word."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=listen_s) as connection:
        for piece in pieces:
            try:
                connection.sendall(piece)
            except OSError:
                break
            time.sleep(pause_s)
        said = b""
        try:
            while chunk := connection.recv(65536):
                said += chunk
        except ConnectionError:
            pass
        return said


def test_connection_without_a_whole_head_is_closed():
    with serving(make_app(), head_within_s=0.3) as address:
        started = time.perf_counter()
        assert talk(address) == b""
        assert talk(address, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n") == b""
        assert talk(address, *[b"X" for _ in range(30)], pause_s=0.05) in (b"",)
        assert time.perf_counter() - started < 10
        whole = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        assert talk(address, whole).count(b"200 OK") == 1
        assert talk(address, whole[:20], whole[20:], pause_s=0.1).count(b"200 OK") == 1


def plain_answer(size):
    """An application that answers everything with `size` bytes, and says when it has sent them."""
    sent = threading.Event()

    async def app(_scope, _receive, send):
        length = (b"content-length", str(size).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": bytes(size // 2), "more_body": True})
        await send({"type": "http.response.body", "body": bytes(size - size // 2)})
        sent.set()

    return app, sent


def connected_reader(address, buffer):
    """A connection whose reader has a buffer of so many bytes and has sent a request."""
    host, port = address.removeprefix("http://").split(":")
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    reader.settimeout(10)
    reader.connect((host, int(port)))
    reader.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    return reader


@pytest.mark.parametrize("size", [20_000_000, 600_000])
def test_reader_who_takes_nothing_of_an_answer_is_let_go(size):
    app, sent = plain_answer(size)
    with serving(app, taken_within_s=0.3) as address, connected_reader(address, 4096) as reader:
        assert sent.wait(10)
        time.sleep(1)
        taken = 0
        with contextlib.suppress(ConnectionError):
            while piece := reader.recv(2**20):
                taken += len(piece)
        assert taken < size


def test_reader_who_takes_an_answer_slowly_gets_it_whole():
    size, within_s = 4_000_000, 0.5
    app, _sent = plain_answer(size)
    with serving(app, taken_within_s=within_s) as address, connected_reader(address, 2**16) as reader:
        taken, started = 0, time.perf_counter()
        while taken < size:
            piece = reader.recv(2**16)
            assert piece, f"let go after {taken} bytes"
            taken += len(piece)
            time.sleep(0.02)
        assert time.perf_counter() - started > 2 * within_s


def test_body_that_does_not_come_is_told_so():
    from assistant.web.guards.bodies import BodyCheck

    async def nothing(_scope, _receive, _send):
        raise AssertionError("a body that is not whole must reach nobody")

    app = BodyCheck(nothing, settings=Settings(), within_s=0.2)
    head = b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\n{"
    with serving(app) as address:
        assert talk(address, head).startswith(b"HTTP/1.1 408 ")
