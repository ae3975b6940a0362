"""Our view as HTML, put into Gradio's page: visible and in the reader's language before any script runs."""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from assistant import words
from assistant.ui import assets

# Before our own script: it carries the messages that ours sends.
EMBED_SCRIPT = '<script type="module" src="widget/embed.js"></script>'
PRELOADED = ("fonts/plex-arabic-400.woff2", "fonts/plex-latin-400.woff2")
APART = ("app.js", "article.js", "before.js")  # what the page names itself, and the article pages' script
_WORD = re.compile(r'data-w="(\w+)"(?:(?!data-w=)[^>])*>')  # up to the tag's end
_FOREIGN = re.compile(
    r"(?<!\s)\s*+<(?:meta\s++(?:property=\"og:|name=\"twitter:)[^<>]*>|link rel=\"manifest\"[^<>]*>"
    r"|base [^<>]*>|script>\s*+\(\(\) => \{\s*+const root = (?:(?!<script>).)*?</script>)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r'data-w-(label|placeholder|title)="(\w+)"')


def compose(gradio_page: str, facts: dict[str, Any], *, nonce: str) -> str:
    """Write Gradio's page with our view in front of it.

    Raises ValueError when Gradio's template lost a place that this needs: a new Gradio must be looked at.
    """
    language, embedded = facts["language"], facts["embedded"]
    page = _without_foreign_meta(gradio_page)
    attributes = f'lang="{language}" dir="{words.direction(language)}"'
    page = _replace_once(
        page, '<html\n\tlang="en"', f"<html {attributes}{' data-embedded' if embedded else ''}"
    )
    page = _replace_once(page, 'control_page_title="true"', 'control_page_title="false" aria-hidden="true"')
    page = _replace_once(page, "</head>", f"{_head(facts)}</head>")
    page = _replace_once(page, "<gradio-app", f"{_view(facts)}<gradio-app")
    return page.replace("<script", f'<script nonce="{nonce}"')


def _without_foreign_meta(page: str) -> str:
    """Drop what Gradio says about itself, its frame resizer, its manifest and the base address."""
    return _FOREIGN.sub("", page)


def _replace_once(page: str, old: str, new: str) -> str:
    if page.count(old) != 1:
        raise ValueError(
            f"Gradio's page holds {old!r} {page.count(old)} times, not once; see assistant/ui/shell.py"
        )
    return page.replace(old, new)


def _head(facts: dict[str, Any]) -> str:
    preloads = "".join(
        f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{assets.address(name)}">'
        for name in PRELOADED
    )
    # Asked for at once: each imports others, and a browser would learn of them one step after another.
    modules = "".join(
        f'<link rel="modulepreload" href="{assets.address(f"js/{path.name}")}">'
        for path in sorted((assets.FOLDER / "js").glob("*.js"))
        if path.name not in APART
    )
    described = escape(words.say("tagline", facts["language"]))
    title = escape(facts["title"] or words.say("brand", facts["language"]))
    return (
        f'<title>{title}</title><meta name="description" content="{described}">'
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" type="image/svg+xml" href="{assets.address("icon.svg")}">'
        f'<script src="{assets.address("js/before.js")}"></script>{preloads}{modules}'
        f'<link rel="stylesheet" href="{assets.address("tokens.css")}">'
        f'<link rel="stylesheet" href="{assets.address("chat.css")}">'
        f"{EMBED_SCRIPT if facts['embedded'] else ''}"
        f'<script type="module" src="{assets.address("js/app.js")}"></script>'
    )


def _view(facts: dict[str, Any]) -> str:
    written = json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
    view = speak(_template(), facts["language"])
    if facts["title"]:
        ours = f'data-w="brand">{escape(words.say("brand", facts["language"]))}'
        view = view.replace(ours, f'dir="auto">{escape(facts["title"])}')
    return f'{view}<script type="application/json" id="mustanad-data">{written}</script>'


def speak(template: str, language: str) -> str:
    """Fill `template` with the words of `language` in every element and attribute that names a word."""
    table = words.table(language)
    attribute = {"label": "aria-label", "placeholder": "placeholder", "title": "title"}
    filled = _ATTRIBUTE.sub(
        lambda match: f'{match[0]} {attribute[match[1]]}="{escape(table[match[2]])}"', template
    )
    return _WORD.sub(lambda match: f"{match[0]}{escape(table[match[1]])}", filled)


@cache
def _template() -> str:
    return (Path(__file__).parent / "view.html").read_text(encoding="utf-8")
