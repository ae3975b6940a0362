"""The description of the interface against its behaviour: no 5xx and no undocumented answer can be found."""

import contextlib
import re

import hypothesis
import pytest
import schemathesis
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from assistant.api.routes.documented import ABOUT
from assistant.assistant import Assistant
from assistant.web.shapes import requests, responses, shape_base
from index.building import build
from index.encoder.hashing import HashingEncoder
from tests.api_site import articles, make_app

APP = make_app()
TOKEN = "a-token-for-writing"
# What breaks a limit of the description may be larger than a whole request may be, too: 413.
REFUSALS = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": [*map(str, REFUSALS)]}}}
)
SCHEMA = schemathesis.openapi.from_asgi("/api/openapi.json", APP, config=CONFIG)
SETTINGS = hypothesis.settings(
    max_examples=12, database=None, suppress_health_check=list(hypothesis.HealthCheck)
)


@SCHEMA.parametrize()
@SETTINGS
def test_every_operation_answers_as_described(case):
    # That a conversation ends with a question, and that every part is text, no JSON Schema can say.
    beyond = (
        [positive_data_acceptance, negative_data_rejection] if case.path == "/v1/chat/completions" else []
    )
    case.call_and_validate(excluded_checks=beyond)


@pytest.fixture(scope="module")
def writing_schema(tmp_path_factory):
    """The same with the token of writing set, over a real index that may be changed."""
    folder, encoder = tmp_path_factory.mktemp("written"), HashingEncoder()
    (folder / "articles").mkdir()
    (folder / "articles" / "one.txt").write_text("خبر من ملف\n\nأعلنت البلدية رصف طريق.", encoding="utf-8")
    build([*articles()], folder / "index", encoder=encoder, progress=False)
    settings = {"index": str(folder / "index"), "articles": str(folder / "articles"), "admin_token": TOKEN}
    with contextlib.closing(Assistant(folder / "index", encoder=encoder)) as assistant:
        app = make_app(assistant, **settings)
        yield schemathesis.openapi.from_asgi("/api/openapi.json", app, config=CONFIG)


def test_every_writing_operation_answers_as_described(writing_schema):
    described = [found.ok() for found in writing_schema.include(tag="writing").get_all_operations()]
    assert len(described) == 3
    for operation in described:

        @SETTINGS
        @hypothesis.given(case=operation.as_strategy())
        def answers_as_described(case):
            # That the lines of a body are articles no JSON Schema can say.
            case.call_and_validate(
                headers={"authorization": f"Bearer {TOKEN}"}, excluded_checks=[positive_data_acceptance]
            )

        answers_as_described()


@pytest.fixture(scope="module")
def description():
    with TestClient(APP) as client:
        return client.get("/api/openapi.json").json()


def operations(description):
    return [
        (path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_operation_says_what_it_does_and_how_it_fails(description):
    for path, _method, operation in operations(description):
        assert operation["summary"] and operation["description"] and operation["tags"], path
        if path != "/healthz":
            assert any(int(status) >= 400 for status in operation["responses"]), path


def test_every_reference_leads_somewhere(description):
    named = set(re.findall(r'"#/components/schemas/(\w+)"', str(description).replace("'", '"')))
    assert named <= set(description["components"]["schemas"])


@pytest.mark.parametrize("written", ["7", "7.0", "7e0", str(2**40), f"{2**40}.0"])
def test_integer_is_taken_however_json_writes_it(written):
    body = f"""{{"question": "ماذا؟", "history": [{{"question": "من؟", "answer": {{
        "id": "a", "question": "من؟", "language": "ar", "kind": "answer", "answerable": true, "confidence": 1,
        "text": "", "unsupported": [[0, {written}]]}}}}]}}"""
    taken = requests.AskIn.model_validate_json(body)
    assert taken.history[0].answer.unsupported == [[0, int(float(written))]]


@pytest.mark.parametrize("written", ["7.5", "-1", "-1.0", "true", '"7"', str(2**40 + 1), "1e300"])
def test_what_is_no_integer_of_the_description_is_refused(written):
    with pytest.raises(ValueError, match="unsupported|integer|less|greater"):
        TypeAdapter(shape_base.Offset).validate_json(written, strict=True)


def test_examples_fit_their_models():
    for name in (
        "AskIn",
        "AnswerOut",
        "CitationOut",
        "HitOut",
        "FoundOut",
        "ArticleOut",
        "ArticleIn",
        "ProblemOut",
    ):
        model = getattr(requests if name.endswith("In") else responses, name)
        for example in model.model_config["json_schema_extra"]["examples"]:
            model.model_validate(example)


def test_questions_are_as_long_as_the_assistant_and_the_searcher_take_them():
    from assistant.answer import LONGEST_QUESTION
    from index.search.searcher import LONGEST_QUERY

    assert (shape_base.LONGEST_QUESTION, shape_base.LONGEST_QUERY) == (LONGEST_QUESTION, LONGEST_QUERY)
    assert set(ABOUT) >= {401, 404, 413, 422, 429, 503}
