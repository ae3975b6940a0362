"""A real small model writes, and what it makes up is caught. Only `make test-llm` runs this."""

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.llm import LLMWriter, OpenAIChat, Written
from index.errors import WriterError
from tests.llm.endpoint import CONTEXT_TOKENS, weights
from tests.test_llm import BRIDGE, PRIZE, evidence

pytest.importorskip("xllamacpp", reason="make test-llm installs xllamacpp and a small model")
if weights() is None:
    pytest.skip("make test-llm installs xllamacpp and a small model", allow_module_level=True)

ROOT = Path(__file__).resolve().parent.parent.parent
QUESTIONS = [
    "When was the new bridge opened?",
    "How many cars cross the old bridge in a day?",
    "Did the new bridge replace the old one?",
    "Who paid for the bridge?",
    "How many projects competed for the prize?",
    "كم مشروعًا تنافس في المسابقة؟",
]


@pytest.fixture(scope="module")
def endpoint():
    """The base URL of a real small model behind llama.cpp's server."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.llm.endpoint"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(timeout=30)


@pytest.mark.parametrize("question", QUESTIONS)
def test_small_model_shows_no_quote_that_is_not_the_articles(endpoint, question, record_property, capsys):
    shown = [evidence(BRIDGE), evidence(PRIZE, "a2", "جائزة سيول")]
    texts = {each.source.article_id: each.text for each in shown}
    writer = LLMWriter(OpenAIChat(endpoint, "smollm2", timeout_s=60), context_tokens=CONTEXT_TOKENS)
    try:
        *pieces, written = writer.write(question, shown, language="en")
    except WriterError as error:
        with capsys.disabled():
            print(f"\n{question} -> {error}")
        return
    assert isinstance(written, Written) and "".join(pieces) == written.text
    for citation in written.citations:
        assert citation.quote == texts[citation.source.article_id][citation.start : citation.end]
    with capsys.disabled():
        caught = [f"{each.reason}: {each.quote}" for each in written.rejected]
        print(f"\n{question} -> {written.text!r}, {len(written.citations)} cited, caught: {caught}")
