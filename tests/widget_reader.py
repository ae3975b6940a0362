"""How the tests of the widget look, wait and ask."""

from __future__ import annotations

import time
from importlib import resources
from typing import Any

LISTEN = """
window.seen = [];
const types = 'ready open close question answer unanswered contact citation error';
for (const type of types.split(' '))
  document.addEventListener('mustanad:' + type, (event) => seen.push([type, event.detail]));
"""
QUESTION = "Which projects compete for the Seoul Smart City Prize?"
WITHIN_S = 30  # a loaded machine is slow, not wrong
AXE = resources.files("axe_playwright_python") / "axe.min.js"


def until(page, kind, count=1):
    """Waits for the `count`th event of a kind; gives its detail. (No `eval`: a strict page forbids it.)"""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        events = [detail for type, detail in page.evaluate("() => window.seen") if type == kind]
        if len(events) >= count:
            return events[count - 1]
        page.wait_for_timeout(30)
    raise AssertionError(f"no {kind!r}; seen: {page.evaluate('() => window.seen')}; said: {page.said}")


def launcher(page):
    return page.locator("[data-mustanad] button.launcher")


def chat(page):
    return page.frame_locator("[data-mustanad] iframe, mustanad-chat iframe")


def opened(page):
    launcher(page).click()
    until(page, "ready")
    return chat(page)


def own_errors(page):
    return [line for line in page.said if "favicon" not in line and "404" not in line]


def focused(page):
    """What has the focus inside the widget's shadow root: a class or a tag."""
    return page.evaluate(
        "() => { const at = document.querySelector('[data-mustanad]')?.shadowRoot.activeElement;"
        " return at && (at.className || at.localName) }"
    )


def settled(page):
    """`focused`, once it is inside the widget: between the frame's process and the page's it is nowhere."""
    deadline = time.monotonic() + WITHIN_S
    while (inside := focused(page)) is None and time.monotonic() < deadline:
        page.wait_for_timeout(10)
    return inside


def asked(page: Any, question: str = QUESTION, count: int = 1) -> dict[str, Any]:
    """Asks through the page's script; the `count`th answer."""
    page.evaluate("(question) => Mustanad.ask(question)", question)
    return until(page, "answer", count)["answer"]


def violations(frame: Any, *, frames: bool = True) -> list[tuple[str, str]]:
    """What axe-core finds wrong in a page or frame, whatever its impact."""
    frame.evaluate(AXE.read_text("utf-8"))
    report = frame.evaluate(
        "(iframes) => axe.run(document, { iframes, resultTypes: ['violations'] })", frames
    )
    return [(each["id"], each["nodes"][0]["html"]) for each in report["violations"]]
