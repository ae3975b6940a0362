"""Headings of documents: kept for the stretches of a Word document and of a chapter, named with quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Source
from assistant.citations import Quotation, number
from assistant.rendering.quotes import quote_as_markdown, quote_as_text
from assistant.rendering.shape import citation_to_json
from index.articles.drafts.heading_spans import heading_at, heading_spans
from index.passages import Passage
from tests.article_files import BODY, OTHER, PARAGRAPH, read
from tests.office_files import book, paragraph, word

_HEADING = '<w:pStyle w:val="a3"/>'
_STYLES = '<w:styles NS><w:style w:styleId="a3"><w:name w:val="heading 2"/></w:style></w:styles>'


def written_document():
    """A Word document with a heading over each of two of its paragraphs."""
    body = paragraph(BODY) + paragraph("التكلفة", properties=_HEADING) + paragraph(PARAGRAPH)
    body += paragraph("الخطوات القادمة", properties=_HEADING) + paragraph(OTHER)
    return word(body, others={"word/styles.xml": _STYLES})


def written_book():
    """A book whose one chapter has the same."""
    chapter = f"<h1>الفصل الأول</h1><p>{BODY}</p><h2>التكلفة</h2><p>{PARAGRAPH}</p>"
    return book({"a.xhtml": f"{chapter}<h3>الخطوات <i>القادمة</i></h3><p>{OTHER}</p>"})


@pytest.mark.parametrize(("name", "content"), [("a.docx", written_document), ("a.epub", written_book)])
def test_every_paragraph_stands_under_its_heading(tmp_path, name, content):
    (tmp_path / name).write_bytes(content())
    [article], _ = read(tmp_path / name)
    stands = [heading_at(article.extra, article.text.index(text)) for text in (BODY[:40], PARAGRAPH, OTHER)]
    assert stands == ["", "التكلفة", "الخطوات القادمة"]
    assert [article.text[start:end].split("\n")[0] for start, end, _ in article.extra["headings"]] == stands[
        1:
    ]


def test_citation_names_its_heading_in_json_and_exports(tmp_path):
    (tmp_path / "a.docx").write_bytes(written_document())
    [article], _ = read(tmp_path / "a.docx")
    start = article.text.index(PARAGRAPH)
    source = Source(article.article_id, article.title, language="ar")
    passage = Passage("p", article.article_id, start, start + len(PARAGRAPH), PARAGRAPH)
    quotation = Quotation(source, passage, article.text, start, passage.end, extra=article.extra)
    [citation] = number([quotation]).citations
    assert citation.heading == citation_to_json(citation)["heading"] == "التكلفة"
    for write in (quote_as_text, quote_as_markdown):
        assert " · التكلفة" in write(citation, language="ar")


@given(st.lists(st.sampled_from(["أ", "ب ج", "A", "x" * 300, ""]), max_size=30), st.data())
def test_headings_are_lines_of_the_text_in_order(lines, data):
    headings = data.draw(st.lists(st.sampled_from([*lines, "z"]), max_size=10))
    text = "\n".join(lines)
    spans = heading_spans(headings, text)
    for (start, end, words), (following, *_) in zip(spans, [*spans[1:], [len(text)]], strict=False):
        assert text[start:].startswith(words) and words in headings and end == following


JSON = st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists, max_leaves=12)


@given(
    JSON | st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.text()).map(list)),
    st.integers(0, 60),
)
def test_heading_at_takes_whatever_a_record_has_under_headings(headings, start):
    assert isinstance(heading_at({"headings": headings}, start), str)
