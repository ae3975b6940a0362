"""Writing over HTTP: the token, articles in and out, and the running assistant that sees them."""

import contextlib
import json

import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from index.building import build
from index.encoder.hashing import HashingEncoder
from index.store.writing.writer import writing
from tests.api_site import articles, make_app

TOKEN = "a-token-for-writing"
KEY = {"authorization": f"Bearer {TOKEN}"}
NEW = {
    "id": "new",
    "text": "افتتح الوزير مكتبة عامة في صحار. وتضم المكتبة ألف كتاب.",
    "lang": "ar",
    "section": "ثقافة",
}


@pytest.fixture
def written(tmp_path):
    """(client, the index's folder): an application over a real index, with a folder of files beside it."""
    encoder = HashingEncoder()
    files = tmp_path / "articles"
    files.mkdir()
    (files / "one.txt").write_text("خبر من ملف\n\nأعلنت البلدية رصف طريق جديد في نزوى.", encoding="utf-8")
    build([*articles(), files], tmp_path / "index", encoder=encoder, progress=False)
    settings = {"index": str(tmp_path / "index"), "articles": str(files), "admin_token": TOKEN}
    with (
        contextlib.closing(Assistant(tmp_path / "index", encoder=encoder)) as assistant,
        TestClient(make_app(assistant, **settings)) as client,
    ):
        yield client, tmp_path


def test_without_a_token_set_the_routes_do_not_exist():
    with TestClient(make_app()) as client:
        assert client.post("/api/articles", json=NEW, headers=KEY).status_code == 405
        assert client.delete("/api/articles/madayn-ar", headers=KEY).status_code == 405
        assert client.post("/api/build", headers=KEY).status_code == 404
        assert "/api/build" not in client.get("/api/openapi.json").json()["paths"]


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer تجربة".encode()],
)
def test_wrong_token_is_refused_and_nothing_changes(written, header, caplog):
    client, _folder = written
    headers = {"authorization": header} if header is not None else {}
    for method, path in (
        ("POST", "/api/articles"),
        ("DELETE", "/api/articles/madayn-ar"),
        ("POST", "/api/build"),
    ):
        response = client.request(method, path, headers=headers, content=json.dumps(NEW))
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert TOKEN not in response.text
    assert client.get("/api/articles/madayn-ar").status_code == 200
    assert TOKEN not in caplog.text


def test_article_added_is_found_at_once_and_its_text_is_verbatim(written):
    client, _folder = written
    report = client.post("/api/articles", json=NEW, headers=KEY).json()
    assert (report["added"], report["skipped"]) == (1, [])
    stored = client.get("/api/articles/new").json()
    assert (stored["text"], stored["extra"]) == (NEW["text"], {"section": "ثقافة"})
    [hit, *_] = client.get("/api/search", params={"q": "مكتبة عامة في صحار"}).json()["hits"]
    assert hit["article_id"] == "new"
    again = client.post("/api/articles", json={**NEW, "title": "مكتبة"}, headers=KEY).json()
    assert (again["added"], again["changed"]) == (0, 1)


def test_json_lines_with_a_bad_line_add_the_others_and_name_it(written):
    client, _folder = written
    lines = [json.dumps(NEW), "{broken", json.dumps({**NEW, "id": "other", "text": "نص آخر عن الطرق."})]
    headers = {**KEY, "content-type": "application/x-ndjson"}
    report = client.post("/api/articles", content="\n".join(lines), headers=headers).json()
    assert report["added"] == 2
    assert [skipped["line"] for skipped in report["skipped"]] == [2]


@pytest.mark.parametrize("body", ["", "{", "[]", '{"id": "x"}', '{"id": "x", "text": "  "}', "\x00"])
def test_request_without_a_readable_article_is_a_problem(written, body):
    client, _folder = written
    before = client.get("/api/articles").json()["total"]
    response = client.post("/api/articles", content=body, headers={**KEY, "content-type": "application/json"})
    assert response.status_code == 422
    assert response.json()["detail"]
    assert client.get("/api/articles").json()["total"] == before


@pytest.mark.parametrize(
    "unfit",
    [{"id": ".."}, {"id": "a/../b"}, {"id": "a\u202eb"}, {"id": "a\u2066"}, {"id": "x" * 2_000},
     {"title": "x" * 20_000}, {"url": "https://x.example/" + "x" * 20_000}, {str(n): n for n in range(200)}],
)  # fmt: skip
def test_article_past_a_limit_or_with_an_id_that_deceives_is_refused(written, unfit):
    client, _folder = written
    response = client.post("/api/articles", json={**NEW, **unfit}, headers=KEY)
    assert response.status_code == 422
    assert response.json()["detail"].isprintable()
    beside = client.post("/api/articles", json=[{**NEW, **unfit}, NEW], headers=KEY).json()
    assert (beside["added"], len(beside["skipped"])) == (1, 1)


def test_article_nested_too_deep_is_refused(written):
    client, _folder = written
    deep = '{"id": "x", "text": "y", "k": ' + "[" * 600 + "]" * 600 + "}"
    for kind in ("application/json", "application/x-ndjson"):
        response = client.post("/api/articles", content=deep, headers={**KEY, "content-type": kind})
        assert response.status_code in (200, 422)


def test_large_body_needs_the_token(written):
    client, _folder = written
    body = b" " * (5 * 2**20)
    assert client.post("/api/articles", content=body).status_code == 413
    assert client.post("/api/articles", content=body, headers=KEY).status_code == 422


def test_article_removed_is_gone_at_once(written):
    client, _folder = written
    assert client.delete("/api/articles/madayn-ar", headers=KEY).json()["removed"] == 1
    assert client.get("/api/articles/madayn-ar").status_code == 404
    assert client.delete("/api/articles/madayn-ar", headers=KEY).status_code == 404


def test_build_reads_the_files_again_and_prunes_only_when_asked(written):
    client, folder = written
    client.post("/api/articles", json=NEW, headers=KEY)
    (folder / "articles" / "two.txt").write_text("خبر ثان\n\nافتتحت مدرسة جديدة في صور.", encoding="utf-8")
    report = client.post("/api/build", headers=KEY).json()
    assert (report["added"], report["unchanged"], report["removed"]) == (1, 1, 0)
    (folder / "articles" / "one.txt").unlink()
    assert client.post("/api/build", json={"prune": True}, headers=KEY).json()["removed"] == 1
    listed = {each["article_id"] for each in client.get("/api/articles").json()["articles"]}
    assert {"new", "madayn-ar", "two"} <= listed
    assert "one" not in listed


def test_index_that_another_process_writes_is_a_conflict(written):
    client, folder = written
    with writing(folder / "index", None):
        response = client.post("/api/articles", json=NEW, headers=KEY)
    assert response.status_code == 409
    assert client.post("/api/articles", json=NEW, headers=KEY).status_code == 200
