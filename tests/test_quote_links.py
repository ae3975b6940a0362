"""Links to quotes after the article was changed: the same words are marked, or none."""

import html
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from starlette.testclient import TestClient

from assistant.answer import Source
from assistant.citations import Quotation, number
from assistant.citations.difference import difference, line_difference
from assistant.citations.relocation import (
    BESIDE,
    LONGEST_HASHED,
    Sought,
    beside,
    named,
    nearest,
    relocate,
    relocate_hashed,
    short_hash,
)
from assistant.rendering.card_picture import HEIGHT, WIDTH, Card, can_draw, draw_card
from assistant.rendering.web_links import article_link
from index.articles import Article
from index.passages import Passage
from index.text.sentences import sentence_spans
from tests.chat_site import make_app
from tests.fake_assistant import FakeAssistant

TEXT = (
    "أُعلنت نتائج المسابقة في 30 سبتمبر 2025 بمدينة سيول. فازت مدائن بالجائزة. وتنافس فيها 216 مشروعًا. "
    "The plan will work in the spring. وقال الوزير إن العمل يبدأ غدا.\nفازت مدائن بالجائزة الثانية أيضا."
)
QUOTE = "فازت مدائن بالجائزة."


def sought(text, start, end):
    exact, digest = named(text[start:end])
    return Sought(start, end, exact, digest, *beside(text, start, end))


def link_to(article, quote):
    start = article.text.index(quote)
    passage = Passage("p", article.article_id, start, start + len(quote), quote)
    quotation = Quotation(
        Source(article.article_id, article.title),
        passage,
        article.text,
        start,
        start + len(quote),
        content_hash=article.content_hash(),
    )
    return article_link(number([quotation]).citations[0], "/")


class Newsroom(FakeAssistant):
    """An assistant over one article, which is corrected between two requests."""

    def correct(self, article):
        self._articles = {article.article_id: article}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    newsroom = Newsroom([])
    with TestClient(make_app(tmp_path_factory.mktemp("links"), newsroom)) as client:
        yield client, newsroom


def opened_page(site, article, address):
    client, newsroom = site
    newsroom.correct(article)
    response = client.get(address, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    return response.text


def marked(page):
    return [html.unescape(words) for words in re.findall(r"<mark[^>]*>(.*?)</mark>", page)]


@pytest.fixture
def article():
    return Article("madayn", "مدائن", TEXT, language="ar")


@pytest.mark.parametrize(
    ("edited", "marks", "says"),
    [
        (TEXT, [QUOTE], None),
        ("عاجل من سيول: " + TEXT, [QUOTE], "still stands in it word for word"),
        (TEXT.replace(QUOTE, "لم تفز مدائن بالجائزة."), [], "no longer stands"),
        (TEXT.replace("المسابقة في", "في"), [QUOTE], "still stands in it word for word"),
        (TEXT.replace(QUOTE, ""), [], "no longer stands"),
        ("نص آخر لا صلة له بما كان.", [], "no longer stands"),
    ],
)
def test_link_after_an_edit_marks_the_quote_or_nothing(site, article, edited, marks, says):
    address = link_to(article, QUOTE)
    page = opened_page(site, replace(article, text=edited), address)
    assert marked(page) == marks
    if says:
        assert says in page
    else:
        assert 'class="changed"' not in page and "word for word" not in page
    if not marks:
        assert html.escape(QUOTE) in page
    fragment = address.partition("#")[2]
    assert f'id="{fragment}"' in page


def test_link_after_a_correction_shows_the_nearest_place(site, article):
    corrected = replace(article, text=TEXT.replace(QUOTE, "لم تفز مدائن بالجائزة الأولى."))
    page = opened_page(site, corrected, link_to(article, QUOTE))
    near = re.search(r'<span class="near" id="near-\d+">(.*?)</span>', page)[1]
    assert near == "لم تفز مدائن بالجائزة الأولى."
    assert "<del>فازت </del><ins>لم تفز </ins>مدائن" in page


def test_link_to_a_long_quote_is_short_and_still_finds_it(site):
    long = "كلمة " * 400 + "الختام."
    article = Article("long", "t", f"بداية. {long} نهاية.", language="ar")
    address = link_to(article, long)
    assert len(address) < 4_000
    moved = replace(article, text=f"بداية جديدة. {long} نهاية.")
    assert marked(opened_page(site, moved, address)) == [long]
    altered = replace(article, text=f"بداية جديدة. {long.replace('الختام', 'البدء')} نهاية.")
    assert marked(opened_page(site, altered, address)) == []


def test_quote_that_a_negation_now_turns_is_not_marked():
    text = "It is spring. The plan will work. Good."
    start = text.index("The plan")
    quote = sought(text, start, start + len("The plan will work"))
    turned = text.replace("The plan", "Nobody believes The plan")
    assert relocate(quote, text) == (quote.start, quote.end)
    assert relocate(quote, turned) is None


def test_copy_among_the_same_neighbours_is_taken():
    text = "Alpha began. It won. Beta began. It won. Gamma began."
    start = text.index("It won.", 20)
    quote = sought(text, start, start + len("It won."))
    edited = "It won. " + text
    assert relocate(quote, edited) == (start + 8, start + 15)


EDIT = st.tuples(
    st.integers(0, len(TEXT)), st.integers(0, 40), st.sampled_from(["", " لم ", "3", "فازت مدائن", "x", "\n"])
)


@settings(max_examples=200)
@given(st.integers(0, 5), st.lists(EDIT, min_size=1, max_size=10))
def test_relocate_after_any_edits_never_gives_other_words(number_of_sentence, edits):
    span = sentence_spans(TEXT)[number_of_sentence]
    text = TEXT
    for at, length, words in edits:
        text = text[:at] + words + text[at + length :]
    quote = sought(TEXT, *span)
    location = relocate(quote, text)
    assert location is None or text[slice(*location)] == TEXT[slice(*span)]
    if location is None:
        hint = nearest(quote, text)
        assert hint is None or 0 <= hint[0] < hint[1] <= len(text)


@settings(max_examples=100)
@given(st.integers(0, 5), st.text(max_size=60), st.text(max_size=60))
def test_relocate_after_an_edit_elsewhere_finds_the_sentence_again(number_of_sentence, before, after):
    span = sentence_spans(TEXT)[number_of_sentence]
    edited = f"{before}. {TEXT} {after}"
    location = relocate(sought(TEXT, *span), edited)
    assert location is not None and edited[slice(*location)] == TEXT[slice(*span)]


@given(st.text(max_size=200), st.text(max_size=200))
def test_difference_joined_is_both_wordings(before, after):
    for changes in (difference(before, after), line_difference(before, after)):
        assert "".join(each.before for each in changes) == before
        assert "".join(each.after for each in changes) == after
        assert all(each.before == each.after for each in changes if each.kind == "same")


def test_selector_keeps_as_much_beside_as_annotation_tools_do():
    prefix, suffix = beside(TEXT, 60, 70)
    assert (prefix, suffix) == (TEXT[60 - BESIDE : 60], TEXT[70 : 70 + BESIDE])


def test_link_of_hostile_values_is_answered(site, article):
    for query in (
        "quote=0-5&exact=&digest=x",
        "quote=0-999999999&exact=%D8%A7&digest=00",
        "quote=x&exact=a",
        "quote=0-5&hash=0000",
        "quote=0-5&exact=" + "%20" * 900,
    ):
        opened_page(site, article, f"/article/madayn?{query}")
    assert marked(opened_page(site, article, "/article/madayn?quote=0-5&hash=0000")) == []


def test_card_shows_the_quote_as_verified_or_changed(site, article):
    address = link_to(article, QUOTE).replace("/article/", "/card/").partition("#")[0]
    card = opened_page(site, article, f"{address}&lang=en")
    assert QUOTE in card and "Verified: word for word" in card and "<script>" not in card
    changed = opened_page(site, replace(article, text=TEXT.replace(QUOTE, "x y.")), f"{address}&lang=en")
    assert "Verified" not in changed and f"<del>{QUOTE}</del>" in changed
    assert site[0].get("/card/nothing?quote=0-5").status_code == 404


@pytest.mark.skipif(not can_draw(), reason="the system has no FriBidi")
def test_picture_of_a_card_is_drawn_only_of_what_stands(site, article):
    client, newsroom = site
    newsroom.correct(article)
    address = link_to(article, QUOTE).replace("/article/", "/card/").partition("#")[0]
    path, _, query = address.partition("?")
    response = client.get(f"{path}/picture.png?{query}&lang=en")
    assert response.status_code == 200 and response.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(response.content)) as picture:
        assert picture.size == (WIDTH, HEIGHT) and len(picture.getcolors()) > 10
    page = client.get(f"{link_to(article, QUOTE).partition('#')[0]}&lang=en").text
    (named_there,) = re.findall(r'<meta property="og:image" content="([^"]+)"', page)
    assert client.get(html.unescape(named_there)).status_code == 200
    newsroom.correct(replace(article, text=TEXT.replace(QUOTE, "x y.")))
    assert client.get(f"{path}/picture.png?{query}").status_code == 404
    assert "og:image" not in client.get(f"{link_to(article, QUOTE).partition('#')[0]}").text
    assert client.get("/card/nothing/picture.png?quote=0-5").status_code == 404


@pytest.mark.skipif(not can_draw(), reason="the system has no FriBidi")
def test_picture_of_a_card_holds_long_quotes_cut_and_no_letters_it_lacks():
    card = Card(QUOTE, "ar", ("صحيفة", "3 مارس 2025"), "مطابق", "مستند", "ar")
    shaped, reversed_ = draw_card(card), draw_card(replace(card, quote=QUOTE[::-1]))
    assert shaped and reversed_ and shaped != reversed_
    assert draw_card(replace(card, quote="日本語")) is None
    many, one = replace(card, quote=f"{QUOTE} " * 500), replace(card, quote="ا" * 5_000)
    for long in (many, one, replace(card, facts=("عنوان طويل " * 300,), language="en", reader_language="en")):
        drawn = draw_card(long)
        assert drawn is not None
        with Image.open(io.BytesIO(drawn)) as picture:
            # Nothing is drawn over the edge: a column there has the colour of the paper alone.
            edges = (
                picture.convert("RGB").crop((20, 0, 40, HEIGHT)),
                picture.convert("RGB").crop((WIDTH - 40, 0, WIDTH - 20, HEIGHT)),
            )
            assert all(len(edge.getcolors()) == 1 for edge in edges)


def test_oembed_answers_for_an_address_of_an_article_and_for_no_other(site, article):
    client, newsroom = site
    newsroom.correct(article)
    address = "https://portal.example" + link_to(article, QUOTE)
    embedded = client.get("/oembed", params={"url": address}).json()
    assert embedded["type"] == "rich" and QUOTE in embedded["html"] and "<script" not in embedded["html"]
    assert "portal.example" not in embedded["html"]  # what was sent may lead elsewhere
    assert client.get("/oembed", params={"url": "https://e.example/x"}).status_code == 404
    assert client.get("/oembed", params={"url": address, "format": "xml"}).status_code == 501
    page = opened_page(site, article, link_to(article, QUOTE))
    assert 'type="application/json+oembed"' in page


@settings(deadline=None)
@given(
    st.text("abc دن🙂\ud800", max_size=60),
    st.text("xyz سك🙂", max_size=60),
    st.integers(-300, 300),
)
def test_quote_known_by_its_hash_is_found_wherever_it_stands(before, after, off):
    text = f"{before} {QUOTE[:-1]} 🙂. {after}"
    start = len(before) + 1
    end = start + len(QUOTE) + 3
    span = relocate_hashed(start + off, end + off, short_hash(text[start:end]), text)
    assert span is not None and text[slice(*span)] == text[start:end]


def test_quote_known_by_its_hash_is_not_taken_from_words_that_turn_it_or_cut_it():
    hash_ = short_hash("The plan will work")
    assert short_hash("") == "811c9dc5" and short_hash("a") == "e40c292c"  # as FNV's authors give them
    for text in ("Nobody says: The plan will working.", "x", "", "xThe plan will work now."):
        assert relocate_hashed(40, 58, hash_, text) is None
    denied = "It is not true that " + "The plan will work, he said."
    assert relocate_hashed(0, 18, hash_, denied) is None
    long_ = "word " * LONGEST_HASHED
    assert relocate_hashed(0, len(long_), short_hash(long_), " " + long_) is None
