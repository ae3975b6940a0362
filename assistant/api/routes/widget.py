"""The widget's files and its live demo page, to be loaded by any site: they hold nothing of a reader's."""

from __future__ import annotations

import hashlib
import html
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response

from assistant.api.routes.dependencies import Service, service
from assistant.ui import assets
from assistant.web.problems import Problem
from assistant.words import LANGUAGES, choose_language

FOLDER = Path(__file__).resolve().parents[2] / "widget"
SCRIPT = "text/javascript; charset=utf-8"
FILES = {
    "widget.js": ("widget.js", SCRIPT),
    "mustanad.mjs": ("mustanad.mjs", SCRIPT),
    "mustanad.d.ts": ("mustanad.d.ts", "text/plain; charset=utf-8"),
    "package.json": ("package.json", "application/json"),
    "embed.js": ("embed.js", SCRIPT),
    "demo.js": ("demo/demo.js", SCRIPT),
    "demo.css": ("demo/demo.css", "text/css; charset=utf-8"),
}
FRESH = "public, max-age=300"  # seconds: an update reaches every portal in five minutes
DEMO_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

# For the demo, where the articles suggest none.
_QUESTIONS = {"ar": "عمّ تتحدث المقالات؟", "en": "What are the articles about?"}

router = APIRouter(include_in_schema=False)


@router.get("/widget.js")
async def widget_script(request: Request) -> Response:
    """Give the one-tag widget."""
    return _file("widget.js", request.headers)


@router.get("/widget/{name}")
async def widget_file(name: str, request: Request) -> Response:
    """Give the ES module, its types and what the frame and the demo load."""
    return _file(name, request.headers)


@router.get("/widget-demo")
def widget_demo(request: Request, served: Annotated[Service, Depends(service)], lang: str = "") -> Response:
    """Show a page with the widget on it, to try its options."""
    language = lang if lang in LANGUAGES else choose_language(request.headers.get("accept-language"))
    page, _tag = _read(f"demo/demo.{language}.html")
    suggested = served.assistant.suggestions(language) if served.assistant.is_ready else []
    question = suggested[0] if suggested else _QUESTIONS[language]
    body = page.decode("utf-8").replace("{{question}}", html.escape(question))
    body = body.replace("{{tokens}}", html.escape(assets.address("tokens.css")))
    headers = {"Content-Security-Policy": DEMO_POLICY, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return HTMLResponse(body, headers=headers)


def _file(name: str, headers: Headers) -> Response:
    if name not in FILES:
        raise Problem(404, f"the widget has no file {name!r}; it has {', '.join(FILES)}")
    path, media_type = FILES[name]
    body, tag = _read(path)
    given = {
        "ETag": tag,
        "Cache-Control": FRESH,
        "Access-Control-Allow-Origin": "*",  # a module script is fetched with CORS
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if tag in headers.get("if-none-match", ""):
        return Response(status_code=304, headers=given)
    return Response(body, headers={**given, "Content-Type": media_type})


@cache
def _read(path: str) -> tuple[bytes, str]:
    body = (FOLDER / path).read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:24]}"'
