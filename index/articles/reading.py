"""From paths to articles: finds files, reads each in its format, names what could not be read, goes on."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.articles.article import Article, Skipped
from index.articles.drafts.plain import opening_words
from index.articles.files.guard import guarded, record_or_skip
from index.articles.files.packing import unpacked
from index.articles.files.sources import Draft, File, Unreadable, check_there, find_files, is_companion
from index.errors import ArticleError
from index.text.language import detect_language

# Suffix: module and function, imported when a file of that kind is met.
FORMATS = {
    ".txt": "drafts.plain:read",
    ".text": "drafts.plain:read",
    ".md": "documents.markdown:read",
    ".markdown": "documents.markdown:read",
    ".jsonl": "exports.records:read",
    ".ndjson": "exports.records:read",
    ".json": "exports.records:read_json",
    ".html": "html.pages:read",
    ".htm": "html.pages:read",
    ".xhtml": "html.pages:read",
    ".pdf": "pdf.pdf_files:read",
    ".docx": "documents.office:read",
    ".xlsx": "documents.workbooks:read",
    ".epub": "documents.books:read",
    ".csv": "exports.tables:read",
    ".tsv": "exports.tables:read",
    ".xml": "syndication.feeds:read",
    ".rss": "syndication.feeds:read",
    ".atom": "syndication.feeds:read",
    ".wxr": "syndication.feeds:read",
}
ARCHIVE = ".zip"
_NOWHERE = File("", "", "", io.BytesIO)  # the file of what came from an address
SUFFIXES = frozenset([*FORMATS, ARCHIVE, *(suffix + ".gz" for suffix in FORMATS)])

if TYPE_CHECKING:
    from index.articles.network.fetching import Web

OnSkip = Callable[[Skipped], None]


def read_articles(
    paths: Sequence[str | os.PathLike[str]] | str | os.PathLike[str],
    *,
    on_skip: OnSkip | None = None,
    cache: Path | None = None,
    follow_links: bool = False,
) -> Iterator[Article]:
    """Give articles of files, folders (all files below them), patterns such as `news/*.txt`, and addresses.

    The id of an article is its file's path below the folder that was given, without suffix; records
    bring their own. What cannot be read goes to `on_skip` and the run goes on; so does an article whose
    id was met before. What addresses answered is kept in the folder `cache`, to be asked for only when it
    changed. Links that lead out of a folder are followed with `follow_links` only. Raises ArticleError at
    once for a path that is missing or holds nothing to read, and at the end when not one article could be
    read.
    """
    given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    addresses = [str(path) for path in given if _is_address(path)]
    files = find_files(
        [path for path in given if path not in addresses], suffixes=SUFFIXES, follow_links=follow_links
    )
    outcomes = _read_everything(files, addresses, cache)
    return _read_all(given, outcomes, on_skip or (lambda skipped: None))


def check_paths(paths: Iterable[str | os.PathLike[str]]) -> None:
    """Raise ArticleError where one of the paths of files, folders and patterns is not there."""
    for path in paths:
        if not _is_address(path):
            check_there(Path(path))


def _read_all(
    given: Sequence[str | os.PathLike[str]], everything: Iterator[Article | Skipped], on_skip: OnSkip
) -> Iterator[Article]:
    seen: dict[str, str] = {}
    first: Skipped | None = None
    for outcome in everything:
        if isinstance(outcome, Article) and outcome.article_id in seen:
            reason = f"the id {outcome.article_id!r} was already used by {seen[outcome.article_id]}"
            origin = outcome.origin or outcome.url or outcome.article_id
            outcome = Skipped(origin, reason, "give every article an id or a name of its own")
        if isinstance(outcome, Skipped):
            first = first or outcome
            on_skip(outcome)
            continue
        seen[outcome.article_id] = outcome.origin or outcome.url or outcome.article_id
        yield outcome
    if not seen:
        named = ", ".join(str(path) for path in given) or "nothing"
        why = f" ({first})" if first else ""
        raise ArticleError(f"no article could be read from {named}{why}; give a readable file or folder")


def _read_everything(
    files: Sequence[File], addresses: Sequence[str], cache: Path | None
) -> Iterator[Article | Skipped]:
    for file in files:
        yield from read_file(file)
    if addresses:
        from index.articles.network.fetching import Web

        try:
            web = Web(cache)
        except Unreadable as error:
            yield from (Skipped(address, error.reason, error.remedy) for address in addresses)
            return
        with contextlib.closing(web):
            for address in addresses:
                yield from read_address(address, web)


def read_address(address: str, web: Web) -> Iterator[Article | Skipped]:
    """Give the articles that an address gives, and what had to be skipped; raises nothing for bad answers."""
    return guarded(lambda: _answered(address, web), address)


def _answered(address: str, web: Web) -> Iterator[Article | Skipped]:
    from index.articles.network.addresses import drafts_of_address

    for item in drafts_of_address(address, web):
        if isinstance(item, Skipped):
            yield item
        elif isinstance(item, File):
            for article in read_file(item):
                if isinstance(article, Article):
                    article = replace(article, origin="", url=article.url or address)
                yield article
        else:
            yield record_or_skip(partial(article_of, item, _NOWHERE), address)


def _is_address(path: str | os.PathLike[str]) -> bool:
    return isinstance(path, str) and path.lower().startswith(("http://", "https://"))


def read_file(file: File) -> Iterator[Article | Skipped]:
    """Give articles of one file, in order, and what had to be skipped in it; raises nothing for bad input."""
    return guarded(lambda: _articles(file), file.origin)


def _articles(file: File) -> Iterator[Article | Skipped]:
    if file.suffix == ARCHIVE:
        yield from _read_members(file)
        return
    for draft in drafts_of(file):
        if isinstance(draft, Skipped):
            yield draft
        else:
            yield record_or_skip(partial(article_of, draft, file), file.origin)


def _read_members(file: File) -> Iterator[Article | Skipped]:
    """Give what the members of an archive hold; an archive within an archive is refused."""
    from index.articles.files.archives import members

    count = 0
    for member in members(file):
        if is_companion(member.origin):
            continue
        count += 1
        if member.suffix == ARCHIVE:
            yield Skipped(member.origin, "it is an archive within an archive", "unpack it first")
        else:
            yield from read_file(member)
    if not count:
        raise Unreadable("the archive holds no file", "put files in it that can be read")


def article_of(draft: Draft, file: File) -> Article:
    """Give the article that a reader's draft makes, its id and language told."""
    article_id = draft.article_id or (f"{file.article_id}/{draft.key}" if draft.key else file.article_id)
    return Article(
        article_id=article_id,
        title=draft.title or opening_words(draft.text),
        text=draft.text,
        url=draft.url,
        source=draft.source,
        author=draft.author,
        published=draft.published,
        language=draft.language or detect_language(draft.text, declared=draft.extra.get("declared_language")),
        extra=draft.extra,
        origin=file.origin,
    )


def drafts_of(file: File) -> Iterator[Draft | Skipped]:
    """Give what the reader of a file's kind makes of it; raises Unreadable for what it cannot read."""
    if file.suffix.endswith(".gz") and file.suffix != ".gz":
        file = unpacked(file)
    if (reader := FORMATS.get(file.suffix)) is None:
        kind = f"files of the kind {file.suffix}" if file.suffix else "files without a suffix"
        raise Unreadable(f"{kind} are not read", "convert it to one of " + " ".join(sorted(FORMATS)))
    module, function = reader.split(":")
    drafts: Iterator[Draft | Skipped] = getattr(
        importlib.import_module(f"index.articles.{module}"), function
    )(file)
    return drafts
