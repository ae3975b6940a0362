"""Takes the pictures of docs/quotes.md: a draft checked, a link after a correction, versions, a card, a page.

python -m benchmarks.quote_pictures [--output docs/images]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.answer import Source
from assistant.assistant import Assistant
from assistant.citations import Quotation, number
from assistant.rendering.web_links import article_link
from benchmarks.screenshots import COLOURS
from index.articles import Article
from index.articles.reading import read_articles
from index.building import build
from index.encoder.hashing import HashingEncoder
from index.passages import Passage
from tests.api_site import make_app, serving
from tests.chromium import installed_chromium

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
CORRECTED = ("12.5 مليون دينار، دفعت الدولة 60% منها", "13.2 مليون دينار، دفعت الدولة نصفها")
QUOTE = "وبلغت كلفة الجسر 12.5 مليون دينار، دفعت الدولة 60% منها."
LASTING = "وأكدت المهندسة هدى عامر، مديرة المشروع، أن الجسر يتحمل مرور 18 ألف مركبة في اليوم."
PRINTED = "report.pdf"
DRAFTS = {"ar": ("h01", "h02", "h03", "h06"), "en": ("h22", "h24", "h27")}
# Name, language, width, height, appearance.
SERIES = (
    ("check", "ar", 1280, 1000, "light"),
    ("check", "en", 390, 844, "dark"),
    ("changed", "ar", 1280, 800, "light"),
    ("versions", "ar", 1280, 800, "light"),
    ("card", "ar", 1200, 630, "light"),
    ("page", "ar", 1280, 800, "light"),
)


def main(arguments: list[str] | None = None) -> int:
    """Writes one picture a series; prints their names."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path("docs/images"))
    given = parser.parse_args(arguments)
    given.output.mkdir(parents=True, exist_ok=True)
    encoder = HashingEncoder(dimension=64)
    articles = list(read_articles([str(DATA / "check_articles.jsonl")]))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed_chromium(), args=["--no-sandbox", "--disable-background-networking"]
        )
        pdf = Path(folder, PRINTED)
        pdf.write_bytes(printed(browser, articles[0]))
        (document,) = read_articles([str(pdf)])
        index = Path(folder, "index")
        build([*articles, document], index, encoder=encoder, progress=False)
        corrected = replace(articles[0], text=articles[0].text.replace(*CORRECTED))
        build([corrected], index, encoder=encoder, progress=False)
        links = {
            "changed": quote_link(articles[0], QUOTE),
            "card": quote_link(corrected, LASTING),
            "page": quote_link(document, LASTING),
        }
        with Assistant(index, encoder=encoder) as assistant, serving(make_app(assistant, chat=True)) as base:
            take(browser, base, links, given.output)
        browser.close()
    return 0


def printed(browser: Any, article: Article) -> bytes:
    """An article as a PDF file of one page."""
    page = browser.new_page()
    page.set_content(
        f'<html lang="ar" dir="rtl"><body style="font: 18px/1.9 Noto Naskh Arabic, serif; margin: 40px">'
        f"<h1>{article.title}</h1><p>{article.text}</p></body></html>"
    )
    content: bytes = page.pdf(format="A5")
    page.close()
    return content


def quote_link(article: Article, quote: str) -> str:
    """The address of a quote of an article, as the article is now."""
    start = article.text.index(quote)
    end = start + len(quote)
    passage = Passage("p", article.article_id, start, end, quote)
    source = Source(article.article_id, article.title)
    quotation = Quotation(source, passage, article.text, start, end, content_hash=article.content_hash())
    return article_link(number([quotation]).citations[0])


def take(browser: Any, base: str, links: dict[str, str], output: Path) -> None:
    """Every series."""
    for name, language, width, height, mode in SERIES:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=mode, reduced_motion="reduce"
        )
        page = context.new_page()
        _open(page, base, name, language, links.get(name, ""))
        picture = output / f"{name}-{language}-{width}-{mode}.png"
        page.screenshot(path=str(picture), full_page=True)
        _shrink(picture)
        print(picture)
        context.close()


def _open(page: Any, base: str, name: str, language: str, link: str) -> None:
    if name == "check":
        page.goto(f"{base}/check?lang={language}")
        page.fill("textarea", draft_in(language))
        page.click("form button")
        page.wait_for_selector("#report")
    elif name in ("changed", "page"):
        address, _, fragment = link.partition("#")
        page.goto(f"{base}/{address}&lang={language}#{fragment}")
        if name == "page":
            page.click("details.page summary")
            page.evaluate("Promise.all([...document.images].map((image) => image.decode())).then(() => true)")
    elif name == "card":
        path, _, query = link.partition("#")[0].replace("article/", "card/", 1).partition("?")
        page.goto(f"{base}/{path}/picture.png?{query}&lang={language}")
    else:
        page.goto(f"{base}/article/bridge/versions?lang={language}")
    page.evaluate("document.fonts.ready.then(() => true)")


def draft_in(language: str) -> str:
    """A draft with an exact quotation, an altered one, one cut and one of another speaker's."""
    rows = [json.loads(line) for line in (DATA / "check_drafts.jsonl").read_text("utf-8").splitlines()]
    return "\n\n".join(row["draft"] for row in rows if row["id"] in DRAFTS[language])


def _shrink(path: Path) -> None:
    from PIL import Image

    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
