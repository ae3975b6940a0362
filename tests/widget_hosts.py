"""Portals that put the widget on their pages, served on an origin of their own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What a careless stylesheet does to everything on its page.
HOSTILE = """
* { all: unset !important; display: inline !important; color: red !important; font-size: 40px !important; }
body { transform: rotate(2deg) !important; filter: blur(1px) !important; }
div, button, iframe, span { position: static !important; width: 1px !important; height: 1px !important;
  visibility: hidden !important; opacity: 0 !important; direction: ltr !important; z-index: -1 !important; }
"""
PAGE = """<!doctype html>
<html lang="{lang}" dir="{dir}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>{head}</head>
<body><main><h1>{title}</h1><p>{text}</p><p><a href="#other" id="before">{link}</a></p>{body}</main></body>
</html>"""
ARABIC = {"lang": "ar", "dir": "rtl", "title": "بوابة الأخبار", "text": "خبر اليوم.", "link": "المزيد"}
ENGLISH = {"lang": "en", "dir": "ltr", "title": "News portal", "text": "The news of today.", "link": "More"}


def page(words: dict, *, head: str = "", body: str = "") -> str:
    """A portal's page."""
    return PAGE.format(**words, head=head, body=body)


def pages(base: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Path to (page, headers); `base` is where Mustanad is served."""
    tag = f'<script src="{base}/widget.js" {{}} defer></script>'
    policy = f"default-src 'none'; script-src {base}; frame-src {base}; require-trusted-types-for 'script'"
    module = (
        f'<script type="module">import {{ init }} from "{base}/widget/mustanad.mjs";'
        "window.made = init({ lang: 'en' });</script>"
    )
    options = (
        'data-lang="en" data-side="left" data-offset="30px 40px" data-accent="#ffd24a" data-title="Ask us" '
        'data-greeting="What would you like to know?" data-icon="quote" data-theme="dark" data-z-index="77" '
        'data-question="Which projects compete for the prize?" data-languages="en" data-open'
    )
    plain = {
        "/ar": page(ARABIC, head=tag.format("")),
        "/en": page(ENGLISH, head=tag.format("")),
        "/options": page(ENGLISH, head=tag.format(options)),
        "/hostile": page(ENGLISH, head=f"<style>{HOSTILE}</style>{tag.format('')}"),
        "/async": page(ENGLISH, head=tag.format("async")),
        "/twice": page(ENGLISH, head=tag.format("") + tag.format("")),
        "/bare": page(ENGLISH),
        "/module": page(ENGLISH, head=module),
        "/manual": page(ENGLISH, head=tag.format('data-init="manual"')),
        "/element": page(
            ENGLISH,
            head=tag.format('data-init="manual"'),
            body='<mustanad-chat lang="en" theme="light"></mustanad-chat>',
        ),
    }
    made = {path: (text, {}) for path, text in plain.items()}
    made["/strict"] = (page(ENGLISH, head=tag.format("")), {"Content-Security-Policy": policy})
    return made


class Portal:
    """A portal's origin, on a name that is not Mustanad's own, and where its pages find Mustanad."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://localhost:{port}"
        self.base = ""


@contextlib.contextmanager
def hosting() -> Iterator[Portal]:
    """Serves the pages of a portal on a free port; say where Mustanad is (`base`) before one is asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text, headers = pages(portal.base).get(self.path.split("?")[0], ("", {}))
            body = text.encode()
            self.send_response(200 if text else 404)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    portal = Portal(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
