"""The widget in a real Chromium, on portals of another origin: who may embed it, words, keys, policies."""

import contextlib
import gzip
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.api_site import make_app, serving
from tests.chat_site import articles
from tests.fake_assistant import FakeAssistant
from tests.widget_hosts import hosting
from tests.widget_reader import (
    LISTEN,
    asked,
    chat,
    focused,
    launcher,
    opened,
    own_errors,
    settled,
    until,
    violations,
)

pytestmark = pytest.mark.browser
pytest_plugins = ("tests.widget_fixtures",)
WIDGET = Path(__file__).resolve().parent.parent / "assistant" / "widget"


def test_widget_is_small_and_needs_nothing_else():
    script = (WIDGET / "widget.js").read_bytes()
    assert len(gzip.compress(script, 9)) < 12 * 1024
    assert b"import" not in script.replace(b"important", b"")


def test_arabic_page_gets_arabic_chat_on_its_end_side(visit, widget_site):
    page = visit("/ar")
    assert page.hosts == {widget_site[0].split("/")[2], widget_site[1].split("/")[2]}
    assert page.frames == [page.main_frame]  # the frame is made when it is first wanted
    assert launcher(page).get_attribute("aria-label") == "اسأل مستند"
    assert launcher(page).bounding_box()["x"] < 100
    frame = opened(page)
    assert frame.locator("html").get_attribute("dir") == "rtl"
    frame.locator("#question").fill("كم مشروعًا تنافس في مسابقة Seoul Smart City Prize؟")
    frame.locator("#question").press("Enter")
    answer = until(page, "answer")["answer"]
    assert answer["citations"]
    assert until(page, "question")["question"].startswith("كم مشروع")
    assert not own_errors(page)


def test_english_page_gets_english_chat_and_leaves_no_cookie(visit):
    page = visit("/en")
    assert launcher(page).bounding_box()["x"] > 1100
    frame = opened(page)
    assert frame.locator("html").get_attribute("lang") == "en"
    assert asked(page)["answerable"]
    assert page.context.cookies() == []
    sandbox = page.locator("[data-mustanad] iframe").get_attribute("sandbox")
    assert "allow-same-origin" in sandbox and "allow-top-navigation" not in sandbox


def test_chat_answers_where_the_browser_blocks_storage(visit):
    blocked = "get() { throw new DOMException('blocked', 'SecurityError') }"
    first = f"""
        for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
          Object.defineProperty(window, name, {{ {blocked} }});
        Object.defineProperty(document, 'cookie', {{ {blocked} }});
    """
    page = visit("/en", first=first)
    opened(page)
    assert asked(page)["answerable"]
    assert not own_errors(page)


def test_citation_opened_in_the_chat_is_told_to_the_page(visit):
    page = visit("/en")
    frame = opened(page)
    answer = asked(page)
    frame.locator("a[href^='#src-']").first.click()
    citation = until(page, "citation")["citation"]
    assert citation["quote"] in [each["quote"] for each in answer["citations"]]


def test_page_with_strict_policy_needs_two_directives(visit):
    page = visit("/strict")
    opened(page)
    page.evaluate("() => Mustanad.ask('Which projects compete for the Smart City Prize?')")
    assert until(page, "answer")["answer"]["answerable"]
    assert not own_errors(page)


def test_hostile_styles_change_nothing(visit):
    plain, hostile = visit("/en"), visit("/hostile")
    boxes, styles = [], []
    for page in (plain, hostile):
        opened(page)
        risen = "(panel) => Promise.all(panel.getAnimations().map((each) => each.finished))"
        page.locator("[data-mustanad] .panel").evaluate(risen)
        boxes.append(
            [page.locator(f"[data-mustanad] {each}").bounding_box() for each in (".panel", "iframe")]
        )
        names = ("color", "fontSize", "visibility", "opacity", "direction", "zIndex", "filter")
        styles.append(
            page.locator("[data-mustanad] .bar b").evaluate(
                "(element, names) => names.map((name) => getComputedStyle(element)[name])", names
            )
        )
    assert boxes[0] == boxes[1]
    assert styles[0] == styles[1]


def test_page_of_unlisted_origin_gets_blank_frame_and_a_line_that_helps(visit, widget_site):
    page = visit("/en", on=2)
    launcher(page).click()
    message = until(page, "error")["message"]
    assert f"MUSTANAD_EMBED_ORIGINS={widget_site[2]}" in message
    assert any("MUSTANAD_EMBED_ORIGINS" in line for line in page.said)
    assert chat(page).locator("body").inner_text() == ""
    assert page.locator("[data-mustanad] .panel").is_visible()


def test_unlisted_page_that_lies_about_its_origin_gets_no_chat(visit, widget_site):
    page = visit("/bare", on=2)
    page.evaluate(
        """(address) => new Promise((done) => {
            const frame = document.createElement('iframe');
            frame.src = address; frame.onload = done; document.body.append(frame);
        })""",
        f"{widget_site[0]}/embed?origin={widget_site[1]}",
    )
    assert any("frame-ancestors" in line for line in page.said)


def test_site_past_its_limit_is_told_politely(browser, tmp_path):
    with hosting() as portal, contextlib.ExitStack() as stack:
        app = make_app(
            FakeAssistant(articles()),
            chat=True,
            embed_origins=(portal.origin,),
            questions_per_minute_per_origin=1,
            feedback=str(tmp_path / "feedback.sqlite"),
        )
        portal.base = stack.enter_context(serving(app))
        context = browser.new_context()
        context.add_init_script(LISTEN)
        page = context.new_page()
        page.said = []
        page.goto(f"{portal.origin}/ar")
        frame = opened(page)
        page.evaluate("() => Mustanad.ask('كم مشروعًا تنافس في المسابقة؟')")
        until(page, "answer")
        page.evaluate("() => Mustanad.ask('أين تُعقد قمة المدن الذكية؟')")
        expect(frame.locator(".away")).to_contain_text("يُرسل سؤالك من جديد بعد")
        expect(frame.locator("#stop")).to_be_visible()  # who does not want to wait need not
        context.close()


def test_messages_of_others_are_not_heard(visit, widget_site):
    page = visit("/en")
    opened(page)
    forged = "{source: 'mustanad', type: 'answer', detail: {answer: 1}}"
    page.evaluate(f"() => window.postMessage({forged}, '*')")
    # A frame of Mustanad's own origin that is not the widget's may not speak for it either.
    page.evaluate(
        """(address) => new Promise((done) => {
            const frame = document.createElement('iframe');
            frame.src = address; frame.onload = done; document.body.append(frame);
        })""",
        f"{widget_site[0]}/embed?origin={widget_site[1]}&lang=en",
    )
    other = page.frames[-1]
    other.wait_for_selector("html[data-ready]")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert "answer" not in [type for type, _detail in page.evaluate("() => seen")]
    assert len([type for type, _detail in page.evaluate("() => seen") if type == "ready"]) == 1


def test_keyboard_opens_walks_round_and_gives_the_focus_back(visit):
    page = visit("/en")
    page.locator("#before").focus()
    page.evaluate("() => Mustanad.open()")
    until(page, "ready")
    assert focused(page) == "iframe"
    expect(chat(page).locator("#question")).to_be_focused()
    seen_closer = False
    for _ in range(40):  # Tab never leaves the panel
        page.keyboard.press("Tab")
        inside = settled(page)
        assert inside is not None
        seen_closer = seen_closer or inside == "button"
    assert seen_closer
    page.locator("[data-mustanad] .bar button").focus()
    page.keyboard.press("Shift+Tab")
    assert settled(page) == "iframe"
    page.keyboard.press("Escape")
    until(page, "close")
    assert page.evaluate("() => document.activeElement.id") == "before"
    assert launcher(page).get_attribute("aria-expanded") == "false"
    launcher(page).focus()
    page.keyboard.press("Enter")
    until(page, "open", 2)
    page.locator("[data-mustanad] .bar button").focus()
    page.keyboard.press("Escape")
    until(page, "close", 2)


@pytest.mark.parametrize(("path", "mode", "width"), [("/ar", "light", 1200), ("/en", "dark", 390)])
def test_host_with_widget_has_no_accessibility_violation(visit, path, mode, width):
    page = visit(path, viewport={"width": width, "height": 800}, color_scheme=mode, reduced_motion="reduce")
    assert violations(page, frames=False) == []
    opened(page)
    asked(page)
    assert violations(page, frames=False) == []
    assert violations(next(frame for frame in page.frames if "/embed" in frame.url)) == []
