"""The paragraphs of a Word document as a reader sees them, with every change of its record accepted.

Wrappers (content controls, smart tags, fields, links) give what they hold; deletions, text moved away,
hidden text, instructions of fields and tables of contents are left out. Text boxes and notes follow the
paragraph that they stand in. Streams through `parts`; knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from index.articles.documents.parts import attribute

_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_MATHS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "http://purl.oclc.org/ooxml/officeDocument/math",
)
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
# Deleted or moved away; instructions; what stands above words as a reading aid; changes of format.
_SILENT = frozenset(
    [
        *(
            "del",
            "moveFrom",
            "delText",
            "delInstrText",
            "instrText",
            "rt",
            "numberingChange",
            "tblGridChange",
        ),
        *("pPrChange", "rPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "trPrChange"),
        "tcPrChange",
    ]
)
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OFF = ("0", "false", "off")
_CONTENTS = "table of contents"


@dataclass(slots=True)
class Paragraph:
    """One paragraph, or a row of a table as one; `style` is its style's id, `notes` the notes it cites."""

    text: str
    style: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """A paragraph being read."""

    pieces: list[str] = field(default_factory=list)
    style: str = ""
    notes: list[str] = field(default_factory=list)
    after: list[Paragraph] = field(default_factory=list)  # of its text boxes
    joins_next: bool = False  # its mark was deleted


@dataclass(slots=True)
class _Table:
    cells: list[str] = field(default_factory=list)
    after: list[Paragraph] = field(default_factory=list)
    row_deleted: bool = False
    cell_hidden: bool = False


@dataclass(slots=True)
class _Run:
    pieces: list[str] = field(default_factory=list)
    hidden: bool = False


@dataclass(slots=True)
class _Control:
    """A content control: `hidden` when it shows a prompt, or is the table of contents."""

    hidden: bool = False


class Story:
    """Collects the paragraphs of one part: give `start`, `end` and `text` to Package.walk."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self.notes: dict[str, list[Paragraph]] = {}  # by id, in parts of notes
        self._flows: list[list[Paragraph]] = [self.paragraphs]  # body, then cells and text boxes
        self._open: list[_Open | None] = [None]  # the paragraph of each flow
        self._carried: list[_Open | None] = [None]  # whose mark was deleted, and which goes on
        self._tables: list[_Table] = []
        self._runs: list[_Run] = []
        self._controls: list[_Control] = []
        self._fields: list[bool] = []  # of each open field, whether its result has begun
        self._choices: list[bool] = []
        self._path: list[str] = []
        self._silent = 0  # how many silent elements are open
        self._in_text = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take in the beginning of an element."""
        space, _, name = tag.rpartition(" ")
        if space in _MATHS:
            name = f"m:{name}"
        elif space == _COMPATIBILITY:
            name = f"mc:{name}"
        elif space not in _WORD:
            name = f"x:{name}"
        inside = self._path[-1] if self._path else ""
        self._path.append(name)
        if self._silent or self._is_silent(name, inside):
            self._silent += 1
            if inside in ("rPr", "trPr", "tcPr"):
                self._mark(name, attributes)
            return
        self._begin(name, inside, attributes)

    def end(self, _tag: str) -> None:
        """Take in the end of an element."""
        name = self._path.pop()
        if self._silent:
            self._silent -= 1
            return
        closing = _CLOSING.get(name)
        if closing is not None:
            closing(self)

    def text(self, text: str) -> None:
        """Take in text, which counts inside `w:t` only."""
        if self._in_text and not self._silent:
            self._put(text)

    def close(self) -> None:
        """End what is still open, as a document cut short leaves it."""
        for flow in range(len(self._flows)):
            carried = self._carried[flow]
            if carried is not None:
                self._flows[flow].extend(_paragraphs_of(carried))
                self._carried[flow] = None

    def _is_silent(self, name: str, inside: str) -> bool:
        if name == "mc:Choice" or name == "mc:Fallback":
            if not self._choices or self._choices[-1]:
                return bool(self._choices)
            self._choices[-1] = True
            return False
        return name in _SILENT

    def _mark(self, name: str, attributes: Mapping[str, str]) -> None:
        """Note a deletion that properties state: of a paragraph's mark, or of a row."""
        if name == "del" and self._path[-2] == "trPr" and self._tables:
            self._tables[-1].row_deleted = True
        elif (
            name in ("del", "moveFrom")
            and self._path[-2] == "rPr"
            and self._path[-3:-2] == ["pPr"]
            and (paragraph := self._open[-1])
        ):
            paragraph.joins_next = True

    def _begin(self, name: str, inside: str, attributes: Mapping[str, str]) -> None:
        value = attribute(attributes, "val") or ""
        if name == "p":
            opened = self._carried[-1] or _Open()
            opened.joins_next = False
            self._open[-1], self._carried[-1] = opened, None
        elif name == "pStyle" and (paragraph := self._open[-1]) is not None:
            paragraph.style = value
        elif name == "r" or name == "m:r":
            self._runs.append(_Run())
        elif name == "vanish" and inside == "rPr" and self._path[-3:-2] == ["r"] and value not in _OFF:
            self._runs[-1].hidden = True
        elif name in ("t", "m:t"):
            self._in_text = True
        elif name in _SIGNS and inside != "tabs":
            self._put(_SIGNS[name])
        elif name == "sym":
            self._put(_symbol(attributes))
        elif name in ("footnoteReference", "endnoteReference") and (paragraph := self._open[-1]) is not None:
            if not self._hidden():
                paragraph.notes.append(f"{name[:-9]} {attribute(attributes, 'id')}")
        elif name == "fldChar":
            self._field(attribute(attributes, "fldCharType"))
        elif name in ("footnote", "endnote"):
            identity = f"{name} {attribute(attributes, 'id')}"
            self._enter(self.notes.setdefault(identity, []))
        elif name == "txbxContent":
            self._enter([])
        elif name == "tbl":
            self._tables.append(_Table())
        elif name == "tc":
            self._enter([])
        elif name in ("cellDel", "vMerge") and inside == "tcPr" and self._tables:
            # Of merged cells the first is shown; what the others may still hold is not.
            self._tables[-1].cell_hidden |= name == "cellDel" or value != "restart"
        elif name == "sdt":
            self._controls.append(_Control())
        elif self._controls and name in ("showingPlcHdr", "docPartGallery"):
            control = self._controls[-1]
            control.hidden |= value not in _OFF if name == "showingPlcHdr" else value.lower() == _CONTENTS
        elif name == "mc:AlternateContent":
            self._choices.append(False)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _hidden(self) -> bool:
        """Tell whether text here is not shown: in a prompt, or in a field inside another's instruction."""
        return any(control.hidden for control in self._controls) or not all(self._fields[:-1])

    def _put(self, text: str) -> None:
        if self._hidden() or self._open[-1] is None:
            return
        (self._runs[-1].pieces if self._runs else self._open[-1].pieces).append(text)

    def _enter(self, flow: list[Paragraph]) -> None:
        self._flows.append(flow)
        self._open.append(None)
        self._carried.append(None)
        self._runs.append(_Run())  # a text box stands in a run of the paragraph outside

    def _leave(self) -> list[Paragraph]:
        if (carried := self._carried.pop()) is not None:
            self._flows[-1].extend(_paragraphs_of(carried))
        self._open.pop()
        self._runs.pop()
        return self._flows.pop()

    def _end_run(self) -> None:
        run = self._runs.pop()
        if not run.hidden and (paragraph := self._open[-1]) is not None:
            paragraph.pieces.extend(run.pieces)

    def _end_paragraph(self) -> None:
        paragraph = self._open[-1]
        self._open[-1] = None
        if paragraph is None:
            return
        if paragraph.joins_next:
            self._carried[-1] = paragraph
        else:
            self._flows[-1].extend(_paragraphs_of(paragraph))

    def _end_box(self) -> None:
        box = self._leave()
        if (paragraph := self._open[-1]) is not None:
            paragraph.after.extend(box)
        else:
            self._flows[-1].extend(box)

    def _end_cell(self) -> None:
        cell = self._leave()
        if not self._tables:
            return
        table = self._tables[-1]
        if not table.cell_hidden:
            table.cells.append("\n".join(paragraph.text for paragraph in cell if paragraph.text))
            table.after.extend(Paragraph("", notes=paragraph.notes) for paragraph in cell if paragraph.notes)
        table.cell_hidden = False

    def _end_row(self) -> None:
        if not self._tables:
            return
        table = self._tables[-1]
        cells = [cell for cell in table.cells if cell]
        if cells and not table.row_deleted:
            joint = "\n" if any("\n" in cell for cell in cells) else " "
            notes = [note for paragraph in table.after for note in paragraph.notes]
            self._flows[-1].append(Paragraph(joint.join(cells), notes=notes))
        table.cells, table.after, table.row_deleted = [], [], False

    def _end_text(self) -> None:
        self._in_text = False

    def _end_table(self) -> None:
        self._tables.pop()

    def _end_control(self) -> None:
        self._controls.pop()

    def _end_choices(self) -> None:
        self._choices.pop()

    def _end_note(self) -> None:
        self._leave()


_CLOSING = {
    "r": Story._end_run,
    "m:r": Story._end_run,
    "p": Story._end_paragraph,
    "t": Story._end_text,
    "m:t": Story._end_text,
    "txbxContent": Story._end_box,
    "tc": Story._end_cell,
    "tr": Story._end_row,
    "tbl": Story._end_table,
    "sdt": Story._end_control,
    "mc:AlternateContent": Story._end_choices,
    "footnote": Story._end_note,
    "endnote": Story._end_note,
}


def _paragraphs_of(paragraph: _Open) -> Iterator[Paragraph]:
    text = "".join(paragraph.pieces).strip()
    if text or paragraph.notes:
        yield Paragraph(text, paragraph.style, paragraph.notes)
    yield from paragraph.after


def _symbol(attributes: Mapping[str, str]) -> str:
    """Give a character given by number; those of symbol fonts lie in the private area and mean nothing."""
    try:
        code = int(attribute(attributes, "char") or "", 16)
    except ValueError:
        return ""
    private = 0xE000 <= code <= 0xF8FF or 0xD800 <= code <= 0xDFFF
    return "" if private or not 0x20 <= code <= 0xFFFF else chr(code)
