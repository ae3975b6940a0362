"""Where a stretch of an article's text stands on its page: boxes of the lines and words that say it.

Lines are those that the text was read from. They are found in it again by their letters and digits alone, so
that what joined them (hyphens, white space, signs in another order) makes no difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.articles.pdf.bidi import is_right_to_left, logical_line
from index.articles.pdf.columns import rows_in_order
from index.articles.pdf.ink import Box
from index.articles.pdf.letters import Glyph
from index.articles.pdf.lines import Row, line_of

LEAST_LETTERS = 12  # of a line that is known where the text before it is not that of the page
WINDOW = 20_000  # letters in which such a line is looked for: a page has 5,000
LEAST_SHARE = 0.5  # of a text's letters are on its page; else the file is another one by now


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A row of the page, as it is read in one direction, and the span of the text's letters that it says."""

    row: Row
    start: int
    end: int
    right_to_left: bool


def boxes_of(glyphs: Sequence[Glyph], text: str, spans: Iterable[tuple[int, int]]) -> list[Box] | None:
    """Give boxes, in points of the page, of what says the `spans` of `text`: one a line, or a part of one.

    `text` is what was read from the page with these glyphs. None when most of it does not stand there.
    """
    marked = bytearray(len(text))
    for start, end in spans:
        marked[start:end] = b"\1" * len(marked[start:end])
    flags = [bool(flag) for flag, letter in zip(marked, text, strict=True) if letter.isalnum()]
    letters = _letters(text)
    stretches = _stretches(glyphs, letters)
    if not letters or sum(each.end - each.start for each in stretches) < LEAST_SHARE * len(letters):
        return None
    shown = {glyph.number: glyph for glyph in glyphs}  # as they stand: those of rows are turned to be level
    boxes: list[Box] = []
    for stretch in stretches:
        inside = flags[stretch.start : stretch.end]
        if all(inside):
            boxes.append(_box((glyph for _, word in _words(stretch) for glyph in word), shown))
        elif any(inside):
            boxes += [_box(part, shown) for part in _parts(stretch, inside)]
    return boxes


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _stretches(glyphs: Sequence[Glyph], letters: str) -> list[_Stretch]:
    """Give the rows that say something of the text, in order; a row that stands elsewhere too is not one."""
    stretches: list[_Stretch] = []
    position, before = 0, 0
    right_to_left = is_right_to_left("".join(glyph.text for glyph in glyphs))
    for row in rows_in_order(glyphs, right_to_left=right_to_left):
        readings = list(_readings(row))
        for start in (position, before):
            said = next((each for each in readings if letters.startswith(each[0], start)), None)
            if said is not None:
                if start < position:  # what was met further on was met there by chance, as a running title
                    stretches.pop()
                break
        else:
            ahead = ((letters.find(each[0], position, position + WINDOW), each) for each in readings)
            met = [found for found in ahead if found[0] >= 0 and len(found[1][0]) >= LEAST_LETTERS]
            if not met:
                continue
            (start, said), before = met[0], position
        assert said is not None
        stretches.append(_Stretch(row, start, start + len(said[0]), said[1]))
        before = before if start > position else start + len(said[0])
        position = start + len(said[0])
    return stretches


def _readings(row: Row) -> Iterator[tuple[str, bool]]:
    """Give the letters of a row and whether it is read from the right, the likelier way first."""
    line = line_of(row)
    right = line.right_letters >= line.left_letters
    for right_to_left in (right, not right):
        if letters := _letters(line.text(right_to_left=right_to_left)):
            yield letters, right_to_left


def _parts(stretch: _Stretch, inside: Sequence[bool]) -> Iterator[list[Glyph]]:
    """Give the glyphs of the words with a letter `inside`, those that stand side by side together.

    A word that a row has several times is told by how often it came before.
    """
    wanted: Counter[tuple[str, int]] = Counter()
    times: dict[str, int] = defaultdict(int)
    position = 0
    for word in line_of(stretch.row).text(right_to_left=stretch.right_to_left).split():
        letters = _letters(word)
        times[letters] += 1
        wanted[letters, times[letters]] += any(inside[position : position + len(letters)])
        position += len(letters)
    drawn = [word for word in _words(stretch) if word[0]]
    times.clear()
    part: list[Glyph] = []
    for letters, glyphs in drawn[::-1] if stretch.right_to_left else drawn:
        times[letters] += 1
        if wanted[letters, times[letters]]:
            part += glyphs
        elif part:
            yield part
            part = []
    if part:
        yield part


def _words(stretch: _Stretch) -> Iterator[tuple[str, list[Glyph]]]:
    """Give the words of a row from left to right: letters as they are read, and glyphs."""
    glyphs = (glyph for piece in stretch.row.pieces for glyph in piece.glyphs)
    for cell in line_of(stretch.row).cells:
        word: list[Glyph] = []
        texts: list[str] = []
        for text in (*cell, " "):
            if text != " ":
                word.append(next(glyphs))
                texts.append(text)
            elif word:
                yield _letters(logical_line(texts, right_to_left=stretch.right_to_left)), word
                word, texts = [], []


def _box(glyphs: Iterable[Glyph], shown: Mapping[int, Glyph]) -> Box:
    """Give the box around glyphs as they stand on the page."""
    whole = [shown.get(glyph.number, glyph) for glyph in glyphs]
    return Box(
        min(glyph.left for glyph in whole),
        min(glyph.bottom for glyph in whole),
        max(glyph.right for glyph in whole),
        max(glyph.top for glyph in whole),
    )
