"""A real server over a small assistant in memory, for the tests of the interfaces."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import uvicorn

from assistant.api import create_app
from assistant.api.serving.server import address_of, bind
from assistant.settings import Settings
from assistant.web.guards.slow_peers import HEAD_WITHIN_S, TAKEN_WITHIN_S, TimedConnection
from assistant.web.work.answerer import Answerer
from index.articles import Article
from tests.fake_assistant import FakeAssistant

ARABIC = (
    "فازت مدائن بجائزة المدينة الذكية في شنغهاي. والمشروع يخدم عشر مدن صناعية.\n\n"
    "وقال المدير إن الجائزة ثمرة عمل عشر سنوات في المدن الصناعية."
)
ENGLISH = "The Madayn project won the smart city award in Shanghai. Ten industrial cities use it."
QUESTION = "فازت مدائن بجائزة ماذا؟"
ENGLISH_QUESTION = "Which award did the Madayn project win?"
UNKNOWN = "كم يبلغ ارتفاع جبل كليمنجارو؟"


def articles() -> list[Article]:
    """An Arabic article, an English one, and one whose id needs care in an address."""
    return [
        Article("madayn-ar", "مدائن تفوز بالجائزة", ARABIC, None, "الرؤية", None, "2025-09-30", "ar"),
        Article(
            "madayn-en", "Madayn wins", ENGLISH, "https://news.example/madayn", "City Wire", "Jane Lee",
            "2025-10-01", "en",
        ),
        Article("أخبار/٧ a+b", "سبعة", "نص المقال السابع عن البلديات والطرق.", language="ar"),
    ]  # fmt: skip


def make_app(assistant: Answerer | None = None, *, chat: bool = False, **settings: Any) -> Any:
    """The application over `assistant`; no limit on questions unless `settings` say so."""
    unlimited = {"questions_per_minute": 0, "questions_per_minute_per_origin": 0}
    # `testserver` is how Starlette's client names the server.
    chosen = Settings(**{**unlimited, "hosts": ("testserver",), **settings})
    return create_app(assistant or FakeAssistant(articles()), chosen, chat=chat)


@contextlib.contextmanager
def serving(
    app: Any, port: int = 0, *, head_within_s: float = HEAD_WITHIN_S, taken_within_s: float = TAKEN_WITHIN_S
) -> Iterator[str]:
    """Serves `app` on `port` of the loopback, a free one when it is 0; gives its address."""
    times = {"head_within_s": head_within_s, "taken_within_s": taken_within_s}
    connection = type("Connection", (TimedConnection,), times)
    listening = bind("127.0.0.1", port)
    config = uvicorn.Config(
        app,
        http=connection,
        log_level="error",
        timeout_graceful_shutdown=1,
        server_header=False,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server ended before it started; its log says why")
        time.sleep(0.01)
    try:
        yield address_of(listening)
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
