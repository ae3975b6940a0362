"""The description of the interface against its behaviour: no 5xx and no undocumented answer can be found."""

import re

import hypothesis
import pytest
import schemathesis
from fastapi.testclient import TestClient
from schemathesis.specs.openapi.checks import positive_data_acceptance

from assistant.api import models
from assistant.api.documented import ABOUT
from tests.api_site import make_app

APP = make_app()
SCHEMA = schemathesis.openapi.from_asgi("/api/openapi.json", APP)
SETTINGS = hypothesis.settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@SCHEMA.parametrize()
@SETTINGS
def test_every_operation_answers_as_described(case):
    # That a conversation ends with a question, and that every part is text, no JSON Schema can say.
    beyond = [positive_data_acceptance] if case.path == "/v1/chat/completions" else []
    case.call_and_validate(excluded_checks=beyond)


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
        model = getattr(models, name)
        for example in model.model_config["json_schema_extra"]["examples"]:
            model.model_validate(example)


def test_questions_are_as_long_as_the_assistant_and_the_searcher_take_them():
    from assistant.assistant import LONGEST_QUESTION
    from index.searcher import LONGEST_QUERY

    assert (models.LONGEST_QUESTION, models.LONGEST_QUERY) == (LONGEST_QUESTION, LONGEST_QUERY)
    assert set(ABOUT) >= {401, 404, 413, 422, 429, 503}
