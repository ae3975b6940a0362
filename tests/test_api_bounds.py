"""Every string, list and mapping that comes in has a bound in its model: all descriptions are walked."""

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from assistant.api.mcp.model_context import make_server
from assistant.ui.calls import CALLS, GradioCall
from assistant.ui.pages import static_pages as pages
from tests.api_site import articles, make_app
from tests.fake_assistant import FakeAssistant
from tests.loops import run

BOUNDED_STRINGS = ("maxLength", "enum", "const", "pattern")
# `data` is checked again, item by item, against the model of the function that is called.
CHECKED_AGAIN = {("data", "items")}


def unbounded(schema, whole, at=(), seen=()):
    """The places of `schema` that take any amount."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if name in seen:
            return
        definitions = whole.get("$defs") or whole["components"]["schemas"]
        yield from unbounded(definitions[name], whole, at, (*seen, name))
        return
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from unbounded(choice, whole, at, seen)
    kind = schema.get("type")
    if kind == "string" and not any(key in schema for key in BOUNDED_STRINGS):
        yield at
    if kind == "array":
        if "maxItems" not in schema:
            yield at
        yield from unbounded(schema.get("items", {}), whole, (*at, "items"), seen)
    if kind == "object":
        for name, each in schema.get("properties", {}).items():
            yield from unbounded(each, whole, (*at, name), seen)
        extra = schema.get("additionalProperties", False)
        if (extra or "properties" not in schema) and not any(
            key in schema for key in ("maxProperties", "propertyNames")
        ):
            if schema.get("properties") is None and not extra and at == ():
                return  # a model without fields
            yield at
        if isinstance(extra, dict):
            yield from unbounded(extra, whole, (*at, "*"), seen)
    says_what = kind or any(key in schema for key in ("anyOf", "oneOf", "allOf", "enum", "const"))
    if not says_what and at[-2:] not in CHECKED_AGAIN:
        yield at


@pytest.fixture(scope="module")
def description():
    with TestClient(make_app(admin_token="a-token-for-writing")) as client:
        return client.get("/api/openapi.json").json()


def test_every_body_of_the_interface_is_bounded(description):
    walked = 0
    for path, methods in description["paths"].items():
        for operation in methods.values():
            for media, content in (operation.get("requestBody") or {"content": {}})["content"].items():
                if media != "application/x-ndjson":  # lines of ArticleIn, counted in bytes
                    walked += 1
                    assert [*unbounded(content["schema"], description)] == [], path
    assert walked >= 4


def test_every_parameter_of_the_interface_is_bounded(description):
    for path, methods in description["paths"].items():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] != "header":  # heads are bounded as a whole by the server
                    assert [*unbounded(parameter["schema"], description)] == [], (path, parameter["name"])


def test_every_argument_of_a_tool_is_bounded():
    server = make_server(FakeAssistant(articles()))
    tools = run(server.list_tools())
    assert len(tools) == 6
    for tool in tools:
        assert [*unbounded(tool.input_schema, tool.input_schema)] == [], tool.name


@pytest.mark.parametrize("shape", [*CALLS.values(), GradioCall])
def test_every_argument_of_a_function_of_the_page_is_bounded(shape):
    schema = shape.model_json_schema()
    assert [*unbounded(schema, schema)] == []


@pytest.mark.slow
def test_every_function_of_the_page_has_a_model(tmp_path):
    with TestClient(make_app(chat=True, feedback=str(tmp_path / "book"))) as client:
        named = client.get("/gradio_api/info").json()["named_endpoints"]
    assert {name.strip("/") for name in named} == set(CALLS)


def test_printed_conversation_is_bounded():
    adapter: TypeAdapter = pages._TURNS
    schema = adapter.json_schema()
    assert [*unbounded(schema, schema)] == []


@pytest.mark.parametrize(
    ("schema", "places"),
    [
        ({"type": "string"}, [()]),
        ({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}},
         [("a",), ("a", "items")]),
        ({"type": "object", "additionalProperties": True}, [()]),
        ({"type": "object", "properties": {"a": {}}}, [("a",)]),
    ],
)  # fmt: skip
def test_walk_finds_what_has_no_bound(schema, places):
    assert [*unbounded(schema, schema)] == places
