"""Small files of every kind that is read, and the tokens that their formats are made of."""

from __future__ import annotations

import csv
import gzip
import io
import json

from tests.article_files import BODY, ENGLISH, OTHER, PARAGRAPH
from tests.office_files import archive, book, cell, notes, packed, paragraph, run, word, workbook

_PAGE = (
    f'<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>عنوان | موقع</title>'
    '<meta property="article:published_time" content="2025-09-30T08:00:00+03:00"><meta name="author"'
    f' content="منى"></head><body><nav><a href="/">أ</a></nav><article><h1>عنوان</h1><p>{PARAGRAPH}</p>'
    f"<table><tr><td>أ</td></tr></table><p>{OTHER}</p></article><footer>© 2025</footer></body></html>"
)
_FEED = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>موقع</title><language>ar</language><item>'
    f"<title>خبر</title><link>https://example.org/1</link><guid>1</guid><dc:creator>منى</dc:creator><pubDate>"
    f"Tue, 30 Sep 2025 08:00:00 +0300</pubDate><content:encoded><![CDATA[<p>{PARAGRAPH}</p>]]>"
    "</content:encoded></item></channel></rss>"
)
_ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>موقع</title><entry><title>خبر</title><id>urn:1</id>'
    f'<updated>2025-09-30T08:00:00Z</updated><author><name>منى</name></author><content type="xhtml"><div'
    f' xmlns="http://www.w3.org/1999/xhtml"><p>{PARAGRAPH} <b>x</b></p></div></content></entry></feed>'
)
_WXR = (
    '<rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    "<channel><item><title>خبر</title><wp:post_id>7</wp:post_id><wp:post_type>post</wp:post_type><wp:status>"
    "publish</wp:status><wp:post_date_gmt>2025-09-30 08:00:00</wp:post_date_gmt><content:encoded><![CDATA["
    f"[caption]x[/caption] {PARAGRAPH}]]></content:encoded></item></channel></rss>"
)
_MARKDOWN = (
    "---\ntitle: عنوان\ndate: 2025-09-30\nauthors:\n  - name: سعاد\ntags: [أ, ب]\nn: 3\n---\n\n"
    "# عنوان\n\nنص **مهم** مع [رابط](http://x 'y') و`كود`.\n\n- بند\n  1. آخر\n\n| أ | ب |\n|---|:-:|\n"
    f'| 1 | 2 |\n\n<div dir="rtl">\n{OTHER}'
    "\n</div>\n\n> اقتباس\n\n```py\nx\n```\n\n[1]: http://x\n"
)
_RECORD = {
    "id": "x/1",
    "title": "عنوان",
    "text": PARAGRAPH,
    "published": "2025-09-30",
    "author": ["أ"],
    "n": 1.5,
}
_COMPLEX = (
    paragraph("عنوان", properties='<w:pStyle w:val="Title"/>')
    + paragraph(PARAGRAPH, '<w:r><w:footnoteReference w:id="2"/></w:r>', f"<w:ins>{run('x')}</w:ins>")
    + paragraph(f"<w:del>{run('y')}</w:del>", properties="<w:rPr><w:del/></w:rPr>")
    + f"<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{paragraph('أ')}</w:tc>"
    + f"<w:tc>{paragraph('ب')}</w:tc></w:tr></w:tbl>"
    + f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph(OTHER)}</w:sdtContent></w:sdt>"
    + paragraph('<w:r><w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="separate"/></w:r>', "ج")
)


def _table(delimiter: str) -> str:
    output = io.StringIO()
    writer = csv.writer(output, delimiter=delimiter)
    writer.writerows(
        [
            ["id", "title", "text", "date"],
            ["1", "عنوان", f'{PARAGRAPH}\n"x", y', "2025-09-30"],
            ["2", "", OTHER, ""],
        ]
    )
    return output.getvalue()


def _pdf() -> list[bytes]:
    """A page of text; none where the library that makes it is not installed."""
    try:
        from reportlab.pdfgen.canvas import Canvas
    except ImportError:
        return [b"%PDF-1.4\n%%EOF"]
    files = []
    for compressed in (0, 1):
        target = io.BytesIO()
        canvas = Canvas(target, pageCompression=compressed)
        canvas.drawString(100, 700, "A sentence in a file that will be broken.")
        canvas.showPage()
        canvas.save()
        files.append(target.getvalue())
    return files


def _encodings(text: str) -> list[bytes]:
    return [text.encode(encoding, "replace") for encoding in ("utf-8", "utf-16", "cp1256")]


_BOOK = book(
    {
        "a.xhtml": f'<h1>الفصل</h1><p>{PARAGRAPH}<a epub:type="noteref" href="#n">1</a></p><nav>x</nav>',
        "b.xhtml": f"<p>{PARAGRAPH}&nbsp;<br></p>",
    },
    metadata="<dc:title>كتاب</dc:title><dc:creator id='a'>سعاد</dc:creator><dc:date>2020</dc:date>"
    "<meta refines='#a' property='role'>aut</meta>",
)
_WORKBOOK = workbook(
    [
        (
            "s",
            f"<row r='1'>{cell('A1', 'text')}<c r='B1' t='s'><v>0</v></c></row>"
            f"<row r='2'>{cell('A2', PARAGRAPH)}<c r='B2' s='1'><v>45360.5</v></c></row>",
        ),
        ("ثان", f"<row>{cell('', 'text')}</row><row>{cell('', OTHER)}</row>"),
    ],
    others={
        "xl/strings.xml": "<sst NS><si><t>date_x000D_</t></si></sst>",
        "xl/styles.xml": '<styleSheet NS><numFmts><numFmt numFmtId="164" formatCode="yyyy"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    },
)

# Kinds that are archives of parts.
PACKED = frozenset([".docx", ".xlsx", ".epub", ".zip"])
SAMPLES: dict[str, list[bytes]] = {
    ".txt": [*_encodings(f"عنوان\nمسقط - الرؤية\n\n{PARAGRAPH}\n\n{OTHER}\n"), ENGLISH.encode()],
    ".md": [_MARKDOWN.encode(), f"# عنوان\n\n{BODY}".encode()],
    ".jsonl": [json.dumps(_RECORD).encode() + b"\n" + json.dumps(_RECORD, ensure_ascii=False).encode()],
    ".json": [json.dumps([_RECORD, {"id": 2}]).encode(), json.dumps(_RECORD).encode()],
    ".csv": [*_encodings(_table(",")), ("sep=;\r\n" + _table(";")).encode(), _table("|").encode()],
    ".tsv": _encodings(_table("\t")),
    ".html": _encodings(_PAGE),
    ".xml": [_FEED.encode(), _ATOM.encode(), b"<urlset><url><loc>https://example.org/1</loc></url></urlset>"],
    ".atom": [_ATOM.encode()],
    ".wxr": [_WXR.encode()],
    ".pdf": _pdf(),
    ".docx": [
        word(
            _COMPLEX,
            others={
                "word/footnotes.xml": notes("footnotes", {"2": "حاشية"}),
                "word/styles.xml": '<w:styles NS><w:style w:styleId="Title"><w:name w:val="Title"/></w:style>'
                "</w:styles>",
                "docProps/core.xml": '<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>أ</dc:creator></c>',
            },
        )
    ],
    ".xlsx": [_WORKBOOK],
    ".epub": [_BOOK],
    ".zip": [
        packed({"a.txt": PARAGRAPH, "b/c.md": _MARKDOWN, "d.jsonl": json.dumps(_RECORD)}),
        archive(
            [
                ("حديقة.txt".encode("cp1256"), PARAGRAPH.encode(), None),
                (b"???.txt", OTHER.encode(), "مدرسة.txt"),
            ]
        ),
    ],
    ".txt.gz": [gzip.compress(PARAGRAPH.encode()), gzip.compress(OTHER.encode()) * 2],
    ".jsonl.gz": [gzip.compress(json.dumps(_RECORD).encode())],
}


def _tokens(*texts: str) -> list[bytes]:
    return [text.encode("utf-8", "surrogatepass") for text in texts]


_MARKUP = (
    *(
        "<p>",
        "</p>",
        "<div dir=rtl>",
        "<a href=x>",
        "<br/>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<?x",
        "<![foo]>",
    ),
    *(
        "<h1>",
        "&amp;",
        "&#0;",
        "&#xD800;",
        "&nbsp;",
        "&x;",
        "<table>",
        "<td>",
        "<",
        ">",
        '"',
        "خبر اليوم ",
        "\x00",
    ),
)
TOKENS: dict[str, list[bytes]] = {
    ".txt": _tokens(
        "خبر ", ". ", "\n", "\r", "\u2028", "\u200f", "كتب: ", "30 سبتمبر 2025", "(رويترز) - ", "  ", "شارك"
    ),
    ".md": _tokens(
        *(
            "---\n",
            "a: ",
            "b:\n  - ",
            "[",
            "]",
            "(",
            ")",
            "{",
            "}",
            "!",
            "!!bool ",
            "!!timestamp ",
            "!!binary ",
            "&a ",
        ),
        *(
            "*a",
            "# ",
            "- ",
            "> ",
            "```\n",
            "|",
            "|-|\n",
            "\n",
            "\n\n",
            "<div>",
            "</div>",
            "<!--",
            "-->",
            "`",
            "**",
        ),
        *(
            '"\\ud800"',
            "title: ",
            "date: ",
            "authors: ",
            ".inf",
            ".nan",
            "0x",
            "1:59",
            "9" * 5_000,
            "? ",
            "\t",
            "نص ",
        ),
    ),
    ".jsonl": _tokens(
        *(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            '"',
            '"id"',
            '"text"',
            '"published"',
            '"author"',
            '"lang"',
            "\\ud800",
            "NaN",
        ),
        *(
            '{"id": 1, "text": "a b", "k": ',
            "1e999",
            "-Infinity",
            "9" * 5_000,
            "\n",
            "null",
            "true",
            '"x"',
            "[" * 700,
        ),
    ),
    ".csv": _tokens(
        "id", "text", ",", ";", "\t", "|", "\n", "\r", '"', "sep=;", "نص طويل ", "\x00", "\ufeff", "<![foo]>"
    ),
    ".html": _tokens("<html>", "<body>", "<article>", "<script>", "<svg>", *_MARKUP),
    ".xml": _tokens(
        *(
            "<rss>",
            "<channel>",
            "<item>",
            "</item>",
            "<title>",
            "</title>",
            "<description>",
            "<!DOCTYPE a [",
            "<feed>",
        ),
        *(
            '<?xml version="1.0" encoding="x"?>',
            "<entry>",
            '<content type="xhtml">',
            "<link/>",
            "</a:b>",
            *_MARKUP,
        ),
    ),
}
TOKENS[".json"] = TOKENS[".jsonl"]
TOKENS[".tsv"] = TOKENS[".csv"]
TOKENS[".atom"] = TOKENS[".wxr"] = TOKENS[".xml"]
