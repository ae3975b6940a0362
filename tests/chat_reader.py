"""How the tests of the chat in a browser ask, look and wait."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.api_site import serving
from tests.chat_site import make_app

WIDTHS = (390, 1280)
LANGUAGES = ("ar", "en")
LOCALES = {"ar": "ar-OM", "en": "en-GB"}
QUESTIONS = {
    "ar": "كم مشروعًا تنافس في مسابقة Seoul Smart City Prize؟",
    "en": "How many projects came from 123 cities?",
}
WITHIN_S = 120  # a loaded machine is slow, not wrong: of a second here, one with old cores takes ten


@contextlib.contextmanager
def serving_chat(folder: Path, assistant: Any, port: int = 0) -> Iterator[str]:
    """A chat of its own over `assistant`; gives its address."""
    with serving(make_app(folder, assistant), port) as address:
        yield address


def ask(page: Any, question: str, *, done: str = ".exchange:last-child .actions") -> None:
    """Types the question, sends it, and waits for what `done` selects."""
    page.fill("#question", question)
    page.press("#question", "Enter")
    if done:
        page.wait_for_selector(done)


def cards(page: Any) -> Any:
    """The source cards in sight."""
    return page.locator(".card:visible")


def quotes(page: Any) -> Any:
    """The quotes on the cards in sight."""
    return page.locator(".cited:visible")


def fits(page: Any) -> bool:
    """Whether nothing is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def rest(page: Any) -> None:
    """Waits for two frames: what was to be drawn or announced has been."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def eventually(holds: Callable[[], Any]) -> None:
    """Waits until `holds()` is true."""
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < deadline, f"not within {WITHIN_S} s"
        time.sleep(0.02)
