"""Citations of what is known to stand in an article: by its span alone."""

from __future__ import annotations

from assistant.answer import Citation, Source
from assistant.citations.relocation import beside
from index.articles import Article
from index.articles.drafts.heading_spans import heading_at
from index.articles.pdf.page_numbers import page_at


def cite(article: Article, source: Source, start: int, end: int, *, marker: int = 1) -> Citation:
    """Cite `article.text[start:end]`; the span is its own passage."""
    prefix, suffix = beside(article.text, start, end)
    return Citation(
        marker=marker,
        source=source,
        passage_id=f"{article.article_id}#{start}-{end}",
        start=start,
        end=end,
        quote=article.text[start:end],
        passage_start=start,
        passage_end=end,
        content_hash=article.content_hash(),
        page=page_at(article.extra, start),
        heading=heading_at(article.extra, start),
        prefix=prefix,
        suffix=suffix,
    )
