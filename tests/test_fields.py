from index.articles import Article, own_title
from index.articles.drafts.plain import opening_words
from index.passages import split_article
from index.passages.fields import TITLE_WORDS, encoded_text, passage_terms
from index.text.analysis import analyze


def article(text, *, title):
    return Article(article_id="a", title=title, text=text)


def test_encoded_text_has_the_title_once():
    body = article("نص الخبر كله.", title="عنوان الخبر")
    opening = article("نص  الخبر كله.", title="نص الخبر…")
    assert encoded_text(body, split_article(body)[0]) == "عنوان الخبر\nنص الخبر كله."
    assert encoded_text(opening, split_article(opening)[0]) == "نص  الخبر كله."


def test_encoded_text_passage_behind_an_opening_that_repeats_the_title_has_it_too():
    long = article("القدس مدينة قديمة. " + "وفيها أسواق كثيرة يزورها الناس. " * 60, title="القدس")
    first, second = split_article(long)[:2]
    assert encoded_text(long, first) == first.text
    assert encoded_text(long, second) == f"القدس\n{second.text}"


def test_opening_words_in_place_of_a_title_are_read_by_neither_side():
    text = "افتتح الوزير المعرض الدولي للكتاب في العاصمة أمس. " + "وفيه أجنحة كثيرة يزورها الناس. " * 60
    untitled = article(text, title=opening_words(text))
    assert untitled.title
    assert own_title(untitled.title, text) == "" and own_title("معرض الكتاب", text) == "معرض الكتاب"
    for passage in split_article(untitled):
        assert encoded_text(untitled, passage) == passage.text
        assert passage_terms(untitled, passage) == analyze(passage.text)


def test_encoded_text_without_title_is_the_passage_and_a_long_title_is_cut():
    bare, wordy = article("نص.", title=""), article("نص.", title="كلمة " * 200)
    assert encoded_text(bare, split_article(bare)[0]) == "نص."
    assert encoded_text(wordy, split_article(wordy)[0]) == "كلمة " * (TITLE_WORDS - 1) + "كلمة\nنص."


def test_passage_terms_count_the_title():
    told = article("سقط المطر.", title="طقس تونس")
    assert passage_terms(told, split_article(told)[0]) == analyze("طقس تونس") + analyze("سقط المطر.")
