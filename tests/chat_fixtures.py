"""The site and the pages that the tests of the chat in a browser share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.api_site import serving
from tests.chat_reader import LOCALES, WITHIN_S
from tests.chat_site import articles, make_app
from tests.fake_assistant import FakeAssistant

# Said of a machine that takes seconds to draw a page; that every preload is used has a test of its own.
SLOW = "was preloaded using link preload but not used within a few seconds"


@pytest.fixture(scope="session")
def chat_site(tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """The address of the chat over the fake assistant, and the folder of its feedback."""
    folder = tmp_path_factory.mktemp("chat")
    fake = FakeAssistant(articles(), pause_s=0.001, fail_on="explode")
    with serving(make_app(folder, fake)) as address:
        yield address, folder


@pytest.fixture
def open_page(browser, chat_site):
    """Opens a page; at the end nothing may have gone to another host or complained in the console."""
    contexts, complaints, hosts = [], [], set()
    expect.set_options(timeout=WITHIN_S * 1000)

    def opened(path="/", *, site=None, language="ar", width=1280, mode="light", clean=True, **options):
        context = browser.new_context(
            **{
                "viewport": {"width": width, "height": 800},
                "locale": LOCALES[language],
                "color_scheme": mode,
                **options,
            }
        )
        contexts.append(context)
        context.set_default_timeout(WITHIN_S * 1000)
        context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        if clean:
            context.on(
                "console",
                lambda message: (
                    complaints.append(message.text)
                    if message.type in ("error", "warning") and SLOW not in message.text
                    else None
                ),
            )
            context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.goto((site or chat_site[0]) + path)
        if not path.startswith("/article"):
            page.wait_for_selector("html[data-ready]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert hosts <= {"127.0.0.1", None, ""}
    assert complaints == []
