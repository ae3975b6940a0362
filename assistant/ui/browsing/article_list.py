"""The list of articles: by date or by what is searched, narrowed like the quotes, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from assistant.ui.browsing.quote_search import facets, find_matches, page_of, read_filters
from assistant.web.work.answerer import Answerer
from index.articles import Article
from index.articles.filters import ArticleOrder, Filters
from index.engine import SnapshotInfo
from index.text.sentences import sentence_spans

PAGE_SIZE = 20  # articles
LONGEST_LEAD = 240  # code points of the first sentences
SHORTEST_LEAD = 30  # a shorter line names the place or the author
TITLE_TOLD = 40  # code points: a sentence that begins as the title does is the title again
_SIGNS = re.compile(r"\W+")


def find_articles(assistant: Answerer, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Give one page of articles, how many there are (None where nobody counted), and the facets."""
    if str(wanted.get("query") or "").strip():
        return _searched(assistant, wanted)
    filters, order = read_filters(wanted), str(wanted.get("sort") or "newest")
    page = max(1, int(wanted.get("page") or 1))
    listed = assistant.articles(
        offset=(page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE + 1,
        filters=filters,
        order=cast(ArticleOrder, order if order in ("newest", "oldest") else "newest"),
    )
    info = assistant.info()
    return {
        "articles": [_described(article) for article in listed[:PAGE_SIZE]],
        "total": _total(info, filters),
        "more": len(listed) > PAGE_SIZE,
        "page": page,
        "first": (page - 1) * PAGE_SIZE + 1,
        "facets": {"sources": _most(info.sources), "languages": info.languages, "dates": info.dates},
    }


def _searched(assistant: Answerer, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Give the articles whose passages match, each once, where its best passage stands."""
    everything, matches = find_matches(assistant, wanted)
    ids = list(dict.fromkeys(source.article_id for _hit, source in matches))
    page, pages = page_of(wanted, len(ids), PAGE_SIZE)
    shown = ids[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return {
        "articles": [_described(assistant.article(article_id)) for article_id in shown],
        "total": len(ids),
        "more": page < pages,
        "page": page,
        "first": (page - 1) * PAGE_SIZE + 1,
        "facets": facets(source for _hit, source in everything),
    }


def _described(article: Article) -> dict[str, Any]:
    return {
        "article_id": article.article_id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "author": article.author,
        "published": article.published,
        "language": article.language,
        "lead": _lead(article),
    }


def _lead(article: Article) -> str:
    """Give the first whole sentences of the text that are not its title again."""
    beginning = article.text[: 4 * LONGEST_LEAD]
    said = ""
    for start, end in sentence_spans(beginning):
        sentence = " ".join(beginning[start:end].split())
        if not said and (len(sentence) < SHORTEST_LEAD or _says_the_title(sentence, article.title)):
            continue
        if said and len(said) + len(sentence) > LONGEST_LEAD:
            break
        said = f"{said} {sentence}".strip()
    return said if len(said) <= 2 * LONGEST_LEAD else said[: 2 * LONGEST_LEAD].rsplit(" ", 1)[0] + "…"


def _says_the_title(sentence: str, title: str) -> bool:
    first, second = (_SIGNS.sub(" ", text).strip() for text in (sentence, title))
    return first.startswith(second[:TITLE_TOLD]) or second.startswith(first[:TITLE_TOLD])


def _total(info: SnapshotInfo, filters: Filters) -> int | None:
    """Count from what the index counts anyway: all, or those of publishers, languages or a period."""
    dated = filters.published_from or filters.published_to
    if not filters:
        return info.articles
    if filters.sources and not filters.languages and not dated:
        return sum(info.sources.get(each, 0) for each in filters.sources)
    if filters.languages and not filters.sources and not dated:
        return sum(info.languages.get(each, 0) for each in filters.languages)
    if dated and not filters.sources and not filters.languages:
        first, last = filters.published_from or "", filters.published_to or "9999"
        return sum(n for month, n in info.dates.items() if first[:7] <= month and month <= _end(last))
    return None


def _end(date: str) -> str:
    return date[:7] if len(date) > 4 else f"{date}-99"


def _most(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: -pair[1])[:12])
