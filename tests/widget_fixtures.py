"""The portals and the pages that the tests of the widget share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.api_site import make_app, serving
from tests.chat_site import articles
from tests.fake_assistant import FakeAssistant
from tests.widget_hosts import hosting
from tests.widget_reader import LISTEN, WITHIN_S


@pytest.fixture(scope="session")
def widget_site(tmp_path_factory) -> Iterator[tuple[str, str, str]]:
    """(Mustanad's address, the portal's origin, the origin of a portal that is not listed)."""
    with hosting() as portal, hosting() as stranger:
        app = make_app(
            FakeAssistant(articles(), pause_s=0.001),
            chat=True,
            embed_origins=(portal.origin,),
            feedback=str(tmp_path_factory.mktemp("widget") / "feedback.sqlite"),
        )
        with serving(app) as base:
            portal.base = stranger.base = base
            yield base, portal.origin, stranger.origin


@pytest.fixture
def visit(browser, widget_site):
    """Opens a page in a fresh browser profile; its console lines gather in `page.said`."""
    contexts = []
    expect.set_options(timeout=WITHIN_S * 1000)

    def visiting(path, *, on=1, first="", **options):
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 800}, **options})
        contexts.append(context)
        context.set_default_timeout(WITHIN_S * 1000)
        context.add_init_script(LISTEN + first)
        page = context.new_page()
        page.said, page.hosts = [], set()
        page.on("console", lambda line: page.said.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.hosts.add(request.url.split("/")[2]))
        page.goto(widget_site[on] + path)
        return page

    yield visiting
    for context in contexts:
        context.close()
