"""Bylines and datelines: who wrote an article, for whom, where and when, and where its text begins.

Only what is plainly one is taken out of a text: a short line of its own near the head, or a known agency
or a word like "وكالة" or "كتب" before a dash. Anything else stays, since a lost sentence is worse than a
byline too many.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.articles.drafts.dates import parse_date
from index.text.lexicon import any_of, read_lexicon

# Runs of blanks are read up to a bound: no byline has longer ones, and two parts of a pattern may share them.
_BLANKS = r"\s{0,20}"
_DASH = rf"{_BLANKS}[-–—ـ|/:]{_BLANKS}"
LEXICON = read_lexicon(
    "bylines",
    *("agency", "place", "organ", "press", "paper", "desk", "writer", "inline-writer", "of-writer", "source"),
)
AGENCIES = frozenset(LEXICON.words("agency"))
PLACES = frozenset(LEXICON.words("place"))
_ORGAN = re.compile(
    rf"{any_of(LEXICON.words('organ'))}\s+\S+|{any_of(LEXICON.words('desk', 'ar'))}|"
    rf"(?:{any_of(LEXICON.words('desk', 'en'))}|\S+ news|the \S+)\b",
    re.IGNORECASE,
)
_PRESS = re.compile(rf"{any_of(LEXICON.words('press'))}\s")
_WRITER = re.compile(
    rf"{any_of(LEXICON.words('writer'))}(?=[\s:])\s*+(?P<mark>[:：\-–—])?\s*+(?P<name>.+)", re.IGNORECASE
)
_SOURCE = re.compile(rf"{any_of(LEXICON.words('source'))}\s*[:：]\s*+(?P<name>.+)", re.IGNORECASE)
_PAIR = re.compile(
    rf"(?P<source>[^\n:.،,()–—-]{{3,40}}?){_DASH}(?P<author>[^\n:.،,()–—-]{{5,40}}?){_DASH}(?=\S)"
)
_WRITER_INLINE = re.compile(
    rf"{any_of(LEXICON.words('inline-writer'))}{_BLANKS}[:：\-–—]{_BLANKS}"
    rf"(?P<name>[^\n:.،,()–—-]{{5,40}}?){_BLANKS}[-–—:]{_BLANKS}(?=\S)"
)
# Spaces before a sign are read from their first one, so that a long run of them is read once.
_PARTS = re.compile(r"\s[-–—|/•]\s*|(?:(?<!\s)\s+)?(?:[–—|•]\s*|-\s+)|:\s+")
_PLACE_END = re.compile(r"(?:(?<!\s)\s+)?[-–—:،,]\s*|(?<!\s)\s+في\s+")
_NAME_END = re.compile(r"(?:(?<!\s)\s+)?[,،|–—]\s*|(?<!\s)\s+-\s+")
_COLON = re.compile(r":\s")
_NAME_WORD = re.compile(r"[^\W\d_]++(?:[.'’\-][^\W\d_]*+)?\Z")
_SENTENCE_END = re.compile(r"[.؟?!…۔؛،][\"'”’»)\]]*$")
_NAME = r"[^\n()\[\]/]{2,25}?"
_INLINE_AGENCY = re.compile(
    r"(?P<place>[^\n\d()\[\]:،,.]{2,40}?)?(?:\s{1,20}في\s{1,20}(?P<day>[^\n()/:]{3,25}?))?"
    rf"{_BLANKS}(?:[(\[]{_BLANKS}(?P<in_brackets>{_NAME}){_BLANKS}[)\]]{_BLANKS}[-–—:]+"
    rf"|/{_BLANKS}(?P<on_wire>{_NAME}){_BLANKS}/[-–—:.\s]*"
    rf"|[–—-]{_BLANKS}(?P<after_dash>{_NAME}){_BLANKS}[-–—:]){_BLANKS}(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Byline:
    """What a byline says; `length` is how much of the line it takes, in code points."""

    author: str | None = None
    source: str | None = None
    published: str | None = None
    length: int = 0


def byline_of(line: str, *, first: bool = False) -> Byline | None:
    """Give what a whole line says as a byline, or None when it is none.

    On the `first` line, where a title is expected, and on the last, only plain signs count: a date, a known
    agency beside something else, "وكالة", a colon after "كتب".
    """
    bare = line.strip(" \t\u00a0\u200e\u200f*_|•()[]")
    if published := parse_date(bare) or _placed_date(bare):
        return Byline(published=published, length=len(line))
    if not bare or len(bare) > 90 or len(bare.split()) > 12:
        return None
    if _SENTENCE_END.search(bare):
        return None
    if (stated := _SOURCE.fullmatch(bare)) and len(stated["name"].split()) <= 6:
        return Byline(source=stated["name"].strip(), length=len(line))
    if (
        (stated := _WRITER.fullmatch(bare))
        and (stated["mark"] or not first)
        and (writer := _of_writer(stated["name"]))
    ):
        author, source = writer
        return Byline(author, source, length=len(line))
    parts = [part.strip() for part in _PARTS.split(bare) if part.strip()]
    if _COLON.search(bare) and not any(_is_agency(part) for part in parts):
        return None  # "صفاقس : القبض على سارق" is a headline
    return _of_parts(parts, line, first=first)


def _placed_date(line: str) -> str | None:
    """Give the date of a line such as "الرياض، 25 مارس 2024": a known place, then nothing but a date."""
    town, *date = _PLACE_END.split(line[:200], maxsplit=1)
    return parse_date(date[0]) if date and _is_place(town) else None


def leading_byline(line: str) -> Byline | None:
    """Give a byline before the text on one line: "وكالة الناس- مأمون الخوالدة – في", "CAIRO (AP) - The"."""
    head = line[:120]
    if pair := _PAIR.match(head):
        source, author = pair["source"].strip(), pair["author"].strip()
        if _is_organ(source) and _is_name(author):
            return Byline(author, source, None, pair.end())
        if _is_place(source) and (_is_agency(author) or _is_organ(author)):
            return Byline(None, author, None, pair.end())
    if wire := _INLINE_AGENCY.match(head):
        agency = wire["in_brackets"] or wire["on_wire"] or wire["after_dash"] or ""
        if _is_agency(agency) and len((wire["place"] or "").split()) <= 4:
            published = parse_date(wire["day"]) if wire["day"] else None
            return Byline(None, agency.strip(), published, wire.end())
    if (writer := _WRITER_INLINE.match(head)) and _is_name(writer["name"]):
        return Byline(writer["name"].strip(), None, None, writer.end())
    return None


def _of_writer(name: str) -> tuple[str, str | None] | None:
    """Part `John Smith, Reuters` into author and source; None when it is no name."""
    parts = [part.strip() for part in _NAME_END.split(name) if part.strip()]
    if not parts or len(parts) > 3 or not _is_name(parts[0]):
        return None
    source = next((part for part in parts[1:] if _is_agency(part) or _is_organ(part)), None)
    return parts[0], source


def _of_parts(parts: list[str], line: str, *, first: bool) -> Byline | None:
    """Give what the parts of a line, between its dashes, say together; None when they may be a title."""
    if not 2 <= len(parts) <= 4:
        alone = len(parts) == 1 and not first and _is_agency(parts[0])
        return Byline(source=parts[0], length=len(line)) if alone else None
    author = source = published = None
    sure = 0
    for part in parts:
        if date := parse_date(part):
            published, sure = date, sure + 1
        elif _is_agency(part) or (_is_organ(part) and (not first or _PRESS.match(part))):
            source, sure = source or part, sure + 1
        elif _is_place(part):
            sure += not first
        elif len(part.split()) > 5 or not _is_name(part):
            return None
        elif part is not parts[0]:
            # A place is followed by who reports: a person of two or more names, or a paper of one.
            if len(part.split()) >= 2 and not part.startswith("ال"):
                author = author or part
            else:
                source = source or part
    if sure == 0 and (first or len(parts) > 2 or max(len(part.split()) for part in parts) > 2):
        return None  # a subtitle may have a dash too
    return Byline(author, source, published, len(line)) if author or source or published else None


def _is_agency(name: str) -> bool:
    return " ".join(name.replace("«", "").replace("»", "").replace('"', "").lower().split()) in AGENCIES


def _is_organ(name: str) -> bool:
    return bool(_ORGAN.match(name)) and len(name.split()) <= 6


def _is_place(name: str) -> bool:
    return name.strip().lower() in PLACES


def _is_name(name: str) -> bool:
    words = name.strip().split()
    return 1 <= len(words) <= 6 and all(_NAME_WORD.match(word) for word in words)
