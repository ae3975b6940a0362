"""One quotation of a draft checked against the articles: located word for word, or what is wrong with it.

The verdict is `assistant.citations`' own: what it locates is exact, what it rejects is not. Around it stands
what an editor asks besides: whether the words left out turn those kept, who says them there, and which words
are not the article's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.answer import Citation, Source
from assistant.checking.extraction import LONGEST_DRAFT, DraftQuote, quotations, with_speaker
from assistant.checking.figures import sentence_stating, stated
from assistant.checking.findings import DraftReport, Finding, Verdict
from assistant.checking.speakers import MARKS, is_same, name_terms, speaker_at
from assistant.citations.citing import cite
from assistant.citations.context import standing, words_of
from assistant.citations.diagnosis import diagnose
from assistant.citations.difference import Change, difference, harmless
from assistant.citations.location import LONGEST_CLAIM, folded, occurrences
from assistant.citations.polarity import is_turning
from assistant.citations.relocation import Resemblance, resembling
from index.articles import Article
from index.articles.filters import Filters
from index.errors import QueryError
from index.search.hits import Hit
from index.search.modes import Mode
from index.text.analysis import analyze
from index.text.folding import fold

MOST_QUOTES = 300  # of one draft; the report counts those past it
CANDIDATES = 8  # articles that one quotation is looked for in
LONGEST_QUERY = 400  # code points of it that are searched for: its beginning and its end
PIECE_WORDS = 3  # least words of a piece of a joined quotation
MOST_PIECES = 6
_ELLIPSIS = re.compile(r"[\[(]\s?(?:…|\.\.\.)\s?[\])]|…|\.\.\.")
_WORD = re.compile(r"\S+")
_WRITTEN_ON = "وف"
_CLAUSE_MARK = re.compile(r"[،؛,;:]")


class Library(Protocol):
    """The articles, as a check needs them; raises what `assistant.assistant.Assistant` raises."""

    def search(
        self, query: str, *, k: int = 10, mode: Mode = "hybrid", filters: Filters | None = None
    ) -> list[Hit]:
        """Find the best `k` passages, best first."""
        ...

    def article(self, article_id: str) -> Article:
        """Give the article with this id."""
        ...

    def source(self, article_id: str) -> Source:
        """Say what is known of an article."""
        ...


@dataclass(frozen=True, slots=True)
class _Match:
    """Where an article says the words of a quotation."""

    article: Article
    start: int
    end: int
    is_turned: bool
    said_by: str
    is_same_speaker: bool


def check_draft(draft: str, library: Library, *, facts: bool = False, most: int = MOST_QUOTES) -> DraftReport:
    """Check every quotation of a draft, at most `most` of them; its figures and names too with `facts`."""
    quotes, total = checkable(draft, facts=facts, most=most)
    return report_of([check_quote(quote, library) for quote in quotes], total)


def checkable(draft: str, *, facts: bool = False, most: int = MOST_QUOTES) -> tuple[list[DraftQuote], int]:
    """Give the first `most` things to check in a draft, in its order, and how many there are.

    Raises QueryError for a draft that is too long.
    """
    if len(draft) > LONGEST_DRAFT:
        raise QueryError(
            f"the draft has {len(draft):,} characters, more than {LONGEST_DRAFT:,}; check it in parts"
        )
    quotes = quotations(draft)
    if facts:
        quotes = sorted([*quotes, *stated(draft, quotes)], key=lambda quote: (quote.start, -quote.end))
    return [with_speaker(quote, draft) for quote in quotes[:most]], len(quotes)


def report_of(findings: Sequence[Finding], quotes: int) -> DraftReport:
    """Put findings together, numbered, as the report of a draft with so many quotes."""
    numbered = [_numbered(finding, number) for number, finding in enumerate(findings, start=1)]
    return DraftReport(tuple(numbered), unlooked=max(0, quotes - len(findings)))


def check_quote(quote: DraftQuote, library: Library) -> Finding:
    """Look one quotation up; what it costs does not grow with the draft."""
    if quote.kind in ("figure", "name"):
        return _check_fact(quote, library)
    if len(quote.text) > LONGEST_CLAIM:
        return Finding(quote, "unchecked", reason="too_long")
    if len(words_of(quote.text)) < 2:
        return Finding(quote, "unchecked", reason="too_short")
    articles = _candidates(quote.text, library)
    matches = [match for article in articles for match in _matches(quote, article, library)]
    if matches:
        best = min(matches, key=lambda match: (match.is_turned, not match.is_same_speaker))
        return _located(quote, best, library)
    return _joined(quote, articles, library) or _unlocated(quote, articles, library)


def _check_fact(quote: DraftQuote, library: Library) -> Finding:
    """Look for a figure or a name among the sentences that speak of the same thing."""
    for article in _candidates(quote.around, library):
        stated_at = sentence_stating(quote, article.text)
        if stated_at is not None:
            start, end = stated_at
            return Finding(
                quote,
                "exact",
                citation=cite(article, library.source(article.article_id), start, end),
                sentence=article.text[start:end],
                said_by=speaker_at(article.text, start, end) or article.source or "",
            )
    return Finding(quote, "not_in_articles", reason="not_in_article")


def _candidates(text: str, library: Library) -> list[Article]:
    """Give the articles that a search for the words finds, and those that carry the same stories."""
    half = LONGEST_QUERY // 2
    query = text if len(text) <= LONGEST_QUERY else f"{text[:half]} {text[-half:]}"
    if not any(map(str.isalnum, query)):
        return []
    hits = library.search(query, k=2 * CANDIDATES, mode="sparse")
    ids = dict.fromkeys(article_id for hit in hits for article_id in (hit.passage.article_id, *hit.twins))
    return [library.article(article_id) for article_id in list(ids)[:CANDIDATES]]


def _matches(quote: DraftQuote, article: Article, library: Library) -> Iterator[_Match]:
    text = article.text
    # Arabic writes "and" and "so" onto the word: who quotes from there on leaves the letter out.
    ways = [
        quote.text,
        *(letter + quote.text for letter in _WRITTEN_ON if "\u0621" <= quote.text[0] <= "\u064a"),
    ]
    for start, end in next(filter(None, (occurrences(way, text) for way in ways)), []):
        said_by = speaker_at(text, start, end)
        yield _Match(
            article,
            start,
            end,
            _is_turned(text, start, end),
            said_by,
            _is_same_speaker(quote.speaker, said_by, article),
        )


def _is_turned(text: str, start: int, end: int) -> bool:
    """Tell whether what is left out of the sentence turns the words kept.

    A whole quotation of the article's stands by itself: only a denial of it, in its own clause, turns it.
    """
    stands = standing(text, start, end)
    if stands.kind != "context":
        return False
    outside = text[max(0, start - 2) : start].strip()[-1:], text[end : end + 2].strip()[:1]
    inner = text[start : start + 1], text[end - 1 : end]
    if not all(
        one in MARKS and one or other in MARKS and other for one, other in zip(outside, inner, strict=True)
    ):
        return True
    clause = _CLAUSE_MARK.split(text[stands.start : start].rstrip(" :،,"))[-1]
    return any(map(is_turning, words_of(clause)))


def _is_same_speaker(named: str, said_by: str, article: Article) -> bool:
    """Tell whether whom a draft names is who says it there: the speaker, the outlet or the author."""
    if not named or not name_terms(named):
        return True
    outlet = f"{article.source or ''} {article.author or ''}"
    if name_terms(named) & frozenset(analyze(outlet, grams=False)):
        return True
    if said_by:
        return is_same(named, said_by, article.text)
    return bool(name_terms(named) & frozenset(analyze(f"{article.title} {article.text}", grams=False)))


def _located(quote: DraftQuote, match: _Match, library: Library) -> Finding:
    verdict: Verdict = "exact"
    if match.is_turned:
        verdict = "cut"
    elif not match.is_same_speaker:
        verdict = "misattributed"
    stands = standing(match.article.text, match.start, match.end)
    return Finding(
        quote,
        verdict,
        reason="context" if match.is_turned else "",
        citation=cite(match.article, library.source(match.article.article_id), match.start, match.end),
        sentence=match.article.text[stands.start : stands.end],
        said_by=match.said_by or match.article.source or "",
    )


def _joined(quote: DraftQuote, articles: Sequence[Article], library: Library) -> Finding | None:
    """Tell a quotation put together of pieces that the articles say apart from each other."""
    pieces = [each.strip() for each in _ELLIPSIS.split(quote.text)[:MOST_PIECES]]
    if len(pieces) > 1:
        parts = [
            _piece(piece, [*articles, *_candidates(piece, library)], library) for piece in pieces if piece
        ]
    else:
        parts = _halves(quote.text, articles, library)
    located = [part for part in parts if part is not None]
    if len(located) < 2 or len(located) < len(parts):
        return None
    return Finding(quote, "joined", reason="joined", citation=located[0], parts=tuple(located))


def _halves(text: str, articles: Sequence[Article], library: Library) -> list[Citation | None]:
    """Part the words behind the longest beginning that an article says; nothing where one half is none."""
    words = list(_WORD.finditer(text))
    low, high, head = PIECE_WORDS, len(words) - PIECE_WORDS, None
    if low > high:
        return []
    at = 0
    while low <= high:  # a beginning of a beginning that stands there stands there too
        middle = (low + high) // 2
        part = _piece(text[: words[middle - 1].end()], articles, library)
        if part is not None:
            head, at, low = part, middle, middle + 1
        else:
            high = middle - 1
    if head is None:
        return []
    rest = text[words[at].start() :]
    tail = _piece(rest, [*articles, *_candidates(rest, library)], library)
    if tail is None or tail.source == head.source and 0 <= tail.start - head.end < len(rest) // 4:
        return []
    return [head, tail]


def _piece(text: str, articles: Sequence[Article], library: Library) -> Citation | None:
    if len(words_of(text)) < PIECE_WORDS:
        return None
    for article in articles:
        for start, end in occurrences(text, article.text):
            return cite(article, library.source(article.article_id), start, end)
    return None


def _unlocated(quote: DraftQuote, articles: Sequence[Article], library: Library) -> Finding:
    """Say what is nearest to words that no article says, and how they differ."""
    words = words_of(quote.text)
    best: tuple[Resemblance, Article] | None = None
    for article in articles:
        resemblance = resembling(words, article.text)
        if resemblance is not None and (best is None or resemblance.shared > best[0].shared):
            best = resemblance, article
    if best is None:
        return Finding(quote, "not_in_articles", reason="not_in_article")
    resemblance, article = best
    around = article.text[resemblance.start : resemblance.end]
    reason = diagnose(fold(quote.text).text, fold(around).text)
    if reason in ("not_in_article", "joined"):
        reason = diagnose(fold(quote.text).text, folded(article.text).text)
    if reason == "not_in_article":
        return Finding(quote, "not_in_articles", reason=reason)
    said_by = speaker_at(article.text, resemblance.start, resemblance.end)
    return Finding(
        quote,
        "joined" if reason == "joined" else "altered",
        reason=reason,
        citation=cite(article, library.source(article.article_id), resemblance.start, resemblance.end),
        sentence=around,
        said_by=said_by or article.source or "",
        changes=_inner(difference(around, quote.text, key=harmless)),
    )


def _inner(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Leave out what the article says before the first and after the last word of the draft."""
    kept = list(changes)
    while kept and kept[0].kind == "removed":
        del kept[0]
    while kept and kept[-1].kind == "removed":
        del kept[-1]
    return tuple(kept)


def _numbered(finding: Finding, number: int) -> Finding:
    """Give the finding with its number as the marker of where it stands."""
    if finding.citation is None:
        return finding
    return replace(finding, citation=replace(finding.citation, marker=number))
