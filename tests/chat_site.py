"""The chat over the fake assistant: a whole site for the browser tests, without model and index.

Run as a program it serves until interrupted: `python -m tests.chat_site [PORT] [PAUSE_S]`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from assistant.settings import Settings
from assistant.web.work.answerer import Answerer
from index.articles.article import Article
from tests.fake_assistant import FakeAssistant

ROOT = Path(__file__).resolve().parent.parent
ENGLISH = (
    "Seoul opened the second round of its Smart City Prize on Monday. The prize drew 216 projects from "
    "123 cities in 58 countries, organisers said. Twenty-one projects reached the final stage.\n\n"
    'The jury looks for projects that put people first. "A city is smart when its poorest can tell," '
    "said the head of the jury. The winners will be named in Seoul on 24 September.\n\n"
    "Alexandria reached the semi-final with a plan to renew the Mex pumping station quarter."
)
HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\"> ${alert(1)} {{7*7}} **bold** "
    "[link](javascript:alert(1)) <script>alert(2)</script>"
)


def articles() -> list[Article]:
    """The five seed articles with outlets and dates put to them, an English one, a hostile one."""
    outlets = [
        ("مدائن", "2025-09-04"),
        ("الرؤية", "2020-11-17"),
        ("محافظة الإسكندرية", "2025-08-12"),
        ("البلاد", "2022-09-20"),
        ("وكالة الناس", "2026-01-11"),
    ]
    made = []
    for path, (source, published) in zip(sorted((ROOT / "seeds").glob("*.txt")), outlets, strict=True):
        text = path.read_text(encoding="utf-8-sig")
        title = next(line for line in text.splitlines() if line.strip()).strip().strip('"')[:90]
        made.append(Article(path.stem, title, text, None, source, None, published, "ar"))
    address = "https://news.example/seoul-prize"
    made.append(
        Article(
            "seoul-prize",
            "Seoul opens its smart city prize",
            ENGLISH,
            address,
            "City Wire",
            "Jane Lee",
            "2025-08-01",
            "en",
        )
    )
    made.append(
        Article(
            "hostile/1",
            HOSTILE,
            f"Hostile words: {HOSTILE}. {HOSTILE}",
            "javascript:alert(3)",
            HOSTILE,
            None,
            None,
            "en",
        )
    )
    return made


def make_app(folder: Path, assistant: Answerer | None = None, **settings: Any) -> Any:
    """The FastAPI application; feedback lies in `folder`."""
    from fastapi import FastAPI
    from fastapi.responses import JSONResponse

    from assistant.ui import mount_chat

    app = FastAPI()
    served = assistant or FakeAssistant(articles(), pause_s=0.02, fail_on="explode")
    app.get("/readyz")(lambda: JSONResponse({}, 200 if served.is_ready else 503))
    chosen = Settings(feedback=str(folder / "feedback.sqlite"), **settings)
    mount_chat(app, served, chosen)
    return app


if __name__ == "__main__":
    import tempfile

    import uvicorn

    port = int(sys.argv[1]) if len(sys.argv) > 1 else 7861
    pause_s = float(sys.argv[2]) if len(sys.argv) > 2 else 0.03
    fake = FakeAssistant(articles(), pause_s=pause_s, fail_on="explode")
    uvicorn.run(make_app(Path(tempfile.mkdtemp()), fake), host="127.0.0.1", port=port, log_level="warning")
