"""Takes the pictures of docs/images/ again: the program over the seed articles, in Chromium.

python -m benchmarks.screenshots [--url http://127.0.0.1:7860] [--output docs/images]
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.chat_page import started
from tests.chromium import installed_chromium

QUESTIONS = {
    "ar": "متى تُعلن النتائج النهائية لجائزة سيول؟",
    "en": "When are the final results of the Seoul Smart City Prize announced?",
}
UNANSWERED = {"ar": "ما عاصمة الأرجنتين؟", "en": "What is the capital of Argentina?"}
SEARCHES = {"ar": "جائزة المدن الذكية", "en": "smart city award"}
LOCALES = {"ar": "ar-OM", "en": "en-GB"}
SIZES = {"phone": (390, 844), "wide": (1280, 800)}
COLOURS = 192  # enough for smooth letters; a third of the bytes
# Language, width, appearance, and which screens are kept.
SERIES = (
    ("ar", "wide", "light", ("first", "answer", "article", "refusal", "quotes", "corpus", "widget")),
    ("ar", "phone", "light", ("first", "answer", "sources", "article")),
    ("en", "wide", "dark", ("first", "answer", "quotes", "corpus")),
    ("en", "phone", "dark", ("answer", "sources", "refusal")),
)


def main(arguments: list[str] | None = None) -> int:
    """Writes one picture a screen and series; prints their names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", help="a running server; without it one is started")
    parser.add_argument("--output", type=Path, default=Path("docs/images"))
    given = parser.parse_args(arguments)
    given.output.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        url = given.url or stack.enter_context(started(over_seeds(stack)))
        take(url.rstrip("/"), given.output)
    return 0


def over_seeds(stack: contextlib.ExitStack) -> Path:
    """The folder of a new index over the seed articles, which the pictures show whatever else is indexed."""
    from index.building import build
    from index.encoder import load_encoder

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "index"
    build([Path("seeds")], folder, encoder=load_encoder(), progress=False)
    return folder


def take(url: str, output: Path) -> None:
    """Every series."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed_chromium(), args=["--no-sandbox", "--disable-background-networking"]
        )
        for language, size, mode, screens in SERIES:
            width, height = SIZES[size]
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale=LOCALES[language],
                color_scheme=mode,
                reduced_motion="reduce",
            )
            visit(context, url, language, output, f"{language}-{width}-{mode}", screens)
            context.close()
        browser.close()


def visit(context: Any, url: str, language: str, output: Path, series: str, screens: tuple[str, ...]) -> None:
    """The screens of one series, in the order a reader meets them."""
    page = context.new_page()

    def keep(name: str, shown: Any = None) -> None:
        if name in screens:
            save(shown or page, output / f"chat-{name}-{series}.png")

    page.goto(url)
    page.wait_for_selector("html[data-ready]")
    page.wait_for_selector("#suggestion-list li")
    keep("first")
    ask(page, QUESTIONS[language])
    keep("answer")
    if page.locator("a.marker").count():
        page.locator("a.marker").first.click()
        page.mouse.move(1, 1)
        keep("sources")
        article = context.new_page()
        article.goto(f"{url}/{page.locator('.card:visible .links a').first.get_attribute('href')}")
        keep("article", article)
        article.close()
        page.keyboard.press("Escape")
    ask(page, UNANSWERED[language])
    keep("refusal")
    page.click("[data-tab=quotes]")
    page.fill("#quotes-query", SEARCHES[language])
    page.press("#quotes-query", "Enter")
    page.wait_for_selector(".results .card, .results .none")
    keep("quotes")
    page.click("[data-tab=articles]")
    page.wait_for_selector(".articles .card")
    keep("corpus")
    if "widget" in screens:
        page.goto(f"{url}/widget-demo?lang={language}")
        page.locator("button[data-question]").click()
        page.frame_locator("[data-mustanad] iframe").locator(".actions, .failure").wait_for()
        keep("widget")


def save(page: Any, picture: Path) -> None:
    """What the page shows once its typefaces are there, with few colours."""
    from PIL import Image

    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(400)
    page.screenshot(path=picture)
    with Image.open(picture) as taken:
        taken.convert("RGB").quantize(COLOURS).save(picture, optimize=True)
    print(picture)


def ask(page: Any, question: str) -> None:
    """Asks and waits for the whole answer."""
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_selector(".exchange:last-child :is(.actions, .failure)", timeout=120_000)


if __name__ == "__main__":
    sys.exit(main())
