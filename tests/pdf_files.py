"""PDF files written by hand: a page from its content stream, and files made to do harm."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

Parts = Sequence[bytes]


def pdf(objects: Parts, *, root: int = 1, cross_references: bool = True) -> bytes:
    """A file of the given objects, numbered from 1."""
    body = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    if cross_references:
        body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<</Root %d 0 R /Size %d>>\nstartxref\n%d\n%%%%EOF" % (root, len(objects) + 1, start)
    return bytes(body)


def stream(content: bytes, extra: bytes = b"", *, packed: int = 0) -> bytes:
    """A stream object, packed so many times over."""
    for _ in range(packed):
        content = zlib.compress(content, 9)
    if packed:
        extra += b"/Filter[%s]" % (b"/FlateDecode " * packed)
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (extra, len(content), content)


def document(
    content: bytes,
    *,
    forms: Parts = (),
    packed: int = 0,
    count: int = 1,
    page: bytes = b"",
    pages: bytes = b"3 0 R",
) -> bytes:
    """A file of one page with Helvetica as F1 and the forms as X0, X1 and so on."""
    named = b"".join(b"/X%d %d 0 R" % (number, 6 + number) for number in range(len(forms)))
    resources = b"<</Font<</F1 5 0 R>>/XObject<<%s>>>>" % named
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count %d>>" % (pages, count),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources %s%s>>"
            % (resources, page),
            stream(content, packed=packed),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *(
                stream(form, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources %s" % resources)
                for form in forms
            ),
        ]
    )


def letters(count: int, *, per_line: int = 80) -> bytes:
    """The content of a page with so many letters, drawn one by one, `per_line` of them on a line."""
    parts = [b"BT /F1 1 Tf"]
    for number in range(count):
        row, column = divmod(number, per_line)
        parts.append(b"1 0 0 1 %.2f %.2f Tm (a) Tj" % (column * 0.6, 790 - row * 1.2))
    return b"\n".join([*parts, b"ET"])


def document_of_glyphs(placed: Sequence[tuple[float, str]]) -> bytes:
    """A file of one page with one line of glyphs, each the characters that are given, at places in points."""
    texts = sorted({text for _, text in placed})
    codes = {text: 0x41 + number for number, text in enumerate(texts)}
    named = "\n".join(f"<{code:02X}> <{text.encode('utf-16-be').hex()}>" for text, code in codes.items())
    meaning = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def"
        " 1 begincodespacerange <00> <FF> endcodespacerange"
        f" {len(texts)} beginbfchar\n{named}\nendbfchar endcmap end end"
    )
    shown = " ".join(f"1 0 0 1 {x} 700 Tm <{codes[text]:02X}> Tj" for x, text in placed)
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R>>>>>>",
            stream(f"BT /F1 12 Tf {shown} ET".encode()),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
            stream(meaning.encode()),
        ]
    )


def document_of_pages(pages: Sequence[Sequence[str]], *, scan: bool = False) -> bytes:
    """A file with a page for each list of lines; with `scan`, one more that is a picture alone."""
    kids = range(6, 6 + 2 * (len(pages) + scan), 2)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        stream(
            b"\x80", b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
        ),
        b"<</Font<</F1 3 0 R>>/XObject<</I0 4 0 R>>>>",
    ]
    contents = [
        b"BT /F1 12 Tf 20 TL 72 720 Td %s ET" % b" ".join(b"(%s) Tj T*" % line.encode() for line in lines)
        for lines in pages
    ] + [b"q 500 0 0 700 50 50 cm /I0 Do Q"] * scan
    for at, content in enumerate(contents):
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources 5 0 R/Contents %d 0 R>>"
        objects += [page % (7 + 2 * at), stream(content)]
    return pdf(objects)
