"""Reading in Chromium: short answers, arrangements, sources that follow, keys, articles, the basket."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from assistant.answer import AnswerSpan
from tests.chat_reader import QUESTIONS, ask, cards, eventually, fits, quotes, serving_chat
from tests.chat_site import articles
from tests.fake_assistant import FakeAssistant
from tests.test_chat_states_browser import violations

pytestmark = pytest.mark.browser
pytest_plugins = ("tests.chat_fixtures",)
SMALL = """() => [...document.querySelectorAll("main a, main button, main summary, main select")]
  .filter((each) => each.checkVisibility() && !each.closest(".prose p, .about, .small, li"))
  .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([html]) => html)"""


class ArrangedAssistant(FakeAssistant):
    """Marks a short answer in the first quote, and arranges quotes as the question's first word says."""

    def _answer(self, question, hits):
        answer = super()._answer(question, hits)
        if answer.kind != "answer":
            return answer
        arrangement = question.split()[0]
        citations = []
        for number, each in enumerate(answer.citations):
            group = {"comparison": ["Seoul", "Madayn"][number % 2], "timeline": f"202{number}-05-01"}.get(
                arrangement, ""
            )
            citations.append(replace(each, group=group))
        first = citations[0]
        at = first.quote.index(first.quote.split()[1])
        span = AnswerSpan(
            first.start + at, first.start + at + len(first.quote.split()[1]), first.quote.split()[1]
        )
        citations[0] = replace(first, answer=span)
        known = arrangement in ("comparison", "timeline", "list")
        return replace(
            answer,
            citations=tuple(citations),
            arrangement=arrangement if known else "quotes",
            confidence=0.6 if "perhaps" in question else answer.confidence,
            suggestions=("Who is on the Seoul jury?", "Where is Seoul?"),
        )


@pytest.fixture(scope="session")
def arranged_site(tmp_path_factory):
    with serving_chat(tmp_path_factory.mktemp("arranged"), ArrangedAssistant(articles())) as address:
        yield address


def test_short_answer_is_marked_and_every_quote_says_outlet_day_and_age(open_page, arranged_site):
    page = open_page(site=arranged_site, language="en")
    ask(page, QUESTIONS["en"])
    short = page.locator(".short-answer").inner_text()
    assert page.locator(".prose mark.short").first.inner_text() == short
    assert short in quotes(page).first.locator("mark strong").inner_text()
    lines = page.locator(".prose .source-line").all_inner_texts()
    assert len(lines) == page.locator(".prose .quote").count()
    assert any(re.fullmatch(r"City Wire · 1 August 2025 \(.+ ago\)", line) for line in lines)
    assert not any("2025-08-01" in text for text in page.locator(".prose").all_inner_texts())


def test_short_answer_stands_in_large_letters_only_where_the_answer_is_sure(open_page, arranged_site):
    page = open_page(site=arranged_site, language="en")
    ask(page, f"{QUESTIONS['en']} perhaps")
    assert page.locator(".prose mark.short").count() == 1
    assert page.locator(".short-answer").count() == 0


@pytest.mark.parametrize(
    ("arrangement", "seen"),
    [("comparison", ".columns > section h3"), ("timeline", ".timeline time"), ("list", ".listed > li")],
)
def test_arrangement_of_an_answer_is_seen(open_page, arranged_site, arrangement, seen):
    page = open_page(site=arranged_site, language="en")
    ask(page, f"{arrangement} Seoul Smart City Prize projects مدائن المدن")
    assert page.locator(f".prose {seen}").count() >= 2
    assert page.locator(".prose .quote").count() == page.locator(".prose .source-line").count() >= 2
    assert fits(page)
    assert violations(page, arrangement) == []


def test_further_question_is_asked_by_pressing_it(open_page, arranged_site):
    page = open_page(site=arranged_site, language="en")
    ask(page, QUESTIONS["en"])
    page.get_by_role("button", name="Who is on the Seoul jury?").click()
    expect(page.locator(".exchange h2").last).to_have_text("Who is on the Seoul jury?")
    page.wait_for_selector(".exchange:last-child .actions")
    expect(page.locator(".further:visible")).to_have_count(1)


def test_sources_are_those_of_the_answer_that_is_looked_at(open_page):
    page = open_page(language="en", reduced_motion="reduce")
    ask(page, QUESTIONS["en"])
    first = cards(page).locator("h3").all_inner_texts()
    ask(page, "مدائن المدن الذكية السلطنة")
    eventually(lambda: cards(page).locator("h3").all_inner_texts() != first)
    page.evaluate("scrollTo(0, 0)")
    eventually(lambda: cards(page).locator("h3").all_inner_texts() == first)
    ask(page, "please explode", done=".failure")
    expect(page.locator("#sources")).to_be_hidden()


def test_keys_lead_to_the_question_its_last_wording_and_back_from_a_quote(open_page):
    page = open_page(language="en")
    ask(page, QUESTIONS["en"])
    page.locator("a.marker").first.focus()
    page.keyboard.press("Enter")
    expect(quotes(page).first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("a.marker").first).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#question")).to_have_value("")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#question")).to_have_value(QUESTIONS["en"])


def test_grey_context_begins_and_ends_with_sentences_under_its_heading(open_page):
    page = open_page("/#quotes?q=التكنولوجيا+والبيانات", language="ar")
    page.wait_for_selector(".results .card")
    for quote in page.locator(".results blockquote").all():
        said = quote.evaluate(
            "quote => { const copy = quote.cloneNode(true); copy.querySelector('.heading')?.remove();"
            " return copy.textContent }"
        )
        assert any(said in article.text for article in articles())
        assert "…" not in said
    assert page.locator(".results blockquote .heading").count() >= 1


def test_search_for_nonsense_finds_nothing_and_words_that_match_are_marked(open_page):
    page = open_page("/#quotes?q=zzzz+qqqq", language="ar")
    expect(page.locator(".none")).to_contain_text("لا يرد هذا في المقالات")
    assert page.locator(".results .card").count() == 0
    page.fill("#quotes-query", "الذكية")
    page.press("#quotes-query", "Enter")
    page.wait_for_selector(".results .card")
    marked = page.locator(".results mark strong").all_inner_texts()
    assert marked and all("ذكي" in word for word in marked)


def test_articles_are_listed_newest_first_narrowed_searched_and_asked(open_page):
    page = open_page("/#articles", language="en")
    titles = page.locator(".articles h3")
    expect(titles).to_have_count(7)
    assert "11 January 2026" in page.locator(".articles .about").first.inner_text()
    page.locator(".view-articles .sorting select").select_option("oldest")
    expect(page.locator(".articles .about").first).to_contain_text("17 November 2020")
    page.locator(".view-articles .filters .bars button[aria-label^='2025']").click()
    expect(titles).to_have_count(3)
    page.get_by_role("button", name="Clear filters").click()
    expect(titles).to_have_count(7)
    page.locator(".topics a").first.click()
    expect(page.locator("#articles-query")).not_to_have_value("")
    page.fill("#articles-query", "zzzz qqqq")
    page.press("#articles-query", "Enter")
    expect(page.locator(".view-articles .none")).to_be_visible()
    page.go_back()
    page.locator(".articles .links button").first.click()
    expect(page.locator("#scope")).to_be_visible()


def test_text_selected_in_an_article_is_put_aside_at_its_exact_place(open_page):
    page = open_page("/article/seoul-prize?lang=en", language="en")
    expect(page.locator("#put-aside")).to_be_hidden()
    page.evaluate(
        "() => { const text = document.querySelectorAll('p[data-start]')[1].firstChild;"
        " getSelection().setBaseAndExtent(text, 4, text, 8) }"
    )
    page.locator("#put-aside").click()
    page.goto(page.url.split("/article")[0] + "/#basket")
    page.wait_for_selector(".basket > li")
    text = next(each.text for each in articles() if each.article_id == "seoul-prize")
    start = text.index("\n\n") + 2 + 4
    assert page.locator(".basket > li").get_attribute("data-key") == f"seoul-prize#{start}-{start + 4}"
    expect(page.locator(".basket mark")).to_have_text(text[start : start + 4])
    assert violations(page, "basket") == []


def test_targets_are_large_enough_and_marks_survive_forced_colours(open_page):
    page = open_page(language="ar", forced_colors="active")
    ask(page, QUESTIONS["ar"])
    assert page.evaluate(SMALL) == []
    box = page.locator("a.marker").first.bounding_box()
    assert min(box["width"], box["height"]) >= 24
    dots = page.locator(".confidence b")
    on, off = (
        page.locator(each).first.evaluate("dot => getComputedStyle(dot).backgroundColor")
        for each in (".confidence b.on", "#question")
    )
    assert dots.count() == 3 and on != off


@pytest.mark.parametrize(("width", "height"), [(320, 200), (640, 400), (320, 640), (1920, 1080)])
def test_enlarged_or_small_screen_shows_the_answer(open_page, width, height):
    page = open_page(language="ar", viewport={"width": width, "height": height}, reduced_motion="reduce")
    ask(page, QUESTIONS["ar"])
    page.locator(".prose").scroll_into_view_if_needed()
    top, bottom = page.locator(".prose").evaluate("e => [e.getBoundingClientRect().top, innerHeight]")
    assert top < bottom
    covered = page.evaluate(
        "() => { const quote = document.querySelector('.prose .quote');"
        " quote.scrollIntoView({ block: 'center' }); const box = quote.getBoundingClientRect();"
        " const middle = box.left + box.width / 2;"
        " const at = document.elementFromPoint(middle, Math.min(innerHeight / 2, box.bottom - 4));"
        " return !quote.contains(at) }"
    )
    assert not covered and fits(page)


def test_question_past_the_limit_goes_again_by_itself(open_page):
    page = open_page(language="en", clean=False)
    refused = []

    def limit(route):
        if refused:
            route.continue_()
            return
        refused.append(route.request.url)
        route.fulfill(status=429, headers={"Retry-After": "1"}, body="{}")

    page.route("**/gradio_api/call/ask", limit)
    ask(page, QUESTIONS["en"], done=".exchange .away")
    expect(page.locator(".away")).to_contain_text("goes out again in")
    page.wait_for_selector(".exchange .actions")
    assert len(refused) == 1
