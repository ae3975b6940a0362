"""The chat's page, the article page and their files, over HTTP and without a browser."""

import json
import re

import pytest
from starlette.testclient import TestClient

from assistant.__main__ import main
from assistant.answer import SURE
from assistant.rendering import to_json
from assistant.ui import assets, shell
from assistant.web.storage.feedback import FeedbackBook
from index.errors import QueryError, SettingsError
from tests.chat_site import articles, make_app
from tests.fake_assistant import FakeAssistant

CHAT_PATHS = ["/", "/ar", "/en", "/embed", "/?lang=en"]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with TestClient(make_app(folder, FakeAssistant(articles(), fail_on="explode"))) as opened:
        opened.folder = folder
        yield opened


def call(client, name, *data):
    response = client.post(f"/gradio_api/run/{name}", json={"data": list(data)})
    assert response.status_code == 200, response.text
    return response.json()["data"][0]


def ask(client, *data):
    event_id = client.post("/gradio_api/call/ask", json={"data": [*data]}).json()["event_id"]
    stream = client.get(f"/gradio_api/call/ask/{event_id}").text
    pieces = re.findall(r"event: generating\ndata: (.*)", stream)
    return [json.loads(piece)[0] for piece in pieces]


@pytest.mark.parametrize("path", CHAT_PATHS)
def test_chat_page_runs_only_scripts_with_its_nonce(client, path):
    response = client.get(path)
    policy = response.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)[1]
    scripts = re.findall(r"<script[^>]*>", response.text)
    assert scripts and all(f'nonce="{nonce}"' in script for script in scripts)
    assert "unsafe-eval" not in policy and "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]


@pytest.mark.parametrize("path", CHAT_PATHS)
def test_chat_page_names_no_other_host(client, path):
    addresses = re.findall(r"""(?:src|href|content)=["'](https?:)?//""", client.get(path).text)
    assert addresses == []


@pytest.mark.parametrize(
    ("path", "header", "language", "direction"),
    [
        ("/", "en-GB", "en", "ltr"),
        ("/", "ar-OM", "ar", "rtl"),
        ("/", "de", "ar", "rtl"),
        ("/en", "ar", "en", "ltr"),
        ("/ar", "en", "ar", "rtl"),
        ("/?lang=en", "ar", "en", "ltr"),
    ],
)
def test_chat_page_speaks_the_readers_language_before_any_script(client, path, header, language, direction):
    text = client.get(path, headers={"Accept-Language": header}).text
    assert f'<html lang="{language}" dir="{direction}"' in text
    assert ("اسأل، والمقالات تجيب" if language == "ar" else "Ask, and the articles answer") in text


def test_chat_page_data_of_a_hostile_corpus_ends_no_script(client):
    text = client.get("/").text
    data = re.search(r'id="mustanad-data">(.*?)</script>', text, re.DOTALL)[1]
    assert "<" not in data
    assert any("<script>" in name for name in json.loads(data)["corpus"]["sources"])


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=http://127.0.0.1/",
        "/gradio_api/component_server",
        "/gradio_api/call/v2/ask",
        "/gradio_api/vibe-edit",
        "/gradio_api/run/ask/",
        "/monitoring",
        "/login",
        "/no-such-page",
    ],
)
def test_doors_of_gradio_that_the_page_does_not_use_are_closed(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path, json={"data": []}).status_code == 404


def test_files_are_kept_for_ever_under_their_version_only(client):
    current = client.get(f"/{assets.address('chat.css')}")
    assert current.status_code == 200 and "immutable" in current.headers["cache-control"]
    assert client.get("/files/000000000000/chat.css").headers["cache-control"] == "no-store"
    assert client.get(f"/{assets.address('../view.html')}").status_code == 404
    assert client.get(f"/{assets.address('%2e%2e/view.html')}").status_code == 404


def test_gradios_hashed_files_are_kept_for_ever(client):
    name = re.search(r'src="\./(assets/[^"]+\.js)"', client.get("/").text)[1]
    assert "immutable" in client.get(f"/{name}").headers["cache-control"]


def test_every_file_of_the_page_is_ours_and_there(client):
    text = client.get("/").text
    names = re.findall(r'(?:src|href)="(files/[^"]+)"', text)
    assert len(names) >= 6
    assert all(client.get(f"/{name}").status_code == 200 for name in names)


def test_compose_of_an_unknown_gradio_page_says_so():
    with pytest.raises(ValueError, match="not once"):
        shell.compose("<html><head></head></html>", {"language": "ar", "embedded": False}, nonce="n")


def test_article_page_marks_the_quote_without_javascript(client):
    text = articles()[5].text
    start = text.index("The prize drew")
    response = client.get(
        f"/article/seoul-prize?quote={start}-{start + 9}", headers={"Accept-Language": "en"}
    )
    assert f'<mark id="{start}-{start + 9}">The prize</mark>' in response.text
    assert '<article lang="en" dir="ltr">' in response.text
    assert "By Jane Lee" in response.text and "1 August 2025" in response.text
    assert "script-src 'self'" in response.headers["content-security-policy"]


def test_article_page_of_an_arabic_article_in_english_keeps_its_own_direction(client):
    response = client.get("/article/000_7b81f5f66d91b9f4?lang=en")
    assert '<html lang="en" dir="ltr">' in response.text
    assert '<article lang="ar" dir="rtl">' in response.text


def test_article_page_of_a_hostile_article_runs_nothing(client):
    response = client.get("/article/hostile%2F1?quote=0-40&lang=en")
    assert response.status_code == 200
    assert "<img src=x" not in response.text and "<script>alert" not in response.text
    assert "javascript:alert(3)" not in response.text


@pytest.mark.parametrize("quote", ["0-999999999", "9-3", "a-b", "-1-4", "١-٩", "1-2-3"])
def test_article_page_with_a_wrong_span_shows_the_article_unmarked(client, quote):
    response = client.get("/article/seoul-prize", params={"quote": quote})
    assert response.status_code == 200 and "<mark" not in response.text


def test_article_page_of_an_unknown_article_says_so_in_both_languages(client):
    for language, words in (("ar", "لا توجد مقالة"), ("en", "There is no article")):
        response = client.get(f"/article/nothing?lang={language}")
        assert response.status_code == 404 and words in response.text


def test_ask_streams_pieces_that_make_up_the_answer(client):
    events = ask(client, "How many projects from 123 cities?", [], {})
    answer = events[-1]["answer"]
    assert "".join(event["text"] for event in events[:-1]) == answer["text"]
    for citation in answer["citations"]:
        article = next(each for each in articles() if each.article_id == citation["article_id"])
        assert article.text[citation["start"] : citation["end"]] == citation["quote"]
        whole = citation["before"] + citation["quote"] + citation["after"]
        assert article.text[citation["passage_start"] : citation["passage_end"]] == whole


def test_ask_with_its_own_answer_as_history_is_understood(client):
    answer = ask(client, "projects from 123 cities", [], {})[-1]["answer"]
    for citation in answer["citations"]:
        del citation["before"], citation["after"]
    turn = {"question": "projects from 123 cities", "answer": answer}
    assert ask(client, "Seoul prize jury projects", [turn], {})[-1]["type"] == "answer"


@pytest.mark.parametrize(
    ("question", "code"),
    [("", "empty"), ("   \n", "empty"), ("س" * 100_000, "too_long"), ("please explode", "failed")],
)
def test_ask_what_cannot_be_answered_gives_a_code_and_no_traceback(client, question, code):
    events = ask(client, question, [], {})
    assert events[-1]["type"] == "error" and events[-1]["code"] == code
    assert "Traceback" not in json.dumps(events)


def test_search_pages_sorts_and_narrows(client):
    everything = call(client, "search", {"query": "المدن الذكية"})
    assert everything["total"] > 10 and everything["pages"] > 1
    newest = call(client, "search", {"query": "المدن الذكية", "sort": "newest"})
    dates = [quote["published"] for quote in newest["quotes"]]
    assert dates == sorted(dates, reverse=True)
    narrowed = call(client, "search", {"query": "المدن الذكية", "sources": ["الرؤية"]})
    assert {quote["source"] for quote in narrowed["quotes"]} == {"الرؤية"}
    assert narrowed["facets"] == everything["facets"]
    beyond = call(client, "search", {"query": "المدن الذكية", "page": 999})
    assert beyond["page"] == everything["pages"]


def test_search_quotes_are_slices_of_their_articles(client):
    texts = {article.article_id: article.text for article in articles()}
    quotes = call(client, "search", {"query": "جائزة المدن الذكية"})["quotes"]
    assert quotes
    for quote in quotes:
        assert texts[quote["article_id"]][quote["start"] : quote["end"]] == quote["quote"]


def test_export_selection_slices_the_articles_again(client):
    spans = [{"article_id": "seoul-prize", "start": 0, "end": 5, "quote": "forged"}]
    file = call(client, "export_selection", spans, "text", "en", "http://host/")
    assert file["text"].startswith("“Seoul”") and "forged" not in file["text"]
    wrong = [{"article_id": "seoul-prize", "start": 0, "end": 10**9}]
    assert call(client, "export_selection", wrong, "text", "en", "")["type"] == "error"


def test_printable_conversation_says_when_a_quote_is_not_in_its_article(client):
    answer = FakeAssistant(articles()).ask("projects from 123 cities")
    turn = {"question": answer.question, "answer": to_json(answer)}
    unverified = "could not be verified"
    page = client.post("/print", data={"turns": json.dumps([turn]), "language": "en"})
    assert page.status_code == 200 and unverified not in page.text
    turn["answer"]["citations"][0]["quote"] = "never written"
    assert unverified in client.post("/print", data={"turns": json.dumps([turn]), "language": "en"}).text
    assert client.post("/print", data={"turns": "{", "language": "en"}).status_code == 400


def test_feedback_is_kept_and_its_comment_added(client):
    given = {"answer_id": "x1", "verdict": "dislike", "question": "q", "answer": "a", "language": "en"}
    assert call(client, "feedback", given)["type"] == "thanks"
    assert call(client, "feedback", {**given, "comment": "wrong year"})["type"] == "thanks"
    entry = next(
        each for each in FeedbackBook(client.folder / "feedback.sqlite").read() if each.answer_id == "x1"
    )
    assert (entry.verdict, entry.comment) == ("dislike", "wrong year")
    assert call(client, "feedback", {**given, "verdict": "maybe"})["type"] == "error"


def test_feedback_is_listed_without_control_characters(tmp_path, capsys):
    FeedbackBook(tmp_path / "book").record(
        answer_id="a", verdict="dislike", question="\x1b[2Jwhat?", answer="x", comment="no\x07"
    )
    assert main(["feedback", "--feedback", str(tmp_path / "book")]) == 0
    listed = capsys.readouterr().out
    assert "what?" in listed and "no" in listed and listed.replace("\n", "").isprintable()


def test_feedback_book_without_a_file_is_empty_and_with_a_wrong_one_says_so(tmp_path):
    assert FeedbackBook(tmp_path / "none.sqlite").read() == []
    wrong = tmp_path / "text.sqlite"
    wrong.write_text("this is no database, only a long enough text to be taken for one" * 20)
    with pytest.raises(SettingsError, match="MUSTANAD_FEEDBACK"):
        FeedbackBook(wrong).read()
    with pytest.raises(QueryError, match="like, dislike"):
        FeedbackBook(tmp_path / "none.sqlite").record(answer_id="a", verdict="x", question="", answer="")


def test_page_and_program_call_the_same_answers_sure():
    script = (assets.FOLDER / "js" / "sureness.js").read_text("utf-8")
    assert f"SURE = {SURE};" in script
