"""Addresses of the page in a real Chromium: reload, back and forward, second tab, shared answers, titles."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.chat_reader import LANGUAGES, QUESTIONS, ask, cards, eventually, quotes, serving_chat
from tests.chat_site import articles
from tests.fake_assistant import FakeAssistant

pytestmark = pytest.mark.browser
pytest_plugins = ("tests.chat_fixtures",)


def ready(page):
    page.wait_for_selector("html[data-ready]")


def test_conversation_has_an_address_for_reload_back_forward_and_a_second_tab(open_page):
    page = open_page(language="en")
    ask(page, QUESTIONS["en"])
    address = page.url
    assert "#talk?id=" in address and page.title() == f"{QUESTIONS['en']} · Mustanad"
    page.reload()
    ready(page)
    expect(page.locator(".exchange h2")).to_have_text(QUESTIONS["en"])
    page.click("#new")
    expect(page.locator("#welcome")).to_be_visible()
    assert page.title() == "Mustanad"
    page.go_back()
    expect(page.locator(".exchange h2")).to_have_text(QUESTIONS["en"])
    page.go_forward()
    expect(page.locator(".exchange")).to_have_count(0)
    other = page.context.new_page()
    other.goto(address)
    ready(other)
    expect(other.locator(".exchange h2")).to_have_text(QUESTIONS["en"])


def test_conversation_of_another_browser_is_said_to_be_missing(open_page):
    page = open_page("/#talk?id=0123456789abcdef", language="en")
    expect(page.locator("#problem")).to_contain_text("not kept in this browser")


def test_search_with_filters_order_and_page_has_an_address(open_page):
    page = open_page("/#quotes?q=المدن+الذكية&sort=newest&from=2020&to=2025", language="ar")
    page.wait_for_selector(".results .card")
    address = page.url
    assert page.title().startswith("المدن الذكية · الاقتباسات")
    expect(page.locator(".sorting select")).to_have_value("newest")
    assert page.locator(".chips .chip").count() == 2
    page.locator(".chips .chip").first.click()
    expect(page.locator(".chips .chip")).to_have_count(1)
    page.go_back()
    expect(page.locator(".chips .chip")).to_have_count(2)
    assert page.url == address
    page.click("[data-tab=articles]")
    page.wait_for_selector(".articles .card")
    page.click("[data-tab=quotes]")  # where it was left
    expect(page.locator("#quotes-query")).to_have_value("المدن الذكية")


class ChangedAssistant(FakeAssistant):
    """The same articles, one of them corrected since: `edit` makes its new text of the old one."""

    def __init__(self, edit):
        super().__init__(
            [
                replace(article, text=edit(article.text)) if article.article_id == "seoul-prize" else article
                for article in articles()
            ]
        )


def test_shared_answer_shows_its_quotes_to_anybody_and_says_when_articles_changed(open_page, tmp_path):
    page = open_page(language="en", permissions=["clipboard-read", "clipboard-write"])
    ask(page, QUESTIONS["en"])
    shown = quotes(page).locator("mark").all_inner_texts()
    page.click("[data-share]")
    eventually(lambda: "#shared?" in page.evaluate("navigator.clipboard.readText()"))
    address = page.evaluate("navigator.clipboard.readText()")
    path = address[address.index("/#") :]
    other = open_page(path, language="en")
    expect(other.locator(".exchange h2")).to_have_text(QUESTIONS["en"])
    expect(other.locator(".note.shared")).to_contain_text("stand so in the articles now")
    expect(cards(other).first).to_be_visible()
    assert quotes(other).locator("mark").all_inner_texts() == shown
    assert other.evaluate("localStorage.getItem('mustanad.conversations')") is None
    with serving_chat(tmp_path, ChangedAssistant(lambda text: "Corrected 🙂. " + text)) as moved:
        later = open_page(path, site=moved, language="en")
        expect(later.locator(".note.shared")).to_contain_text("still stand in them word for word")
        assert quotes(later).locator("mark").all_inner_texts() == shown
        later.context.close()  # before its server ends: what it still loads would complain
    with serving_chat(tmp_path, ChangedAssistant(lambda text: text.replace("e", "é"))) as lost:
        later = open_page(path, site=lost, language="en")
        expect(later.locator(".reply")).to_contain_text("have changed since this link")
        assert set(quotes(later).locator("mark").all_inner_texts()) < set(shown)
        later.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_address_that_leads_nowhere_helps_in_both_languages(open_page, language):
    page = open_page("/article/seoul-prize", language=language, clean=False)
    reply = page.goto(page.url.replace("/article/seoul-prize", "/nothing"))
    assert reply.status == 404
    expect(page.locator("html")).to_have_attribute("lang", language)
    for words in ("لا صفحة بهذا العنوان", "There is no page at this address"):
        expect(page.locator("main")).to_contain_text(words)
    page.locator(".ways a").last.click()
    page.wait_for_selector(".articles .card")


def test_article_leads_to_questions_about_itself_and_back_to_the_conversation(open_page):
    page = open_page(language="en")
    ask(page, QUESTIONS["en"])
    with page.expect_popup() as opened:
        page.locator("#cards .card .links a").first.click()
    article = opened.value
    article.get_by_text("Back to the conversation").click()
    ready(article)
    expect(article.locator(".exchange h2")).to_have_text(QUESTIONS["en"])
    article.goto(page.url.split("#")[0] + "article/seoul-prize?lang=en")
    article.get_by_text("Ask about this article").click()
    ready(article)
    expect(article.locator("#scope")).to_contain_text("Seoul opens its smart city prize")
    ask(article, "المدن الذكية Seoul Prize projects")
    assert set(cards(article).locator("h3").all_inner_texts()) == {"Seoul opens its smart city prize"}
    article.click("#scope button")
    expect(article.locator("#scope")).to_be_hidden()
