"""The editors' page as HTML: what readers asked, in plots and tables. Pure; every text is escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from assistant.operation.gaps import Gap
from assistant.operation.pins import Pin
from assistant.rendering.escaping import html
from assistant.words import count, direction, say

OUTCOMES = ("answered", "doubtful", "refused", "other")
HEIGHT, BAR, GAP_WIDTH = 120, 14, 4  # of the plot, in its own units
SHOWN = 100  # rows of a table; the CSV has them all
PERIODS = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class Dislike:
    """An answer that a reader disliked."""

    given: str
    question: str
    answer: str
    comment: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows of the last `days` days.

    `articles` are (id, title, answers); of a pin it is told whether its article still says it.
    """

    days: int
    use: Mapping[str, Counter[str]]
    gaps: Sequence[Gap]
    articles: Sequence[tuple[str, str, int]]
    dislikes: Sequence[Dislike]
    pins: Sequence[tuple[Pin, bool]]


@dataclass(frozen=True, slots=True)
class AdminFrame:
    """What is around the page: its language, name, styles, the token of its forms, what has just happened."""

    language: str
    title: str
    styles: Sequence[str]
    token: str
    notice: str = ""
    filled: str = ""


def page(overview: Overview, frame: AdminFrame) -> str:
    """Write the page."""
    language = frame.language
    sections = (
        _section("use", _plot(overview.use, language), frame),
        _section("gaps", _gaps(overview.gaps, frame), frame, csv=True),
        _section("pins", _form(frame) + _pins(overview.pins, frame), frame),
        _section("articles", _articles(overview.articles, frame), frame, csv=True),
        _section("dislikes", _dislikes(overview.dislikes, frame), frame, csv=True),
    )
    periods = " ".join(
        f'<a href="?days={days}&amp;lang={language}"{" aria-current=page" if days == overview.days else ""}>'
        f"{html(count('days_count', days, language))}</a>"
        for days in PERIODS
    )
    other = "en" if language == "ar" else "ar"
    styles = "".join(f'<link rel="stylesheet" href="{html(address)}">' for address in frame.styles)
    notice = f'<p class="notice" role="status">{html(frame.notice)}</p>' if frame.notice else ""
    return (
        f'<!doctype html><html lang="{language}" dir="{direction(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html(_say('title', language))} · {html(frame.title)}</title>{styles}</head>"
        f'<body class="admin"><header class="bar"><a class="brand" href="./">{html(frame.title)}</a>'
        f"<nav>{periods}</nav>"
        f'<a href="?days={overview.days}&amp;lang={other}" lang="{other}" hreflang="{other}">'
        f"{html(_say('other_language', language))}</a></header>"
        f"<main><h1>{html(_say('title', language))}</h1>{notice}{''.join(sections)}</main></body></html>"
    )


def _say(key: str, language: str, **values: object) -> str:
    return say(f"admin.{key}", language, **values)


def _section(key: str, body: str, frame: AdminFrame, *, csv: bool = False) -> str:
    link = f' <a class="csv" href="admin/{key}.csv" download>CSV</a>' if csv else ""
    return f'<section id="{key}"><h2>{html(_say(key, frame.language))}{link}</h2>{body}</section>'


def _plot(use: Mapping[str, Counter[str]], language: str) -> str:
    """Draw a bar a day, parted by what came of the questions."""
    if not use:
        return _nothing(language)
    most = max(sum(day.values()) for day in use.values())
    width = len(use) * (BAR + GAP_WIDTH)
    bars = []
    for place, (day, outcomes) in enumerate(use.items()):
        top, parts = float(HEIGHT), []
        for outcome in OUTCOMES:
            height = HEIGHT * outcomes[outcome] / most
            top -= height
            if height:
                parts.append(
                    f'<rect class="{outcome}" x="{place * (BAR + GAP_WIDTH)}" y="{top:.1f}" width="{BAR}"'
                    f' height="{height:.1f}"></rect>'
                )
        counts = [f"{_say(each, language)} {outcomes[each]}" for each in OUTCOMES if outcomes[each]]
        said = say("list_comma", language).join(counts)
        bars.append(f"<g><title>{html(day)}: {html(said)}</title>{''.join(parts)}</g>")
    totals = Counter[str]()
    for outcomes in use.values():
        totals.update(outcomes)
    keys = "".join(
        f'<li class="{each}">{html(_say(each, language))} <b>{totals[each]}</b></li>' for each in OUTCOMES
    )
    days = list(use)
    return (
        f'<ul class="key">{keys}</ul><figure><svg viewBox="0 0 {width} {HEIGHT}" role="img"'
        f' aria-label="{html(_say("use", language))}" preserveAspectRatio="none">{"".join(bars)}</svg>'
        f'<figcaption dir="ltr"><bdi>{days[0]}</bdi><bdi>{days[-1]}</bdi></figcaption></figure>'
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], language: str) -> str:
    """Write a table whose cells are HTML already."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    if not body:
        return _nothing(language)
    head = "".join(f"<th scope=col>{html(_say(f'column.{column}', language))}</th>" for column in columns)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="table" tabindex="0">{table}</div>'


def _nothing(language: str) -> str:
    return f'<p class="note">{html(_say("nothing", language))}</p>'


def _text(text: str) -> str:
    return f'<span dir="auto">{html(text)}</span>'


def _gaps(gaps: Sequence[Gap], frame: AdminFrame) -> str:
    rows = [
        (
            _text(gap.question)
            + "".join(f'<br><small dir="auto">{html(wording)}</small>' for wording in gap.wordings[1:4]),
            str(gap.times),
            str(gap.refused),
            f"{gap.confidence:.2f}",
            f"<bdi>{gap.last[:10]}</bdi>",
            f'<a href="?question={_query(gap.question)}&amp;lang={frame.language}#pins">'
            f"{html(_say('pin', frame.language))}</a>",
        )
        for gap in gaps[:SHOWN]
    ]
    return _table(("question", "times", "refused", "confidence", "last", "action"), rows, frame.language)


def _query(text: str) -> str:
    return quote(text, safe="")


def _form(frame: AdminFrame) -> str:
    def label(key: str, control: str) -> str:
        return f"<label>{html(_say(key, frame.language))}{control}</label>"

    question = f'<input name="question" required maxlength="2000" dir="auto" value="{html(frame.filled)}">'
    quote_of = '<textarea name="quote" required rows="3" dir="auto"></textarea>'
    article = '<input name="article_id" maxlength="500" dir="auto">'
    return (
        f'<form method="post" action="admin/pins">{_hidden(frame)}{label("column.question", question)}'
        f"{label('column.quote', quote_of)}{label('article_id', article)}"
        f"<button>{html(_say('pin', frame.language))}</button>"
        f'<p class="note">{html(_say("pin_note", frame.language))}</p></form>'
    )


def _hidden(frame: AdminFrame) -> str:
    return (
        f'<input type="hidden" name="token" value="{html(frame.token)}">'
        f'<input type="hidden" name="lang" value="{frame.language}">'
    )


def _pins(pins: Sequence[tuple[Pin, bool]], frame: AdminFrame) -> str:
    language = frame.language
    rows = [
        (
            _text(pin.question),
            _text(pin.quote) + ("" if holds else f'<br><b class="gone">{html(_say("gone", language))}</b>'),
            f'<a href="article/{_query(pin.article_id)}">{_text(pin.article_id)}</a>',
            f"<bdi>{pin.at[:10]}</bdi>",
            f'<form method="post" action="admin/pins/{pin.number}/remove">{_hidden(frame)}'
            f'<button class="plain">{html(_say("remove", language))}</button></form>',
        )
        for pin, holds in pins
    ]
    return _table(("question", "quote", "article", "last", "action"), rows, language) if rows else ""


def _articles(articles: Sequence[tuple[str, str, int]], frame: AdminFrame) -> str:
    rows = [
        (f'<a href="article/{_query(article_id)}">{_text(title)}</a>', str(times))
        for article_id, title, times in articles[:SHOWN]
    ]
    return _table(("article", "answers"), rows, frame.language)


def _dislikes(dislikes: Sequence[Dislike], frame: AdminFrame) -> str:
    rows = [
        (
            _text(each.question),
            f"<details><summary>{html(_say('answer', frame.language))}</summary>"
            f'<p dir="auto">{html(each.answer)}</p></details>',
            _text(each.comment),
            f"<bdi>{each.given[:10]}</bdi>",
        )
        for each in dislikes[:SHOWN]
    ]
    return _table(("question", "answer", "comment", "last"), rows, frame.language)
