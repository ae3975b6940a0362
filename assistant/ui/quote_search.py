"""Quote search: words in, verbatim sentences out, with facets, sorting and pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.answer import Citation, PeriodUse, Source
from assistant.citations.relocation import beside
from assistant.rendering import citation_to_json, text_fragment_link
from assistant.rendering.quotes import link_values
from assistant.web.answerer import Answerer
from index.articles.filters import Filters
from index.search.hits import Hit
from index.text.analysis import analyze
from index.text.sentences import sentence_spans

HITS_LIMIT = 200  # passages looked at; the page says "at least" when there were as many
PAGE_SIZE = 10  # quotes
NEIGHBOUR_SHARE = 0.75  # a sentence beside the best one joins the quote when it matches nearly as well


def find_quotes(assistant: Answerer, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Give one page of quotes, how many there are, and what they can be narrowed by."""
    query = str(wanted["query"]).strip()
    filters = read_filters(wanted)
    everything = _with_sources(assistant, assistant.search(query, k=HITS_LIMIT))
    matches = everything
    if filters:
        matches = _with_sources(assistant, assistant.search(query, k=HITS_LIMIT, filters=filters))
    matches = _sorted(matches, str(wanted.get("sort") or "relevance"))
    page = max(1, min(int(wanted.get("page") or 1), -(-len(matches) // PAGE_SIZE) or 1))
    terms = frozenset(analyze(query))
    shown = matches[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return {
        "quotes": [view_citation(assistant, _cited(assistant, *pair, terms)) for pair in shown],
        "total": len(matches),
        "more": len(matches) == HITS_LIMIT,
        "page": page,
        "pages": -(-len(matches) // PAGE_SIZE) or 1,
        "first": (page - 1) * PAGE_SIZE + 1,
        "facets": _facets(source for _hit, source in everything),
    }


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


def best_span(text: str, terms: frozenset[str]) -> tuple[int, int]:
    """Find the sentence of `text` with most of `terms`, and the next one where that matches nearly as well.

    Offsets are in code points of `text`; a text without sentences is taken whole.
    """
    spans = sentence_spans(text) or [(0, len(text))]
    shares = [len(terms.intersection(analyze(text[start:end]))) for start, end in spans]
    best = max(range(len(spans)), key=lambda number: (shares[number], -number))
    first = last = best
    if shares[best] > 1 and best + 1 < len(spans) and shares[best + 1] >= NEIGHBOUR_SHARE * shares[best]:
        last = best + 1
    return spans[first][0], spans[last][1]


def view_citation(assistant: Answerer, citation: Citation) -> dict[str, Any]:
    """Show a citation as a card has it: with the words around it and a link to them in the original."""
    text = assistant.article(citation.source.article_id).text
    return {
        **citation_to_json(citation),
        "before": text[citation.passage_start : citation.start],
        "after": text[citation.end : citation.passage_end],
        "original": text_fragment_link(citation, repeated=text.count(citation.quote) > 1),
        "link": link_values(citation),
    }


def _cited(assistant: Answerer, hit: Hit, source: Source, terms: frozenset[str]) -> Citation:
    passage = hit.passage
    first, last = best_span(passage.text, terms)
    start, end = passage.start + first, passage.start + last
    article = assistant.article(passage.article_id)
    prefix, suffix = beside(article.text, start, end)
    return Citation(
        marker=hit.rank,
        source=source,
        passage_id=passage.passage_id,
        start=start,
        end=end,
        quote=article.text[start:end],
        passage_start=passage.start,
        passage_end=passage.end,
        twins=tuple(assistant.source(twin) for twin in hit.twins),
        content_hash=article.content_hash(),
        prefix=prefix,
        suffix=suffix,
    )


def _with_sources(assistant: Answerer, hits: Sequence[Hit]) -> list[tuple[Hit, Source]]:
    sources: dict[str, Source] = {}
    for hit in hits:
        article_id = hit.passage.article_id
        if article_id not in sources:
            sources[article_id] = assistant.source(article_id)
    return [(hit, sources[hit.passage.article_id]) for hit in hits]


def _sorted(matches: list[tuple[Hit, Source]], order: str) -> list[tuple[Hit, Source]]:
    if order == "relevance":
        return matches
    dated = [pair for pair in matches if pair[1].published]
    undated = [pair for pair in matches if not pair[1].published]
    return sorted(dated, key=lambda pair: pair[1].published or "", reverse=order == "newest") + undated


def _facets(sources: Iterable[Source]) -> dict[str, dict[str, int]]:
    articles = {source.article_id: source for source in sources}.values()
    return {
        "sources": dict(Counter(each.source for each in articles if each.source).most_common(12)),
        "languages": dict(Counter(each.language for each in articles).most_common()),
        "dates": dict(sorted(Counter(each.published[:7] for each in articles if each.published).items())),
    }


def _strings(values: Any) -> tuple[str, ...]:
    if isinstance(values, str):
        return (values,)
    return tuple(str(value) for value in values or ())
