"""The widget's options, methods and ways in, in a real Chromium."""

import pytest
from playwright.sync_api import expect

from tests.widget_reader import QUESTION, asked, chat, launcher, opened, own_errors, until, violations

pytestmark = pytest.mark.browser
pytest_plugins = ("tests.widget_fixtures",)


def test_every_option_does_what_it_says(visit):
    page = visit("/options")
    until(page, "ready")
    frame = chat(page)
    box = launcher(page).bounding_box()
    assert (box["x"], 800 - box["y"] - box["height"]) == (40, 30)
    style = launcher(page).evaluate(
        "(button) => [getComputedStyle(button).backgroundColor, getComputedStyle(button).zIndex]"
    )
    assert style == ["rgb(255, 210, 74)", "77"]
    assert launcher(page).evaluate("(button) => getComputedStyle(button).color") == "rgb(0, 0, 0)"
    assert page.locator("[data-mustanad] .bar b").inner_text() == "Ask us"
    assert launcher(page).get_attribute("aria-label") == "Ask Ask us"
    assert frame.locator("html").get_attribute("data-theme") == "dark"
    assert frame.get_by_role("heading", name="What would you like to know?").is_visible()
    assert frame.locator("#question").input_value() == "Which projects compete for the prize?"
    frame.locator("#question").press("Enter")
    cited = until(page, "answer")["answer"]["citations"]
    assert {citation["language"] for citation in cited} == {"en"}


def test_chat_inside_an_element_keeps_to_its_filters(visit):
    page = visit("/manual")
    with pytest.raises(Exception, match="no element fits target"):
        page.evaluate("() => Mustanad.init({ target: '#nowhere' })")
    page.evaluate(
        """() => {
            document.querySelector("main").insertAdjacentHTML("beforeend", "<div id='here'></div>");
            Mustanad.init({
                target: "#here", height: "500px", lang: "en", dir: "ltr", title: "The desk",
                sources: ["City Wire", "مدائن"], from: "2025-08", to: "2025-08-31",
            });
        }"""
    )
    until(page, "ready")
    assert launcher(page).count() == 0
    assert page.locator("#here [data-mustanad]").bounding_box()["height"] == 500
    assert page.locator("#here iframe").get_attribute("title") == "The desk chat"
    cited = asked(page, "Seoul Smart City Prize projects مدائن")["citations"]
    assert {(each["source"], each["published"]) for each in cited} == {("City Wire", "2025-08-01")}


def test_portal_suggests_questions_and_helps_where_there_is_no_answer(visit):
    page = visit("/manual")
    page.evaluate(
        "() => { Mustanad.init({ lang: 'en', open: true, contact: 'event',"
        " suggestions: 'Which projects of Seoul, and why? | zzzz qqqq' }) }"
    )
    until(page, "ready")
    asked_by_portal = chat(page).locator("#suggestion-list button")
    assert asked_by_portal.all_inner_texts() == ["Which projects of Seoul, and why?", "zzzz qqqq"]
    asked_by_portal.last.click()
    assert until(page, "unanswered")["question"] == "zzzz qqqq"
    chat(page).get_by_role("button", name="Contact someone who can answer").click()
    assert until(page, "contact") == {"question": "zzzz qqqq"}
    page.evaluate("() => Mustanad.update({ contact: 'mailto:desk@portal.example' })")
    asked(page, "qqqq zzzz", count=2)
    link = chat(page).locator(".contact a").last
    assert link.get_attribute("href") == "mailto:desk@portal.example"


def test_answer_in_the_widget_opens_in_full(visit):
    page = visit("/manual")
    page.evaluate("() => { Mustanad.init({ lang: 'en' }) }")
    answer = asked(page)
    with page.context.expect_page() as opened:
        chat(page).get_by_role("link", name="Open in full").click()
    whole = opened.value
    whole.wait_for_selector(".exchange .note.shared")
    assert whole.locator(".exchange h2").inner_text() == answer["question"]
    assert whole.locator("#cards .cited").count() == len(answer["citations"])


def test_icon_of_the_portal_is_shown(visit, widget_site):
    page = visit("/manual")
    address = f"{widget_site[0]}/favicon.ico"
    page.evaluate("(icon) => { Mustanad.init({ icon }) }", address)
    assert launcher(page).locator("img").get_attribute("src") == address


def test_filters_follow_the_page(visit):
    page = visit("/en")
    opened(page)
    page.evaluate("() => Mustanad.update({ articleIds: ['hostile/1'] })")
    cited = asked(page)["citations"]
    assert {citation["article_id"] for citation in cited} <= {"hostile/1"}
    page.evaluate("() => Mustanad.update({ articleIds: [] })")
    cited = asked(page, count=2)["citations"]
    assert "seoul-prize" in {citation["article_id"] for citation in cited}


def test_methods_open_toggle_destroy_and_begin_again(visit):
    page = visit("/manual")
    assert launcher(page).count() == 0
    page.evaluate("() => { window.widget = Mustanad.init({ lang: 'ar', side: 'right' }) }")
    page.evaluate("() => widget.open()")
    page.evaluate("() => widget.toggle()")
    assert [type for type, _detail in page.evaluate("() => seen")][:2] == ["open", "close"]
    page.evaluate("() => widget.destroy()")
    assert page.locator("[data-mustanad]").count() == 0
    page.evaluate("() => Mustanad.open()")
    assert launcher(page).count() == 1


def test_update_of_the_language_turns_the_direction(visit):
    page = visit("/manual")
    page.evaluate("() => { window.widget = Mustanad.init({ lang: 'ar' }) }")
    direction = "() => widget.element.style.getPropertyValue('--m-dir')"
    seen = [page.evaluate(direction)]
    for options in ({"lang": "en"}, {"lang": "fa"}, {"title": "x"}, {"lang": "en-GB"}, {"lang": "ar-TN"}):
        page.evaluate("(options) => widget.update(options)", options)
        seen.append(page.evaluate(direction))
    assert seen == ["rtl", "ltr", "rtl", "rtl", "ltr", "rtl"]
    page.evaluate("() => { widget.update({ dir: 'rtl' }); widget.update({ lang: 'en' }) }")
    assert page.evaluate(direction) == "rtl"
    assert page.evaluate("() => widget.box.lang") == "en"


@pytest.mark.parametrize("call", ["close()", "destroy()", "update({ lang: 'en' })"])
def test_method_on_a_page_without_a_widget_makes_none(visit, call):
    page = visit("/manual")
    page.evaluate(f"() => {{ Mustanad.{call} }}")
    assert page.locator("[data-mustanad]").count() == 0
    assert page.evaluate("() => Mustanad.widget") is None


def test_script_loaded_twice_or_late_makes_one_widget(visit, widget_site):
    assert launcher(visit("/twice")).count() == 1
    expect(launcher(visit("/async"))).to_have_count(1)
    page = visit("/bare")
    page.evaluate(
        """(address) => new Promise((done) => {
            const script = document.createElement('script');
            Object.assign(script, { src: address, onload: done }).dataset.lang = 'en';
            document.head.append(script);
        })""",
        f"{widget_site[0]}/widget.js",
    )
    assert launcher(page).count() == 1
    opened(page)


def test_single_page_navigation_keeps_widget_and_conversation(visit):
    page = visit("/en")
    frame = opened(page)
    asked(page)
    page.evaluate(
        """() => {
            history.pushState({}, '', '/other');
            document.body.replaceWith(document.createElement('body'));
        }"""
    )
    assert frame.locator("a[href^='#src-']").first.is_visible()
    page.evaluate("() => document.querySelector('[data-mustanad]').remove()")
    expect(launcher(page)).to_have_count(1)


def test_module_and_element_are_the_same_widget(visit):
    page = visit("/module")
    opened(page)
    assert page.evaluate("() => window.made === Mustanad.widget")
    page = visit("/element")
    until(page, "ready")
    assert launcher(page).count() == 0
    assert page.locator("mustanad-chat").bounding_box()["height"] == 36 * 16
    page.evaluate("(question) => document.querySelector('mustanad-chat').ask(question)", QUESTION)
    assert until(page, "answer")["answer"]["answerable"]


def test_phone_gets_the_whole_screen_and_calm_motion(visit):
    page = visit("/ar", viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce")
    opened(page)
    assert page.locator("[data-mustanad] .panel").bounding_box() == {
        "x": 0,
        "y": 0,
        "width": 390,
        "height": 844,
    }
    assert (
        page.locator("[data-mustanad] .panel").evaluate("(panel) => getComputedStyle(panel).animationName")
        == "none"
    )
    page.locator("[data-mustanad] .bar button").click()
    until(page, "close")
    assert page.locator("[data-mustanad] .panel").is_hidden()


@pytest.mark.parametrize(("language", "width"), [("ar", 1200), ("en", 390)])
def test_demo_page_shows_tag_and_events(visit, language, width):
    page = visit(f"/widget-demo?lang={language}", on=0, viewport={"width": width, "height": 800})
    page.locator("button[data-question]").click()
    until(page, "answer")
    assert "answer" in page.locator("#log").inner_text()
    page.keyboard.press("Escape")
    page.locator("[name=accent]").fill("#7a1f5c")
    assert 'data-accent="#7a1f5c"' in page.locator("#snippet").inner_text()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert violations(page, frames=False) == []
    assert not own_errors(page)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_reference_of_the_interface_has_no_accessibility_violation(visit, mode):
    page = visit("/api/docs", on=0, color_scheme=mode)
    assert violations(page) == []
