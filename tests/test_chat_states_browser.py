"""The chat in every state a reader can meet: first run, empty, loading, gone, hostile, small, framed."""

from __future__ import annotations

import contextlib

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from assistant.ui import assets
from assistant.web.work.readiness import LateAssistant
from tests.chat_reader import LANGUAGES, QUESTIONS, WITHIN_S, ask, eventually, fits, rest, serving_chat
from tests.chat_site import HOSTILE, articles
from tests.fake_assistant import FakeAssistant

pytestmark = pytest.mark.browser
pytest_plugins = ("tests.chat_fixtures",)
DARK_PAPER = "rgb(18, 20, 19)"
EVENTS = """
window.news = [];
document.addEventListener("mustanad:answer", (event) => news.push(event.detail.answer));
window.tell = (type, detail) => document.dispatchEvent(new CustomEvent(`mustanad:${type}`, { detail }));
"""


def paper(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def violations(page, where):
    """What axe-core finds serious or critical."""
    return [
        (where, each["id"], [node["html"][:120] for node in each["nodes"]])
        for each in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_screen_greets_with_the_corpus_and_asks_its_questions(open_page, language):
    page = open_page(language=language)
    about, articles_named = page.locator("#about"), page.locator("#sample li a")
    expect(about).to_contain_text("7")
    assert articles_named.count() == 3
    assert page.locator("#suggestion-list button").count() == 4
    shipped = "[...document.fonts].filter((face) => face.status === 'loaded').map((face) => face.family)"
    page.evaluate("document.fonts.ready")
    assert any("Mustanad Sans" in family for family in page.evaluate(shipped))
    page.locator("#suggestion-list button").first.click()
    page.wait_for_selector(".exchange .actions")
    assert page.locator("#welcome").is_hidden()


def test_language_and_appearance_are_switched_and_remembered(open_page):
    page = open_page(language="ar")
    page.click("#language")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator("#welcome h1")).to_have_text("Ask, and the articles answer")
    page.click("#theme")
    page.click("#theme")
    assert paper(page) == DARK_PAPER
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#question")).to_have_attribute("placeholder", "Type your question…")
    assert paper(page) == DARK_PAPER


def test_arabic_page_is_the_english_one_mirrored(open_page):
    sides = {}
    for language in LANGUAGES:
        page = open_page(language=language)
        ask(page, QUESTIONS[language])
        boxes = {
            each: page.locator(each).bounding_box()
            for each in ("#brand", ".tools", ".talk", "#sources", "#send", ".asked .icon", "#history")
        }
        middles = {each: box["x"] + box["width"] / 2 for each, box in boxes.items()}
        sides[language] = middles
    width = 1280 - 15  # a scrollbar at most
    for each, middle in sides["en"].items():
        assert abs(width - middle - sides["ar"][each]) < 60, each


def test_keyboard_alone_reaches_everything(open_page):
    page = open_page(language="en")
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.skip')"):
            break
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type(QUESTIONS["en"])
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.wait_for_selector(".actions")
    page.focus("#history")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_be_visible()
    for _ in range(6):  # a modal dialog keeps the focus
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('main')")
    page.keyboard.press("Escape")
    expect(page.locator("#history")).to_be_focused()
    page.focus("[data-tab=quotes]")
    page.keyboard.press("Enter")
    page.locator("#quotes-query").focus()
    page.keyboard.type("Seoul jury")
    page.keyboard.press("Enter")
    page.wait_for_selector(".results .card")
    page.locator(".results .aside").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#basket-count")).to_have_text("1")
    focused = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(focused) != "none"


def test_reader_who_asked_for_less_motion_gets_none(open_page):
    page = open_page(language="en", reduced_motion="reduce")
    ask(page, QUESTIONS["en"])
    page.locator("a.marker").last.click()
    longest = (
        "Math.max(0, ...document.getAnimations().map((each) => each.effect.getComputedTiming().duration))"
    )
    assert page.evaluate(longest) < 1  # ms
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_hostile_articles_are_text_everywhere(open_page):
    page = open_page(language="en")
    ask(page, "Hostile words onerror document title")
    page.locator("a.marker").first.hover()
    assert page.locator(".card img, .prose img, .preview img, .card script").count() == 0
    assert HOSTILE[:30] in page.locator("#cards").inner_text()
    assert page.locator('#cards a[href^="javascript"]').count() == 0
    page.click("[data-tab=articles]")
    page.wait_for_selector(".facts dd")
    assert page.title() == "Articles · Mustanad"


def test_empty_question_gets_a_clear_message(open_page):
    page = open_page(language="en")
    ask(page, "   ", done="")
    expect(page.locator("#problem")).to_have_text("Type a question first.")
    assert page.locator(".exchange").count() == 0


def test_pasted_question_of_100_000_characters_gets_a_clear_message(open_page):
    page = open_page(language="en")
    page.evaluate(
        "const data = new DataTransfer(); data.setData('text/plain', 'سؤال طويل '.repeat(10000));"
        " const paste = new ClipboardEvent('paste', { clipboardData: data });"
        " document.getElementById('question').dispatchEvent(paste)"
    )
    page.press("#question", "Enter")
    expect(page.locator("#problem")).to_contain_text("too long (100,000 characters)")
    assert len(page.input_value("#question")) == 100_000
    assert page.locator(".exchange").count() == 0


def test_failure_of_the_server_shows_no_traceback(open_page):
    page = open_page(language="en")
    ask(page, "please explode", done=".failure")
    assert "Try again" in page.locator(".failure").inner_text()
    assert "RuntimeError" not in page.content()


def test_server_that_ends_amid_an_answer_is_said_and_comes_back(open_page, tmp_path):
    with contextlib.ExitStack() as first:
        slow = FakeAssistant(articles(), pause_s=0.1)
        address = first.enter_context(serving_chat(tmp_path, slow))
        page = open_page(site=address, language="en", clean=False)
        ask(page, QUESTIONS["en"], done=".prose.streaming")
    expect(page.locator("#notice")).to_contain_text("connection to the server was lost")
    expect(page.locator(".exchange .away")).to_contain_text("goes out by itself")  # where the eye is
    page.fill("#question", "Seoul jury, typed meanwhile")
    port = int(address.rsplit(":", 1)[1])
    with serving_chat(tmp_path, FakeAssistant(articles()), port):
        page.wait_for_selector(".exchange .actions")  # asked again by itself
        expect(page.locator("#question")).to_have_value("Seoul jury, typed meanwhile")
        page.reload()
        page.wait_for_selector("html[data-ready]")
        expect(page.locator(".exchange h2")).to_have_text(QUESTIONS["en"])


def test_server_out_of_reach_is_said_and_what_was_typed_is_kept(open_page):
    page = open_page(language="ar", clean=False)
    page.fill("#question", "سؤال لم يُرسل")
    page.context.set_offline(True)
    expect(page.locator("#notice")).to_contain_text("انقطع")
    expect(page.locator("#question")).to_have_value("سؤال لم يُرسل")
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#question")).to_have_value("سؤال لم يُرسل")


def test_server_that_goes_while_it_is_looked_at_is_looked_at_again(open_page):
    page, looks = open_page(language="en", clean=False), []
    page.route("**/readyz", lambda look: look.abort() if looks else looks.append(look))
    goes = "document.dispatchEvent(new CustomEvent('mustanad:gone'))"
    page.evaluate(goes)
    while not looks:
        rest(page)
    page.evaluate(goes)
    looks[0].fulfill(status=200)
    expect(page.locator("#notice")).to_contain_text("connection to the server was lost", timeout=8_000)


def test_model_still_loading_is_said_and_the_question_waits_for_it(open_page, tmp_path):
    late = LateAssistant()
    with serving_chat(tmp_path, late) as address:
        page = open_page(site=address, language="en", clean=False)
        expect(page.locator("#notice")).to_contain_text("The model is loading")
        with page.expect_request_finished(lambda request: "/call/ask/" in request.url):
            ask(page, QUESTIONS["en"], done="")
        expect(page.locator(".waiting")).to_be_visible()
        assert page.locator(".failure").count() == 0
        late.arrive(FakeAssistant(articles()))
        page.wait_for_selector(".actions")
        expect(page.locator("#notice")).to_be_hidden(timeout=WITHIN_S * 1000)


def test_empty_corpus_says_how_to_add_articles(open_page, tmp_path):
    with serving_chat(tmp_path, FakeAssistant([])) as address:
        page = open_page(site=address, language="ar")
        expect(page.locator("#empty")).to_contain_text("لا مقالات بعد")
        expect(page.locator("#empty code")).to_contain_text("python -m index build")
        assert violations(page, "empty") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_the_screen(open_page, language):
    page = open_page(language=language, width=360)
    ask(page, QUESTIONS[language])
    for width, height in ((360, 800), (640, 400), (1920, 800)):  # 640: 1280 enlarged twice
        page.set_viewport_size({"width": width, "height": height})
        rest(page)
        box = page.locator("#composer").bounding_box()
        assert box["y"] + box["height"] <= height and box["height"] < height / 4
        for tab in ("quotes", "articles", "ask"):
            page.click(f"[data-tab={tab}]")
            assert fits(page), (width, tab)


# The face that a style sheet gives a preloaded file is loaded by what is drawn with it, never by the preload.
PRELOADS_UNUSED = """document.fonts.ready.then(() => {
    const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
    const faces = rules.filter((rule) => rule instanceof CSSFontFaceRule).map((rule) => rule.style);
    const used = [...document.fonts].filter((face) => face.status === "loaded");
    const links = [...document.querySelectorAll("link[rel=preload][as=font]")];
    return links.map((link) => link.href).filter((href) => {
        const style = faces.find((one) => one.getPropertyValue("src").includes(href.split("/").pop()));
        return !style || !used.some((face) =>
            face.family.replaceAll('"', "") === style.getPropertyValue("font-family").replaceAll('"', "")
            && face.weight === style.getPropertyValue("font-weight")
            && face.unicodeRange === style.getPropertyValue("unicode-range"));
    });
})"""


def test_fonts_that_are_loaded_ahead_are_used(open_page):
    page = open_page(language="ar")
    assert page.locator("link[rel=preload][as=font]").count() > 0
    assert page.evaluate(PRELOADS_UNUSED) == []
    seldom = str(assets.address("fonts/plex-latin-ext-600.woff2"))
    page.evaluate("(file) => document.querySelector('link[rel=preload][as=font]').href = file", seldom)
    assert len(page.evaluate(PRELOADS_UNUSED)) == 1  # what draws nothing is told


def test_frame_is_set_up_by_the_page_around_it(open_page):
    page = open_page("/embed?lang=en", language="ar", clean=False)
    assert page.locator(".top").is_hidden()
    page.evaluate(EVENTS)
    page.evaluate(
        """
        const filters = { sources: ["City Wire"] };
        tell("config", { theme: "dark", accent: "#ffcc00", greeting: "Ask the city", filters });
        tell("ask", { question: "projects from 123 cities of Seoul", send: false });
        """
    )
    expect(page.locator("#welcome h1")).to_have_text("Ask the city")
    assert page.input_value("#question") == "projects from 123 cities of Seoul"
    expect(page.locator("#send")).to_have_css("background-color", "rgb(255, 204, 0)")
    expect(page.locator("#send")).to_have_css("color", "rgb(0, 0, 0)")
    page.press("#question", "Enter")
    eventually(lambda: page.evaluate("news.length"))
    answer = page.evaluate("news[0]")
    assert {citation["source"] for citation in answer["citations"]} == {"City Wire"}
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#welcome h1")).to_have_text("Ask the city")


@pytest.mark.parametrize(("accent", "mode"), [("#10106e", "dark"), ("#ffe14d", "light"), ("#7f7f7f", "dark")])
def test_frame_in_any_colour_can_be_read(open_page, accent, mode):
    page = open_page("/embed?lang=en", mode=mode, clean=False, reduced_motion="reduce")
    page.evaluate(EVENTS)
    page.evaluate("(accent) => tell('config', { accent })", accent)
    ask(page, QUESTIONS["en"])
    assert violations(page, "framed") == []


# Every state in both languages and in both modes; all four together found no more.
@pytest.mark.parametrize(("language", "mode"), [("ar", "light"), ("en", "dark")])
def test_axe_finds_nothing_serious_in_the_conversation(open_page, language, mode):
    page = open_page(language=language, mode=mode, width=390, reduced_motion="reduce")
    faults = violations(page, "first")
    ask(page, QUESTIONS[language])
    page.locator(".actions [aria-pressed]").first.click()
    faults += violations(page, "answer")
    page.locator("a.marker").first.click()
    faults += violations(page, "sheet")
    page.keyboard.press("Escape")
    page.click("#history")
    faults += violations(page, "drawer")
    page.keyboard.press("Escape")
    ask(page, "zzzz qqqq", done=".refusal")
    page.set_viewport_size({"width": 1280, "height": 800})
    faults += violations(page, "refusal")
    assert faults == []


@pytest.mark.parametrize(("language", "mode"), [("ar", "dark"), ("en", "light")])
def test_axe_finds_nothing_serious_around_it(open_page, language, mode):
    page = open_page("/#quotes", language=language, mode=mode, reduced_motion="reduce")
    page.fill("#quotes-query", "المدن الذكية")
    page.press("#quotes-query", "Enter")
    page.wait_for_selector(".results .card")
    faults = violations(page, "quotes")
    page.click("[data-tab=articles]")
    page.wait_for_selector(".facts dd")
    faults += violations(page, "corpus")
    page.click("[data-tab=ask]")
    ask(page, QUESTIONS[language])
    faults += violations(page, "answer on a wide screen")
    with page.context.expect_page() as printable:
        page.click("[data-export=print]")
    printable.value.wait_for_load_state()
    faults += violations(printable.value, "printable")
    page.goto(page.url.split("#")[0] + "article/seoul-prize?quote=0-5&quote=20-30")
    faults += violations(page, "article")
    assert faults == []


def test_axe_finds_nothing_serious_where_there_is_no_article(open_page):
    page = open_page("/article/never-written", language="ar", clean=False)
    assert violations(page, "missing") == []
