"""The assistant used from Python: quiet imports, and the same answers for asynchronous programs."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

import assistant as package
from assistant import AsyncAssistant, Filters
from assistant.answer import Answer
from index.errors import ArticleError
from tests.api_site import ENGLISH_QUESTION, QUESTION, articles
from tests.fake_assistant import FakeAssistant
from tests.loops import run

ROOT = Path(__file__).resolve().parent.parent


class Watched(FakeAssistant):
    """Says when a stream was closed."""

    closed = False

    def stream(self, question, **given):
        try:
            yield from super().stream(question, **given)
        finally:
            self.closed = True


def test_every_name_of_the_package_is_there():
    for name in package.__all__:
        assert getattr(package, name).__name__ == name
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError, match="opne_assistant"):
        _ = package.opne_assistant


def test_import_of_open_assistant_loads_no_model():
    code = (
        "import sys; from assistant import open_assistant, AsyncAssistant\n"
        "sys.exit(bool({'torch', 'faiss', 'gradio', 'fastapi'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_package_is_marked_as_typed():
    assert (ROOT / "assistant" / "py.typed").exists()
    assert (ROOT / "index" / "py.typed").exists()


def test_asynchronous_assistant_gives_what_the_other_gives():
    fake = FakeAssistant(articles())

    async def use():
        async with AsyncAssistant(fake) as wrapped:
            answer = await wrapped.ask(QUESTION)
            items = [item async for item in wrapped.stream(QUESTION)]
            hits = await wrapped.search(ENGLISH_QUESTION, k=1, filters=Filters(languages=("en",)))
            article = await wrapped.article("madayn-ar")
            with pytest.raises(ArticleError):
                await wrapped.article("none")
            return answer, items, hits, article, await wrapped.info(), await wrapped.passages("madayn-ar")

    answer, items, hits, article, info, passages = run(use())
    *pieces, last = items
    assert isinstance(last, Answer)
    assert "".join(piece.text for piece in pieces) == last.text == answer.text
    assert hits == fake.search(ENGLISH_QUESTION, k=1, filters=Filters(languages=("en",)))
    assert (article, passages) == (fake.article("madayn-ar"), fake.passages("madayn-ar"))
    assert info == fake.info()


def test_many_questions_are_answered_beside_each_other():
    fake = FakeAssistant(articles(), pause_s=0.01)

    async def ask_all():
        return await asyncio.gather(*(AsyncAssistant(fake).ask(QUESTION) for _ in range(8)))

    assert len({answer.text for answer in run(ask_all())}) == 1


def test_stream_left_early_stops_its_work():
    watched = Watched(articles())

    async def leave():
        async for _piece in (stream := AsyncAssistant(watched).stream(QUESTION)):
            break
        await stream.aclose()

    run(leave())
    assert watched.closed
