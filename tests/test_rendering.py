import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import words
from assistant.answer import Answer, AnswerSpan, Citation, Period, RejectedCitation, Source, Turn
from assistant.rendering import (
    FORMATS,
    conversation_to_html,
    conversation_to_markdown,
    export_quotes,
    from_json,
    text_fragment_link,
    to_html,
    to_json,
    to_markdown,
)
from assistant.rendering.escaping import markdown, markdown_link
from assistant.rendering.reading_page import read_spans, text_to_html
from index.errors import QueryError
from index.passages import Passage
from index.search.hits import Hit

HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) **b** `c` \"'& {{7*7}} ${1}"
SOURCE = Source("a/1", "عنوان", "https://news.example/a?b=1", "الرؤية", "سعاد", "2025-09-30", "ar")


def make_citation(quote="تُوِّجت المؤسسة", source=SOURCE, **changes):
    values = {"marker": 1, "passage_id": "a/1#0-50", "start": 3, "end": 3 + len(quote)}
    return Citation(source=source, quote=quote, passage_start=0, passage_end=50, **{**values, **changes})


def make_answer(text="جاء فيها: «تُوِّجت المؤسسة» [1].", citations=None, **changes):
    citations = (make_citation(),) if citations is None else citations
    values = {"id": "id1", "question": "سؤال؟", "language": "ar", "kind": "answer", "answerable": True}
    values["confidence"] = 0.5
    return Answer(text=text, citations=citations, **{**values, **changes})


def test_to_json_has_the_promised_keys():
    entry = to_json(make_answer())
    promised = "id question language answerable confidence text citations rejected hits timings_ms"
    promised += " suggestions period"
    assert set(promised.split()) <= set(entry)
    keys = "marker article_id title url source published passage_id start end quote"
    assert set(keys.split()) <= set(entry["citations"][0])
    assert json.loads(json.dumps(entry, ensure_ascii=False)) == entry


def test_from_json_gives_the_answer_back():
    hit = Hit(Passage("a/1#0-4", "a/1", 0, 4, "text"), 0.5, 1, dense=0.25, twins=("b",))
    answer = make_answer(
        citations=(make_citation(twins=(SOURCE,), answer=AnswerSpan(0, 7, "تُوِّجت"), group="2025-09-30"),),
        rejected=(RejectedCitation(2, "a/1", "a/1#0-50", "no", "not found"),),
        hits=(hit,),
        nearest=(SOURCE,),
        unsupported=((0, 3),),
        searched_as="سؤال قائم بنفسه",
        notices=("ملاحظة",),
        suggestions=("أين تقع مدائن؟",),
        period=Period("2025-09-01", "2025-09-30", "في سبتمبر 2025"),
        arrangement="timeline",
        timings_ms={"search": 1.5},
    )
    assert from_json(json.loads(json.dumps(to_json(answer)))) == answer


@pytest.mark.parametrize(
    "change",
    [
        {"text": None},
        {"kind": "joke"},
        {"citations": [{}]},
        {"unsupported": [["a", "b"]]},
        {"hits": 3},
        {"period": {}},
        {"arrangement": "heap"},
        {"citations": [{}]},
        {"unsupported": [["a", "b"]]},
        {"hits": 3},
    ],
)
def test_from_json_of_a_wrong_shape_is_a_query_error(change):
    with pytest.raises(QueryError):
        from_json({**to_json(make_answer()), **change})


def test_to_markdown_keeps_markers_and_lists_the_sources():
    text = to_markdown(make_answer(), base="http://host/")
    assert "[1]" in text and "\\[1\\]" not in text
    assert "**المصادر**" in text
    assert "1. [عنوان](http://host/article/a%2F1?quote=3-18#3-18) · سعاد · الرؤية · 30 سبتمبر 2025" in text


def test_to_markdown_of_hostile_text_shows_it_and_does_nothing_else():
    citation = make_citation(quote=HOSTILE, source=Source("x", HOSTILE, "javascript:alert(1)", HOSTILE))
    text = to_markdown(make_answer(text=f"{HOSTILE} [1] [9]", citations=(citation,)))
    assert "<script" not in re.sub(r"\\<", "", text)
    assert "](javascript" not in text
    assert "\\[9\\]" in text  # a marker without a citation is only text


def test_to_html_of_hostile_text_escapes_it_everywhere():
    citation = make_citation(quote=HOSTILE, source=Source('"x"', HOSTILE, 'https://e.example/"><b>', HOSTILE))
    turn = Turn(HOSTILE, make_answer(text=f"{HOSTILE} [1]", citations=(citation,), unsupported=((0, 8),)))
    markup = conversation_to_html([turn], language="en")
    assert "<script" not in markup and "<b>" not in markup
    assert set(re.findall(r"<(\w+)", markup)) <= {
        *("h2", "section", "div", "p", "span", "a", "bdi", "h3", "ol", "li", "blockquote")
    }
    assert 'href="javascript' not in markup


def test_to_html_marks_what_no_quote_supports():
    answer = make_answer(text="Claim one. Claim two. [1]", unsupported=((11, 21),))
    assert '<span class="unsupported">Claim two.</span>' in to_html(answer)


@given(st.text(max_size=60))
def test_markdown_of_any_text_leaves_no_bare_syntax(text):
    escaped = markdown(text)
    assert re.sub(r"\\(.)", r"\1", escaped, flags=re.DOTALL) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`\[\]<>]", escaped)


def test_markdown_link_with_a_closing_bracket_in_its_address_stays_one_link():
    assert markdown_link("a", "http://e/(x) y") == "[a](http://e/%28x%29%20y)"


def test_conversation_to_markdown_heads_each_answer_with_its_question():
    text = conversation_to_markdown([Turn("ما\nهذا؟", make_answer())], language="ar")
    assert text.startswith("# محادثة\n\n## ما هذا؟\n")


@pytest.mark.parametrize("format", FORMATS)
def test_export_quotes_of_each_format_holds_the_title(format):
    text = export_quotes(
        [make_citation(), make_citation(marker=2)], format, language="ar", base="http://host/"
    )
    assert text.count("عنوان") == 1  # the same quote twice is written once


def test_export_quotes_of_an_unknown_format_names_the_known_ones():
    with pytest.raises(QueryError, match="choose one of: text, markdown, json, csl, bibtex, ris"):
        export_quotes([], "odt")


def test_export_quotes_as_csl_is_json_with_a_date_in_parts():
    item = json.loads(export_quotes([make_citation()], "csl"))[0]
    assert item["issued"] == {"date-parts": [[2025, 9, 30]]}
    assert (item["container-title"], item["note"]) == ("الرؤية", "تُوِّجت المؤسسة")


def test_export_quotes_as_bibtex_escapes_braces():
    text = export_quotes([make_citation(quote="50% {of} _it_ & \\x")], "bibtex")
    assert r"annote = {50\% \{of\} \_it\_ \& \textbackslash{}x}" in text


def test_text_fragment_link_of_a_long_quote_names_both_ends():
    quote = "one two-three four five six seven eight nine ten eleven twelve"
    link = text_fragment_link(make_citation(quote=quote, source=Source("a", "t", "https://e.example/p#sec")))
    assert link == (
        "https://e.example/p#sec:~:text=one%20two%2Dthree%20four%20five%20six,eight%20nine%20ten%20eleven%20twelve"
    )


def test_text_fragment_link_of_a_repeated_quote_names_the_words_beside_it():
    source = Source("a", "t", "https://e.example/p")
    citation = make_citation(quote="It won.", source=source, prefix="cut Beta began. ", suffix=" Gamma b")
    link = text_fragment_link(citation, repeated=True)
    assert link == "https://e.example/p#:~:text=Beta%20began.-,It%20won.,-Gamma"
    assert text_fragment_link(citation) == "https://e.example/p#:~:text=It%20won."


def test_text_fragment_link_of_an_unsafe_address_is_none():
    assert text_fragment_link(make_citation(source=Source("a", "t", "javascript:alert(1)"))) is None


@given(st.lists(st.text(alphabet="0123456789-x", max_size=9), max_size=8), st.integers(0, 200))
def test_read_spans_of_anything_are_ordered_and_inside_the_text(given_spans, length):
    spans = read_spans(given_spans, length)
    flat = [place for span in spans for place in span]
    assert all(start < end for start, end in spans)
    assert flat == sorted(flat) and all(0 <= place <= length for place in flat)


def test_text_to_html_over_two_paragraphs_marks_both_and_names_the_first():
    markup = text_to_html("one two\n\nthree", [(4, 14)], language="en")
    assert markup == (
        '<p data-start="0">one <mark id="4-14">two</mark></p><p data-start="9"><mark>three</mark></p>'
    )


@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_text_to_html_keeps_every_visible_character(text, start, end):
    spans = read_spans([f"{start}-{end}"], len(text))
    markup = text_to_html(text, spans, language="en")
    import html

    shown = html.unescape(re.sub(r"<[^>]*>", "", markup))
    kept = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    assert shown == "".join(kept)


def test_text_to_html_with_two_marks_leads_from_one_to_the_other():
    markup = text_to_html("one two three", [(0, 3), (8, 13)], language="en")
    assert 'href="#8-13" aria-label="Next quote"' in markup
    assert 'href="#0-3" aria-label="Previous quote"' in markup


def test_words_have_the_same_keys_and_places_in_both_languages():
    arabic, english = words.table("ar"), words.table("en")
    assert set(arabic) == set(english)
    for key, value in arabic.items():
        assert isinstance(value, dict) == isinstance(english[key], dict), key
        if isinstance(value, str):
            assert set(re.findall(r"\{\w+\}", value)) == set(re.findall(r"\{\w+\}", english[key])), key


@pytest.mark.parametrize(
    ("number", "form"),
    [
        (0, "zero"),
        (1, "one"),
        (2, "two"),
        (3, "few"),
        (10, "few"),
        (11, "many"),
        (99, "many"),
        (100, "other"),
        (103, "few"),
        (111, "many"),
    ],
)
def test_plural_form_of_arabic_numbers_is_unicodes(number, form):
    assert words.plural_form(number, "ar") == form


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("2025-09-30", "30 سبتمبر 2025"),
        ("2025-09", "سبتمبر 2025"),
        ("2025", "2025"),
        ("2025-13-01", "2025-13-01"),
        ("soon", "soon"),
        (None, ""),
    ],
)
def test_date_in_words_of_arabic(published, shown):
    assert words.date_in_words(published, "ar") == shown


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "ar"),
        ("", "ar"),
        ("en-GB,en;q=0.9", "en"),
        ("fr,en;q=0.5,ar;q=0.8", "ar"),
        ("de", "ar"),
        ("en;q=x,ar", "ar"),
        ("en; q=0.9", "en"),
        ("en ; q=0.9", "en"),
        ("en;Q=0.9", "en"),
        ("fr; q=1.0, en; q=0.8, ar; q=0.5", "en"),
        ("en; q=0.3, ar; q=0.7", "ar"),
        ("en; q=0", "ar"),
        ("EN-us ;q=0.5\t, ar;q=0.4", "en"),
        ("en;level=1; q=0.9, ar; q=0.8", "en"),
        ("en; q=nan, ar; q=0.1", "ar"),
        ("en; q=1e9, ar", "ar"),
        ("*; q=0.5, en; q=0.1", "en"),
        (",;,en;q = 0.9", "en"),
    ],
)
def test_choose_language_by_the_browsers_header(header, language):
    assert words.choose_language(header) == language


def test_export_quotes_as_annotation_and_quotation_is_linked_data():
    citation = make_citation(content_hash="ab" * 32, prefix="قبل ", suffix=" بعد")
    annotation = json.loads(export_quotes([citation], "annotation", base="http://host/"))
    selector = annotation["target"]["selector"][0]
    assert annotation["@context"] == "http://www.w3.org/ns/anno.jsonld" and annotation["type"] == "Annotation"
    assert (selector["type"], selector["exact"]) == ("TextQuoteSelector", citation.quote)
    assert (selector["prefix"], selector["suffix"]) == ("قبل ", " بعد")
    quotation = json.loads(export_quotes([citation], "quotation", base="http://host/"))
    assert quotation["@type"] == "Quotation" and quotation["text"] == citation.quote
    assert quotation["isPartOf"]["publisher"]["name"] == SOURCE.source
