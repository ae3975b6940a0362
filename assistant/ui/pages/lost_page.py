"""The page of an address that leads nowhere: it says so in both languages and leads on."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

from assistant import words
from assistant.settings import Settings
from assistant.ui.pages.static_pages import Frame


def not_found(settings: Settings, language: str, prefix: str) -> HTMLResponse:
    """Write the page of an address that leads nowhere, in both languages, the reader's first."""
    ways = (("", "tab_ask"), ("#quotes", "tab_quotes"), ("#articles", "tab_corpus"))
    sections = ""
    for spoken in sorted(words.LANGUAGES, key=lambda shown: shown != language):
        frame = Frame(spoken, settings, prefix)
        links = "".join(f'<li><a href="{frame.home}{place}">{frame.say(key)}</a></li>' for place, key in ways)
        heading = "h1" if spoken == language else "h2"
        sections += (
            f'<section lang="{spoken}" dir="{words.direction(spoken)}">'
            f"<{heading}>{frame.say('not_found')}</{heading}>"
            f'<p class="note">{frame.say("not_found_note")}</p><ul class="ways">{links}</ul></section>'
        )
    frame = Frame(language, settings, prefix)
    title = words.say("not_found", language)
    return frame.page(title, "", f'<div class="missing">{sections}</div>', status=404)
