"""Checking: `POST /api/quotes/check`, a draft's quotations against the articles."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from starlette.responses import HTMLResponse

from assistant import words
from assistant.api.routes.dependencies import Service, service
from assistant.api.routes.documented import problems
from assistant.checking.printed import report_to_page
from assistant.web.shapes.requests import DraftIn
from assistant.web.shapes.responses import ReportOut
from assistant.web.work.draft_check import check_in_turns

router = APIRouter(tags=["quotes"])
# The report's own style and nothing else: no script, no address from elsewhere.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@router.post(
    "/api/quotes/check",
    response_model=ReportOut,
    responses={
        200: {"description": "The report", "content": {"text/html": {"schema": {"type": "string"}}}},
        **problems(401, 408, 413, 415, 422, 429, 503),
    },
    summary="Check a draft's quotations",
)
async def check(
    body: DraftIn,
    request: Request,
    served: Annotated[Service, Depends(service)],
    accept: Annotated[str, Header(description="`text/html` for the report as a page to print")] = "",
) -> Any:
    """Look every quotation of a draft up in the articles, word by word.

    A quotation stands between quotation marks of any kind, in a block quote (`> ...`), or after a verb of
    speech (قال، أكد، بحسب, said, according to). The draft is not kept.
    """
    report = await check_in_turns(body.text, served.assistant, served.lanes.searches, facts=body.facts)
    if "text/html" in accept.lower() and "application/json" not in accept.lower():
        language = body.language if body.language in words.LANGUAGES else "en"
        page = report_to_page(report, body.title or "", language=language, base=str(request.base_url))
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})
    return report.as_json()
