"""Quote search: words in, verbatim sentences out, with facets, orders and pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.answer import Citation, PeriodUse, Source
from assistant.citations.citing import cite
from assistant.rendering import citation_to_json, text_fragment_link
from assistant.rendering.web_links import link_values
from assistant.ui.browsing.matching import best_span, matching_words, telling_terms
from assistant.ui.browsing.surroundings import surroundings
from assistant.web.work.answerer import Answerer
from index.articles.filters import Filters
from index.search.hits import Hit
from index.text.analysis import analyze
from index.text.sentences import sentence_spans

HITS_LIMIT = 200  # passages looked at; the page says "more than" when there were as many
PAGE_SIZE = 10  # quotes
# Of the best hit's score. Over 500 news items a word scores 0.8 where it stands and 0.3 where it does not.
LEAST_SHARE = 0.45
LEAST_SCORE = 0.36  # of any hit: strings without a meaning come up to 0.47, and their second page no further
READ = 10  # hits in which a word of the query must be, where nothing means it either

Match = tuple[Hit, Source]


def find_quotes(assistant: Answerer, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Give one page of quotes, how many there are, and what they can be narrowed by."""
    query = str(wanted["query"]).strip()
    everything, matches = find_matches(assistant, wanted)
    page, pages = page_of(wanted, len(matches), PAGE_SIZE)
    terms, telling = frozenset(analyze(query)), telling_terms(query)
    shown = matches[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    quotes = []
    for hit, source in shown:
        citation = _cited(assistant, hit, source, terms)
        matching = matching_words(citation.quote, telling)
        quotes.append({**view_citation(assistant, citation), "matching": matching})
    return {
        "quotes": quotes,
        "total": len(matches),
        "more": len(matches) >= HITS_LIMIT,
        "page": page,
        "pages": pages,
        "first": (page - 1) * PAGE_SIZE + 1,
        "facets": facets(source for _hit, source in everything),
    }


def find_matches(assistant: Answerer, wanted: Mapping[str, Any]) -> tuple[list[Match], list[Match]]:
    """Find what matches the query at all, and of that what passes the filters, in the order wanted.

    Nothing matches a query whose words the passages neither have nor mean.
    """
    query = str(wanted["query"]).strip()
    hits = assistant.search(query, k=HITS_LIMIT)
    if not hits or not (_has_word(hits[:READ], telling_terms(query)) or assistant.speaks_of(query)):
        return [], []
    floor = max(LEAST_SCORE, LEAST_SHARE * hits[0].score)
    everything = _with_sources(assistant, hits, floor)
    filters, order = read_filters(wanted), str(wanted.get("sort") or "relevance")
    matches = everything
    if filters:
        matches = _with_sources(assistant, assistant.search(query, k=HITS_LIMIT, filters=filters), floor)
    if order == "relevance":
        return everything, matches
    undated = [match for match in matches if not match[1].published]
    if len(matches) >= HITS_LIMIT:
        return everything, (_by_date(assistant, query, filters, floor, order) + undated)[:HITS_LIMIT]
    return everything, _sorted(matches, order) + undated


def page_of(wanted: Mapping[str, Any], total: int, size: int) -> tuple[int, int]:
    """Give the number of the page wanted, within those that there are, and how many there are."""
    pages = -(-total // size) or 1
    return max(1, min(int(wanted.get("page") or 1), pages)), pages


def read_filters(given: Mapping[str, Any]) -> Filters:
    """Read filters from `sources`, `languages`, `article_ids`, `from` and `to`, each optional."""
    return Filters(
        sources=_strings(given.get("sources")),
        languages=_strings(given.get("languages")),
        article_ids=_strings(given.get("article_ids")),
        published_from=given.get("from") or given.get("published_from") or None,
        published_to=given.get("to") or given.get("published_to") or None,
    )


def read_period_use(given: Mapping[str, Any]) -> PeriodUse:
    """Read whether days that a question names limit the articles: `"period": "off"` says that they do not."""
    return "off" if given.get("period") == "off" else "on"


def view_citation(assistant: Answerer, citation: Citation) -> dict[str, Any]:
    """Show a citation as a card has it: with the sentences around it and a link to it in the original."""
    text = assistant.article(citation.source.article_id).text
    around = surroundings(text, citation.start, citation.end)
    heading = citation.heading or around.heading  # the document's own, else the line above
    return {
        **citation_to_json(citation),
        "before": around.before,
        "after": around.after,
        "heading": "" if heading in citation.source.title else heading,
        "original": text_fragment_link(citation, repeated=text.count(citation.quote) > 1),
        "link": link_values(citation),
    }


def facets(sources: Iterable[Source]) -> dict[str, dict[str, int]]:
    """Count the articles of `sources` by publisher, language and month."""
    articles = {source.article_id: source for source in sources}.values()
    return {
        "sources": dict(Counter(each.source for each in articles if each.source).most_common(12)),
        "languages": dict(Counter(each.language for each in articles).most_common()),
        "dates": dict(sorted(Counter(each.published[:7] for each in articles if each.published).items())),
    }


def _has_word(hits: Sequence[Hit], terms: frozenset[str]) -> bool:
    return any(not terms.isdisjoint(analyze(hit.passage.text, grams=False)) for hit in hits)


def _by_date(assistant: Answerer, query: str, filters: Filters, floor: float, order: str) -> list[Match]:
    """Search year after year, as the best of all years are not the newest of all.

    A year with more than HITS_LIMIT matches gives its best.
    """
    matches: list[Match] = []
    years = sorted({month[:4] for month in assistant.info().dates}, reverse=order == "newest")
    for year in years:
        within = _within(filters, year)
        if within is None:
            continue
        hits = assistant.search(query, k=HITS_LIMIT, filters=within)
        matches += _sorted(_with_sources(assistant, hits, floor), order)
        if len(matches) >= HITS_LIMIT:
            break
    return matches


def _within(filters: Filters, year: str) -> Filters | None:
    """Narrow filters to a year; None when they leave the year out."""
    first, last = filters.published_from or year, filters.published_to or year
    if first[:4] > year or last[:4] < year:
        return None
    return replace(
        filters,
        published_from=first if first[:4] == year else year,
        published_to=last if last[:4] == year else year,
    )


def _cited(assistant: Answerer, hit: Hit, source: Source, terms: frozenset[str]) -> Citation:
    passage = hit.passage
    first, last = best_span(passage.text, terms, sentence_spans(passage.text))
    start, end = passage.start + first, passage.start + last
    article = assistant.article(passage.article_id)
    return replace(
        cite(article, source, start, end, marker=hit.rank),
        passage_id=passage.passage_id,
        passage_start=passage.start,
        passage_end=passage.end,
        twins=tuple(assistant.source(twin) for twin in hit.twins),
    )


def _with_sources(assistant: Answerer, hits: Sequence[Hit], floor: float) -> list[Match]:
    sources: dict[str, Source] = {}
    matches = [hit for hit in hits if hit.score >= floor]
    for hit in matches:
        article_id = hit.passage.article_id
        if article_id not in sources:
            sources[article_id] = assistant.source(article_id)
    return [(hit, sources[hit.passage.article_id]) for hit in matches]


def _sorted(matches: Sequence[Match], order: str) -> list[Match]:
    dated = [match for match in matches if match[1].published]
    return sorted(dated, key=lambda match: match[1].published or "", reverse=order == "newest")


def _strings(values: Any) -> tuple[str, ...]:
    if isinstance(values, str):
        return (values,)
    return tuple(str(value) for value in values or ())
