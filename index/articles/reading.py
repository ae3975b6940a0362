"""From paths to articles: finds files, reads each in its format, names what could not be read, goes on."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from index.articles.article import Article, Skipped
from index.articles.files import Draft, File, Unreadable, find_files, is_companion
from index.articles.language import detect_language
from index.articles.plain import opening_words
from index.errors import ArticleError

# Suffix: module and function, imported when a file of that kind is met.
FORMATS = {
    ".txt": "plain:read",
    ".text": "plain:read",
    ".md": "markdown:read",
    ".markdown": "markdown:read",
    ".jsonl": "records:read",
    ".ndjson": "records:read",
    ".json": "records:read_json",
    ".html": "pages:read",
    ".htm": "pages:read",
    ".xhtml": "pages:read",
    ".pdf": "pdf:read",
    ".docx": "office:read_docx",
    ".xlsx": "office:read_xlsx",
    ".epub": "books:read",
    ".csv": "tables:read",
    ".tsv": "tables:read",
    ".xml": "feeds:read",
    ".rss": "feeds:read",
    ".atom": "feeds:read",
    ".wxr": "feeds:read",
}
ARCHIVE = ".zip"
SUFFIXES = frozenset([*FORMATS, ARCHIVE, *(suffix + ".gz" for suffix in FORMATS)])
UNPACKED_AT_MOST = 16 * 2**30  # bytes that one gzip file may unpack to

if TYPE_CHECKING:
    from index.articles.web import Web

OnSkip = Callable[[Skipped], None]


def read_articles(
    paths: Sequence[str | os.PathLike[str]] | str | os.PathLike[str],
    *,
    on_skip: OnSkip | None = None,
    cache: Path | None = None,
) -> Iterator[Article]:
    """The articles of files, folders (all files below them), patterns such as `news/*.txt`, and addresses.

    The id of an article is its file's path below the folder that was given, without suffix; records
    bring their own. What cannot be read goes to `on_skip` and the run goes on; so does an article whose
    id was met before. What addresses answered is kept in the folder `cache`, to be asked for only when it
    changed. Raises ArticleError at once for a path that is missing or holds nothing to read, and at the
    end when not one article could be read.
    """
    given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    addresses = [path for path in given if _is_address(path)]
    files = find_files([path for path in given if path not in addresses], suffixes=SUFFIXES)
    found = _read_everything(files, addresses, cache)
    return _read_all(given, found, on_skip or (lambda skipped: None))


def _read_all(
    given: Sequence[str | os.PathLike[str]], everything: Iterator[Article | Skipped], on_skip: OnSkip
) -> Iterator[Article]:
    seen: dict[str, str] = {}
    first: Skipped | None = None
    for found in everything:
        if isinstance(found, Article) and found.article_id in seen:
            reason = f"the id {found.article_id!r} was already used by {seen[found.article_id]}"
            origin = found.origin or found.url or found.article_id
            found = Skipped(origin, reason, "give every article an id or a name of its own")
        if isinstance(found, Skipped):
            first = first or found
            on_skip(found)
            continue
        seen[found.article_id] = found.origin or found.url or found.article_id
        yield found
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
        from index.articles.web import Web

        try:
            web = Web(cache)
        except Unreadable as error:
            yield from (Skipped(address, error.reason, error.remedy) for address in addresses)
            return
        with contextlib.closing(web):
            for address in addresses:
                yield from read_address(address, web)


def read_address(address: str, web: Web) -> Iterator[Article | Skipped]:
    """The articles that an address gives, and what had to be skipped; raises nothing for bad answers."""
    from index.articles.addresses import drafts_of_address

    for found in drafts_of_address(address, web):
        if isinstance(found, Skipped):
            yield found
        elif isinstance(found, File):
            for each in read_file(found):
                yield replace(each, origin="", url=each.url or address) if isinstance(each, Article) else each
        else:
            yield article_of(found, File("", "", "", io.BytesIO))


def _is_address(path: str | os.PathLike[str]) -> bool:
    return isinstance(path, str) and path.lower().startswith(("http://", "https://"))


def read_file(file: File) -> Iterator[Article | Skipped]:
    """The articles of one file, in order, and what had to be skipped in it; raises nothing for bad input."""
    try:
        if file.suffix == ARCHIVE:
            yield from _read_members(file)
            return
        for draft in _drafts(file):
            yield draft if isinstance(draft, Skipped) else article_of(draft, file)
    except Unreadable as error:
        yield Skipped(file.origin, error.reason, error.remedy)
    except PermissionError:
        yield Skipped(file.origin, "reading it is not permitted", "give read permission or leave it out")
    except (gzip.BadGzipFile, zipfile.BadZipFile, EOFError, zlib.error) as error:
        yield Skipped(file.origin, f"the packed data is damaged ({error})", "pack it again")
    except OSError as error:
        yield Skipped(
            file.origin, f"it cannot be read ({error.strerror or error})", "check the disk and the file"
        )


def _read_members(file: File) -> Iterator[Article | Skipped]:
    """What the members of an archive hold; an archive within an archive is refused."""
    from index.articles.archives import members

    found = 0
    for member in members(file):
        if is_companion(member.origin):
            continue
        found += 1
        if member.suffix == ARCHIVE:
            yield Skipped(member.origin, "it is an archive within an archive", "unpack it first")
        else:
            yield from read_file(member)
    if not found:
        raise Unreadable("the archive holds no file", "put files in it that can be read")


def article_of(draft: Draft, file: File) -> Article:
    """The article that a reader's draft makes, its id and language told."""
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


def _drafts(file: File) -> Iterator[Draft | Skipped]:
    if file.suffix.endswith(".gz") and file.suffix != ".gz":
        file = replace(file, suffix=file.suffix.removesuffix(".gz"), open=_unzipped(file))
    if (reader := FORMATS.get(file.suffix)) is None:
        kind = f"files of the kind {file.suffix}" if file.suffix else "files without a suffix"
        raise Unreadable(f"{kind} are not read", "convert it to one of " + " ".join(sorted(FORMATS)))
    module, function = reader.split(":")
    return getattr(importlib.import_module(f"index.articles.{module}"), function)(file)


def _unzipped(file: File) -> Callable[[], BinaryIO]:
    return lambda: io.BufferedReader(_Bounded(gzip.GzipFile(fileobj=file.open())))


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more than UNPACKED_AT_MOST bytes."""

    def __init__(self, stream: BinaryIO):
        self._stream = stream
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        data = self._stream.read(len(buffer))
        self._given += len(data)
        if self._given > UNPACKED_AT_MOST:
            raise Unreadable(f"it unpacks to more than {UNPACKED_AT_MOST // 2**30} GiB", "split it")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()
