"""Word documents: the text that a reader sees, streamed from their parts; no library is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from index.articles.documents.parts import Package, attribute, local, related
from index.articles.documents.wordml import Paragraph, Story
from index.articles.drafts.dates import parse_timestamp
from index.articles.drafts.heading_spans import KEY as HEADINGS_KEY
from index.articles.drafts.heading_spans import heading_spans
from index.articles.drafts.plain import draft_of
from index.articles.files.sources import Draft, File, Unreadable

_CONTENTS_STYLE = re.compile(r"toc \d")
_HEADING_STYLE = re.compile(r"heading \d")  # by its name, which Word keeps in English in every language


def read(file: File) -> Iterator[Draft]:
    """Give the one article of a Word document: paragraphs, tables, text boxes and notes in their order."""
    package = Package(file.read())
    parts = package.relations()
    main = next(related(parts, "officeDocument"), "word/document.xml")
    story = _story(package, main)
    about = _about(package, next(related(parts, "core-properties"), "docprops/core.xml"))
    styles = _styles(package, main)
    title, lines = _title_and_lines(story.paragraphs, styles, _notes(package, main, story))
    if not lines and not title:
        raise Unreadable("the document holds no text", "give it a text or leave it out")
    draft = draft_of("\n\n".join(lines or [title]), title=title)
    headings = [each.text for each in story.paragraphs if _HEADING_STYLE.match(styles.get(each.style, ""))]
    if spans := heading_spans(headings, draft.text):
        draft.extra[HEADINGS_KEY] = spans
    draft.author = draft.author or about.get("creator")
    if (created := about.get("created")) and not draft.published:
        draft.extra["created"] = parse_timestamp(created) or created  # of the file: its text may be older
    yield draft


def _story(package: Package, path: str) -> Story:
    story = Story()
    package.walk(path, story.start, story.end, story.text)
    story.close()
    return story


def _notes(package: Package, main: str, story: Story) -> dict[str, list[Paragraph]]:
    """Give the notes that the text cites, by id; a part of notes that cannot be read costs its notes only."""
    notes: dict[str, list[Paragraph]] = {}
    if not any(paragraph.notes for paragraph in story.paragraphs):
        return notes
    relations = package.relations(main)
    for kind in ("footnotes", "endnotes"):
        beside = main.rpartition("/")[0] + f"/{kind}.xml"
        path = next(related(relations, kind), beside)
        if path in package:
            notes.update(_story(package, path).notes)
    return notes


def _title_and_lines(
    paragraphs: list[Paragraph], styles: Mapping[str, str], notes: Mapping[str, list[Paragraph]]
) -> tuple[str, list[str]]:
    """Give the title, if the document opens with one, and other paragraphs, each followed by its notes."""
    title, lines = "", list[str]()
    for paragraph in paragraphs:
        style = styles.get(paragraph.style, "")
        if _CONTENTS_STYLE.match(style):
            continue
        if paragraph.text and not title and not lines and style in ("title", "heading 1"):
            title = paragraph.text
        elif paragraph.text:
            lines.append(paragraph.text)
        for identity in paragraph.notes:
            lines.extend(note.text for note in notes.get(identity, ()) if note.text)
    return title, lines


def _styles(package: Package, main: str) -> dict[str, str]:
    """Give the names of the styles, in small letters, by their ids, which are in the writer's language."""
    names: dict[str, str] = {}
    identity = [""]

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if local(tag) == "style":
            identity[0] = attribute(attributes, "styleId") or ""
        elif local(tag) == "name" and identity[0]:
            names.setdefault(identity[0], (attribute(attributes, "val") or "").lower())

    _walk_if_sound(package, next(related(package.relations(main), "styles"), "word/styles.xml"), start)
    return names


def _about(package: Package, path: str) -> dict[str, str]:
    """Give the author and the time of making that the document's properties state."""
    about: dict[str, str] = {}
    open_tags: list[str] = []

    def text(piece: str) -> None:
        if open_tags and open_tags[-1] in ("creator", "created"):
            about[open_tags[-1]] = about.get(open_tags[-1], "") + piece

    _walk_if_sound(
        package, path, lambda tag, _: open_tags.append(local(tag)), lambda _: _drop(open_tags), text
    )
    return {name: " ".join(value.split()) for name, value in about.items() if value.strip()}


def _drop(tags: list[str]) -> None:
    tags.pop()


def _walk_if_sound(package: Package, path: str, *handlers: object) -> None:
    """Walk a part that the text does without: where it is damaged, what it said before counts."""
    try:
        if path in package:
            package.walk(path, *handlers)  # type: ignore[arg-type]  # as Package.walk has them
    except Unreadable:
        return  # the text is sound, and was read already
