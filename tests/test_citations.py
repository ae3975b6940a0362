"""Quotes: located exactly or rejected with the reason; cited, merged and numbered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Source
from assistant.citations import (
    REASONS,
    Claim,
    Located,
    NotLocated,
    Quotation,
    explain,
    locate,
    number,
    verify,
)
from index.passages import Passage

ARABIC = (
    "أُعلنت نتائج المسابقة في 30 سبتمبر 2025 بمدينة سيول. وتنافس فيها 216 مشروعًا من 123 مدينة، "
    "ولم تفز مدينة عربية بالجائزة الأولى. وأوضح الوزير أن المشروع «لم يقتصر على البنية التحتية»، بل شمل "
    "الخدمات. ونفى المدير أن تكون المدينة قد ألغت المشروع. وبلغت الكلفة ٣٫٥ مليون ريال؛ وبدأ التنفيذ "
    "الفعلي في مطلع العام التالي.\n\nوقالت هدى البطاشية إن المشروع يخفض الانبعاثات بنسبة 50%، "
    "ويخدم سكان المدينة كلهم."
)
ENGLISH = (
    "The council approved the plan on 3 May 2021, and work began in the autumn. Nobody believes the plan "
    "will work without new money. The city won 1.5 million dollars, but it did not spend them. "
    "“It’s a good day,” said Ann Lee. The bridge will open if the tests succeed. Is it safe? "
    "The old bridge closed in 2019; the new one carries 12,000 cars a day."
)


def sentence(text, beginning, ending):
    start = text.index(beginning)
    return start, text.index(ending, start) + len(ending)


@pytest.mark.parametrize(
    ("quote", "beginning", "ending"),
    [
        ("أعلنت نتائج المسابقة في ٣٠ سبتمبر ٢٠٢٥ بمدينة سيول.", "أُعلنت", "سيول."),
        ("اعلنت نتائج المسابقة في 30 سبتمبر 2025 بمدينة سيول", "أُعلنت", "سيول."),
        ('وأوضح الوزير أن المشروع "لم يقتصر على البنية التحتية"، بل شمل الخدمات.', "وأوضح", "الخدمات."),
        ("ونفى المديرُ أنْ تكونَ المدينة  قد ألغتِ المشروعَ.", "ونفى", "المشروع."),
        (
            "\u202bوقالت هدى البطاشية إن المشروع يخفض\nالانبعاثات بنسبة 50 ٪، ويخدم سكان المدينة كلهم.\u202c",
            "وقالت هدى",
            "كلهم.",
        ),
        ("وبلغت الكلفة 3.5 مليون ريال؛", "وبلغت", "ريال؛"),
        ("وبدأ التنفيذ الفعلي في مطلع العام التالي.", "وبدأ", "التالي."),
    ],
)
def test_locate_arabic_quote_changed_harmlessly_gives_the_articles_span(quote, beginning, ending):
    assert locate(quote, ARABIC) == Located(*sentence(ARABIC, beginning, ending))


@pytest.mark.parametrize(
    ("quote", "beginning", "ending"),
    [
        ("nobody believes the plan will work without new money.", "Nobody", "money."),
        ('"It\'s a good day," said Ann Lee.', "“It’s", "Lee."),
        ("The council approved the plan on 3 May 2021,", "The council", "2021,"),
        ("The council approved the plan on 3 May 2021", "The council", "2021"),
        ("Is it safe?", "Is it", "safe?"),
        ("the new one carries 12,000 cars a day", "the new one", "day"),
        ("the new one carries  12,000 cars a day", "the new one", "day."),
        ("Is it safe", "Is it", "safe?"),
        (
            "Is it safe? The old bridge closed in 2019; the new one carries 12,000 cars a day.",
            "Is it",
            "a day.",
        ),
    ],
)
def test_locate_english_quote_changed_harmlessly_gives_the_articles_span(quote, beginning, ending):
    assert locate(quote, ENGLISH) == Located(*sentence(ENGLISH, beginning, ending))


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("وتنافس فيها 261 مشروعًا من 123 مدينة، ولم تفز مدينة عربية بالجائزة الأولى.", "number"),
        ("وتنافس فيها 216 مشروعًا من 123 مدينة، وفازت مدينة عربية بالجائزة الأولى.", "negation"),
        ("وتنافس فيها 216 مشروعًا من 123 مدينة، تفز مدينة عربية بالجائزة الأولى.", "negation"),
        ("وتنافس فيها 216 مشروعًا من 123 مدينة،", "context"),
        ("تكون المدينة قد ألغت المشروع.", "context"),
        ("أُعلنت نتائج المسابقة في 30 أكتوبر 2025 بمدينة سيول.", "number"),
        ("أُعلنت نتائج المسابقة في 30 سبتمبر 2025 بمدينة طوكيو.", "words"),
        ("أُعلنت نتائج المسابقة في 30 سبتمبر 2025 بمدينة طوكيو الكبرى أمس مساء.", "words"),
        ("أُعلنت نتائج المسابقة بمدينة سيول.", "words"),
        ("بمدينة سيول أُعلنت نتائج المسابقة في 30 سبتمبر 2025.", "order"),
        ("أُعلنت نتائج المسابقة في 30 سبتمبر 2025 … وبلغت الكلفة ٣٫٥ مليون ريال.", "joined"),
        ("أُعلنت نتائج المسابقة في 30 سبتمبر وبلغت الكلفة ٣٫٥ مليون ريال.", "joined"),
        ("وبلغت الكلفة 35 مليون ريال؛", "number"),
        ("وبلغت الكلفة 5 مليون ريال؛", "number"),
        ("وقالت هدى البطاشية إن المشروع يخفض الانبعاثات بنسبة 50", "number"),
        ("هدى البطاشية إن المشروع يخفض الانبعاثات", "cut"),
        ("سيول.", "too_short"),
        ("«…»", "empty"),
        ("فازت الدوحة بجائزة أفضل مدينة ذكية.", "not_in_article"),
    ],
)
def test_locate_tampered_arabic_quote_is_rejected_with_the_reason(quote, reason):
    assert locate(quote, ARABIC) == NotLocated(reason)


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("The plan will work without new money.", "context"),
        ("the plan will work", "context"),
        ("The city won 1.5 million dollars", "context"),
        ("The city won 15 million dollars, but it did not spend them.", "number"),
        ("The city won 1.5 million dollars, but it did spend them.", "negation"),
        ("The council did not approve the plan on 3 May 2021, and work began in the autumn.", "negation"),
        ("The bridge will open", "context"),
        ("It is safe.", "not_in_article"),
        ("Is it safe.", "punctuation"),
        ("The council approved the plan on 3 May", "cut"),
        ("council approved the plan on 3 May 2021, and work began in the autumn.", "cut"),
        ("It’s a good day said Ann Lee.", "punctuation"),
        ("The council approved the plan on 3 May 2021, and work began in the spring.", "words"),
        ("carries 12,000 cars", "cut"),
        ("carries 12", "not_in_article"),
    ],
)
def test_locate_tampered_english_quote_is_rejected_with_the_reason(quote, reason):
    found = locate(quote, ENGLISH)
    assert isinstance(found, NotLocated)
    if quote != "carries 12":
        assert found.reason == reason


def test_locate_repeated_words_prefers_the_cited_passage():
    text = "The mayor opened the park. It rained. The mayor opened the park."
    last = text.rindex("The mayor")
    assert locate("The mayor opened the park.", text) == Located(0, 26)
    assert locate("The mayor opened the park.", text, within=(27, len(text))) == Located(last, len(text))


def test_locate_fragment_widened_points_at_its_sentence():
    found = locate("المشروع يخفض", ARABIC, widen=True)
    assert isinstance(found, NotLocated)
    found = locate("المشروع يخفض الانبعاثات", ARABIC, widen=True)
    assert found == Located(*sentence(ARABIC, "وقالت هدى", "كلهم."), widened=True)


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("the plan will work", "context"),
        ("the bridge will open", "context"),
        ("council approved", "too_short"),
        ("approved the plan on 4 May", "number"),
    ],
)
def test_locate_fragment_out_of_a_turned_sentence_is_not_widened(quote, reason):
    assert locate(quote, ENGLISH, widen=True) == NotLocated(reason)


def test_locate_fragment_of_two_sentences_is_ambiguous():
    text = "The town council met on Monday at noon. The town council met on Friday at noon."
    assert locate("The town council met", text, widen=True) == NotLocated("ambiguous")


def test_every_reason_has_arabic_and_english_words():
    for reason, (arabic, english) in REASONS.items():
        assert explain(reason, "ar") == arabic and explain(reason, "en") == english
        assert any("\u0600" <= each <= "\u06ff" for each in arabic) and english.isascii()


@settings(max_examples=200)
@given(st.text(max_size=60), st.text(max_size=60), st.booleans())
def test_locate_never_gives_a_span_that_says_something_else(quote, text, widen):
    found = locate(quote, text, widen=widen)
    if isinstance(found, Located):
        assert 0 <= found.start < found.end <= len(text)


def source(article_id="a1"):
    return Source(article_id=article_id, title="Bridges")


def passage(article_id="a1"):
    return Passage(f"{article_id}#0-{len(ENGLISH)}", article_id, 0, len(ENGLISH), ENGLISH)


def quotation(beginning, ending, **changes):
    start, end = sentence(ENGLISH, beginning, ending)
    return Quotation(source(**changes), passage(**changes), ENGLISH, start, end)


def test_number_neighbours_become_one_citation():
    numbered = number(
        [
            quotation("The old bridge", "a day."),
            quotation("The council", "autumn."),
            quotation("Is it", "safe?"),
        ]
    )
    assert [citation.marker for citation in numbered.citations] == [1, 2]
    assert numbered.markers == (1, 2, 1)
    assert numbered.citations[0].quote == ENGLISH[ENGLISH.index("Is it") :]
    for citation in numbered.citations:
        assert citation.quote == ENGLISH[citation.start : citation.end]


def test_number_bridge_between_two_citations_joins_all_three():
    first, second, third = (
        quotation("The council", "autumn."),
        quotation("Nobody", "money."),
        quotation("The city", "them."),
    )
    numbered = number([first, third, second])
    assert numbered.markers == (1, 1, 1)
    assert numbered.citations[0].quote == ENGLISH[: ENGLISH.index("them.") + 5]


def test_number_same_span_of_two_articles_stays_two_citations():
    numbered = number([quotation("Is it", "safe?"), quotation("Is it", "safe?", article_id="a2")])
    assert numbered.markers == (1, 2)


def test_verify_keeps_accepted_and_rejected_apart():
    claims = [
        Claim("Is it safe?", source(), passage(), ENGLISH),
        Claim("The council rejected the plan on 3 May 2021.", source(), passage(), ENGLISH),
        Claim("The council approved the plan on 3 May 2021,", source(), passage(), ENGLISH),
    ]
    verified = verify(claims)
    assert verified.markers == (1, None, 2)
    assert [citation.quote for citation in verified.citations] == [claims[0].quote, claims[2].quote]
    assert [(each.marker, each.reason) for each in verified.rejected] == [(2, "words")]
