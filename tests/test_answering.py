"""The parts of the quoting writer: kinds, small talk, units, selection, signals, wording."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Citation, Source
from assistant.answering.composing.selection import ALL_LONGEST, FIRST_LONGEST, choose
from assistant.answering.judging.cues import cue, folded, points_back
from assistant.answering.retrieval import Retrieved
from assistant.answering.units import Unit, units_of, windows
from assistant.answering.wording import quoted, refusal, shortened
from assistant.question.kinds import kind_of, summary_topic, topic_of
from assistant.question.talk.small_talk import reply, small_talk
from index.passages import Passage
from index.search.hits import Hit
from index.text.phrase import Phrase


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("كم عدد المشاريع المتنافسة؟", "how_many"),
        ("بكم فاز الفريق؟", "how_many"),
        ("مَتى تُعلن النتائج؟", "when"),
        ("في أي عام تأسست الشركة؟", "when"),
        ("أين تقع المدينة؟", "where"),
        ("ما عاصمة عمان؟", "where"),
        ("من أسس المبادرة؟", "who"),
        ("من هو الوزير؟", "who"),
        ("لماذا تأجلت القمة؟", "why"),
        ("ما الجوائز التي حصلت عليها المدن العربية؟", "list"),
        ("ما هو الذكاء الاصطناعي؟", "definition"),
        ("كيف تعمل المنصة؟", "how"),
        ("هل فازت الإسكندرية؟", "yes_no"),
        ("لخص مقال البحرين", "summary"),
        ("ما الجديد عن العقبة؟", "news"),
        ("How many projects competed?", "how_many"),
        ("What year did it start?", "when"),
        ("Where is it located?", "where"),
        ("Who funds it?", "who"),
        ("Why was it delayed?", "why"),
        ("How does it work?", "how"),
        ("Did Alexandria win?", "yes_no"),
        ("What is new about Aqaba?", "news"),
        ("Summarise this article", "summary"),
        ("السلطة والتخطيط", "other"),
        ("ماهو الذكاء الاصطناعي؟", "definition"),
        ("لمادا تأجلت القمة؟", "why"),
        ("بمازا تسمى العاصمة القديمة؟", "name"),
        ("ما لقب عمر المختار؟", "name"),
        ("What is the scale called?", "name"),
        ("في أي عمر تقاعد؟", "how_many"),
        ("في عام كم بدأت؟", "when"),
        ("ما بطولة هذا العام؟", "definition"),
        ("Which Arab cities won prizes?", "list"),
        ("What awards did Oman win?", "list"),
        ("أي المدن العربية فازت بجوائز؟", "list"),
        ("في أي الدول نُفذ المشروع؟", "list"),
        ("Which city won the award?", "where"),
        ("What type of companies competed?", "other"),
        ("أي الفريقين فاز؟", "other"),
    ],
)
def test_kind_of_question_is_told_by_its_words(question, kind):
    assert kind_of(Phrase(question)) == kind


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("ما الجديد عن العقبة؟", "العقبة"),
        ("ما آخر أخبار الإسكندرية؟", "الإسكندرية"),
        ("What's new in Aqaba?", "Aqaba"),
        ("Latest news on smart cities", "smart cities"),
        ("ما الجديد؟", None),
        ("أين تقع العقبة؟", None),
    ],
)
def test_topic_of_a_question_for_news(question, topic):
    assert topic_of(Phrase(question)) == topic


@pytest.mark.parametrize(
    ("said", "talk"),
    [
        ("السلام عليكم ورحمة الله", "greeting"),
        ("Hello!", "greeting"),
        ("شكرًا جزيلًا", "thanks"),
        ("thank you", "thanks"),
        ("مع السلامة", "farewell"),
        ("من أنت؟", "identity"),
        ("What can you do?", "abilities"),
        ("اكتب لي قصيدة عن مسقط", "creation"),
        ("write me a poem about Muscat", "creation"),
        ("ما رأيك في المدن الذكية؟", "opinion"),
        ("كيف حالك؟", "feeling"),
    ],
)
def test_small_talk_is_told_from_questions(said, talk):
    assert small_talk(Phrase(said)) == talk
    assert all(reply(talk, Phrase(said), language=language) for language in ("ar", "en"))


@pytest.mark.parametrize(
    "question",
    [
        "من فاز؟",
        "من أنشأ المبادرة؟",
        "كيف تعمل المنصة؟",
        "شكر الوزير من؟",
        "Who are the sponsors?",
        "ماذا قال عن الشعر؟",
    ],
)
def test_small_talk_leaves_questions_alone(question):
    assert small_talk(Phrase(question)) is None


@pytest.mark.parametrize(
    "said",
    [
        "السلام عليكم",
        "السلام عليكم ورحمة الله",
        "السلام عليكم ورحمة الله وبركاته",
        "سلام",
        "السلام عليكم، كيف حالك؟",
        "السلام عليكم كيف حالك",
        "مرحبا من أنت؟",
        "أنت غبي وكذاب",
        "يا غبي",
        "أنت كذاب",
        "إنت غبي",
        "انت لا تفهم شيئا",
        "أنتِ غبية",
        "هل أنت غبي؟",
        "لماذا أنت غبي؟",
        "You are stupid",
        "you're a liar and an idiot",
        "stupid bot",
        "shut up",
        "أنت أحمق وفاشل جدا",
        "مش فاهم حاجة",
        "كلامك غلط",
        "من أنت وماذا تستطيع أن تفعل؟",
        "ماذا تستطيع أن تفعل؟",
        "بماذا يمكنك مساعدتي؟",
        "ماذا يمكنك أن تفعل لي؟",
        "شو بتقدر تعمل؟",
        "تقدر تعمل ايه",
        "ماذا تعتقد؟",
        "ماذا تعتقد عن المدن الذكية؟",
        "ما رأيك في الوزير؟",
        "شو رأيك بالموضوع",
        "هل تحبني؟",
        "هل تعتقد أن المدن مفيدة؟",
        "هل أنت ذكاء اصطناعي؟",
        "هل أنت إنسان أم آلة؟",
        "Are you an AI?",
        "who are you and what can you do?",
        "What do you think about cities?",
        "hello, how are you?",
        "شكرا يا مستند",
        "Thanks, Mustanad!",
        "اكتب لي قصيدة عن مسقط",
        "ألف لي قصة",
        "كيفك",
        "ازيك",
        "عسلامة",
        "You are great",
        "أنت رائع",
        "أيهما تفضل: الشاي أم القهوة؟",
        "Assalamu alaikum",
        "Salam",
        "كم مقالة لديك؟",
    ],
)
def test_small_talk_about_the_assistant_is_told_however_it_is_put(said):
    assert small_talk(Phrase(said)) is not None


@pytest.mark.parametrize(
    "question",
    [
        "ماذا تعتقد وزارة السياحة بشأن الموسم؟",
        "ماذا تستطيع المدن الذكية أن تفعل؟",
        "ماذا يمكنك أن تخبرني عن العقبة؟",
        "ماذا تستطيع الحكومة تقديمه؟",
        "هل تعتقد الحكومة أن الميزانية كافية؟",
        "هل تحب تونس كرة القدم؟",
        "أيهما تفضل الوزارة: القطار السريع أم الحافلة؟",
        "السلام عليكم، كم عدد المشاريع؟",
        "السلام عليكم كم عدد المشاريع المتنافسة",
        "السلام في الشرق الأوسط",
        "ألف رسالة وصلت إلى الوزير",
        "نظم برنامجا تدريبيا من؟",
        "من صنع الطائرة؟",
        "كيف تعمل المنصة؟",
        "من هو الكذاب الذي حوكم؟",
        "من قال أنت غبي وكذاب؟",
        "ما رأي الوزير في المشروع؟",
        "ماذا تفضل الشركات؟",
        "من أنت في القصة وماذا قال الوزير؟",
        "Who are you referring to in the article?",
        "What do you need to apply?",
        "What can you do with a smart card in Aqaba?",
        "Hello world conference date?",
        "Help desk number?",
        "Thanks to whom did it win?",
        "Which do ministers prefer?",
        "What can cities do?",
        "كيف حال الطقس؟",
        "شكر الوزير من؟",
        "ماذا تعتقد المنظمة أن السبب هو؟",
        "هل تفضل المدن الطاقة الشمسية؟",
        "كيف تعمل المدينة الذكية",
    ],
)
def test_small_talk_that_is_only_a_part_leaves_the_question_alone(question):
    assert small_talk(Phrase(question)) is None


@pytest.mark.parametrize(
    ("said", "language", "opening"),
    [
        ("السلام عليكم", "ar", "وعليكم السلام"),
        ("السَّلامُ عليكم ورحمة الله وبركاته", "ar", "وعليكم السلام"),
        ("سلام عليكم، كيف حالك؟", "ar", "وعليكم السلام"),
        ("Assalamu alaikum", "en", "Peace be upon you too"),
        ("مرحبا", "ar", "أهلًا"),
    ],
)
def test_reply_to_a_wish_of_peace_wishes_it_back(said, language, opening):
    assert reply(small_talk(Phrase(said)), Phrase(said), language=language).startswith(opening)


def test_reply_to_blame_offers_no_article():
    assert small_talk(Phrase("أنت غبي وكذاب")) == "blame" == small_talk(Phrase("You are a liar"))


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("لخص مقال البحرين", "مقال البحرين"),
        ("لخّص لي خبر العقبة من فضلك", "لي خبر العقبة"),
        ("هل يمكنك تلخيص مقال الإسكندرية؟", "مقال الاسكندرية"),
        ("ما ملخص خبر العقبة؟", "خبر العقبة"),
        ("أبرز ما جاء في مقال العقبة", "في مقال العقبة"),
        ("Give me a summary of the Aqaba news", "of the aqaba news"),
        ("What are the key points of the Bahrain article?", "of the bahrain article"),
        ("Aqaba article summary please", "aqaba article"),
        *((pointing, "") for pointing in (
            "لخص هذا المقال", "لخص المقال.", "لخصه", "لخصها لي", "لخصلي المقال", "ممكن تلخص الموضوع ده",
            "عايز ملخص للخبر", "لخص", "Summarise the article.", "Summarize this article!", "tl;dr",
            "Please summarise it", "Summarise it in three points", "summary please",
        )),
        *((other, None) for other in (
            "من لخص التقرير؟", "أين نُشر ملخص الدراسة؟", "متى صدر الملخص التنفيذي؟", "كيف لخص الوزير النتائج؟",
            "هل ملخص التقرير منشور؟", "كم صفحة في موجز السياسات؟", "Who wrote the summary of the report?",
            "Is the summary public?", "In summary, who won?", "The summary was published when?",
            "What did the executive summary say about budgets?", "When was the key points list agreed?",
        )),
    ],
)  # fmt: skip
def test_summary_is_what_is_asked_for_not_what_is_spoken_of(question, topic):
    assert summary_topic(Phrase(question)) == topic
    assert (kind_of(Phrase(question)) == "summary") == (topic is not None)


@pytest.mark.parametrize(
    ("kind", "sentence", "question", "least", "most"),
    [
        ("how_many", "تنافس 216 مشروعًا", "كم مشروعا؟", 0.8, 1.0),
        ("how_many", "تنافست المشاريع", "كم مشروعا؟", 0.0, 0.0),
        ("how_many", "تنافس 216 مشروعًا", "كم مدينة؟", 0.6, 0.75),
        ("how_many", "شاركت ثلاث مدن", "كم مدينة؟", 0.4, 0.6),
        ("how_many", "شاركت ثلاث مدن", "كم عدد المدن؟", 1.0, 1.0),
        ("how_many", "more than 700 registered ambassadors", "How many ambassadors?", 1.0, 1.0),
        ("name", "وتسمى المبادرة «سفراء»", "ما اسم المبادرة؟", 1.0, 1.0),
        ("when", "في 30 سبتمبر 2025", "متى؟", 1.0, 1.0),
        ("when", "حدث ذلك عام 2025", "ماذا حدث عام 2025 ومتى؟", 0.0, 0.99),
        ("why", "وذلك بسبب المطر", "لماذا؟", 1.0, 1.0),
        ("where", "في مدينة مسقط", "أين؟", 0.7, 0.7),
        ("definition", "الأكسجين هو عنصر كيميائي", "ما الأكسجين؟", 1.0, 1.0),
    ],
)
def test_cue_finds_the_kind_of_thing_asked_for(kind, sentence, question, least, most):
    assert least <= cue(kind, folded(sentence), folded(question)) <= most


def test_points_back_knows_sentences_that_lean():
    assert points_back(folded("وقد أعلن ذلك")) and points_back("It was built then.")
    assert not points_back(folded("أعلنت المحافظة ذلك"))


def found_over(text: str) -> Retrieved:
    passage = Passage(f"a#0-{len(text)}", "a", 0, len(text), text)
    return Retrieved(Hit(passage, 1.0, 1), Source("a", "عنوان"), text)


def test_units_heading_over_prose_is_left_out():
    prose = "ومن المقرر أن تعلن النتائج النهائية للمسابقة في ثلاثين سبتمبر خلال فعالية كبيرة في العاصمة."
    each = found_over(f"النتائج النهائية للمسابقة\n{prose}")
    assert [each.text[unit.start : unit.end] for unit in units_of([each])] == [prose]


def test_units_clauses_of_a_long_sentence_keep_the_mark_they_end_in():
    clause = "وأعلنت المحافظة في بيان لها عن مشروع جديد لتطوير الميناء القديم"
    each = found_over("، ".join([clause] * 7) + ".")
    units = units_of([each])
    assert len(units) > 2 and not any(unit.whole for unit in units)
    texts = [each.text[unit.start : unit.end] for unit in units]
    assert all(text.endswith("،") for text in texts[:-1]) and texts[-1].endswith(".")
    assert all(a.end <= b.start for a, b in zip(units, units[1:], strict=False))


def test_units_are_sentences_in_order():
    each = found_over("الأولى هنا. الثانية هنا! الثالثة؟")
    units = units_of([each])
    assert [each.text[unit.start : unit.end] for unit in units] == ["الأولى هنا.", "الثانية هنا!", "الثالثة؟"]
    assert [unit.number for unit in units] == [0, 1, 2] and all(unit.whole for unit in units)


def test_units_of_a_very_long_sentence_are_its_clauses():
    text = "، ".join(f"وقالت الوزارة إن المشروع رقم {n} سيبدأ في موعده المحدد" for n in range(12)) + "."
    units = units_of([found_over(text)])
    assert len(units) > 1 and not any(unit.whole for unit in units)


@st.composite
def runs_of_units(draw):
    units, row = [], 0
    for row in range(draw(st.integers(1, 4))):
        start = 0
        for number in range(draw(st.integers(1, 6))):
            end = start + draw(st.integers(1, 400))
            units.append(Unit(row, start, end, number, True))
            start = end + 1
    weights = draw(st.lists(st.floats(0.001, 1), min_size=len(units), max_size=len(units)))
    return units, np.array(weights) / sum(weights)


@given(runs_of_units())
def test_choose_keeps_its_limits(given_units):
    units, probabilities = given_units
    chosen = choose(units, probabilities)
    lengths = [units[run.last - 1].end - units[run.first].start for run in chosen]
    assert 1 <= len(chosen) <= 3
    assert all(
        length <= FIRST_LONGEST or run.last - run.first == 1
        for length, run in zip(lengths, chosen, strict=True)
    )
    assert sum(lengths) <= max(ALL_LONGEST, lengths[0])
    rows = [row for run in chosen for row in range(run.first, run.last)]
    assert len(rows) == len(set(rows))
    assert all(units[run.first].passage == units[run.last - 1].passage for run in chosen)


@given(runs_of_units())
def test_windows_never_leave_a_passage(given_units):
    units, _probabilities = given_units
    for first, last in windows(units, longest=250):
        assert units[first].passage == units[last - 1].passage
        assert last - first == 1 or units[last - 1].end - units[first].start <= 250


def test_choose_takes_one_from_each_article_when_asked():
    units = [Unit(0, 0, 10, 0, True), Unit(0, 300, 310, 1, True), Unit(1, 0, 10, 0, True)]
    chosen = choose(units, np.array([0.5, 0.4, 0.1]), articles=["a", "a", "b"])
    assert [(run.first, run.last) for run in chosen] == [(0, 1), (2, 3)]


def test_choose_leaves_an_article_out_whose_likeliest_unit_does_not_fit():
    units = [
        Unit(0, 0, 200, 0, True),
        Unit(1, 0, 500, 0, True),
        Unit(1, 500, 550, 1, True),
        Unit(2, 0, 300, 0, True),
    ]
    chosen = choose(units, np.array([0.4, 0.3, 0.1, 0.2]), articles=["a", "b", "b", "c"])
    assert [(run.first, run.last) for run in chosen] == [(0, 1), (3, 4)]


def citation(marker: int, article_id: str, quote: str) -> Citation:
    source = Source(article_id, "عنوان", published="2025-09-30")
    return Citation(marker, source, "p", 0, len(quote), quote, 0, len(quote))


def test_wording_puts_every_quote_between_marks_with_its_marker():
    citations = [citation(1, "a", "قول أول"), citation(2, "a", "قول ثان"), citation(3, "b", "قول ثالث")]
    text = quoted(citations, language="ar", opening="answer")
    assert text.split("\n\n") == [
        "جاء في «عنوان»، 30 سبتمبر 2025:",
        "«قول أول» [1]",
        "وفي المقالة نفسها: «قول ثان» [2]",
        "وفي «عنوان»، 30 سبتمبر 2025: «قول ثالث» [3]",
    ]
    alone = quoted(citations[:1], language="ar", opening="answer")
    assert alone == "جاء في «عنوان»، 30 سبتمبر 2025:\n\n«قول أول» [1]"
    english = quoted(citations[:1], language="en", opening="disagree")
    assert english == "The articles disagree on this:\n\n“عنوان”, 30 September 2025: “قول أول” [1]"


def test_wording_of_a_cut_quote_marks_the_cut():
    cut = replace(citation(1, "a", "قول أول"), cut_after=True)
    assert quoted([cut], language="ar", opening="unsure").endswith("\n\n«قول أول …» [1]")
    assert replace(cut, cut_before=True, cut_after=False).shown == "… قول أول"


def test_refusal_names_the_nearest_articles():
    assert refusal([], language="en") == "I found no answer in the articles."
    named = refusal([Source("a", "الأول"), Source("b", "الثاني")], language="ar")
    assert named == "لم أجد جوابًا في المقالات؛ أقربها إلى سؤالك: «الأول»، «الثاني»."


def test_shortened_cuts_between_words():
    assert shortened("قصير") == "قصير"
    assert shortened("كلمة " * 30).endswith("كلمة…") and len(shortened("كلمة " * 30)) <= 81
