"""The page where a draft is pasted and checked: a form and its report, without scripts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Header, Query, Request
from fastapi.responses import HTMLResponse

from assistant import words
from assistant.checking import LONGEST_DRAFT, DraftReport
from assistant.checking.printed import report_to_html
from assistant.rendering.escaping import html
from assistant.settings import Settings
from assistant.ui.pages.static_pages import Frame, prefix_of
from assistant.web.shapes.shape_base import LONGEST_CODE
from assistant.web.work.answerer import Answerer
from assistant.web.work.draft_check import check_in_turns
from assistant.web.work.lanes import Busy, Lanes
from index.errors import MustanadError


def router(assistant: Answerer, settings: Settings, lanes: Lanes) -> APIRouter:
    """Make the routes `/check`: a form, and what is sent by it."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/check", response_class=HTMLResponse)
    async def form(
        request: Request,
        lang: Annotated[str | None, Query(max_length=LONGEST_CODE)] = None,
        accept_language: Annotated[str | None, Header()] = None,
    ) -> Any:
        language = lang if lang in words.LANGUAGES else words.choose_language(accept_language)
        return _page(Frame(language, settings, prefix_of(request)), "", facts=False)

    @routes.post("/check", response_class=HTMLResponse)
    async def report(
        request: Request,
        draft: Annotated[str, Form(max_length=LONGEST_DRAFT)] = "",
        language: Annotated[str, Form(max_length=LONGEST_CODE)] = "en",
        facts: Annotated[str, Form(max_length=LONGEST_CODE)] = "",
    ) -> Any:
        frame = Frame(language if language in words.LANGUAGES else "en", settings, prefix_of(request))
        wants_facts = bool(facts)
        draft = draft.replace("\r\n", "\n")  # as forms send what was typed
        try:
            checked = await check_in_turns(draft, assistant, lanes.searches, facts=wants_facts)
        except (Busy, MustanadError) as error:
            code = "error_busy" if isinstance(error, Busy) else "error_failed"
            return _page(frame, draft, facts=wants_facts, problem=code, status=503)
        return _page(frame, draft, facts=wants_facts, report=checked)

    return routes


def _page(
    frame: Frame,
    draft: str,
    *,
    facts: bool,
    report: DraftReport | None = None,
    problem: str = "",
    status: int = 200,
) -> HTMLResponse:
    """Write the form, and below it the report on what was sent."""
    title = words.say("check_title", frame.language)
    checked = " checked" if facts else ""
    parts = [
        f'<h1>{html(title)}</h1><p class="note">{frame.say("check_about")}</p>',
        f'<form class="check" method="post" action="{html(frame.prefix)}check">',
        f'<input type="hidden" name="language" value="{frame.language}">',
        f'<textarea name="draft" rows="10" dir="auto" required maxlength="{LONGEST_DRAFT}"',
        f' aria-label="{html(title)}" placeholder="{frame.say("check_placeholder")}">',
        f"\n{html(draft)}</textarea>",
        f'<label><input type="checkbox" name="facts" value="1"{checked}> {frame.say("check_facts")}</label>',
        f'<button type="submit">{frame.say("check_do")}</button></form>',
    ]
    if problem:
        parts.append(f'<p role="alert"><strong>{frame.say(problem)}</strong></p>')
    if report is not None:
        shown = report_to_html(report, language=frame.language, base=frame.prefix)
        parts.append(f'<section class="report" id="report">{shown}</section>')
    return frame.page(title, "", "".join(parts), status=status, forms=True)
