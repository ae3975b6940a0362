"""Parts of office documents and books: XML in a zip archive, read as it streams and in bounded memory.

A library that builds a tree of a part needs a hundred times its size; half a megabyte of packed empty
elements becomes gigabytes. Here a part passes by, and only text is kept.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from xml.parsers import expat

from index.articles.files.archives import open_member, opened_zip
from index.articles.files.bounds import LETTERS_AT_MOST, bomb, whole_bytes_at_most
from index.articles.files.extras import parsing
from index.articles.files.sources import Unreadable

ELEMENTS_FREE = 1_000_000  # of all parts together: this many, and one for every packed byte
DEPTH_AT_MOST = 500  # Word's own files stay below 60
_CHUNK = 2**20  # bytes; expat takes no more at once, and reads a token that goes on from its beginning

OnStart = Callable[[str, Mapping[str, str]], None]
OnEnd = Callable[[str], None]
OnText = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: the last word of the kind (`footnotes`), and the path of the part."""

    kind: str
    path: str


class Package:
    """An office document or a book, opened; its elements are counted over all parts that are read."""

    def __init__(self, content: bytes):
        self._zip = opened_zip(content)
        self._members = {_path(member.filename): member for member in self._zip.infolist() if member.filename}
        self._elements_left = ELEMENTS_FREE + len(content)

    def __contains__(self, path: str) -> bool:
        return _path(path) in self._members

    def read(self, path: str) -> bytes:
        """Give a part's bytes; raises Unreadable when it is not there, damaged or a bomb."""
        member = self._member(path)
        if member.file_size > whole_bytes_at_most(member.compress_size):
            raise bomb(member.file_size, member.compress_size)
        with parsing(path), open_member(self._zip, member) as stream:
            return stream.read()

    def walk(self, path: str, start: OnStart, end: OnEnd | None = None, text: OnText | None = None) -> None:
        """Call back for what the XML part `path` holds, names as `name space SPACE local name`.

        Raises Unreadable when the part is not there, malformed, declares entities, or holds more elements
        or text than a document does.
        """
        for _ in self.steps(path, start, end, text):
            pass

    def steps(
        self, path: str, start: OnStart, end: OnEnd | None = None, text: OnText | None = None
    ) -> Iterator[None]:
        """Walk as `walk` does, pausing after every piece of at most _CHUNK bytes."""
        member = self._member(path)
        parser = _Parser(start, end, text, self._elements_left)
        with parsing(path), open_member(self._zip, member) as stream:
            while piece := stream.read(_CHUNK):
                parser.feed(piece)
                self._elements_left = parser.elements_left
                yield
            parser.close()
        yield

    def relations(self, path: str = "") -> dict[str, Relation]:
        """Give what a part refers to, by the ids it uses; of the package itself without a `path`."""
        folder, name = posixpath.split(path)
        by_id: dict[str, Relation] = {}

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = unquote(attributes.get("Target", ""))
                by_id[attributes.get("Id", str(len(by_id)))] = Relation(kind, _joined(folder, target))

        described = posixpath.join(folder, "_rels", name + ".rels")
        if described in self:
            self.walk(described, start)
        return by_id

    def _member(self, path: str) -> zipfile.ZipInfo:
        member = self._members.get(_path(path))
        if member is None:
            raise Unreadable(f"it lacks its part {path}", "save it again")
        return member


class _Parser:
    """Expat with bounds; what is malformed raises expat's own error, which `parsing` names."""

    def __init__(self, start: OnStart, end: OnEnd | None, text: OnText | None, elements: int):
        self.elements_left = elements
        self._start, self._end, self._text = start, end, text
        self._depth = self._letters = 0
        self._expat = expat.ParserCreate(namespace_separator=" ")
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self._on_start
        self._expat.EndElementHandler = self._on_end
        if text is not None:
            self._expat.CharacterDataHandler = self._on_text
        self._expat.EntityDeclHandler = self._on_entity

    def feed(self, piece: bytes) -> None:
        self._expat.Parse(piece, False)

    def close(self) -> None:
        self._expat.Parse(b"", True)

    def _on_start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self.elements_left -= 1
        if self._depth > DEPTH_AT_MOST:
            raise Unreadable(f"it is nested more than {DEPTH_AT_MOST} deep", "save it again")
        if self.elements_left < 0:
            raise Unreadable("it holds more elements than a document does, as bombs do", "split it")
        self._start(tag, attributes)

    def _on_end(self, tag: str) -> None:
        self._depth -= 1
        if self._end is not None:
            self._end(tag)

    def _on_text(self, text: str) -> None:
        self._letters += len(text)
        if self._letters > 2 * LETTERS_AT_MOST:
            raise Unreadable(f"it holds more than {2 * LETTERS_AT_MOST:,} characters", "split it")
        if self._text is not None:
            self._text(text)

    def _on_entity(self, *_declared: object) -> None:
        raise Unreadable("it declares entities, as bombs do", "save it again")


def local(tag: str) -> str:
    """Give the name of an element or attribute without its name space."""
    return tag.rpartition(" ")[2]


def attribute(attributes: Mapping[str, str], name: str) -> str | None:
    """Give the value of an attribute, whatever its name space."""
    for key, value in attributes.items():
        if local(key) == name:
            return value
    return None


def related(relations: Mapping[str, Relation], kind: str) -> Iterator[str]:
    """Give the paths of the parts of one kind."""
    return (relation.path for relation in relations.values() if relation.kind == kind)


def _joined(folder: str, target: str) -> str:
    return _path(target if target.startswith("/") else posixpath.join(folder, target))


def _path(name: str) -> str:
    """Give a part's path as it is compared: without a leading slash, in small letters, as OPC has it."""
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").lower()
