"""The whole program over the seed articles, asked through every door for programs."""

import httpx
import openai
import pytest
from mcp import Client

from tests.chat_reader import QUESTIONS, ask, quotes
from tests.conftest import SEEDS
from tests.loops import run

pytest_plugins = ("tests.chat_fixtures",)
QUESTION = "كم مشروعا تنافس في مسابقة Seoul Smart City Prize؟"


@pytest.fixture(scope="module")
def client(server):
    with httpx.Client(base_url=server, timeout=60) as opened:
        yield opened


def test_answer_is_made_of_slices_of_its_articles(client):
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    assert answer["answerable"] and answer["citations"]
    for citation in answer["citations"]:
        text = client.get(f"/api/articles/{citation['article_id']}").json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_stream_ends_with_the_answer(client):
    headers = {"accept": "text/event-stream"}
    with client.stream("POST", "/api/ask", json={"question": QUESTION}, headers=headers) as response:
        names = [line for line in response.iter_lines() if line.startswith("event:")]
    assert set(names[:-1]) == {"event: delta"}
    assert names[-1] == "event: answer"


def test_articles_and_passages_are_listed_and_found(client):
    listed = client.get("/api/articles").json()
    assert listed["total"] == len(listed["articles"]) == 5
    hits = client.get("/api/search", params={"q": "جائزة المدينة الذكية", "limit": 3}).json()["hits"]
    assert len(hits) == 3
    assert hits[0]["score"] >= hits[1]["score"] >= hits[2]["score"]


def test_openai_client_and_mcp_client_give_the_same_answer(server, client):
    asked = [{"role": "user", "content": QUESTION}]
    chat = openai.OpenAI(base_url=f"{server}/v1", api_key="none").chat
    message = chat.completions.create(model="mustanad", messages=asked).choices[0].message
    assert message.annotations

    async def ask():
        async with Client(f"{server}/mcp") as tools:
            return (await tools.call_tool("ask", {"question": QUESTION})).structured_content

    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    assert message.content == run(ask())["text"] == answer["text"]


def test_conversation_is_understood_over_the_openai_interface(server):
    chat = openai.OpenAI(base_url=f"{server}/v1", api_key="none").chat
    messages = [{"role": "user", "content": QUESTION}]
    first = chat.completions.create(model="mustanad", messages=messages).choices[0].message
    messages += [{"role": "assistant", "content": first.content}, {"role": "user", "content": "وأين؟"}]
    followed = chat.completions.create(model="mustanad", messages=messages)
    assert followed.mustanad["searched_as"] not in (None, "وأين؟")


def test_doors_that_the_page_does_not_need_are_closed(client):
    foreign = {"origin": "https://evil.example"}
    for method, path in (
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/proxy=https://evil.example"),
        ("GET", "/api/none"),
        ("PUT", "/api/ask"),
    ):
        response = client.request(method, path, headers=foreign)
        assert response.status_code in (404, 405), path
        assert "access-control-allow-origin" not in response.headers
    page = client.get("/", headers=foreign)
    assert "access-control-allow-origin" not in page.headers
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]


@pytest.mark.browser
def test_program_over_the_seeds_answers_in_slices_of_them(open_page, server):
    page = open_page(site=server, language="ar")
    ask(page, QUESTIONS["ar"])
    shown = quotes(page).locator("mark").all_text_contents()
    texts = [path.read_text(encoding="utf-8-sig") for path in SEEDS.glob("*.txt")]
    assert shown and all(any(quote in text for text in texts) for quote in shown)
    with page.expect_popup() as article:
        page.locator("#cards .links a").first.click()
    marked = article.value.locator("mark").first.text_content()
    assert any(marked in quote for quote in shown)
