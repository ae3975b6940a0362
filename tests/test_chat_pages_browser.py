"""What is around the answers, in a real Chromium: articles, quote search, the corpus, exports, printing."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import expect

from tests.chat_reader import LANGUAGES, QUESTIONS, WIDTHS, ask, cards, fits

pytestmark = pytest.mark.browser
pytest_plugins = ("tests.chat_fixtures",)
FORMATS = {"text": "txt", "markdown": "md", "csl": "json", "bibtex": "bib", "ris": "ris", "docx": "docx"}


def search(page, query):
    page.fill("#quotes-query", query)
    page.press("#quotes-query", "Enter")
    page.wait_for_selector(".results:not([aria-busy]) .card")


def settled(page):
    expect(page.locator(".results:not([aria-busy])")).to_have_count(1)


def outlets(page):
    return page.locator(".results .about").evaluate_all("rows => rows.map((row) => row.innerText)")


def test_article_without_javascript_is_marked_walked_and_printed(open_page):
    page = open_page(
        "/article/seoul-prize?quote=0-5&quote=37-53#0-5", language="en", java_script_enabled=False
    )
    marks = page.locator("mark")
    assert marks.all_inner_texts() == ["Seoul", "Smart City Prize"]
    page.get_by_label("Next quote").first.click()
    assert page.url.endswith("#37-53")
    assert page.locator("mark:target").inner_text() == "Smart City Prize"
    page.get_by_label("Previous quote").first.click()
    assert page.locator("mark:target").inner_text() == "Seoul"
    original = page.locator("a[rel]").get_attribute("href")
    assert original == "https://news.example/seoul-prize"
    expect(page.locator("#print")).to_be_hidden()  # printing is the browser's own where no script runs
    page.emulate_media(media="print")
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator(".steps").first).to_be_hidden()
    expect(marks.first).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_article_keeps_its_direction_in_either_language_and_shows_its_title(open_page, language):
    page = open_page("/article/002_afc004d9dc45aff6?quote=80-150#80-150", language=language)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("article")).to_have_css("direction", "rtl")
    page.wait_for_load_state()
    expect(page.locator("h1")).to_be_in_viewport(ratio=1)  # a quote near the top does not push it out
    assert page.evaluate("document.querySelector('h1').getBoundingClientRect().top > 40")


def test_article_with_the_span_in_its_fragment_alone_is_marked(open_page):
    page = open_page("/article/seoul-prize#0-5", language="en")
    expect(page.locator("mark")).to_have_text("Seoul")


def test_article_that_is_not_there_leads_back(open_page):
    page = open_page("/article/never-written", language="ar", clean=False)
    expect(page.locator("h1")).to_contain_text("لا توجد مقالة")
    page.get_by_text("عُد إلى المحادثة").click()
    expect(page.locator("#question")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_quote_search_narrows_pages_and_exports(open_page, language, width):
    page = open_page("/#quotes", language=language, width=width)
    search(page, "المدن الذكية")
    assert cards(page).count() == 10
    page.locator(".pages button").last.click()
    expect(page.locator(".pages span")).to_contain_text("2")
    if width == 390:
        page.click(".filters summary")
    box = page.locator(".filters fieldset").first.locator("label").first
    outlet = box.locator("bdi").inner_text()
    box.click()
    settled(page)
    assert all(outlet in each for each in outlets(page))
    assert fits(page)
    page.locator(".chips .chip").click()  # the filter is taken off where it is shown
    settled(page)
    assert page.locator(".chips").count() == 0


def test_quote_search_goes_by_date_language_and_the_histogram(open_page):
    page = open_page("/#quotes", language="en")
    search(page, "المدن الذكية")
    page.locator(".sorting select").select_option("oldest")
    settled(page)
    assert "17 November 2020" in outlets(page)[0]
    page.locator(".sorting select").select_option("newest")
    settled(page)
    assert "11 January 2026" in outlets(page)[0]
    bar = page.locator(".filters .bars button[aria-label^='2025']")
    bar.click()
    settled(page)
    assert outlets(page) and all("2025" in each for each in outlets(page))
    page.go_back()  # each of these is a place of its own
    settled(page)
    assert "11 January 2026" in outlets(page)[0]
    search(page, "Seoul projects مدائن")
    page.get_by_role("checkbox", name="English").check()
    settled(page)
    assert outlets(page) and all("English" in each for each in outlets(page))


def test_saved_quotes_are_ordered_noted_and_exported_once_in_each_format(open_page):
    page = open_page("/#quotes?q=Seoul+jury+projects+people", language="en")
    settled(page)
    page.get_by_role("button", name="Save all quotes on this page").click()
    page.locator(".results .aside").first.click()  # taken back
    page.locator(".results .aside").first.click()  # and saved again, now the last
    number = page.locator(".results .card").count()
    page.click("[data-tab=basket]")
    rows = page.locator(".basket > li")
    expect(rows).to_have_count(number)
    expect(rows.last).to_contain_text("The jury looks for projects")
    last = rows.last.get_attribute("data-key")
    rows.last.locator(".up").click()
    assert rows.nth(number - 2).get_attribute("data-key") == last
    page.locator(f'[data-key="{last}"] textarea').fill("who decides")
    page.reload()
    page.wait_for_selector(".basket > li")
    for format, ending in FORMATS.items():
        page.locator(".exporting select").select_option(format)
        with page.expect_download() as download:
            page.locator(".exporting .save").click()
        assert download.value.suggested_filename.endswith("." + ending)
        saved = Path(download.value.path())
        if format == "docx":
            text = "\n".join(each.text for each in Document(str(saved)).paragraphs)
        else:
            text = saved.read_text(encoding="utf-8")
        assert text.count("The jury looks for projects that put people first") == 1, format
        assert "who decides" in text, format


@pytest.mark.parametrize("language", LANGUAGES)
def test_corpus_says_what_the_articles_are(open_page, language):
    page = open_page("/#articles", language=language)
    page.wait_for_selector(".facts dd")
    view = page.locator("#view-articles")
    assert page.locator(".facts dd").first.inner_text() == "7"
    assert page.locator(".archive .bars svg").count() == 7  # 2020 to 2026
    assert "2020" in page.locator(".archive .axis").inner_text()
    updated = {"ar": "22 نوفمبر 2026", "en": "22 November 2026"}[language]
    for fact in ("مدائن", updated, "overlap of words"):
        expect(view).to_contain_text(fact)
    expect(view.locator("meter").first).to_have_attribute("value", "5")  # of seven, five are in Arabic


def test_export_gives_markdown_and_a_printable_page(open_page):
    page = open_page(language="en")
    ask(page, QUESTIONS["en"])
    with page.expect_download() as download:
        page.click("[data-export=markdown]")
    written = Path(download.value.path()).read_text(encoding="utf-8").replace("\\", "")
    assert f"## {QUESTIONS['en']}" in written
    with page.context.expect_page() as printable:
        page.click("[data-export=print]")
    expect(printable.value.locator("h2").first).to_have_text(QUESTIONS["en"])
    assert printable.value.locator("ol.references li").count() >= 1
    expect(printable.value.locator("#print")).to_be_visible()


def test_chat_printed_holds_the_answer_and_its_sources_alone(open_page):
    page = open_page(language="ar", mode="dark")
    ask(page, QUESTIONS["ar"])
    page.emulate_media(media="print")
    for kept in (".exchange h2", ".prose", "#cards .card mark"):
        expect(page.locator(kept).first).to_be_visible()
    for left_out in (".top", ".dock", ".actions"):
        expect(page.locator(left_out).first).to_be_hidden()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(250, 249, 246)"  # light on paper, whatever the screen
