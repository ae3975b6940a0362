"""The chat in a real Chromium, over the fake assistant, in both languages and widths."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from assistant.api.readiness import LateAssistant
from assistant.feedback import FeedbackBook
from tests.chat_site import HOSTILE, articles, make_app
from tests.conftest import free_port
from tests.fake_assistant import FakeAssistant

pytestmark = pytest.mark.browser
WIDTHS = (390, 1280)
LANGUAGES = ("ar", "en")
QUESTIONS = {
    "ar": "كم مشروعًا تنافس في مسابقة Seoul Smart City Prize؟",
    "en": "How many projects came from 123 cities?",
}
SEE_STREAMING = """
window.lengths = [];
new MutationObserver(() => {
  const written = document.querySelector(".prose.streaming")?.textContent.length;
  if (written && written !== lengths.at(-1)) lengths.push(written);
}).observe(document.getElementById("conversation"), { childList: true, subtree: true });
"""
LOCALES = {"ar": "ar-OM", "en": "en-GB"}


@contextlib.contextmanager
def serving(folder: Path, assistant, port: int | None = None, **settings):
    """The site on a thread; its address."""
    import uvicorn

    port = port or free_port()
    config = uvicorn.Config(
        make_app(folder, assistant, **settings), port=port, log_level="error", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chat")
    fake = FakeAssistant(articles(), pause_s=0.03, fail_on="explode")
    with serving(folder, fake) as address:
        yield address, folder


@pytest.fixture
def open_page(browser, site):
    """Opens a page; at the end nothing may have gone to another host or complained in the console."""
    contexts, complaints, hosts = [], [], set()

    def opened(path="/", *, language="ar", width=1280, mode="light", clean=True, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, locale=LOCALES[language], color_scheme=mode, **options
        )
        contexts.append(context)
        context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        if clean:
            context.on(
                "console",
                lambda message: (
                    complaints.append(message.text) if message.type in ("error", "warning") else None
                ),
            )
            context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(site[0] + path)
        if not path.startswith("/article"):
            page.wait_for_selector("html[data-ready]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert hosts <= {"127.0.0.1", None, ""}
    assert complaints == []


def ask(page, question):
    page.fill("#question", question)
    page.press("#question", "Enter")


def visible_cards(page):
    return page.locator(".card:visible")


def visible_quotes(page):
    return page.locator(".cited:visible")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_ask_streams_an_answer_whose_marker_leads_to_its_quote(open_page, language, width):
    page = open_page(language=language, width=width)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    page.evaluate(SEE_STREAMING)
    ask(page, QUESTIONS[language])
    page.wait_for_selector(".actions")
    assert page.evaluate("window.lengths.length") >= 2  # grew while it was being written
    page.locator("a.marker").first.click()
    cited = visible_quotes(page).first
    expect(cited).to_be_focused()
    assert "flash" in cited.get_attribute("class")
    quote = cited.locator("mark").inner_text()
    address = cited.locator(".links a").first.get_attribute("href")
    known = {article.article_id: article.text for article in articles()}
    assert any(quote in text for text in known.values())
    article = page.context.new_page()
    article.goto(f"{page.url.split('#')[0]}{address}")
    assert article.locator("mark").first.inner_text() == quote
    assert article.evaluate("document.querySelector('mark').getBoundingClientRect().top < innerHeight")
    for each in (page, article):
        assert each.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_article_without_javascript_shows_the_quote_marked(open_page):
    page = open_page("/article/seoul-prize?quote=0-5#0-5", language="en", java_script_enabled=False)
    assert page.locator("mark").inner_text() == "Seoul"


def test_article_with_the_span_in_its_fragment_alone_is_marked(open_page):
    page = open_page("/article/seoul-prize#0-5", language="en")
    expect(page.locator("mark")).to_have_text("Seoul")


def test_marker_previews_its_quote_under_pointer_and_focus(open_page):
    page = open_page(language="en")
    ask(page, QUESTIONS["en"])
    page.wait_for_selector(".actions")
    marker = page.locator("a.marker").first
    marker.hover()
    expect(page.locator("#preview")).to_be_visible()
    page.mouse.move(5, 5)
    expect(page.locator("#preview")).to_be_hidden()
    page.focus("#question")
    while not marker.evaluate("element => element === document.activeElement"):
        page.keyboard.press("Shift+Tab")
    expect(page.locator("#preview")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#preview")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(visible_quotes(page).first).to_be_focused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_refusal_looks_different_and_names_the_nearest_articles(open_page, language):
    page = open_page(language=language)
    ask(page, "zzzz qqqq")
    page.wait_for_selector(".refusal")
    assert page.locator(".refusal .nearest a").count() == 2
    assert page.locator(".confidence").count() == 0
    expect(page.locator("#sources")).to_be_hidden()


def test_answer_is_announced_once(open_page):
    page = open_page(language="en")
    page.evaluate(
        "window.said = []; const live = document.getElementById('live');"
        " new MutationObserver(() => { if (live.textContent) window.said.push(live.textContent); })"
        ".observe(live, { childList: true })"
    )
    ask(page, QUESTIONS["en"])
    page.wait_for_selector(".actions")
    page.wait_for_timeout(200)
    said = page.evaluate("window.said")
    assert sum(text.startswith("Answer:") for text in said) == 1 and len(said) <= 2


def test_stop_keeps_what_was_written_and_ends_the_writing(browser, tmp_path):
    fake = FakeAssistant(articles(), pause_s=0.3)
    with serving(tmp_path, fake) as address, contextlib.closing(browser.new_page(locale="en-GB")) as page:
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        ask(page, QUESTIONS["en"])
        page.wait_for_selector(".prose.streaming")
        page.click("#stop")
        expect(page.locator(".failure")).to_contain_text("stopped")
        assert page.locator(".prose p").count() >= 1
        expect(page.locator("#send")).to_be_visible()
        page.wait_for_timeout(1500)
        assert fake.streams == {"begun": 1, "finished": 0, "left": 1}


def test_retry_asks_again_in_place(open_page):
    page = open_page(language="en")
    ask(page, QUESTIONS["en"])
    page.wait_for_selector(".actions")
    page.click("[data-retry]")
    page.wait_for_selector(".waiting, .streaming")
    page.wait_for_selector(".actions")
    assert page.locator(".exchange").count() == 1


def test_edit_replaces_the_last_question_and_new_starts_anew(open_page):
    page = open_page(language="en")
    ask(page, QUESTIONS["en"])
    page.wait_for_selector(".actions")
    page.locator(".asked .icon").last.click()
    assert page.input_value("#question") == QUESTIONS["en"]
    ask(page, "Seoul jury projects people")
    page.wait_for_selector(".actions")
    assert page.locator(".exchange h2").all_inner_texts() == ["Seoul jury projects people"]
    page.click("#new")
    assert page.locator(".exchange").count() == 0
    expect(page.locator("#welcome")).to_be_visible()


def test_conversations_are_kept_reopened_and_cleared(open_page):
    page = open_page(language="en")
    ask(page, QUESTIONS["en"])
    page.wait_for_selector(".actions")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    page.click("#history")
    page.locator("#past li button").first.click()
    expect(page.locator(".exchange h2")).to_have_text(QUESTIONS["en"])
    expect(visible_cards(page).first).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#history")
    page.click("#clear")
    assert page.evaluate("localStorage.getItem('mustanad.conversations')") is None
    assert page.context.cookies() == []


def test_like_and_comment_reach_the_book(open_page, site):
    page = open_page(language="en")
    ask(page, "Seoul prize projects from 123 cities, liked")
    page.wait_for_selector(".actions")
    page.get_by_label("Helpful answer", exact=True).click()
    page.locator(".comment textarea").fill("Exactly the paragraph.")
    page.get_by_role("button", name="Send the comment").click()
    expect(page.locator(".comment")).to_contain_text("Thank you")
    entries = [
        each for each in FeedbackBook(site[1] / "feedback.sqlite").read() if each.question.endswith("liked")
    ]
    assert [(each.verdict, each.comment) for each in entries] == [("like", "Exactly the paragraph.")]


def test_copy_gives_the_answer_with_its_sources(open_page):
    page = open_page(language="en", permissions=["clipboard-read", "clipboard-write"])
    ask(page, QUESTIONS["en"])
    page.wait_for_selector(".actions")
    page.get_by_label("Copy the answer with its sources").click()
    page.wait_for_timeout(150)
    text = page.evaluate("navigator.clipboard.readText()")
    assert "[1]" in text and "/article/" in text and "City Wire" in text


def test_export_gives_markdown_and_a_printable_page(open_page):
    page = open_page(language="en")
    ask(page, QUESTIONS["en"])
    page.wait_for_selector("[data-export]")
    with page.expect_download() as download:
        page.click("[data-export=markdown]")
    assert f"## {QUESTIONS['en']}" in Path(download.value.path()).read_text(encoding="utf-8").replace(
        "\\", ""
    )
    with page.context.expect_page() as printable:
        page.click("[data-export=print]")
    expect(printable.value.locator("h2").first).to_have_text(QUESTIONS["en"])
    assert printable.value.locator("ol.references li").count() >= 1


def test_language_and_appearance_are_switched_and_remembered(open_page):
    page = open_page(language="ar")
    page.click("#language")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator("#welcome h1")).to_have_text("Ask, and the articles answer")
    page.click("#theme")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 20, 19)"
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#question")).to_have_attribute("placeholder", "Type your question…")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 20, 19)"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_quote_search_narrows_pages_and_exports(open_page, language, width):
    page = open_page("/#quotes", language=language, width=width)
    page.fill("#quote-query", "المدن الذكية")
    page.press("#quote-query", "Enter")
    page.wait_for_selector(".results .card")
    assert visible_cards(page).count() == 10
    page.locator(".pages button").last.click()
    expect(page.locator(".pages span")).to_contain_text("2")
    if width == 390:
        page.click(".filters summary")
    page.locator(".filters fieldset").first.locator("input").first.click()
    expect(page.locator(".results[aria-busy]")).to_have_count(0)
    page.locator(".results .card input").first.check()
    page.locator(".exporting select").select_option("bibtex")
    with page.expect_download() as download:
        page.locator(".exporting .plain").click()
    assert download.value.suggested_filename.endswith(".bib")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", LANGUAGES)
def test_corpus_says_what_the_articles_are(open_page, language):
    page = open_page("/#articles", language=language)
    page.wait_for_selector(".facts dd")
    assert page.locator(".facts dd").first.inner_text() == "7"
    assert page.locator(".bars svg").count() == 7  # 2020 to 2026
    expect(page.locator("#view-articles")).to_contain_text("مدائن")


def test_hostile_articles_are_text_everywhere(open_page):
    page = open_page(language="en")
    ask(page, "Hostile words onerror document title")
    page.wait_for_selector(".actions")
    page.locator("a.marker").first.hover()
    assert page.locator(".card img, .prose img, .preview img, .card script").count() == 0
    assert HOSTILE[:30] in page.locator("#cards").inner_text()
    assert page.locator('#cards a[href^="javascript"]').count() == 0
    page.click("[data-tab=articles]")
    page.wait_for_selector(".facts dd")
    assert page.title() == "Mustanad"


def test_empty_question_gets_a_clear_message(open_page):
    page = open_page(language="en")
    ask(page, "   ")
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
    ask(page, "please explode")
    page.wait_for_selector(".failure")
    assert "Try again" in page.locator(".failure").inner_text()
    assert "RuntimeError" not in page.content()


def test_server_gone_keeps_the_question_and_recovers(open_page):
    page = open_page(language="en", clean=False)
    page.context.set_offline(True)
    ask(page, QUESTIONS["en"])
    expect(page.locator("#notice")).to_contain_text("connection to the server was lost")
    expect(page.locator("#question")).to_have_value(QUESTIONS["en"])
    page.context.set_offline(False)
    expect(page.locator("#notice")).to_contain_text("Connected again")
    page.click(".failure button")
    page.wait_for_selector(".actions")


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


def test_answer_of_a_language_model_shows_what_no_quote_supports(browser, tmp_path):
    with (
        serving(tmp_path, WriterAssistant(articles())) as address,
        contextlib.closing(browser.new_page(locale="en-GB")) as page,
    ):
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        ask(page, QUESTIONS["en"])
        page.wait_for_selector(".actions")
        expect(page.locator(".unsupported")).to_have_text("😀 Nobody said this.")
        expect(page.locator(".reply")).to_contain_text("Searched for: projects of the Seoul Smart City Prize")
        expect(page.locator(".notices")).to_contain_text("first three passages")
        expect(page.locator(".confidence")).to_contain_text("may not answer")
        expect(page.locator(".twins:visible").first).to_contain_text("Also published in 1 other place: مدائن")


def test_model_still_loading_is_said_and_the_question_waits_for_it(browser, tmp_path):
    late = LateAssistant()
    with serving(tmp_path, late) as address, contextlib.closing(browser.new_page(locale="en-GB")) as page:
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        expect(page.locator("#notice")).to_contain_text("The model is loading")
        ask(page, QUESTIONS["en"])
        page.wait_for_timeout(300)
        assert page.locator(".failure").count() == 0
        late.arrive(FakeAssistant(articles()))
        page.wait_for_selector(".actions")
        expect(page.locator("#notice")).to_be_hidden(timeout=10_000)


def test_frame_is_set_up_by_the_page_around_it(open_page):
    page = open_page("/embed?lang=en", language="ar", clean=False)
    assert page.locator(".top").is_hidden()
    page.evaluate(
        """
        window.news = [];
        document.addEventListener("mustanad:answer", (event) => news.push(event.detail.answer));
        const event = (type, detail) => new CustomEvent(`mustanad:${type}`, { detail });
        const tell = (type, detail) => document.dispatchEvent(event(type, detail));
        const filters = { sources: ["City Wire"] };
        tell("config", { theme: "dark", accent: "#ffcc00", greeting: "Ask the city", filters });
        tell("ask", { question: "projects from 123 cities of Seoul", send: false });
        """
    )
    expect(page.locator("#welcome h1")).to_have_text("Ask the city")
    assert page.input_value("#question") == "projects from 123 cities of Seoul"
    assert page.evaluate("getComputedStyle(document.getElementById('send')).color") == "rgb(0, 0, 0)"
    page.press("#question", "Enter")
    page.wait_for_selector(".actions")
    answer = page.evaluate("news[0]")
    assert {citation["source"] for citation in answer["citations"]} == {"City Wire"}


def test_gradio_client_asks_by_name(site):
    from gradio_client import Client

    job = Client(site[0], verbose=False).submit(QUESTIONS["en"], [], {}, api_name="/ask")
    assert job.result(timeout=30)["type"] == "answer"
    assert [piece["type"] for piece in job.outputs()[:-1]] == ["delta"] * (len(job.outputs()) - 1)


def test_empty_corpus_says_how_to_add_articles(browser, tmp_path):
    with (
        serving(tmp_path, FakeAssistant([])) as address,
        contextlib.closing(browser.new_page(locale="ar-OM")) as page,
    ):
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        expect(page.locator("#empty")).to_contain_text("لا مقالات بعد")
        expect(page.locator("#empty code")).to_contain_text("python -m index build")


@pytest.mark.parametrize("width", [360, 1920])
def test_nothing_is_wider_than_the_screen(open_page, width):
    for language in LANGUAGES:
        page = open_page(language=language, width=width)
        ask(page, QUESTIONS[language])
        page.wait_for_selector(".actions")
        for tab in ("quotes", "articles", "ask"):
            page.click(f"[data-tab={tab}]")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (language, tab)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_serious(open_page, language, mode):
    axe, found = Axe(), []

    def check(page, where):
        for each in axe.run(page).response["violations"]:
            if each["impact"] in ("serious", "critical"):
                found.append((where, each["id"], [node["html"][:120] for node in each["nodes"]]))

    page = open_page(language=language, mode=mode, width=390, reduced_motion="reduce")
    check(page, "first")
    ask(page, QUESTIONS[language])
    page.wait_for_selector(".actions")
    page.locator(".actions [aria-pressed]").first.click()
    check(page, "answer")
    page.locator("a.marker").first.click()
    check(page, "sheet")
    page.keyboard.press("Escape")
    page.click("#history")
    check(page, "drawer")
    page.keyboard.press("Escape")
    ask(page, "zzzz qqqq")
    page.wait_for_selector(".refusal")
    page.set_viewport_size({"width": 1280, "height": 800})
    check(page, "refusal")
    page.click("[data-tab=quotes]")
    page.fill("#quote-query", "المدن الذكية")
    page.press("#quote-query", "Enter")
    page.wait_for_selector(".results .card")
    check(page, "quotes")
    page.click("[data-tab=articles]")
    page.wait_for_selector(".facts dd")
    check(page, "corpus")
    page.goto(page.url.split("#")[0] + "article/seoul-prize?quote=0-5&quote=20-30")
    check(page, "article")
    assert found == []
