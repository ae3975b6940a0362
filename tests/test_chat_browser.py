"""Asking in a real Chromium, over the fake assistant: answers, markers, sources, what is done with them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from assistant.__main__ import main as command
from assistant.web.storage.feedback import FeedbackBook
from tests.chat_reader import (
    LANGUAGES,
    QUESTIONS,
    WIDTHS,
    ask,
    cards,
    eventually,
    fits,
    quotes,
    rest,
    serving_chat,
)
from tests.chat_site import articles
from tests.fake_assistant import FakeAssistant

pytestmark = pytest.mark.browser
pytest_plugins = ("tests.chat_fixtures",)
SEE_STREAMING = """
window.lengths = [];
new MutationObserver(() => {
  const written = document.querySelector(".prose.streaming")?.textContent.length;
  if (written && written !== lengths.at(-1)) lengths.push(written);
}).observe(document.getElementById("conversation"), { childList: true, subtree: true });
"""
HEAR = """
window.said = [];
const live = document.getElementById("live");
const hear = () => live.textContent && said.push(live.textContent);
new MutationObserver(hear).observe(live, { childList: true });
"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_marker_leads_to_its_quote(open_page, language, width):
    page = open_page(language=language, width=width, has_touch=width == 390)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    ask(page, QUESTIONS[language])
    assert not re.search(r"\d", page.locator(".confidence").inner_text())  # words, not numbers
    marker = page.locator("a.marker").first
    marker.tap() if width == 390 else marker.click()
    cited = quotes(page).first
    expect(cited).to_be_focused()
    assert "flash" in cited.get_attribute("class")
    quote = cited.locator("mark").inner_text()
    assert any(quote in article.text for article in articles())
    address = cited.locator(".links a").first.get_attribute("href")
    article = page.context.new_page()
    article.goto(f"{page.url.split('#')[0]}{address}")
    assert article.locator("mark").first.inner_text() == quote
    expect(article.locator("mark").first).to_be_in_viewport()
    assert fits(page) and fits(article)


def test_answer_grows_while_it_is_written(open_page, tmp_path):
    with serving_chat(tmp_path, FakeAssistant(articles(), pause_s=0.05)) as address:
        page = open_page(site=address, language="en")
        page.evaluate(SEE_STREAMING)
        ask(page, QUESTIONS["en"])
        assert page.evaluate("lengths.length") >= 2


def test_marker_previews_its_quote_under_pointer_and_focus(open_page):
    page = open_page(language="en")
    ask(page, QUESTIONS["en"])
    marker, preview = page.locator("a.marker").first, page.locator("#preview")
    marker.hover()
    expect(preview).to_be_visible()
    expect(quotes(page).first).to_have_class(re.compile("near"))
    page.mouse.move(5, 5)
    expect(preview).to_be_hidden()
    quotes(page).first.hover()
    expect(marker).to_have_class(re.compile("on"))
    page.focus("#question")
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if marker.evaluate("element => element === document.activeElement"):
            break
    expect(preview).to_be_visible()
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    page.keyboard.press("Enter")
    expect(quotes(page).first).to_be_focused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_refusal_looks_different_and_names_the_nearest_articles(open_page, language):
    page = open_page(language=language)
    ask(page, "zzzz qqqq", done=".refusal")
    assert page.locator(".refusal .nearest a").count() == 2
    assert page.locator(".confidence").count() == 0
    expect(page.locator("#sources")).to_be_hidden()


def test_texts_keep_their_own_direction_in_a_page_of_the_other(open_page):
    page = open_page(language="en")
    ask(page, "ماذا تضم المنصة من الخدمات التي يستفيد منها المواطن في مدينة العقبة الذكية؟")
    expect(page.locator(".exchange h2")).to_have_css("direction", "rtl")
    expect(page.locator(".prose")).to_have_css("direction", "rtl")
    page.click("#new")
    ask(page, "مدائن Smart cities of «مدينة الغد 2025» Seoul prize projects from 123 cities")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator(".exchange h2 bdi")).to_have_text("«مدينة الغد 2025»")
    for language, side in (("ar", "rtl"), ("en", "ltr")):
        assert page.locator(f".prose .quote [dir={side}], .prose .quote[dir={side}]").count() >= 1, language
        expect(page.locator(f"#cards h3[lang={language}]").first).to_have_css("direction", side)
        expect(page.locator(f"#cards blockquote[lang={language}]").first).to_have_css("direction", side)
    expect(page.locator("a.marker").first).to_have_css("unicode-bidi", "isolate")
    expect(page.locator("#cards .about").first.locator("bdi").first).to_have_css("unicode-bidi", "isolate")


def test_answer_is_announced_once(open_page):
    page = open_page(language="en")
    page.evaluate(HEAR)
    ask(page, QUESTIONS["en"])
    page.wait_for_function("said.some((text) => text.startsWith('Answer:'))")
    rest(page)
    said = page.evaluate("said")
    assert sum(text.startswith("Answer:") for text in said) == 1 and len(said) <= 2


def test_stop_keeps_what_was_written_and_ends_the_writing(open_page, tmp_path):
    fake = FakeAssistant(articles(), pause_s=0.2)
    with serving_chat(tmp_path, fake) as address:
        page = open_page(site=address, language="en")
        ask(page, QUESTIONS["en"], done=".prose.streaming")
        page.click("#stop")
        expect(page.locator(".failure")).to_contain_text("stopped")
        assert page.locator(".prose p").count() >= 1
        expect(page.locator("#send")).to_be_visible()
        eventually(lambda: fake.streams == {"begun": 1, "finished": 0, "left": 1})


def test_retry_asks_again_in_place(open_page):
    page = open_page(language="en")
    ask(page, QUESTIONS["en"])
    page.locator(".exchange").evaluate("(element) => { element.dataset.first = '' }")
    page.click("[data-retry]")
    page.wait_for_selector(".exchange:not([data-first]) .actions")
    assert page.locator(".exchange h2").all_inner_texts() == [QUESTIONS["en"]]


def test_edit_replaces_the_last_question_and_new_starts_anew(open_page):
    page = open_page(language="en")
    ask(page, QUESTIONS["en"])
    page.locator(".asked .icon").last.click()
    assert page.input_value("#question") == QUESTIONS["en"]
    ask(page, "Seoul jury projects people")
    assert page.locator(".exchange h2").all_inner_texts() == ["Seoul jury projects people"]
    page.click("#new")
    assert page.locator(".exchange").count() == 0
    expect(page.locator("#welcome")).to_be_visible()


def test_conversations_are_kept_reopened_deleted_and_cleared(open_page):
    page = open_page(language="en")
    for question in (QUESTIONS["en"], "Seoul jury projects people"):
        ask(page, question)
        page.click("#new")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    page.click("#history")
    page.locator("#past li").first.get_by_label("Delete the conversation").click()
    expect(page.locator("#past li")).to_have_count(1)
    page.locator("#past li button").first.click()
    expect(page.locator(".exchange h2")).to_have_text(QUESTIONS["en"])
    expect(cards(page).first).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#history")
    page.click("#clear")
    expect(page.locator("#past")).to_contain_text("No earlier conversations")
    assert page.evaluate("localStorage.getItem('mustanad.conversations')") is None
    assert page.context.cookies() == []


def test_like_and_comment_reach_the_book_and_the_command_line(open_page, chat_site, capsys):
    page = open_page(language="en", width=390)
    ask(page, "Seoul prize projects from 123 cities, liked")
    page.get_by_label("Helpful answer", exact=True).click()
    page.locator(".comment textarea").fill("Exactly the paragraph.")
    page.get_by_role("button", name="Send the comment").click()
    expect(page.locator(".comment")).to_contain_text("Thank you")
    page.get_by_label("Helpful answer", exact=True).click()  # once more: the comment stays
    expect(page.locator(".comment textarea")).to_be_in_viewport()
    book = chat_site[1] / "feedback.sqlite"
    kept = [each for each in FeedbackBook(book).read() if each.question.endswith("liked")]
    assert [(each.verdict, each.comment) for each in kept] == [("like", "Exactly the paragraph.")]
    assert command(["feedback", "--feedback", str(book), "--verdict", "like"]) == 0
    assert "Exactly the paragraph." in capsys.readouterr().out


def test_copy_gives_the_answer_and_a_quote_with_their_sources(open_page):
    page = open_page(language="en", permissions=["clipboard-read", "clipboard-write"])
    ask(page, QUESTIONS["en"])
    page.get_by_label("Copy the answer with its sources").click()
    expect(page.locator("#live")).to_have_text("Copied")
    text = page.evaluate("navigator.clipboard.readText()")
    assert "[1]" in text and "/article/" in text and "City Wire" in text
    quote = quotes(page).first.locator("mark").inner_text()
    button = quotes(page).first.get_by_role("button", name="Copy the quote")
    button.click()
    expect(quotes(page).first.get_by_role("button", name="Copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert quote in text and "[1]" not in text and "/article/" in text


class WriterAssistant(FakeAssistant):
    """Answers as a language model would: a claim without a quote, a twin of the source, a notice."""

    def _answer(self, question, hits):
        answer = super()._answer(question, hits)
        claim = "😀 Nobody said this. "
        first = replace(answer.citations[0], twins=(self.source("000_7b81f5f66d91b9f4"),))
        return replace(
            answer,
            text=claim + answer.text,
            citations=(first, *answer.citations[1:]),
            unsupported=((0, len(claim) - 1),),
            searched_as="projects of the Seoul Smart City Prize",
            writer="llm",
            notices=("Only the first three passages were read.",),
            confidence=0.3,
        )


def test_answer_of_a_language_model_shows_what_no_quote_supports(open_page, tmp_path):
    with serving_chat(tmp_path, WriterAssistant(articles())) as address:
        page = open_page(site=address, language="en")
        ask(page, QUESTIONS["en"])
        expect(page.locator(".unsupported")).to_have_text("😀 Nobody said this.")
        expect(page.locator(".notices")).to_contain_text("first three passages")
        expect(page.locator(".confidence")).to_contain_text("may not answer")
        expect(page.locator(".twins:visible").first).to_contain_text("Also published in 1 other place: مدائن")
        searched = page.get_by_text("projects of the Seoul Smart City Prize")
        expect(searched).to_be_hidden()
        page.get_by_text("How your question was understood").click()
        expect(searched).to_be_visible()
