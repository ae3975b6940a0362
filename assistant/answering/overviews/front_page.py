"""Front page: the newest articles, each by its first sentence, for a question that asks for all the news."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta

from assistant.answering.composing.composition import Composition
from assistant.answering.overviews.summary import SHORTEST
from assistant.answering.retrieval import source_of
from assistant.answering.units import LONG_SENTENCE
from assistant.answering.wording import quoted
from assistant.citations import Quotation, number
from assistant.question.query import Query
from index.articles import Article
from index.articles.filters import Filters
from index.search.searcher import Searcher
from index.text.sentences import sentence_spans
from index.text.tashkeel import letters

MOST = 3  # articles
LOOKED_AT = 50  # articles of a stretch of days
STRETCHES = (2, 7, 31, 366)  # days before the last one that are looked at in turn, until there are enough


def front_page(query: Query, searcher: Searcher) -> Composition | None:
    """Quote the newest articles that the query's filters accept; None where there is none with a date."""
    newest = newest_articles(query.filters or Filters(), searcher)
    quotations = [quotation for article in newest if (quotation := _lead(article, searcher))]
    if not quotations:
        return None
    citations = number(quotations, longest=LONG_SENTENCE).citations
    text = quoted(citations, language=query.language, opening="headlines")
    return Composition(text, citations)


def newest_articles(filters: Filters, searcher: Searcher) -> list[Article]:
    """Find the articles of the last days, looking further back only while there are too few."""
    articles: list[Article] = []
    for limited in _stretches(filters, searcher):
        articles = searcher.articles(limit=LOOKED_AT, filters=limited)
        if len(articles) >= MOST:
            break
    articles.sort(key=lambda article: article.published or "", reverse=True)
    return articles[:MOST]


def _stretches(filters: Filters, searcher: Searcher) -> Iterator[Filters]:
    """Give filters for ever longer stretches that end where the articles do, or where `filters` say."""
    until, since = filters.published_to, filters.published_from
    months = [month for month in searcher.info().dates if not until or month <= until[:7]]
    if not months:
        return
    last = min(filter(None, (until, f"{max(months)}-31")))
    for days in STRETCHES:
        first = _earlier(last, days)
        if since and first <= since:
            break
        yield dataclasses.replace(filters, published_from=first)
    yield filters if since else dataclasses.replace(filters, published_from="1000")


def _earlier(day: str, days: int) -> str:
    """Give the ISO day so many days before the end of a month or a day."""
    year, month, of_month = (int(part) for part in f"{day}-31"[:10].split("-"))
    whole = date(year, month, min(of_month, 28)) - timedelta(days=days)
    return whole.isoformat()


def _lead(article: Article, searcher: Searcher) -> Quotation | None:
    """Take the first whole sentence of an article; it may begin with a place and an outlet."""
    passages = searcher.passages(article.article_id)
    spans = sentence_spans(article.text)
    span = next((span for span in spans if letters(article.text[slice(*span)]) >= SHORTEST), None)
    if span is None or not passages:
        return None
    passage = next((some for some in passages if some.start <= span[0] < some.end), passages[0])
    return Quotation(source_of(article), passage, article.text, *span)
