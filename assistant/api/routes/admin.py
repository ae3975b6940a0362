"""The editors' page: `/admin`, its tables as CSV, and the answers that the editors pin.

It exists where `MUSTANAD_ADMIN_TOKEN` is set. A browser asks for a password, which is the token (any user
name); a program sends it as a bearer token. Forms carry a token of their own, so that no other page can send
them with the password that the browser remembers.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Header, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant import words
from assistant.api.routes.dependencies import Service, service
from assistant.operation.admin_page import AdminFrame, Dislike, Overview, page
from assistant.operation.gaps import answering_articles, gaps_of, use_by_day
from assistant.operation.pins import PinBook, cited
from assistant.operation.question_log import QuestionLog
from assistant.settings import Settings
from assistant.ui.assets import address
from assistant.web.problems import Problem
from assistant.web.storage.feedback import FeedbackBook
from index.errors import ArticleError, QueryError, SettingsError

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
STYLES = ("tokens.css", "article.css", "admin.css")
LONGEST = 20_000  # characters of a quote
MOST_DAYS = 3650
_Seen = TypeVar("_Seen")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def open_log(settings: Settings) -> QuestionLog | None:
    """Open the place of questions that the settings name."""
    if not settings.question_log:
        return None
    return QuestionLog(settings.question_log, days=settings.question_log_days)


def editor(request: Request, served: Annotated[Service, Depends(service)]) -> None:
    """Raise a problem unless the request carries the token."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    key = given.strip()
    if scheme.lower() == "basic":
        try:
            key = base64.b64decode(key, validate=True).decode("utf-8").partition(":")[2]
        except ValueError:
            key = ""
    token = served.settings.admin_token or ""
    sound = hmac.compare_digest(key.encode("utf-8", "replace"), token.encode("utf-8", "replace"))
    if not (sound and token and scheme.lower() in ("basic", "bearer")):
        raise Problem(
            401,
            "the editors' page needs the token of MUSTANAD_ADMIN_TOKEN, as the password",
            headers={"WWW-Authenticate": 'Basic realm="Mustanad editors", charset="UTF-8"'},
        )


router = APIRouter(include_in_schema=False, dependencies=[Depends(editor)])
Served = Annotated[Service, Depends(service)]
LastDays = Annotated[int, Query(ge=1, le=MOST_DAYS)]
PageLanguage = Annotated[str, Query(max_length=8)]


@router.get("/admin")
async def admin(
    served: Served,
    days: LastDays = 30,
    lang: PageLanguage = "",
    question: Annotated[str, Query(max_length=2000)] = "",
    notice: Annotated[str, Query(max_length=500)] = "",
    accept_language: Annotated[str, Header()] = "",
) -> Response:
    """Show what readers asked."""
    language = lang if lang in words.LANGUAGES else words.choose_language(accept_language)
    overview = await _look(served, partial(_overview, served, days))
    notice = words.say("admin.pinned", language) if notice == "pinned" else notice
    frame = AdminFrame(
        language,
        served.settings.title,
        [address(name) for name in STYLES],
        _form_token(served),
        notice,
        question,
    )
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(page(overview, frame), headers=headers)


@router.get("/admin/{table}.csv")
async def table(served: Served, table: str, days: LastDays = MOST_DAYS) -> Response:
    """Give a table whole, as spreadsheets read it."""
    overview = await _look(served, partial(_overview, served, days))
    tables: dict[str, tuple[Sequence[str], Iterable[Sequence[object]]]] = {
        "gaps": (
            ("question", "wordings", "times", "refused", "confidence", "last"),
            (
                (gap.question, " | ".join(gap.wordings), gap.times, gap.refused, gap.confidence, gap.last)
                for gap in overview.gaps
            ),
        ),
        "articles": (("article_id", "title", "answers"), overview.articles),
        "dislikes": (
            ("given", "question", "answer", "comment"),
            ((each.given, each.question, each.answer, each.comment) for each in overview.dislikes),
        ),
    }
    if table not in tables:
        raise Problem(404, f"there is no table {table[:50]!r}; there are {', '.join(tables)}")
    columns, rows = tables[table]
    headers = {
        "Content-Disposition": f'attachment; filename="mustanad-{table}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(as_csv(columns, rows), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/admin/pins")
async def pin(
    request: Request,
    served: Served,
    token: Annotated[str, Form(max_length=100)],
    question: Annotated[str, Form(max_length=2000)],
    quote: Annotated[str, Form(max_length=LONGEST)],
    article_id: Annotated[str, Form(max_length=500)] = "",
    lang: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    """Answer a question with a quote from now on."""
    _check_form(served, token)
    language = lang if lang in words.LANGUAGES else "en"

    def work() -> None:
        with _pins(served) as pins:
            pins.pin(question, quote, article_id=article_id, assistant=served.assistant)

    try:
        await served.lanes.searches.run(work)
    except (QueryError, ArticleError, SettingsError) as error:
        return _back(request, language, str(error), question)
    return _back(request, language, "pinned")


@router.post("/admin/pins/{number}/remove")
async def unpin(
    request: Request,
    served: Served,
    number: int,
    token: Annotated[str, Form(max_length=100)],
    lang: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    """Take a pin away."""
    _check_form(served, token)

    def work() -> None:
        with _pins(served) as pins:
            pins.remove(number)

    await _look(served, work)
    return _back(request, lang if lang in words.LANGUAGES else "en", "")


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows as CSV with a mark of UTF-8, which Excel needs; what a spreadsheet would run is text."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(
            [f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell for cell in row]
        )
    return text.getvalue().encode("utf-8-sig", "replace")


def _overview(served: Service, days: int) -> Overview:
    with ExitStack() as opened:
        kept = open_log(served.settings)
        asked = opened.enter_context(closing(kept)).read(days=days) if kept is not None else []
        book = opened.enter_context(closing(FeedbackBook(served.settings.feedback)))
        disliked = book.read(verdict="dislike")
        pins = opened.enter_context(_pins(served)).read() if kept is not None else []
    return Overview(
        days,
        use_by_day(asked),
        gaps_of(asked),
        [(each, _title(served, each), times) for each, times in answering_articles(asked)[:500]],
        [Dislike(each.given, each.question, each.answer, each.comment) for each in reversed(disliked)],
        [(each, cited(each, served.assistant) is not None) for each in pins],
    )


def _title(served: Service, article_id: str) -> str:
    try:
        return served.assistant.source(article_id).title
    except ArticleError:
        return article_id


async def _look(served: Service, work: Callable[[], _Seen]) -> _Seen:
    try:
        return await served.lanes.check(work)
    except SettingsError as error:  # an editor may read why
        raise Problem(503, str(error)) from None


@contextmanager
def _pins(served: Service) -> Iterator[PinBook]:
    if not served.settings.question_log:
        raise Problem(409, "pins lie beside the questions that are kept; set MUSTANAD_QUESTION_LOG")
    with closing(PinBook(served.settings.question_log)) as book:
        yield book


def _form_token(served: Service) -> str:
    token = (served.settings.admin_token or "").encode("utf-8", "replace")
    return hmac.new(token, b"the editors' forms", hashlib.sha256).hexdigest()


def _check_form(served: Service, token: str) -> None:
    if not hmac.compare_digest(token.encode("utf-8", "replace"), _form_token(served).encode()):
        raise Problem(403, "the form is not the page's own; load /admin again")


def _back(request: Request, language: str, notice: str, question: str = "") -> Response:
    query = urlencode({"lang": language, "notice": notice[:400], "question": question[:2000]})
    root = request.scope.get("root_path", "").rstrip("/")
    return RedirectResponse(f"{root}/admin?{query}#pins", status_code=303)
