"""The widget in a real Chromium, on portals of another origin: looks, keys, words, limits, strict pages."""

import gzip
import time
from importlib import resources
from pathlib import Path

import pytest

from tests.api_site import make_app, serving
from tests.chat_site import articles
from tests.conftest import free_port
from tests.fake_assistant import FakeAssistant
from tests.widget_hosts import hosting

pytestmark = pytest.mark.browser
WIDGET = Path(__file__).resolve().parent.parent / "assistant" / "widget"
LISTEN = """
window.seen = [];
for (const type of ['ready', 'open', 'close', 'question', 'answer', 'citation', 'error'])
  document.addEventListener('mustanad:' + type, (event) => seen.push([type, event.detail]));
"""
QUESTION = "Which projects compete for the Seoul Smart City Prize?"
WITHIN_S = 20


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """(Mustanad's address, the portal's origin, the origin of a portal that is not listed)."""
    portal_port, stranger_port = free_port(), free_port()
    app = make_app(
        FakeAssistant(articles(), pause_s=0.005),
        chat=True,
        embed_origins=(f"http://localhost:{portal_port}",),
        feedback=str(tmp_path_factory.mktemp("widget") / "feedback.sqlite"),
    )
    with (
        serving(app) as base,
        hosting(portal_port, base) as portal,
        hosting(stranger_port, base) as stranger,
    ):
        yield base, portal, stranger


@pytest.fixture
def visit(browser, site):
    """Opens a page in a fresh browser profile; its console lines gather in `page.said`."""
    contexts = []

    def visiting(path, *, on=1, first="", **options):
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 800}, **options})
        contexts.append(context)
        context.add_init_script(LISTEN + first)
        page = context.new_page()
        page.said, page.hosts = [], set()
        page.on("console", lambda line: page.said.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.hosts.add(request.url.split("/")[2]))
        page.goto(site[on] + path)
        return page

    yield visiting
    for context in contexts:
        context.close()


def until(page, kind, count=1):
    """Waits for the `count`th event of a kind; gives its detail. (No `eval`: a strict page forbids it.)"""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        found = [detail for type, detail in page.evaluate("() => window.seen") if type == kind]
        if len(found) >= count:
            return found[count - 1]
        page.wait_for_timeout(30)
    raise AssertionError(f"no {kind!r}; seen: {page.evaluate('() => window.seen')}; said: {page.said}")


def launcher(page):
    return page.locator("[data-mustanad] button.launcher")


def chat(page):
    return page.frame_locator("[data-mustanad] iframe, mustanad-chat iframe")


def opened(page):
    launcher(page).click()
    until(page, "ready")
    return chat(page)


def own_errors(page):
    return [line for line in page.said if "favicon" not in line and "404" not in line]


def focused(page):
    """What has the focus inside the widget's shadow root: a class or a tag."""
    return page.evaluate(
        "() => { const at = document.querySelector('[data-mustanad]')?.shadowRoot.activeElement;"
        " return at && (at.className || at.localName) }"
    )


def test_widget_is_small_and_needs_nothing_else():
    script = (WIDGET / "widget.js").read_bytes()
    assert len(gzip.compress(script, 9)) < 12 * 1024
    assert b"import" not in script.replace(b"important", b"")


def test_arabic_page_gets_arabic_chat_on_its_end_side(visit, site):
    page = visit("/ar")
    assert page.hosts == {site[0].split("/")[2], site[1].split("/")[2]}
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
    page.evaluate("(question) => Mustanad.ask(question)", QUESTION)
    assert until(page, "answer")["answer"]["answerable"]
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
    page.evaluate("(question) => Mustanad.ask(question)", QUESTION)
    assert until(page, "answer")["answer"]["answerable"]
    assert not own_errors(page)


def test_citation_opened_in_the_chat_is_told_to_the_page(visit):
    page = visit("/en")
    frame = opened(page)
    page.evaluate("(question) => Mustanad.ask(question)", QUESTION)
    answer = until(page, "answer")["answer"]
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
        page.wait_for_timeout(300)  # the panel has risen
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


def test_page_of_unlisted_origin_gets_blank_frame_and_a_line_that_helps(visit, site):
    page = visit("/en", on=2)
    launcher(page).click()
    message = until(page, "error")["message"]
    assert f"MUSTANAD_EMBED_ORIGINS={site[2]}" in message
    assert any("MUSTANAD_EMBED_ORIGINS" in line for line in page.said)
    assert chat(page).locator("body").inner_text() == ""
    assert page.locator("[data-mustanad] .panel").is_visible()


def test_unlisted_page_that_lies_about_its_origin_gets_no_chat(visit, site):
    page = visit("/bare", on=2)
    page.evaluate(
        """(address) => new Promise((done) => {
            const frame = document.createElement('iframe');
            frame.src = address; frame.onload = done; document.body.append(frame);
        })""",
        f"{site[0]}/embed?origin={site[1]}",
    )
    assert any("frame-ancestors" in line for line in page.said)


def test_site_past_its_limit_is_told_politely(browser, tmp_path):
    port = free_port()
    app = make_app(
        FakeAssistant(articles()),
        chat=True,
        embed_origins=(f"http://localhost:{port}",),
        questions_per_minute_per_origin=1,
        feedback=str(tmp_path / "feedback.sqlite"),
    )
    with serving(app) as base, hosting(port, base) as portal:
        context = browser.new_context()
        context.add_init_script(LISTEN)
        page = context.new_page()
        page.said = []
        page.goto(f"{portal}/ar")
        frame = opened(page)
        page.evaluate("() => Mustanad.ask('كم مشروعًا تنافس في المسابقة؟')")
        until(page, "answer")
        page.evaluate("() => Mustanad.ask('أين تُعقد قمة المدن الذكية؟')")
        until(page, "error")
        assert frame.get_by_text("انتظر").first.is_visible()
        context.close()


def test_messages_of_others_are_not_heard(visit, site):
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
        f"{site[0]}/embed?origin={site[1]}&lang=en",
    )
    page.wait_for_timeout(300)
    assert "answer" not in [type for type, _detail in page.evaluate("() => seen")]
    assert len([type for type, _detail in page.evaluate("() => seen") if type == "ready"]) == 1


def test_keyboard_opens_walks_round_and_gives_the_focus_back(visit):
    page = visit("/en")
    page.locator("#before").focus()
    page.evaluate("() => Mustanad.open()")
    until(page, "ready")
    assert focused(page) == "iframe"
    page.wait_for_timeout(200)
    assert chat(page).locator("#question").evaluate("(box) => document.activeElement === box")
    seen_closer = False
    for _ in range(40):  # Tab never leaves the panel
        page.keyboard.press("Tab")
        inside = focused(page)
        assert inside is not None
        seen_closer = seen_closer or inside == "button"
    assert seen_closer
    page.locator("[data-mustanad] .bar button").focus()
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "iframe"
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


def test_filters_follow_the_page(visit):
    page = visit("/en")
    opened(page)
    page.evaluate("() => Mustanad.update({ articleIds: ['hostile/1'] })")
    page.evaluate("(question) => Mustanad.ask(question)", QUESTION)
    cited = until(page, "answer")["answer"]["citations"]
    assert {citation["article_id"] for citation in cited} <= {"hostile/1"}
    page.evaluate("() => Mustanad.update({ articleIds: [] })")
    page.evaluate("(question) => Mustanad.ask(question)", QUESTION)
    cited = until(page, "answer", 2)["answer"]["citations"]
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


def test_script_loaded_twice_or_late_makes_one_widget(visit, site):
    assert launcher(visit("/twice")).count() == 1
    page = visit("/bare")
    page.evaluate(
        """(address) => new Promise((done) => {
            const script = document.createElement('script');
            Object.assign(script, { src: address, onload: done }).dataset.lang = 'en';
            document.head.append(script);
        })""",
        f"{site[0]}/widget.js",
    )
    assert launcher(page).count() == 1
    opened(page)


def test_single_page_navigation_keeps_widget_and_conversation(visit):
    page = visit("/en")
    frame = opened(page)
    page.evaluate("(question) => Mustanad.ask(question)", QUESTION)
    until(page, "answer")
    page.evaluate(
        """() => {
            history.pushState({}, '', '/other');
            document.body.replaceWith(document.createElement('body'));
        }"""
    )
    assert frame.locator("a[href^='#src-']").first.is_visible()
    page.evaluate("() => document.querySelector('[data-mustanad]').remove()")
    page.wait_for_timeout(100)
    assert launcher(page).count() == 1


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


@pytest.mark.parametrize("path", ["/ar", "/en"])
def test_host_with_widget_has_no_accessibility_violation(visit, path):
    axe = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    page = visit(path)
    opened(page)
    page.evaluate(axe)
    found = page.evaluate("() => axe.run(document, { iframes: false })")
    assert [each["id"] for each in found["violations"]] == []
    frame = next(frame for frame in page.frames if "/embed" in frame.url)
    frame.evaluate(axe)
    found = frame.evaluate("() => axe.run(document)")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


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
    assert not own_errors(page)
