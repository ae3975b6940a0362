"""The report of a check for reading: as HTML without scripts, to print or to mail, and as plain text."""

from __future__ import annotations

from collections.abc import Iterable

from assistant import words
from assistant.answer import Citation
from assistant.checking.findings import DraftReport, Finding
from assistant.citations import explain
from assistant.citations.difference import Change
from assistant.rendering.escaping import html
from assistant.rendering.quotes import describe_citation
from assistant.rendering.reading_page import difference_to_html
from assistant.rendering.web_links import article_link
from index.text.language import detect_language
from index.text.printable import plain

STYLE = """
:root { color-scheme: light dark; --line: #d5d5d0; --bad: #a3262a; --good: #0b6b5d; --muted: #5d6460; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3c4441; --bad: #ff9a98; --good: #6fd3c2; --muted: #a3aca8; }
}
body { font-family: system-ui, "Noto Naskh Arabic", sans-serif; line-height: 1.7; margin: 0 auto;
  padding: 1.5rem; max-inline-size: 46rem; }
"""
CHECK_STYLE = """
.findings { list-style: none; margin: 1.5rem 0 0; padding: 0; }
.finding { border-block-start: 1px solid var(--line); padding-block: 1rem; break-inside: avoid; }
.finding h2 { font-size: 1rem; margin: 0 0 .3rem; color: var(--bad); }
.finding.sound h2 { color: var(--good); }
.finding blockquote { margin: .3rem 0; padding-inline-start: .9rem;
  border-inline-start: 3px solid var(--line); font-size: 1.08rem; line-height: 1.9;
  overflow-wrap: anywhere; white-space: pre-wrap; }
.finding p { margin: .25rem 0; overflow-wrap: anywhere; }
.finding .label { color: var(--muted); font-size: .92rem; }
.finding del { color: var(--bad); }
.finding ins { color: var(--bad); font-weight: 600; }
.summary { font-size: 1.1rem; font-weight: 600; }
"""


def report_to_html(report: DraftReport, *, language: str, base: str = "") -> str:
    """Give the report as a piece of HTML; links to articles start with `base` (`http://host/`)."""
    items = "".join(
        _finding(finding, number, language, base) for number, finding in enumerate(report.findings, start=1)
    )
    return f'<p class="summary">{html(summary(report, language))}</p><ol class="findings">{items}</ol>'


def report_to_page(report: DraftReport, title: str, *, language: str, base: str = "") -> str:
    """Give the report as a whole page of its own, with its style and without scripts."""
    heading = words.say("check_report", language)
    return (
        f'<!doctype html><html lang="{language}" dir="{words.direction(language)}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html(heading)} · {html(title)}</title><style>{STYLE}{CHECK_STYLE}</style></head><body>"
        f"<h1>{html(heading)}</h1><p><bdi>{html(title)}</bdi></p>"
        f"{report_to_html(report, language=language, base=base)}</body></html>\n"
    )


def report_to_text(report: DraftReport, *, language: str) -> str:
    """Give the report for a terminal: what is not exact with its difference, and a line that sums up."""
    lines: list[str] = []
    for number, finding in enumerate(report.findings, start=1):
        lines.append(f"{number}. {verdict_words(finding, language)}")
        lines.append(f"   «{plain(finding.quote.text)}»")
        if finding.changes:
            lines.append("   " + plain("".join(map(_marked, finding.changes)).strip()))
        lines += [f"   — {plain(_where(each, language))}" for each in _places(finding)]
        if finding.said_by and finding.verdict == "misattributed":
            lines.append("   " + plain(words.say("check_said_by", language, name=finding.said_by)))
    lines += ["", summary(report, language)]
    return "\n".join(lines).lstrip("\n")


def summary(report: DraftReport, language: str) -> str:
    """Sum a report up in one line."""
    if not report.findings and not report.unlooked:
        return words.say("check_nothing", language)
    wrong = sum(not finding.is_sound for finding in report.findings)
    total = words.count("check_total", len(report.findings), language)
    said = [total, words.say("check_all_exact", language)] if not wrong else [total]
    if wrong:
        said.append(words.count("check_wrong", wrong, language))
    if report.unlooked:
        said.append(words.count("check_unlooked", report.unlooked, language))
    return " ".join(said)


def verdict_words(finding: Finding, language: str) -> str:
    """Say a verdict in words, with what is wrong where the articles' own check knows it."""
    kind = finding.quote.kind
    if finding.is_sound and finding.verdict == "altered":
        return words.say("check_paraphrase", language)
    said = words.say(f"check_{finding.verdict}", language)
    if finding.verdict in ("exact", "misattributed", "not_in_articles", "joined", "cut"):
        return f"{words.say(f'check_kind_{kind}', language)}: {said}" if kind in ("figure", "name") else said
    reason = {
        "too_long": words.say("check_too_long", language),
        "too_short": words.say("check_too_short", language),
    }.get(finding.reason) or explain(finding.reason, language)
    return f"{said}: {reason}"


def _finding(finding: Finding, number: int, language: str, base: str) -> str:
    state = "finding sound" if finding.is_sound else "finding"
    parts = [
        f"<h2>{number}. {html(verdict_words(finding, language))}</h2>",
        f"<blockquote {_of(finding.quote.text)}>{html(finding.quote.text)}</blockquote>",
    ]
    if finding.quote.speaker:
        parts.append(_label(words.say("check_named", language, name=finding.quote.speaker)))
    if finding.changes:
        parts.append(_label(words.say("check_difference", language)))
        stands = difference_to_html(finding.changes)
        parts.append(f"<blockquote {_of(finding.sentence)}>{stands}</blockquote>")
    elif finding.sentence and finding.sentence.strip() != finding.quote.text:
        parts.append(_label(words.say("check_sentence", language)))
        parts.append(f"<blockquote {_of(finding.sentence)}>{html(finding.sentence)}</blockquote>")
    if finding.said_by:
        parts.append(_label(words.say("check_said_by", language, name=finding.said_by)))
    for citation in _places(finding):
        link = html(article_link(citation, base))
        where = html(_where(citation, language))
        parts.append(
            f'<p><a href="{link}"><bdi>{where}</bdi></a></p>' if base else f"<p><bdi>{where}</bdi></p>"
        )
    return f'<li class="{state}">{"".join(parts)}</li>'


def _places(finding: Finding) -> Iterable[Citation]:
    return finding.parts or ([finding.citation] if finding.citation else [])


def _where(citation: Citation, language: str) -> str:
    return " · ".join(describe_citation(citation, language))


def _label(said: str) -> str:
    return f'<p class="label">{html(said)}</p>'


def _of(text: str) -> str:
    language = detect_language(text)
    return f'lang="{html(language)}" dir="{words.direction(language)}"'


def _marked(change: Change) -> str:
    """Mark a change for a terminal, as word differences are: [-left out-] {+added+}."""
    kind, before, after = change.kind, change.before, change.after
    if kind == "same":
        return after
    old = f"[-{before.strip()}-] " if before.strip() else ""
    return old + (f"{{+{after.strip()}+}} " if after.strip() else "")
