"""Word documents, workbooks, books and archives written part by part, as no library writes them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_NAMESPACES = (
    f'xmlns:w="{_WORD}" xmlns:r="{_OFFICE}"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def relations(*related: tuple[str, str, str]) -> str:
    """A part of relationships: each an id, a kind and a target."""
    items = "".join(
        f'<Relationship Id="{identity}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for identity, kind, target in related
    )
    return f'<Relationships xmlns="{_PACKAGE}">{items}</Relationships>'


def run(text: str, properties: str = "") -> str:
    """A run of a Word paragraph."""
    shown = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{shown}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inner: str, properties: str = "") -> str:
    """A Word paragraph; plain text becomes a run."""
    shown = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{shown}" + "".join(part if part.startswith("<") else run(part) for part in inner) + "</w:p>"


def word(body: str, *, main: str = "word/document.xml", others: Mapping[str, str] | None = None) -> bytes:
    """A Word document of this body; `others` are further parts, whose `NS` stands for the name spaces."""
    parts = {
        "_rels/.rels": relations(("a", "officeDocument", main)),
        main: f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>",
    }
    for name, content in (others or {}).items():
        parts[name] = content.replace("NS", _NAMESPACES)
    return packed(parts)


def notes(kind: str, texts: Mapping[str, str]) -> str:
    """The part of a document's `footnotes` or `endnotes`, by id."""
    items = "".join(
        f'<w:{kind[:-1]} w:id="{identity}">{paragraph(text)}</w:{kind[:-1]}>'
        for identity, text in texts.items()
    )
    return f"<w:{kind} NS>{items}</w:{kind}>"


def cell(reference: str, text: str) -> str:
    """A cell that holds its text itself."""
    place = f' r="{reference}"' if reference else ""
    return f'<c{place} t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(
    sheets: Sequence[tuple[str, str]], *, others: Mapping[str, str] | None = None, extra: str = ""
) -> bytes:
    """A workbook of sheets, each a name and the XML of its rows; `extra` are sheets of `xl/workbook.xml`."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="s{n}"/>' for n, (name, _) in enumerate(sheets, start=1)
    )
    kinds = [(f"s{n}", "worksheet", f"worksheets/sheet{n}.xml") for n, _ in enumerate(sheets, start=1)]
    kinds += [("chart", "chartsheet", "chartsheets/sheet1.xml"), ("strings", "sharedStrings", "strings.xml")]
    kinds += [("styles", "styles", "styles.xml")]
    parts = {
        "_rels/.rels": relations(("a", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>{extra}{listed}'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(*kinds),
    }
    for n, (_, rows) in enumerate(sheets, start=1):
        inner = rows if "<sheetData" in rows else f"<sheetData>{rows}</sheetData>"
        parts[f"xl/worksheets/sheet{n}.xml"] = f'<worksheet xmlns="{_SHEET}">{inner}</worksheet>'
    parts.update(
        {name: content.replace("NS", f'xmlns="{_SHEET}"') for name, content in (others or {}).items()}
    )
    return packed(parts)


def book(
    chapters: Mapping[str, str],
    *,
    metadata: str = "<dc:title>كتاب الحديقة</dc:title>",
    head: str = "<title>x</title>",
    after: str = "",
) -> bytes:
    """An EPUB book of chapters: their names, and what stands in their bodies."""
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>',
        "OEBPS/content.opf": '<package xmlns="http://www.idpf.org/2007/opf"'
        ' xmlns:opf="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine>{after}</package>",
    }
    for name, body in chapters.items():
        parts[f"OEBPS/{name}"] = (
            '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"'
            f' xmlns:epub="http://www.idpf.org/2007/ops"><head>{head}</head><body>{body}</body></html>'
        )
    return packed(parts)


def archive(members: Sequence[tuple[bytes, bytes, str | None]]) -> bytes:
    """A zip archive whose names are these bytes, unmarked; with the name in UTF-8 beside it where given."""
    local, central = io.BytesIO(), io.BytesIO()
    for name, content, unicode_name in members:
        extra = b""
        if unicode_name is not None:
            field = struct.pack("<BL", 1, zlib.crc32(name)) + unicode_name.encode()
            extra = struct.pack("<HH", 0x7075, len(field)) + field
        sizes = struct.pack("<LLL", zlib.crc32(content), len(content), len(content))
        lengths = struct.pack("<HH", len(name), len(extra))
        header = struct.pack("<HHHHH", 20, 0, 0, 0, 33) + sizes + lengths
        central.write(
            b"PK\x01\x02" + struct.pack("<H", 20) + header + struct.pack("<HHHLL", 0, 0, 0, 0, local.tell())
        )
        central.write(name + extra)
        local.write(b"PK\x03\x04" + header + name + extra + content)
    end = struct.pack("<HHHHLLH", 0, 0, len(members), len(members), len(central.getvalue()), local.tell(), 0)
    return local.getvalue() + central.getvalue() + b"PK\x05\x06" + end
