"""Plain text files: where the title, byline, date and text of one article are.

Lines end as they do on Unix, lines of no-break spaces are blank, and lines that were wrapped at a fixed
width are joined again, since a line end ends a sentence everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from index.articles.drafts.bylines import Byline, byline_of, leading_byline
from index.articles.drafts.furniture import is_furniture, strip_furniture
from index.articles.files.bounds import check_article_size
from index.articles.files.decoding import decode
from index.articles.files.sources import Draft, File
from index.text.lexicon import read_lexicon
from index.text.sentences import clause_spans, sentences_over
from index.text.tashkeel import letters, unvowelled

TITLE_WORDS = 20
TITLE_LETTERS = 180
_OPENING_LETTERS = 4_000  # of a text in which its first sentence is looked for
OPENING_WORDS = 12
_OPENING_LEAST = 5
_HEAD_LINES = 4  # lines after the title that may be byline and date
_FOOT_LINES = 4

_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_BLANKS = " \t\u00a0\u3000\ufeff" + "".join(
    chr(point)
    for first, last in ((0x200B, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069))
    for point in range(first, last + 1)
)
_NOT_A_TITLE = re.compile(r"(?<![.…])[.،,;؛۔:](?:[\"'”’»)\]]*)$")
# Words that lean on the next one: a title does not end with them.
_LEANING = frozenset(read_lexicon("titles", "leaning").words("leaning"))
_QUOTES = re.compile(r"[\"“”«»()\[\]]")


def read(file: File) -> Iterator[Draft]:
    """Give the one article of a text file."""
    yield draft_of(decode(file.read()))


def draft_of(text: str, *, title: str = "", dated_lines: bool = False) -> Draft:
    """Give the article that a plain text holds; its `title` where that is known already.

    With `dated_lines`, a line at the head that is nothing but a date stays, and is read all the same: so
    letters begin. Raises Unreadable for a text longer than any article.
    """
    check_article_size(text)
    lines = _without_blank_edges(strip_furniture(unwrap(tidy(text).split("\n"))))
    draft = Draft(title=" ".join(title.split()))
    if draft.title and lines and " ".join(lines[0].split()) == draft.title and len(lines) > 1:
        lines = _without_blank_edges(lines[1:])
    rest = lines
    if not draft.title and (stated := _title_of(lines)):
        draft.title, rest = stated, lines[1:]
    rest = _take_head(draft, rest, first=not draft.title, dated_lines=dated_lines)
    if not draft.title and (stated := _title_of(rest)):
        draft.title = stated
        rest = _take_head(draft, rest[1:], first=False, dated_lines=dated_lines)
    rest = _take_foot(draft, rest)
    draft.text = re.sub(r"\n{3,}", "\n\n", "\n".join(rest)).strip()
    if not draft.text:
        draft.text = "\n".join(lines).strip()
    if not draft.title:
        draft.title = opening_words(draft.text)
    return draft


def tidy(text: str) -> str:
    """Give `text` with Unix line ends, and nothing invisible at the end of a line."""
    # A pattern for blanks at a line's end tries every blank of a long run anew; rstrip reads it once.
    return "\n".join(line.rstrip(_BLANKS) for line in _LINE_END.sub("\n", text).split("\n"))


def unwrap(lines: list[str]) -> list[str]:
    """Join the lines of paragraphs that were wrapped at a fixed width; other lines stay as they are.

    Wrapped text has many lines, all but the last of each paragraph nearly as long as the longest, most
    of them ending without the end of a sentence.
    """
    lengths = sorted(len(line) for line in lines if line.strip())
    if len(lengths) < 8 or not 50 <= lengths[-1] <= 100:
        return lines
    width = lengths[-1]
    inner = [
        line
        for line, after in zip(lines, lines[1:], strict=False)
        if line.strip() and after.strip() and not after.startswith((" ", "\t", "-", "*", "•"))
    ]
    full = [line for line in inner if len(line) > width - 18]
    if len(inner) < 6 or len(full) < 0.8 * len(inner) or sum(map(_ends_sentence, full)) > 0.4 * len(full):
        return lines
    joined: list[list[str]] = []
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else ""
        if line.strip() and len(before) > width - 18 and not line.startswith((" ", "\t", "-", "*", "•")):
            joined[-1].append(line.strip())
        else:
            joined.append([line])
    return [" ".join(pieces) for pieces in joined]


def own_title(title: str, text: str) -> str:
    """Give the title, or nothing where it is but the opening words of the text, which say nothing more."""
    return "" if _is_opening(title, text[: 2 * _OPENING_LETTERS]) else title


@lru_cache(256)  # an article is asked about once for each of its passages
def _is_opening(title: str, beginning: str) -> bool:
    return _stem_of(unvowelled(title)) == _stem_of(opening_words(unvowelled(beginning)))


def _stem_of(title: str) -> str:
    return title.rstrip("… ")


def opening_words(text: str) -> str:
    """Give a title made of the first words of `text`, cut where a clause or a word ends."""
    text = text[:_OPENING_LETTERS]
    first = len(text) - len(text.lstrip())
    spans = sentences_over(text, first, first + 1)
    if not spans:
        return ""
    start, end = spans[0]
    sentence = text[start:end]
    if len(sentence.split()) <= OPENING_WORDS + 4 and letters(sentence) <= TITLE_LETTERS:
        return sentence.rstrip(" .،؛:,;")
    clause_start, clause_end = clause_spans(sentence, min_words=_OPENING_LEAST)[0]
    clause = sentence[clause_start:clause_end]
    if _OPENING_LEAST <= len(clause.split()) <= OPENING_WORDS and letters(clause) <= TITLE_LETTERS:
        return clause.rstrip(" .،؛:,;") + "…"
    words = sentence.split()[:OPENING_WORDS]
    # A title does not end inside quotation marks that it opened.
    for count in range(len(words), _OPENING_LEAST, -1):
        if _balanced(" ".join(words[:count])):
            words = words[:count]
            break
    while len(words) > _OPENING_LEAST and words[-1].lower() in _LEANING:
        words.pop()
    return " ".join(words)[:TITLE_LETTERS].rstrip(" .،؛:,;-–—") + "…"


def _title_of(lines: list[str]) -> str | None:
    """Give the first line, when it is a title: short, no sentence, and text follows it."""
    if len(lines) < 2:
        return None
    line = lines[0].strip()
    following = [other for other in lines[1:] if other.strip()]
    if (
        not following
        or len(line.split()) > TITLE_WORDS
        or letters(line) > TITLE_LETTERS
        or _NOT_A_TITLE.search(line)
    ):
        return None
    if byline_of(line, first=True) or leading_byline(line):
        return None
    if len(line) >= 0.8 * max(map(len, following)) and lines[1].strip():
        return None  # lines of one kind: verses, a list
    return re.sub(r"^#+\s*", "", line)


def _take_head(draft: Draft, lines: list[str], *, first: bool, dated_lines: bool = False) -> list[str]:
    """Take bylines, dates and furniture off the head of `lines`; give the others."""
    number = seen = 0
    while number < len(lines) and seen < _HEAD_LINES:
        line = lines[number]
        if line.strip():
            seen += 1
            byline = byline_of(line, first=first)
            longer = any(len(other) > 2 * len(line) for other in lines[number + 1 :])
            if not longer or not (byline or is_furniture(line)):
                break
            _note(draft, byline)
            if byline and dated_lines and not (byline.author or byline.source):
                break
        number += 1
    rest = _without_blank_edges(lines[number:])
    if rest and (byline := leading_byline(rest[0])) and len(rest[0]) > byline.length + 40:
        _note(draft, byline)
        rest = [rest[0][byline.length :].lstrip(), *rest[1:]]
    return rest


def _take_foot(draft: Draft, lines: list[str]) -> list[str]:
    last = len(lines)
    for _ in range(_FOOT_LINES):
        while last and (not lines[last - 1].strip() or is_furniture(lines[last - 1])):
            last -= 1
        byline = byline_of(lines[last - 1], first=True) if last > 1 else None
        if not byline or lines[last - 1].lstrip().startswith("["):
            break
        _note(draft, byline)
        last -= 1
    return lines[:last] if any(line.strip() for line in lines[:last]) else lines


def _note(draft: Draft, byline: Byline | None) -> None:
    if byline:
        draft.author = draft.author or byline.author
        draft.source = draft.source or byline.source
        draft.published = draft.published or byline.published


def _without_blank_edges(lines: list[str]) -> list[str]:
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return lines[first:last]


def _ends_sentence(line: str) -> bool:
    return bool(re.search(r"[.؟?!…۔:][\"'”’»)\]]*$", line.strip()))


def _balanced(words: str) -> bool:
    marks = _QUOTES.findall(words)
    return (
        marks.count('"') % 2 == 0
        and marks.count("«") == marks.count("»")
        and marks.count("“") == marks.count("”")
        and marks.count("(") == marks.count(")")
        and marks.count("[") == marks.count("]")
    )
