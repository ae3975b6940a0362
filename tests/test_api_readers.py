"""Who may ask, and how much: reader keys, login proxies, limits for addresses and embedding sites."""

import base64

import pytest
from fastapi.testclient import TestClient

from assistant.api.serving.server import warn_when_open
from assistant.settings import Settings
from assistant.web.guards.limits import Allowance, network_of
from assistant.words import count
from index.errors import SettingsError
from tests.api_site import QUESTION, make_app

KEY = "a-reader-key-0123456789"
PORTAL = "https://portal.example"


@pytest.fixture
def keys(tmp_path):
    path = tmp_path / "keys"
    path.write_text(f"# readers\n\n{KEY}  # the newsroom\n", encoding="utf-8")
    return path


def basic(password):
    return "Basic " + base64.b64encode(f"reader:{password}".encode()).decode()


@pytest.mark.parametrize("given", [f"Bearer {KEY}", basic(KEY)])
def test_reader_with_a_key_may_ask(keys, given):
    with TestClient(make_app(reader_keys=str(keys))) as client:
        response = client.post("/api/ask", json={"question": QUESTION}, headers={"authorization": given})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer # readers", "Bearer wrong", basic("wrong"), "Basic %%%"]
)
def test_reader_without_a_key_is_asked_for_one(keys, given):
    with TestClient(make_app(reader_keys=str(keys))) as client:
        headers = {"authorization": given, "accept-language": "ar"}
        for method, path in (
            ("POST", "/api/ask"),
            ("GET", "/api/search"),
            ("GET", "/metrics"),
            ("POST", "/mcp"),
        ):
            response = client.request(method, path, headers=headers)
            assert response.status_code == 401
            assert response.headers["www-authenticate"].startswith("Basic")
            assert "مفتاح" in response.json()["detail"]
        shaped = client.get("/v1/models", headers={"authorization": given}).json()
        assert shaped["error"]["type"] == "authentication_error"
        for open_to_all in ("/healthz", "/readyz", "/widget.js", "/widget/mustanad.mjs"):
            assert client.get(open_to_all).status_code == 200


def test_key_taken_from_the_file_opens_nothing_any_more(keys):
    with TestClient(make_app(reader_keys=str(keys))) as client:
        headers = {"authorization": f"Bearer {KEY}"}
        assert client.get("/metrics", headers=headers).status_code == 200
        keys.write_text("another-key-0123456789\n", encoding="utf-8")
        assert client.get("/metrics", headers=headers).status_code == 401
        keys.unlink()
        assert client.get("/metrics", headers=headers).status_code == 401


def test_keys_that_cannot_be_read_or_guessed_stop_the_start(tmp_path):
    with (
        pytest.raises(SettingsError, match="MUSTANAD_READER_KEYS"),
        TestClient(make_app(reader_keys=str(tmp_path / "none"))),
    ):
        pass
    (tmp_path / "short").write_text("1234", encoding="utf-8")
    with (
        pytest.raises(SettingsError, match="shorter than 16"),
        TestClient(make_app(reader_keys=str(tmp_path / "short"))),
    ):
        pass


@pytest.mark.parametrize(
    "content", ["", "# nobody yet\n", "short\n", f"{KEY}\nshort", "a # long enough in all"]
)
def test_keys_file_that_lets_nobody_or_anybody_in_stops_the_start_before_any_request(content, tmp_path):
    (tmp_path / "keys").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="MUSTANAD_READER_KEYS"):
        make_app(reader_keys=str(tmp_path / "keys"))


@pytest.mark.parametrize("content", [b"short", b"\xff\xfe\x00", b"", f"{KEY}\nshort".encode()])
def test_keys_file_that_goes_bad_later_fails_no_request(content, keys):
    with TestClient(make_app(reader_keys=str(keys))) as client:
        headers = {"authorization": f"Bearer {KEY}"}
        keys.write_bytes(content)
        for _ in range(2):
            assert client.get("/metrics", headers=headers).status_code == (
                200 if KEY.encode() in content else 401
            )
        keys.write_text(f"\ufeff{KEY}\nanother#key-0123456789", encoding="utf-8")
        assert client.get("/metrics", headers=headers).status_code == 200
        other = {"authorization": "Bearer another#key-0123456789"}
        assert client.get("/metrics", headers=other).status_code == 200


@pytest.mark.parametrize("given", ["Basic é", "Basic \xff\xff", "Bearer é", "Basic =", "é"])
def test_login_that_is_no_login_is_refused(given, keys):
    with TestClient(make_app(reader_keys=str(keys))) as client:
        assert client.get("/metrics", headers={"authorization": given.encode("latin-1")}).status_code == 401


def test_login_proxy_names_the_reader():
    app = make_app(trusted_proxy_header="X-Forwarded-User", trusted_proxies=("10.0.0.0/8",))
    with TestClient(app, client=("10.1.2.3", 5000)) as client:
        assert client.get("/metrics").status_code == 401
        assert client.get("/metrics", headers={"x-forwarded-user": " "}).status_code == 401
        assert client.get("/metrics", headers={"x-forwarded-user": "salma"}).status_code == 200
        assert (
            client.get("/metrics", headers={"x-forwarded-user": "salma"}).headers["cache-control"]
            == "private"
        )
    for stranger in ("10.1.2.3.4", "127.0.0.1", "192.0.2.7"):
        with TestClient(app, client=(stranger, 5000)) as client:
            assert client.get("/metrics", headers={"x-forwarded-user": "salma"}).status_code == 401
    with TestClient(make_app(trusted_proxy_header="X-Forwarded-User")) as client:
        assert client.get("/metrics", headers={"x-forwarded-user": "salma"}).status_code == 401


def test_open_address_without_login_is_warned_of(capsys):
    warn_when_open(Settings(host="0.0.0.0"))
    assert "MUSTANAD_READER_KEYS" in capsys.readouterr().err
    warn_when_open(Settings(host="0.0.0.0", trusted_proxy_header="X-User"))
    assert "MUSTANAD_TRUSTED_PROXIES" in capsys.readouterr().err
    logged = Settings(host="0.0.0.0", trusted_proxy_header="X-User", trusted_proxies=("10.0.0.1",))
    for quiet in (Settings(), logged, Settings(host="::1")):
        warn_when_open(quiet)
    assert capsys.readouterr().err == ""


def test_allowance_comes_back_with_time():
    now = [0.0]
    allowance = Allowance(2, clock=lambda: now[0])
    assert [allowance.take("a"), allowance.take("a")] == [0, 0]
    assert allowance.take("a") == 30
    assert allowance.take("b") == 0
    now[0] = 30
    assert [allowance.take("a"), allowance.take("a")] == [0, 30]
    assert Allowance(0).take("a") == 0


def test_one_network_is_one_caller():
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff") != network_of("2001:db8:0:1::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/ask", {"question": QUESTION}),
        ("/v1/chat/completions", {"model": "mustanad", "messages": [{"role": "user", "content": QUESTION}]}),
    ],
)
def test_address_past_its_limit_is_told_politely_in_its_language(path, body):
    with TestClient(make_app(questions_per_minute=2)) as client:
        assert [client.post(path, json=body).status_code for _ in range(2)] == [200, 200]
        refused = client.post(path, json=body, headers={"accept-language": "ar-OM,ar;q=0.9"})
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 30
        detail = str(refused.json().get("detail") or refused.json()["error"]["message"])
        assert f"انتظر {count('seconds_count', int(refused.headers['retry-after']), 'ar')} ثم" in detail
        assert "Please" in client.post(path, json=body, headers={"accept-language": "en"}).text
        assert client.get("/api/search", params={"q": QUESTION}).status_code == 200


def test_embedding_site_has_one_limit_for_all_its_readers():
    app = make_app(embed_origins=(PORTAL,), questions_per_minute_per_origin=2)
    frame = {"referer": f"http://testserver/embed?origin={PORTAL}&lang=ar", "origin": "http://testserver"}
    with TestClient(app) as client:

        def ask(headers):
            return client.post("/api/ask", json={"question": QUESTION}, headers=headers).status_code

        assert [ask(frame), ask({"origin": PORTAL}), ask(frame)] == [200, 200, 429]
        assert [ask({}), ask({"origin": "https://other.example"})] == [200, 200]
