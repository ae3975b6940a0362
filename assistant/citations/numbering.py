"""Markers: spans merged where they are neighbours, numbered in the order in which the answer uses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from assistant.answer import AnswerSpan, Citation, RejectedCitation, Source
from assistant.citations.context import is_cut
from assistant.citations.location import NotLocated, locate
from assistant.citations.relocation import beside
from index.articles.drafts.heading_spans import heading_at
from index.articles.pdf.page_numbers import page_at
from index.passages import Passage
from index.text.tashkeel import letters


class Quotable(Protocol):
    """A passage that may be quoted, with the article whose `text` it is a slice of."""

    @property
    def source(self) -> Source:
        """Give the article."""
        ...

    @property
    def passage(self) -> Passage:
        """Give the slice."""
        ...

    @property
    def text(self) -> str:
        """Give the article's text."""
        ...

    @property
    def twins(self) -> tuple[Source, ...]:
        """Give the articles that carry the same story."""
        ...

    @property
    def content_hash(self) -> str:
        """Give the hash of the article's content."""
        ...

    @property
    def extra(self) -> Mapping[str, Any]:
        """Give what the article's record holds beside its text: the pages of its file, for one."""
        ...


@dataclass(frozen=True, slots=True)
class Quotation:
    """A span of an article that an answer quotes, and the passage it is shown in.

    `answer` is the span of the words in it that answer, `group` the heading that it stands under.
    """

    source: Source
    passage: Passage
    text: str
    start: int
    end: int
    twins: tuple[Source, ...] = ()
    answer: tuple[int, int] | None = None
    group: str = ""
    content_hash: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """A quote somebody (a model) claims to have from `passage`, a slice of the article's `text`."""

    quote: str
    source: Source
    passage: Passage
    text: str
    twins: tuple[Source, ...] = ()
    content_hash: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Numbered:
    """Citations in the order of their markers; `markers[i]` is that of the i-th quotation given."""

    citations: tuple[Citation, ...]
    markers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """Accepted and rejected citations; `markers[i]` is that of the i-th claim, None where rejected."""

    citations: tuple[Citation, ...]
    rejected: tuple[RejectedCitation, ...]
    markers: tuple[int | None, ...]


class Numbering:
    """Citations numbered one by one, for text that is shown while it grows: a marker given stays.

    A span joins the first citation that it touches. What `number` would do besides, joining two
    citations that a third one bridges, would change markers already shown.
    """

    def __init__(self) -> None:
        self._groups: list[list[Quotation]] = []

    def add(self, quotation: Quotation) -> int:
        """Give the marker of the citation that now holds `quotation`."""
        for marker, group in enumerate(self._groups, start=1):
            if any(_touch(each, quotation) for each in group):
                group.append(quotation)
                return marker
        self._groups.append([quotation])
        return len(self._groups)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Give the citations so far, in the order of their markers."""
        return tuple(_merge(group, marker) for marker, group in enumerate(self._groups, start=1))


def number(quotations: Sequence[Quotation], *, longest: int | None = None) -> Numbered:
    """Make citations for spans: neighbours and overlaps in one article become one, markers count from 1.

    Two spans are neighbours when no letter or digit stands between them; with `longest`, those that
    together would be longer (in code points, vowel signs left out) stay two. Every citation's quote is
    `text[start:end]` of its article.
    """
    merged: list[list[int]] = []  # positions of the quotations that become one citation
    for position, quotation in enumerate(quotations):
        joined = [
            group
            for group in merged
            if any(_touch(quotations[at], quotation) for at in group)
            and (longest is None or _extent([*(quotations[at] for at in group), quotation]) <= longest)
        ]
        group = [*(at for each in joined for at in each), position]
        if joined:
            merged[merged.index(joined[0])] = group
            for other in joined[1:]:
                merged.remove(other)
        else:
            merged.append(group)
    citations = tuple(_merge([quotations[at] for at in group], rank) for rank, group in enumerate(merged, 1))
    marker_of = {at: rank for rank, group in enumerate(merged, 1) for at in group}
    return Numbered(citations, tuple(marker_of[at] for at in range(len(quotations))))


def verify(claims: Sequence[Claim], *, widen: bool = False) -> Verified:
    """Locate each claim in its article (see `locate`), number what was found, keep what was not.

    A rejected citation's marker is its place among the claims, from 1.
    """
    quotations: list[Quotation] = []
    rejected: list[RejectedCitation] = []
    position_of: dict[int, int] = {}
    for position, claim in enumerate(claims):
        passage = claim.passage
        location = locate(claim.quote, claim.text, within=(passage.start, passage.end), widen=widen)
        if isinstance(location, NotLocated):
            rejected.append(
                RejectedCitation(
                    marker=position + 1,
                    article_id=passage.article_id,
                    passage_id=passage.passage_id,
                    quote=claim.quote,
                    reason=location.reason,
                )
            )
            continue
        position_of[position] = len(quotations)
        quotations.append(
            Quotation(
                claim.source,
                passage,
                claim.text,
                location.start,
                location.end,
                twins=claim.twins,
                content_hash=claim.content_hash,
                extra=claim.extra,
            )
        )
    numbered = number(quotations)
    markers = tuple(
        numbered.markers[position_of[position]] if position in position_of else None
        for position in range(len(claims))
    )
    return Verified(numbered.citations, tuple(rejected), markers)


def _touch(one: Quotation, other: Quotation) -> bool:
    if one.source.article_id != other.source.article_id:
        return False
    first, second = sorted((one, other), key=lambda quotation: (quotation.start, quotation.end))
    return second.start <= first.end or not any(map(str.isalnum, one.text[first.end : second.start]))


def _extent(quotations: Sequence[Quotation]) -> int:
    start, end = min(each.start for each in quotations), max(each.end for each in quotations)
    return letters(quotations[0].text[start:end])


def _merge(quotations: Sequence[Quotation], marker: int) -> Citation:
    first = quotations[0]
    start = min(each.start for each in quotations)
    end = max(each.end for each in quotations)
    passage = next((each.passage for each in quotations if each.passage.start <= start), first.passage)
    twins = {twin.article_id: twin for each in quotations for twin in each.twins}
    answer = next(
        (AnswerSpan(*each.answer, each.text[slice(*each.answer)]) for each in quotations if each.answer), None
    )
    cut_before, cut_after = is_cut(first.text, start, end)
    prefix, suffix = beside(first.text, start, end)
    return Citation(
        marker=marker,
        source=first.source,
        passage_id=passage.passage_id,
        start=start,
        end=end,
        quote=first.text[start:end],
        passage_start=min(passage.start, start),
        passage_end=max(passage.end, end),
        twins=tuple(twins.values()),
        answer=answer,
        group=first.group,
        cut_before=cut_before,
        cut_after=cut_after,
        content_hash=first.content_hash,
        prefix=prefix,
        suffix=suffix,
        page=page_at(first.extra, start),
        heading=heading_at(first.extra, start),
    )
