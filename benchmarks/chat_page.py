"""Measures the chat page in Chromium: first paint, ready to type, first piece of an answer, whole answer.

    python -m benchmarks.chat_page [--url http://127.0.0.1:7860] [--runs 5] [--question ...] [--json]

Without --url the program itself is started over the index of the settings. Every run opens a new browser
context, so the cache is cold; times are in milliseconds from the start of the navigation (page) and from the
press of Enter (answer), seen from the page. `server_first_piece` is the same without the browser: from the
question's request to the first event with text.
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
from collections.abc import Iterator
from typing import Any

from tests.chromium import installed_chromium

QUESTION = "كم مشروعًا تنافس في مسابقة Seoul Smart City Prize؟"
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
    """Prints the medians of all runs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", help="a running server; without it one is started")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--question", default=QUESTION)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    with contextlib.ExitStack() as stack:
        url = given.url or stack.enter_context(started())
        measured = measure(url.rstrip("/"), given.question, given.runs)
    if given.json:
        print(json.dumps(measured))
    else:
        for name, values in measured.items():
            print(f"{name:20} median {values['median']:7.0f} ms   worst {values['worst']:7.0f} ms")
    return 0


def measure(url: str, question: str, runs: int) -> dict[str, dict[str, float]]:
    """Median and worst of each time, in milliseconds."""
    from playwright.sync_api import sync_playwright

    taken: list[dict[str, float]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed_chromium(), args=["--no-sandbox", "--disable-background-networking"]
        )
        for _run in range(runs):
            taken.append(
                {**one_visit(browser, url, question), "server_first_piece": first_piece(url, question)}
            )
        browser.close()
    return {
        name: {
            "median": statistics.median(each[name] for each in taken),
            "worst": max(each[name] for each in taken),
        }
        for name in taken[0]
    }


def one_visit(browser: Any, url: str, question: str) -> dict[str, float]:
    """Opens the page with a cold cache, asks, and reads the page's own clock."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ar-OM")
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    page.wait_for_selector("html[data-ready]")
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_selector(".actions, .failure", timeout=120_000)
    times = page.evaluate("times")
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
    body = json.dumps({"data": [question, [], {}]}).encode()
    request = urllib.request.Request(f"{url}/gradio_api/call/ask", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as response:
        event_id = json.load(response)["event_id"]
    with urllib.request.urlopen(f"{url}/gradio_api/call/ask/{event_id}", timeout=120) as stream:
        for line in stream:
            if line.startswith(b"data:") and (b'"delta"' in line or b'"answer"' in line):
                break
    return (time.perf_counter() - started_at) * 1000


@contextlib.contextmanager
def started() -> Iterator[str]:
    """Runs `python app.py` with the settings of the environment; gives its address once it is ready."""
    port = os.environ.get("MUSTANAD_PORT", "7869")
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "MUSTANAD_PORT": port, "MUSTANAD_QUESTIONS_PER_MINUTE": "0"}
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
