"""The Model Context Protocol, asked by its official client over HTTP and over standard input and output."""

import sys
from pathlib import Path

import pytest
from mcp import Client, MCPError, StdioServerParameters, stdio_client

from assistant.api.mcp.model_context import make_server
from assistant.settings import Settings
from assistant.web.guards.limits import QuestionLimits
from assistant.web.observing.metrics import Metrics
from tests.api_site import ARABIC, QUESTION, UNKNOWN, articles, make_app, serving
from tests.fake_assistant import FakeAssistant
from tests.loops import run

ROOT = Path(__file__).resolve().parent.parent
STDIO = """
from assistant.api.mcp.model_context import make_server
from tests.api_site import articles
from tests.fake_assistant import FakeAssistant
make_server(FakeAssistant(articles())).run("stdio")
"""


@pytest.fixture(scope="module")
def base():
    with serving(make_app()) as address:
        yield address


def with_client(target, work):
    """What `work(client)` gives, connected to `target`."""

    async def work_with():
        async with Client(target) as client:
            return await work(client)

    return run(work_with())


def call(target, tool, **arguments):
    return with_client(target, lambda client: client.call_tool(tool, arguments))


def test_tools_say_what_they_take_and_give(base):
    tools = with_client(f"{base}/mcp", lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == [
        "ask",
        "search_quotes",
        "get_article",
        "check_quotes",
        "search",
        "fetch",
    ]
    for tool in tools:
        assert tool.description and tool.input_schema["required"] and tool.output_schema["properties"]
        assert tool.annotations.read_only_hint


def test_ask_gives_located_quotes_as_structure(base):
    answer = call(f"{base}/mcp", "ask", question=QUESTION).structured_content
    assert answer["answerable"]
    for citation in answer["citations"]:
        assert ARABIC[citation["start"] : citation["end"]] == citation["quote"]


def test_ask_what_articles_do_not_say_says_so(base):
    answer = call(f"{base}/mcp", "ask", question=UNKNOWN).structured_content
    assert (answer["answerable"], answer["citations"]) == (False, [])
    assert answer["nearest"]


def test_filters_hold_for_tools(base):
    result = call(f"{base}/mcp", "search_quotes", query=QUESTION, sources=["City Wire"]).structured_content
    assert {hit["article"]["source"] for hit in result["hits"]} <= {"City Wire"}
    refused = call(f"{base}/mcp", "search_quotes", query=QUESTION, published_from="yesterday")
    assert refused.is_error


def test_search_gives_passages_with_their_article(base):
    [hit, *_] = call(f"{base}/mcp", "search_quotes", query=QUESTION, limit=1).structured_content["hits"]
    assert ARABIC[hit["start"] : hit["end"]] == hit["text"]
    assert hit["article"]["title"] == "مدائن تفوز بالجائزة"


def test_article_is_read_whole_or_in_part(base):
    whole = call(f"{base}/mcp", "get_article", article_id="madayn-ar").structured_content
    part = call(f"{base}/mcp", "get_article", article_id="madayn-ar", start=3, end=9).structured_content
    assert (whole["text"], part["text"], part["length"]) == (ARABIC, ARABIC[3:9], len(ARABIC))


def test_unknown_article_is_an_error_the_model_can_read(base):
    result = call(f"{base}/mcp", "get_article", article_id="none")
    assert result.is_error
    assert "none" in result.content[0].text


def test_articles_are_resources_with_any_id(base):
    async def read(client):
        listed = (await client.list_resources()).resources
        return {each.title: (await client.read_resource(each.uri)).contents[0].text for each in listed}

    assert with_client(f"{base}/mcp", read) == {article.title: article.text for article in articles()}


def test_unknown_resource_is_an_error(base):
    async def read(client):
        with pytest.raises(MCPError, match="none"):
            await client.read_resource("mustanad://articles/none")
        return True

    assert with_client(f"{base}/mcp", read)


def test_limit_on_questions_holds_over_http():
    with serving(make_app(questions_per_minute=1)) as base:

        async def ask_twice(client):
            return [(await client.call_tool("ask", {"question": QUESTION})).is_error for _ in range(2)]

        assert with_client(f"{base}/mcp", ask_twice) == [False, True]


def test_in_process_client_has_no_limit():
    settings = Settings(questions_per_minute=1)
    server = make_server(FakeAssistant(articles()), limits=QuestionLimits(settings, Metrics()))
    for _ in range(2):
        assert call(server, "ask", question=QUESTION).structured_content["answerable"]


def test_page_under_a_foreign_name_reaches_nothing(base):
    import httpx

    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"accept": "application/json, text/event-stream", "host": "evil.example"}
    assert httpx.post(f"{base}/mcp", json=body, headers=headers).status_code == 421
    for origin, status in (("https://evil.example", 403), ("https://localhost", 200)):
        headers = {"accept": "application/json, text/event-stream", "origin": origin}
        assert httpx.post(f"{base}/mcp", json=body, headers=headers).status_code == status


def test_standard_input_and_output_speak_it_too():
    parameters = StdioServerParameters(command=sys.executable, args=["-c", STDIO], cwd=ROOT)
    answer = call(stdio_client(parameters), "ask", question=QUESTION).structured_content
    assert answer["answerable"]


def test_command_serves_the_seed_articles(seed_index):
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "assistant", "mcp", "--index", str(seed_index)], cwd=ROOT
    )

    async def ask(client):
        result = await client.call_tool("search_quotes", {"query": "جائزة المدينة الذكية", "limit": 3})
        hit = result.structured_content["hits"][0]
        article = (
            await client.call_tool("get_article", {"article_id": hit["article_id"]})
        ).structured_content
        return hit, article

    hit, article = with_client(stdio_client(parameters), ask)
    assert article["text"][hit["start"] : hit["end"]] == hit["text"]


def test_search_and_fetch_have_the_shape_that_research_clients_require(base):
    found = call(f"{base}/mcp", "search", query="Madayn award").structured_content["results"]
    assert {"id", "title", "url"} == set(found[0]) and found[0]["url"] == "https://news.example/madayn"
    document = call(f"{base}/mcp", "fetch", id=found[0]["id"]).structured_content
    assert document["text"] and document["metadata"]["source"] == "City Wire" and document["url"]
