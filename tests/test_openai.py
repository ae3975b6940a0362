"""The assistant as a model, asked by the official clients of OpenAI in Python and JavaScript."""

import asyncio
import json
import shutil
import subprocess

import httpx
import openai
import pytest

from assistant.answer import Answer
from assistant.rendering import from_json
from tests.api_site import ENGLISH_QUESTION, QUESTION, UNKNOWN, articles, make_app, serving
from tests.fake_assistant import FakeAssistant
from tests.loops import run

NPM_PACKAGE = "openai@7"


class Remembering(FakeAssistant):
    """Keeps what it was asked, and with what."""

    def stream(self, question, **given):
        self.asked = (question, given)
        return super().stream(question, **given)


@pytest.fixture(scope="module")
def assistant():
    return Remembering(articles(), pause_s=0.001, fail_on="explode")


@pytest.fixture(scope="module")
def base(assistant):
    with serving(make_app(assistant)) as address:
        yield address


@pytest.fixture(scope="module")
def client(base):
    return openai.OpenAI(base_url=f"{base}/v1", api_key="none", max_retries=0)


def user(text):
    return {"role": "user", "content": text}


def check_annotations(content, annotations):
    """Every annotation must name a marker of the text."""
    assert annotations
    for annotation in annotations:
        cited = annotation["url_citation"]
        assert content[cited["start_index"] : cited["end_index"]].startswith("[")
        assert cited["url"].startswith("http") and cited["title"]


def test_models_lists_the_one_model(client):
    assert [model.id for model in client.models.list()] == ["mustanad"]
    assert client.models.retrieve("mustanad").owned_by == "mustanad"
    with pytest.raises(openai.NotFoundError) as refused:
        client.models.retrieve("gpt-5")
    assert refused.value.code == "model_not_found"


def test_completion_answers_with_citations(client):
    done = client.chat.completions.create(model="mustanad", messages=[user(QUESTION)], temperature=0)
    message = done.choices[0].message
    assert (message.role, done.choices[0].finish_reason) == ("assistant", "stop")
    check_annotations(message.content, [each.model_dump() for each in message.annotations])
    whole = from_json(done.mustanad)
    assert isinstance(whole, Answer)
    assert whole.text == message.content
    assert done.usage.total_tokens == done.usage.prompt_tokens + done.usage.completion_tokens


def test_citation_of_a_published_article_leads_to_where_it_was_published(client, base):
    done = client.chat.completions.create(model="mustanad", messages=[user(ENGLISH_QUESTION)])
    urls = [each.url_citation.url for each in done.choices[0].message.annotations]
    assert "https://news.example/madayn" in urls
    done = client.chat.completions.create(model="mustanad", messages=[user(QUESTION)])
    assert done.choices[0].message.annotations[0].url_citation.url.startswith(f"{base}/article/madayn-ar")


def test_stream_gives_the_same_answer_in_pieces(client):
    whole = client.chat.completions.create(model="mustanad", messages=[user(QUESTION)])
    chunks = [
        *client.chat.completions.create(
            model="mustanad", messages=[user(QUESTION)], stream=True, stream_options={"include_usage": True}
        )
    ]
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert len(pieces) > 3
    assert "".join(pieces) == whole.choices[0].message.content
    *_, last, usage = chunks
    assert last.choices[0].finish_reason == "stop"
    check_annotations("".join(pieces), last.choices[0].delta.annotations)
    assert last.mustanad["citations"] == whole.mustanad["citations"]
    assert (usage.choices, usage.usage) == ([], whole.usage)


def test_stream_helper_of_the_client_puts_the_message_together(client):
    with client.chat.completions.stream(model="mustanad", messages=[user(QUESTION)]) as stream:
        for _event in stream:
            pass
        done = stream.get_final_completion()
    assert "[1]" in done.choices[0].message.content


def test_asynchronous_client_is_answered_beside_others(base):
    async def ask_all():
        async with openai.AsyncOpenAI(base_url=f"{base}/v1", api_key="none") as client:
            asked = [
                client.chat.completions.create(model="mustanad", messages=[user(QUESTION)]) for _ in range(20)
            ]
            return await asyncio.gather(*asked)

    assert len({done.choices[0].message.content for done in run(ask_all())}) == 1


def test_what_articles_do_not_say_is_said_without_citations(client):
    message = client.chat.completions.create(model="mustanad", messages=[user(UNKNOWN)]).choices[0].message
    assert message.annotations == []
    assert message.content


def test_conversation_reaches_the_assistant_as_turns(client, assistant):
    client.chat.completions.create(
        model="mustanad",
        messages=[
            {"role": "system", "content": "Be a pirate."},
            user("من فاز بالجائزة؟"),
            {"role": "assistant", "content": "فازت مدائن «...» [1]"},
            user([{"type": "text", "text": "ومتى؟"}]),
        ],
    )
    question, given = assistant.asked
    assert question == "ومتى؟"
    [turn] = given["history"]
    assert (turn.question, turn.answer.text) == ("من فاز بالجائزة؟", "فازت مدائن «...» [1]")


TOOL_CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
TOLD = {"role": "tool", "tool_call_id": "c", "content": "42"}


@pytest.mark.parametrize("said", [None, "", "I will look."])
@pytest.mark.parametrize("results", [1, 2])
def test_question_before_a_tools_result_is_answered(client, assistant, said, results):
    calling = {"role": "assistant", "content": said, "tool_calls": [TOOL_CALL] * results}
    first = [user("من فاز؟"), {"role": "assistant", "content": "فازت مدائن."}]
    done = client.chat.completions.create(
        model="mustanad", messages=[*first, user(QUESTION), calling, *[TOLD] * results]
    )
    assert "[1]" in done.choices[0].message.content
    question, given = assistant.asked
    assert (question, [turn.question for turn in given["history"]]) == (QUESTION, ["من فاز؟"])


def test_tools_result_without_a_question_is_refused_as_the_description_says(client, base):
    with pytest.raises(openai.BadRequestError) as error:
        client.chat.completions.create(model="mustanad", messages=[TOLD])
    assert error.value.param == "messages"
    shape = httpx.get(f"{base}/api/openapi.json").json()["components"]["schemas"]["CompletionIn"]
    assert shape["properties"]["messages"]["contains"]["properties"]["role"] == {"const": "user"}


def test_filters_travel_under_our_own_key(client):
    done = client.chat.completions.create(
        model="mustanad",
        messages=[user(ENGLISH_QUESTION)],
        extra_body={"mustanad": {"filters": {"languages": ["ar"]}}},
    )
    assert not done.mustanad["answerable"]


@pytest.mark.parametrize(
    "ignored",
    [
        {"temperature": 0.2, "top_p": 1, "max_tokens": 5, "seed": 1, "stop": ["x"], "user": "u"},
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}], "tool_choice": "auto"},
        {"response_format": {"type": "text"}, "logprobs": False, "n": 1},
    ],
)
def test_parameters_that_change_nothing_are_ignored(client, ignored):
    assert client.chat.completions.create(model="mustanad", messages=[user(QUESTION)], **ignored).choices


@pytest.mark.parametrize(
    ("refused", "param"),
    [
        ({"n": 2}, "n"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"logprobs": True}, "logprobs"),
        ({"extra_body": {"colour": "red"}}, "colour"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "messages"),
        ({"messages": [user("  ")]}, "messages"),
        ({"messages": [user("س" * 100_000)]}, "messages"),
        ({"messages": [user([{"type": "image_url", "image_url": {"url": "x"}}])]}, "messages"),
    ],
)
def test_parameters_that_cannot_be_met_are_refused(client, refused, param):
    given = {"model": "mustanad", "messages": [user(QUESTION)], **refused}
    with pytest.raises(openai.BadRequestError) as error:
        client.chat.completions.create(**given)
    assert (error.value.param, error.value.type) == (param, "invalid_request_error")


def test_unknown_model_is_not_found(client):
    with pytest.raises(openai.NotFoundError) as error:
        client.chat.completions.create(model="gpt-5", messages=[user(QUESTION)])
    assert error.value.code == "model_not_found"


def test_failure_on_our_side_is_a_server_error_that_tells_nothing(client):
    with pytest.raises(openai.InternalServerError) as error:
        client.chat.completions.create(model="mustanad", messages=[user("explode")])
    assert "explode" not in str(error.value)
    with pytest.raises(openai.APIError):
        list(client.chat.completions.create(model="mustanad", messages=[user("explode")], stream=True))


def test_limit_is_a_rate_limit_error():
    with serving(make_app(questions_per_minute=1)) as base:
        client = openai.OpenAI(base_url=f"{base}/v1", api_key="none", max_retries=0)
        client.chat.completions.create(model="mustanad", messages=[user(QUESTION)])
        with pytest.raises(openai.RateLimitError):
            client.chat.completions.create(model="mustanad", messages=[user(QUESTION)])


JAVASCRIPT = """
import OpenAI from "openai";
const client = new OpenAI({ baseURL: process.env.BASE, apiKey: "none", maxRetries: 0 });
const messages = [
  { role: "user", content: "من فاز بالجائزة؟" },
  { role: "assistant", content: "فازت مدائن." },
  { role: "user", content: process.env.QUESTION },
];
const models = (await client.models.list()).data.map((model) => model.id);
const done = await client.chat.completions.create({ model: "mustanad", messages });
let streamed = "", annotations = [];
const stream = await client.chat.completions.create({ model: "mustanad", messages, stream: true });
for await (const chunk of stream) {
  streamed += chunk.choices[0]?.delta?.content ?? "";
  annotations = chunk.choices[0]?.delta?.annotations ?? annotations;
}
let refused = {};
try { await client.chat.completions.create({ model: "gpt-5", messages }); }
catch (error) { refused = { status: error.status, code: error.code }; }
const { content } = done.choices[0].message;
const whole = done.mustanad.citations;
console.log(JSON.stringify({ models, content, streamed, annotations, refused, whole }));
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """A folder with the official JavaScript client installed."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed here")
    folder = tmp_path_factory.mktemp("node")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", NPM_PACKAGE]
    installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180)
    if installed.returncode:
        pytest.skip(f"npm cannot install {NPM_PACKAGE} here: {installed.stderr.strip()[-200:]}")
    return folder


def test_javascript_client_finds_the_answer(base, node):
    script = node / "ask.mjs"
    script.write_text(JAVASCRIPT, encoding="utf-8")
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "BASE": f"{base}/v1", "QUESTION": QUESTION}
    run = subprocess.run(
        [shutil.which("node"), str(script)],
        cwd=node,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    completion = json.loads(run.stdout)
    assert completion["models"] == ["mustanad"]
    assert completion["content"] == completion["streamed"]
    check_annotations(completion["content"], completion["annotations"])
    assert completion["whole"][0]["quote"] in completion["content"]
    assert completion["refused"] == {"status": 404, "code": "model_not_found"}
