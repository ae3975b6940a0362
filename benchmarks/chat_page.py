"""Measures the chat page in Chromium: first paint, ready to type, first piece of an answer, whole answer.

    python -m benchmarks.chat_page [--index DIR] [--questions FILE] [--visits 5] [--asked 40] [--json]

Without --url (of a running server) the program itself is started over the index of the settings, or over
--index. Every visit opens a new browser context, so the cache is cold; times are in milliseconds from the
start of the navigation (page) and from the press of Enter (answer), seen from the page. "first piece, over
HTTP" is the same without the browser: from the question's request to the first event with text. No question
is asked twice, for what was asked before is answered quicker.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.evaluation.questions import read_questions
from tests.chromium import installed_chromium

QUESTIONS = (
    "كم مشروعًا تنافس في مسابقة Seoul Smart City Prize؟",
    "بأي جائزة تُوِّجت المؤسسة العامة للمناطق الصناعية مدائن؟",
    "متى تعلن نتائج جائزة سيول؟",
    "من يدعم مشروع مدينة العقبة الذكية؟",
    "أين تعقد قمة المدن الذكية في نسختها الخامسة؟",
    "ما أهداف مبادرة سفراء المدن الذكية؟",
    "Which award did Madayn win?",
    "Where is the pumping station that Alexandria renews?",
)
NAMES = {
    "first_paint": "first paint",
    "ready_to_type": "ready to type",
    "first_piece": "first piece of the answer",
    "whole_answer": "whole answer",
    "server_first_piece": "first piece, over HTTP",
}
READY_WITHIN_S = 600
WATCH = """
window.times = {};
addEventListener("DOMContentLoaded", () => {
  new MutationObserver(() => {
    if (!times.first && document.querySelector(".prose, .refusal")) times.first = performance.now();
    if (!times.whole && document.querySelector(".actions, .failure")) times.whole = performance.now();
  }).observe(document.body, { childList: true, subtree: true });
  const asked = (event) => { if (event.key === "Enter") times.asked = performance.now(); };
  addEventListener("keydown", asked, true);
});
"""


def main(arguments: list[str] | None = None) -> int:
    """Prints the medians of all visits and questions, and the worst."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", help="a running server; without it one is started")
    parser.add_argument("--index", metavar="DIR", help="the index that the started server answers from")
    parser.add_argument("--questions", type=Path, metavar="FILE", help="JSON Lines, also gzipped")
    parser.add_argument("--visits", type=int, default=5, help="visits to the page (default: 5)")
    parser.add_argument("--asked", type=int, default=40, help="questions over HTTP, at most (default: 40)")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if given.index and not Path(given.index, "manifest.json").exists():
        parser.error(
            f"no index in {given.index}; build one: python -m index build PATH --index {given.index}"
        )
    questions = list(QUESTIONS)
    if given.questions:
        questions = [each.question for each in read_questions(given.questions)]
    with contextlib.ExitStack() as stack:
        url = (given.url or stack.enter_context(started(given.index))).rstrip("/")
        corpus = post(url, "run/corpus", [])["data"][0]
        by_page, by_http = questions[: given.visits], questions[given.visits :][: given.asked]
        taken = visits(url, by_page)
        taken["server_first_piece"] = [first_piece(url, question) for question in by_http]
    measured = {name: summary(times) for name, times in taken.items()}
    if given.json:
        print(json.dumps({"passages": corpus["passages"], **measured}))
    else:
        print(report(corpus, measured))
    return 0


def summary(times: Sequence[float]) -> dict[str, float]:
    """Median and worst in milliseconds, and how many there were."""
    return {"median": statistics.median(times), "worst": max(times), "times": len(times)}


def report(corpus: dict[str, Any], measured: dict[str, dict[str, float]]) -> str:
    """A table in Markdown."""
    rows = [
        f"| {NAMES[name]} | {each['median']:.0f} | {each['worst']:.0f} | {each['times']} |"
        for name, each in measured.items()
    ]
    about = (
        f"Over {corpus['articles']:,} articles in {corpus['passages']:,} passages, cold cache, loopback.\n"
    )
    return "\n".join(
        [about, "| milliseconds | median | worst | times |", "| --- | ---: | ---: | ---: |", *rows]
    )


def visits(url: str, questions: Sequence[str]) -> dict[str, list[float]]:
    """The times of a visit for each question."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed_chromium(), args=["--no-sandbox", "--disable-background-networking"]
        )
        taken = [one_visit(browser, url, question) for question in questions]
        browser.close()
    return {name: [each[name] for each in taken] for name in taken[0]}


def one_visit(browser: Any, url: str, question: str) -> dict[str, float]:
    """Opens the page with a cold cache, asks, and reads the page's own clock."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ar-OM")
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    page.wait_for_selector("html[data-ready]")
    page.wait_for_load_state("networkidle")  # nobody types a question quicker than the rest loads
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_selector(".actions, .failure", timeout=120_000)
    times = page.evaluate("times")
    if "first" not in times:
        raise SystemExit(f"benchmarks.chat_page: no answer to {question!r}; the server's log says why")
    moment = "performance.getEntriesByName('{}')[0].startTime"
    painted = page.evaluate(moment.format("first-contentful-paint"))
    ready = page.evaluate(moment.format("mustanad-ready"))
    context.close()
    return {
        "first_paint": painted,
        "ready_to_type": ready,
        "first_piece": times["first"] - times["asked"],
        "whole_answer": times["whole"] - times["asked"],
    }


def first_piece(url: str, question: str) -> float:
    """Milliseconds from the question's request to the first event with text, over HTTP alone."""
    started_at = time.perf_counter()
    event_id = post(url, "call/ask", [question, [], {}])["event_id"]
    with urllib.request.urlopen(f"{url}/gradio_api/call/ask/{event_id}", timeout=120) as stream:
        for line in stream:
            if line.startswith(b"data:") and (b'"delta"' in line or b'"answer"' in line):
                break
    return (time.perf_counter() - started_at) * 1000


def post(url: str, path: str, data: list[Any]) -> Any:
    """What one of the page's functions answers at once."""
    body = json.dumps({"data": data}).encode()
    request = urllib.request.Request(f"{url}/gradio_api/{path}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


@contextlib.contextmanager
def started(folder: str | Path | None = None) -> Iterator[str]:
    """Runs `python app.py` with the settings of the environment, over the index in `folder`.

    Gives the address once it is ready.
    """
    port = os.environ.get("MUSTANAD_PORT", "7869")
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "MUSTANAD_PORT": port, "MUSTANAD_QUESTIONS_PER_MINUTE": "0"}
    if folder is not None:
        environment["MUSTANAD_INDEX"] = str(folder)
    process = subprocess.Popen([sys.executable, "app.py"], env=environment, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + READY_WITHIN_S
        while not answers(f"{url}/readyz"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("benchmarks.chat_page: the server did not start; run: python app.py")
            time.sleep(0.3)
        yield url
    finally:
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    """Whether `url` answers 200."""
    with contextlib.suppress(OSError, urllib.error.HTTPError), urllib.request.urlopen(url, timeout=5) as got:
        return got.status == 200
    return False


if __name__ == "__main__":
    sys.exit(main())
