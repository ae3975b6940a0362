"""The HTTP interface, over a small assistant in memory: answers, errors, pages, headers."""

import gzip
import json
import re
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from index.errors import SettingsError
from tests.api_site import ENGLISH_QUESTION, QUESTION, UNKNOWN, articles, make_app
from tests.fake_assistant import FakeAssistant

PORTAL = "https://portal.example"


@pytest.fixture(scope="module")
def client():
    with TestClient(make_app(embed_origins=(PORTAL,)), raise_server_exceptions=False) as opened:
        yield opened


def problem(response, status):
    """The problem that `response` must be."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["request_id"] == response.headers["x-request-id"]
    assert body["detail"]
    return body


def events(response):
    """(name, data) of every event of a stream."""
    blocks = [block for block in response.text.split("\n\n") if block and not block.startswith(":")]
    pairs = [block.split("\n", 1) for block in blocks]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in pairs]


def test_ask_question_gives_located_quotes(client):
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    assert answer["answerable"]
    for citation in answer["citations"]:
        article = client.get(f"/api/articles/{quote(citation['article_id'], safe='')}").json()
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_ask_what_articles_do_not_say_says_so(client):
    answer = client.post("/api/ask", json={"question": UNKNOWN}).json()
    assert (answer["answerable"], answer["citations"], answer["kind"]) == (False, [], "refusal")


def test_ask_with_filters_answers_only_from_them(client):
    body = {"question": ENGLISH_QUESTION, "filters": {"languages": ["ar"]}}
    assert not client.post("/api/ask", json=body).json()["answerable"]


def test_ask_with_history_takes_back_its_own_answers(client):
    first = client.post("/api/ask", json={"question": QUESTION}).json()
    body = {"question": QUESTION, "history": [{"question": QUESTION, "answer": first}]}
    assert client.post("/api/ask", json=body).status_code == 200


def test_ask_for_events_streams_pieces_then_answer(client):
    response = client.post("/api/ask", json={"question": QUESTION}, headers={"accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    *deltas, (name, answer) = events(response)
    assert name == "answer"
    assert {each for each, _data in deltas} == {"delta"}
    assert "".join(data["text"] for _name, data in deltas) == answer["text"]


def test_ask_for_events_that_fails_ends_with_error_event():
    with TestClient(make_app(FakeAssistant(articles(), fail_on="explode"))) as failing:
        response = failing.post(
            "/api/ask", json={"question": "explode"}, headers={"accept": "text/event-stream"}
        )
    [(name, data)] = events(response)
    assert (name, data["status"]) == ("error", 500)
    assert "explode" not in data["detail"]


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"question": "  "}, "body.question"),
        ({"question": "س" * 100_000}, "body.question"),
        ({}, "body.question"),
        ({"question": "x", "colour": 1}, "body.colour"),
        ({"question": "x", "filters": {"published_from": "yesterday"}}, "body.filters.published_from"),
        ({"question": "x", "history": [{"question": "x"}]}, "body.history.0.answer"),
    ],
)
def test_ask_with_bad_body_names_the_part(client, body, at):
    refusal = problem(client.post("/api/ask", json=body), 422)
    assert at in [error["at"] for error in refusal["errors"]]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"question": "\\ud800"}', b"null", b"[]", b""])
def test_ask_with_broken_json_is_a_problem(client, body):
    problem(client.post("/api/ask", content=body, headers={"content-type": "application/json"}), 422)


def test_ask_with_too_large_body_is_refused_by_length_and_by_stream(client):
    problem(client.post("/api/ask", content=b"x" * (5 * 2**20)), 413)
    problem(client.post("/api/ask", content=(b"x" * 2**20 for _ in range(5))), 413)


def test_search_pages_follow_each_other(client):
    seen, address = [], f"/api/search?q={quote(ENGLISH_QUESTION + ' المدن مدائن')}&limit=1"
    while address:
        response = client.get(address)
        seen += [hit["passage_id"] for hit in response.json()["hits"]]
        address = response.headers.get("link", "").partition(">")[0].lstrip("<")
    assert len(seen) == len(set(seen)) == 3


def test_search_gives_passages_with_their_article(client):
    [hit, *_] = client.get("/api/search", params={"q": ENGLISH_QUESTION}).json()["hits"]
    assert hit["article"]["title"] == "Madayn wins"
    article = client.get(f"/api/articles/{hit['article_id']}").json()
    assert article["text"][hit["start"] : hit["end"]] == hit["text"]


def test_search_with_filters_keeps_to_them(client):
    hits = client.get("/api/search", params={"q": ENGLISH_QUESTION, "source": "الرؤية"}).json()["hits"]
    assert all(hit["article"]["source"] == "الرؤية" for hit in hits)


def test_articles_are_listed_page_by_page(client):
    first = client.get("/api/articles", params={"limit": 2}).json()
    second = client.get("/api/articles", params={"limit": 2, "offset": first["next_offset"]}).json()
    listed = [each["article_id"] for each in first["articles"] + second["articles"]]
    assert listed == [article.article_id for article in articles()]
    assert (first["total"], second["next_offset"]) == (3, None)


def test_article_with_any_id_is_found_by_its_address(client):
    article_id = articles()[2].article_id
    response = client.get(f"/api/articles/{quote(article_id, safe='')}")
    assert response.json()["article_id"] == article_id


def test_article_asked_again_with_its_tag_is_not_sent_again(client):
    tag = client.get("/api/articles/madayn-ar").headers["etag"]
    again = client.get("/api/articles/madayn-ar", headers={"if-none-match": f'"x", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/api/articles/madayn-en", headers={"if-none-match": tag})
    assert other.status_code == 200


def test_unknown_article_is_a_problem(client):
    problem(client.get("/api/articles/none"), 404)


@pytest.mark.parametrize("address", ["/api", "/api/none", "/api/ask/more", "/mcp/none", "/widget/none.js"])
def test_unknown_address_is_a_problem(client, address):
    problem(client.get(address), 404)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_wrong_method_is_a_problem_that_names_the_right_one(client, method):
    response = client.request(method, "/api/ask")
    problem(response, 405)
    assert response.headers["allow"] == "POST"


def test_unexpected_error_tells_nothing_of_the_inside():
    app = make_app(FakeAssistant(articles(), fail_on="explode"))
    with TestClient(app, raise_server_exceptions=False) as failing:
        failure = problem(failing.post("/api/ask", json={"question": "explode"}), 500)
    assert "explode" not in json.dumps(failure)


def test_request_id_is_kept_when_sound_and_made_when_not(client):
    assert client.get("/healthz", headers={"x-request-id": "abc-1"}).headers["x-request-id"] == "abc-1"
    made = client.get("/healthz", headers={"x-request-id": "a b\x07<"}).headers["x-request-id"]
    assert len(made) == 16


def test_large_answers_are_compressed_but_never_streams(client):
    plain = client.get("/api/openapi.json", headers={"accept-encoding": "identity"})
    packed = client.get("/api/openapi.json", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()
    assert len(gzip.compress(plain.content)) < len(plain.content) / 4
    headers = {"accept": "text/event-stream", "accept-encoding": "gzip"}
    stream = client.post("/api/ask", json={"question": QUESTION}, headers=headers)
    assert "content-encoding" not in stream.headers


def test_only_listed_origins_may_read_across_sites(client):
    allowed = client.get("/healthz", headers={"origin": PORTAL})
    assert allowed.headers["access-control-allow-origin"] == PORTAL
    assert "access-control-allow-credentials" not in allowed.headers
    refused = client.get("/healthz", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in refused.headers
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    assert client.options("/api/ask", headers={"origin": PORTAL, **asked}).status_code == 200
    assert client.options("/api/ask", headers={"origin": "https://evil.example", **asked}).status_code == 400


def test_every_answer_carries_safe_headers(client):
    for address in ("/healthz", "/api/none", "/widget.js", "/api/openapi.json"):
        headers = client.get(address).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["referrer-policy"] == "no-referrer"


def test_metrics_count_questions_and_hold_no_words(client):
    client.post("/api/ask", json={"question": QUESTION})
    client.post("/api/ask", json={"question": UNKNOWN})
    text = client.get("/metrics").text
    assert 'mustanad_questions_total{outcome="answer"}' in text
    assert 'mustanad_questions_total{outcome="refusal"}' in text
    assert 'route="/api/articles/{article_id:path}"' in text
    assert "mustanad_articles 3.0" in text
    assert "مدائن" not in text and "madayn" not in text


def test_reference_page_is_whole_without_scripts_or_other_hosts(client):
    page = client.get("/api/docs")
    assert "script-src" not in page.headers["content-security-policy"]
    assert "<script" not in page.text
    for path in client.get("/api/openapi.json").json()["paths"]:
        assert path in page.text
    addresses = re.findall(r'(?:href|src)="([^"#]+)', page.text)
    assert set(addresses) == {"docs.css", "openapi.json"}
    assert client.get("/api/docs.css").headers["content-type"].startswith("text/css")


def test_widget_files_are_for_every_site(client):
    for name in ("/widget.js", "/widget/mustanad.mjs", "/widget/mustanad.d.ts"):
        response = client.get(name, headers={"origin": "https://any.example"})
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["cross-origin-resource-policy"] == "cross-origin"
        again = client.get(name, headers={"if-none-match": response.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_head_gives_the_headers_of_get_and_no_body(client):
    for address in ("/healthz", "/api/articles/madayn-ar", "/api/none", "/widget.js"):
        head, get = client.head(address), client.get(address)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize(
    "origin", ["portal.example", "*", "https://a.example/path", "https://a.example;script-src"]
)
def test_origin_that_is_none_stops_the_start(origin):
    with pytest.raises(SettingsError, match="MUSTANAD_EMBED_ORIGINS"):
        make_app(embed_origins=(origin,))
