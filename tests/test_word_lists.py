"""The lists of words that rules are made of: every list has a rule, every word is met where it should be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from assistant.answering.composing.candidates import QuotedWords, candidates
from assistant.answering.composing.extents import adds_a_thought
from assistant.answering.judging.absence import _tells as tells
from assistant.answering.judging.cues import cue, folded, points_back
from assistant.answering.judging.judgement import _BESIDE as BESIDE
from assistant.answering.suggesting.proposals import candidates as proposed
from assistant.checking.speakers import attribution, name_terms
from assistant.citations.polarity import SUBORDINATING, is_negation, is_number, is_turning
from assistant.conversation import arabic_followup, english_followup, vocabulary
from assistant.conversation.topic import content
from assistant.language import (
    FILES,
    alternatives,
    calendar_names,
    cardinal_names,
    compiled,
    entries,
    keys,
    words,
)
from assistant.language.lists import WordListError, checked
from assistant.llm.support import doubt
from assistant.question.halves import halves_of
from assistant.question.kinds import kind_of, summary_topic, topic_of
from assistant.question.names import names_in
from assistant.question.sides import sides_of
from assistant.question.spelling.arabizi import in_arabic, is_arabizi
from assistant.question.spelling.dialects import standard
from assistant.question.spelling.word_forms import WordForms
from assistant.question.talk.small_talk import small_talk
from assistant.question.times.days import Clock
from assistant.question.times.developments import asks_for_days
from assistant.question.times.moments import moments_in
from assistant.question.times.numerals import years_in
from assistant.question.times.periods import asks_for_everything, timing_of
from index.articles import Article
from index.text.phrase import WORD, Phrase

ROOT = Path(__file__).resolve().parent.parent
_ONE_OF = re.compile(r"\[([^/()\[\]]*)[^()\[\]]*\]")
_OR_NONE = re.compile(r"\([^()\[\]]*\)")


def plainest(entry: str) -> str:
    """Give the shortest thing that an entry stands for: the first of several, without what may be missing."""
    while (shorter := _ONE_OF.sub(r"\1", _OR_NONE.sub("", entry.replace("*", "")))) != entry:
        entry = shorter
    return entry.replace("+", "")


def forms(key: str) -> list[str]:
    return [plainest(entry) for entry in entries(key)]


def cued(kind: str) -> Callable[[str], bool]:
    return lambda sentence: cue(kind, folded(sentence), "") >= 0.4  # type: ignore[arg-type]  # any kind


def talks(talk: str) -> Callable[[str], bool]:
    return lambda said: small_talk(Phrase(said)) == talk


def latin(arabic: str) -> Callable[[str], bool]:
    """Tell what is read so by an index of three words."""
    stems = Phrase("ربح القمة رابحة").stems
    return lambda said: (
        in_arabic(Phrase(said), lambda terms: [term in stems for term in terms]) == Phrase(arabic)
    )


def asks(kind: str) -> Callable[[str], bool]:
    return lambda question: kind_of(Phrase(question)) == kind


def about(subject: str) -> Callable[[str], bool]:
    return lambda question: topic_of(Phrase(question)) == subject


def summary_of(topic: str) -> Callable[[str], bool]:
    return lambda question: summary_topic(Phrase(question)) == topic


def attributed(said: str) -> str:
    colon = said.index(":") + 1
    named = attribution(said, colon, colon)
    return named.name if named else ""


def speaks(name: str) -> Callable[[str], bool]:
    return lambda said: attributed(said) == name


CLOCK = Clock(date(2025, 10, 8))


def days(first: str, last: str | None = None) -> Callable[[str], bool]:
    """The days that a sentence names."""
    wanted = (first, last or first)
    return lambda said: (
        wanted in [(str(moment.start), str(moment.end)) for moment in moments_in(folded(said), CLOCK)]
    )


def of_publication(said: str) -> bool:
    return timing_of(said, kind_of(Phrase(said)), CLOCK).period is not None


def days_end_today(said: str) -> bool:
    return [moment.end for moment in moments_in(folded(said), CLOCK)] == [CLOCK.today]


def months_joined(said: str) -> bool:
    period = timing_of(said, "other", CLOCK).period
    return period is not None and (period.start, period.end) == ("2025-03-01", "2025-05-31")


def without_days(said: str) -> str:
    return timing_of(said, "other", CLOCK).rest


def asks_of_speaker(verb: str) -> Callable[[str], bool]:
    return lambda text: any(
        f"ماذا {verb} الوزير" in asked
        for asked in proposed(Article("a", "القمة", text, language="ar"), language="ar")
    )


def asks_of_nobody(text: str) -> bool:
    made = proposed(Article("a", "القمة", text, language="ar"), language="ar")
    return not any(asked.startswith("ماذا قال") for asked in made)


def stands_for(meant: str) -> Callable[[str], bool]:
    return lambda said: standard(Phrase(said)).text == meant


def candidates_of(kind: str, said: str, question: str = "") -> list[tuple[str, bool]]:
    """What in a sentence may answer a question of a kind; its names are علي, محمد and what has a capital."""
    words = [match.span() for match in re.finditer(r"\w+", said)]
    named = np.array([float(said[slice(*word)] in ("علي", "محمد")) for word in words])
    starts, ends = ([word[side] for word in words] for side in (0, 1))
    language = "en" if said.isascii() else "ar"
    quoted = QuotedWords(said, language, starts, ends, named, np.zeros((1, len(words))), np.ones(1))
    return [(said[each.start : each.end], each.led) for each in candidates(kind, question, quoted)]  # type: ignore[arg-type]


def spanned(kind: str, span: str) -> Callable[[str], bool]:
    before, after = span.split("~")

    def is_spanned(said: str) -> bool:
        texts = [text for text, _led in candidates_of(kind, said)]
        return any(
            text.startswith(before) and text.endswith(after) and len(text) > len(span) for text in texts
        )

    return is_spanned


def led_to(kind: str) -> Callable[[str], bool]:
    return lambda said: any(led for _text, led in candidates_of(kind, said))


def shares(question: str, said: str) -> bool:
    """Tell whether a figure of a sentence is led to by a question for a share."""
    return any(led for _text, led in candidates_of("how_many", said, folded(question)))


def compares(question: str) -> bool:
    sides = sides_of(question)
    return sides is not None and {sides.one, sides.other} in ({"مسقط", "صلالة"}, {"Muscat", "Salalah"})


def besides(question: str) -> bool:
    return BESIDE.search(folded(question)) is not None


def year_of(year: int) -> Callable[[str], bool]:
    return lambda said: year in years_in(said, published="2017-03-01")


def no_year(question: str) -> bool:
    return all(name.sort != "year" for name in names_in(question))


def develops(question: str) -> bool:
    return asks_for_days(folded(question))


# list -> a sentence with ~ in the place of its words, and what must be so of it
REACHED: dict[str, tuple[str, Callable[[str], bool]]] = {
    "ar.matter.coming": ("~", lambda word: not tells(WordForms(word))),
    "ar.copula": ("ما ~ العدد", asks("how_many")),
    "ar.which": ("~ مدينة فازت", asks("where")),
    "ar.typing.joined": ("ما~ المشروع", asks("definition")),
    "ar.typing.what": ("~ يعني البارومتر وما عمله", asks("definition")),
    "ar.typing.when": ("~ افتتح الجسر", asks("when")),
    "ar.typing.why": ("~ افتتح الجسر", asks("why")),
    "ar.time.today": ("ما السعر ~", days("2025-10-08")),
    "en.time.today": ("the price ~", days("2025-10-08")),
    "ar.time.now": ("ما السعر ~", days("2025-10-08")),
    "en.time.now": ("the price ~", days("2025-10-08")),
    "ar.time.yesterday": ("من فاز ~", days("2025-10-07")),
    "en.time.yesterday": ("who won ~", days("2025-10-07")),
    "ar.time.day": ("من فاز قبل ~", lambda said: bool(moments_in(folded(said), CLOCK))),
    "en.time.day": ("who won 3 ~ ago", days("2025-10-05")),
    "ar.time.week": ("من فاز قبل ~", lambda said: bool(moments_in(folded(said), CLOCK))),
    "en.time.week": ("who won 1 ~ ago", days("2025-09-29", "2025-10-05")),
    "ar.time.month": ("من فاز قبل ~", lambda said: bool(moments_in(folded(said), CLOCK))),
    "en.time.month": ("who won 1 ~ ago", days("2025-09-01", "2025-09-30")),
    "ar.time.year": ("من فاز قبل ~", lambda said: bool(moments_in(folded(said), CLOCK))),
    "en.time.year": ("who won 1 ~ ago", days("2024-01-01", "2024-12-31")),
    "ar.time.several": ("من فاز في ال~ الماضية", lambda said: days_end_today(said)),
    "en.time.several": ("who won in the last ~", lambda said: days_end_today(said)),
    "ar.time.this": ("من فاز ~ الأسبوع", days("2025-10-06", "2025-10-12")),
    "en.time.this": ("who won ~ week", days("2025-10-06", "2025-10-12")),
    "ar.time.current": ("من فاز الأسبوع ~", days("2025-10-06", "2025-10-12")),
    "ar.time.last": ("من فاز الأسبوع ~", days("2025-09-29", "2025-10-05")),
    "en.time.last": ("who won ~ week", days("2025-09-29", "2025-10-05")),
    "en.time.past": ("who won the ~ week", days("2025-10-01", "2025-10-08")),
    "ar.time.latest": ("من فاز ~ 3 أيام", days("2025-10-05", "2025-10-08")),
    "ar.time.since": ("من فاز ~ شهر", days("2025-09-08", "2025-10-08")),
    "ar.time.ago": ("من فاز ~ شهر", days("2025-09-01", "2025-09-30")),
    "en.time.ago": ("who won three days ~", days("2025-10-05")),
    "ar.time.last_year": ("ارتفع عن العام ~", year_of(2016)),
    "en.time.last_year": ("more than ~", year_of(2016)),
    "ar.time.next_year": ("يرتفع في ~", year_of(2018)),
    "en.time.next_year": ("more in the ~", year_of(2018)),
    "ar.time.calendars": ("~", lambda word: WordForms(word).is_date),
    "ar.time.lead": ("من فاز ~ سبتمبر", days("2025-09-01", "2025-09-30")),
    "en.time.lead": ("who won ~ september", days("2025-09-01", "2025-09-30")),
    "ar.time.months": ("من فاز ~ سبتمبر", days("2025-09-01", "2025-09-30")),
    "ar.time.of_month": ("من فاز 30 ~ سبتمبر 2025", days("2025-09-30")),
    "ar.time.of_year": ("من فاز ~ 2016", days("2016-01-01", "2016-12-31")),
    "ar.time.until": ("أخبار العقبة من مارس ~ مايو", lambda said: months_joined(said)),
    "en.time.until": ("Aqaba news from March ~ May", lambda said: months_joined(said)),
    "ar.time.hung": ("أخبار العقبة ~ سبتمبر 2025", lambda said: without_days(said) == "أخبار العقبة"),
    "en.time.hung": ("Aqaba news ~ last week", lambda said: without_days(said) == "Aqaba news"),
    "ar.time.compared": (
        "ارتفع ~ العام الماضي",
        lambda said: timing_of(said, "how_many", CLOCK).recency is None,
    ),
    "en.time.compared": ("up ~ last year", lambda said: timing_of(said, "how_many", CLOCK).recency is None),
    "ar.time.told": ("~ العقبة في سبتمبر 2025", of_publication),
    "en.time.told": ("~ Aqaba in September 2025", of_publication),
    "ar.time.news": ("~ العقبة في سبتمبر 2025", of_publication),
    "en.time.news": ("Aqaba ~ of September 2025", of_publication),
    "ar.time.happened": ("~ في العقبة أمس", of_publication),
    "en.time.happened": ("~ in Aqaba yesterday", of_publication),
    "ar.time.around": ("~ أخبار", asks_for_everything),
    "en.time.around": ("~ news", asks_for_everything),
    "ar.news.asks": ("~ في العقبة", asks("news")),
    "en.news.asks": ("~ Aqaba", asks("news")),
    "ar.news.new": ("~ عن العقبة", about("العقبة")),
    "ar.news.latest": ("~ أخبار العقبة", about("العقبة")),
    "ar.news.things": ("آخر ~ العقبة", about("العقبة")),
    "ar.news.alone": ("~ العقبة", about("العقبة")),
    "ar.news.of": ("ما الجديد ~ العقبة", about("العقبة")),
    "en.news.new": ("~ about Aqaba", about("Aqaba")),
    "en.news.of": ("what is new ~ Aqaba", about("Aqaba")),
    "ar.when.asks": ("~ افتتح الجسر", asks("when")),
    "ar.when.from": ("~ متى يعمل الجسر", asks("when")),
    "ar.when.counted": ("في ~ كم افتتح", asks("when")),
    "ar.when.times": ("في أي ~ افتتح", asks("when")),
    "ar.when.dates": ("ما ~ الافتتاح", asks("when")),
    "en.when.asks": ("~ did it open", asks("when")),
    "en.when.what": ("in what ~ did it open", asks("when")),
    "en.when.which": ("in which ~ did it open", asks("when")),
    "ar.how_many.asks": ("~ مشروعا فاز", asks("how_many")),
    "ar.how_many.before": ("~كم بيع", asks("how_many")),
    "ar.how_many.opens": ("~ عدد المشاريع", asks("how_many")),
    "ar.how_many.measures": ("ما ~ المشروع", asks("how_many")),
    "ar.how_many.ages": ("في أي ~ تزوج", asks("how_many")),
    "ar.how_many.counted": (
        "كم ~ مشروع",
        lambda question: cue("how_many", "3 مشروع", folded(question)) == 1.0,
    ),
    "ar.how_many.reached": (
        "كم ~ عدد مشروع",
        lambda question: cue("how_many", "3 مشروع", folded(question)) == 1.0,
    ),
    "en.how_many.how": ("how ~ is it", asks("how_many")),
    "en.how_many.what": ("what ~ of it", asks("how_many")),
    "en.how_many.phrases": ("tell the ~ it", asks("how_many")),
    "ar.why.asks": ("~ فاز", asks("why")),
    "ar.why.opens": ("~ يفز", asks("why")),
    "ar.why.nouns": ("ما ~ الفوز", asks("why")),
    "ar.why.phrases": ("~ الفوز", asks("why")),
    "en.why.asks": ("~ did it win", asks("why")),
    "en.why.copula": ("what ~ the reason", asks("why")),
    "en.why.nouns": ("what was the ~ of it", asks("why")),
    "en.why.verbs": ("what ~ it", asks("why")),
    "ar.name.what": ("~ كان اسم المشروع", asks("name")),
    "ar.name.what_verb": ("~ يسمى المشروع", asks("name")),
    "ar.name.nouns": ("ما ~ المشروع", asks("name")),
    "ar.name.verbs": ("بماذا ~ المشروع", asks("name")),
    "en.name.words": ("what was it ~", asks("name")),
    "en.name.none": ("~", lambda word: not names_in(f"They met {word.title()} today")),
    "ar.name.units": ("باعوا 2000 ~", no_year),
    "en.name.units": ("they sold 2000 ~", no_year),
    "ar.list.which": ("أي ~ فازت", asks("list")),
    "ar.list.what": ("ما ~ المشروع", asks("list")),
    "ar.list.asks": ("~ المشاريع", asks("list")),
    "ar.list.opens": ("~ المشاريع", asks("list")),
    "en.list.which": ("which big ~ won", asks("list")),
    "en.list.not_between": ("which ~ cities won", lambda question: kind_of(Phrase(question)) != "list"),
    "en.list.asks": ("~ the winners", asks("list")),
    "ar.where.asks": ("~ يقع الجسر", asks("where")),
    "ar.where.from": ("~ أين جاء", asks("where")),
    "ar.where.places": ("في أي ~ فاز", asks("where")),
    "ar.where.seats": ("ما ~ الشركة", asks("where")),
    "en.where.asks": ("~ is it", asks("where")),
    "en.where.places": ("in which ~ is it", asks("where")),
    "ar.who.after": ("من ~ في الصورة", asks("who")),
    "ar.who.joined": ("~ الكتاب", asks("who")),
    "ar.who.before": ("لعب ~ من؟", asks("who")),
    "ar.who.persons": ("أي ~ فاز", asks("who")),
    "en.who.asks": ("~ won", asks("who")),
    "en.who.persons": ("which ~ won", asks("who")),
    "ar.definition.copula": ("ما ~ البارومتر", asks("definition")),
    "ar.definition.what": ("~ يعني البارومتر وفيم يستعمله الناس كل يوم", asks("definition")),
    "ar.definition.verbs": ("ماذا ~ البارومتر", asks("definition")),
    "ar.definition.opens": ("~ البارومتر", asks("definition")),
    "ar.definition.nouns": ("ما ~ البارومتر في كتب العلم القديمة", asks("definition")),
    "en.definition.opens": ("what ~ a barometer", asks("definition")),
    "en.definition.articles": ("what is ~ barometer", asks("definition")),
    "en.definition.asks": ("~ barometer", asks("definition")),
    "en.definition.phrases": ("the ~ barometer", asks("definition")),
    "ar.how.asks": ("~ فاز", asks("how")),
    "ar.how.phrases": ("~ فاز", asks("how")),
    "en.how.asks": ("~ did it win", asks("how")),
    "ar.yes_no.opens": ("~ يفز", asks("yes_no")),
    "en.yes_no.opens": ("~ it open", asks("yes_no")),
    "ar.summary.before": ("~ لخص مقال البحرين", summary_of("مقال البحرين")),
    "ar.summary.verbs": ("~ مقال البحرين", summary_of("مقال البحرين")),
    "ar.summary.copula": ("ما ~ ملخص مقال البحرين", summary_of("مقال البحرين")),
    "ar.summary.nouns": ("~ لمقال البحرين", summary_of("لمقال البحرين")),
    "ar.summary.courtesies": ("لخص مقال البحرين ~", summary_of("مقال البحرين")),
    "ar.summary.this": ("لخص ~ المقال", summary_of("")),
    "ar.summary.articles": ("لخص ال~", summary_of("")),
    "ar.summary.stories": ("لخص هذا ال~", summary_of("")),
    "ar.summary.which": ("لخص المقال ~", summary_of("")),
    "ar.summary.into": ("لخص ~ المقال", summary_of("")),
    "ar.summary.that": ("لخص ~", summary_of("")),
    "en.summary.before": ("~ summarise the Aqaba story", summary_of("the aqaba story")),
    "en.summary.verbs": ("~ the Aqaba story", summary_of("the aqaba story")),
    "en.summary.what": ("~ the gist", summary_of("")),
    "en.summary.adjectives": ("~ summary of Aqaba", summary_of("of aqaba")),
    "en.summary.nouns": ("~ of Aqaba", summary_of("of aqaba")),
    "en.summary.of": ("summary ~", lambda question: summary_topic(Phrase(question)) is not None),
    "en.summary.questions": (
        "~ bridge article summary",
        lambda question: summary_topic(Phrase(question)) is None,
    ),
    "en.summary.articles": ("aqaba ~ summary", lambda question: summary_topic(Phrase(question)) is not None),
    "en.summary.courtesies": ("summarise Aqaba ~", summary_of("aqaba")),
    "en.summary.this": ("summarise ~ article", summary_of("")),
    "en.summary.stories": ("summarise this ~", summary_of("")),
    "en.summary.the": ("summarise the ~", summary_of("")),
    "en.summary.that": ("summarise ~", summary_of("")),
    "ar.cue.numbers": ("باع ~ قلما", cued("how_many")),
    "en.cue.numbers": ("sold ~ pens", cued("how_many")),
    "ar.cue.units": ("باع 5 ~ منه", lambda said: cue("how_many", folded(said), "") == 0.75),
    "en.cue.units": ("sold 5 ~ of it", lambda said: cue("how_many", folded(said), "") == 0.75),
    "en.cue.whole_units": ("ran 5 ~ of it", lambda said: cue("how_many", folded(said), "") == 0.75),
    "ar.cue.eras": ("عاش 250 ~", lambda said: cue("when", folded(said), "250 قلما") == 1.0),
    "ar.cue.years": ("في ~ 99 بدأ", lambda said: cue("when", folded(said), "") == 1.0),
    "ar.cue.months": ("بدأ ~ منه", cued("when")),
    "en.cue.months": ("began ~ then", cued("when")),
    "ar.cue.reasons": ("فاز ~ عمله", cued("why")),
    "en.cue.reasons": ("won ~ it", cued("why")),
    "ar.cue.places": ("فاز ~ الأردن", cued("where")),
    "en.cue.places": ("won ~ it", cued("where")),
    "ar.cue.persons": ("ثم ~ علي", cued("who")),
    "en.cue.persons": ("then ~ it", cued("who")),
    "ar.cue.names": ("ثم ~ القلم", cued("name")),
    "en.cue.names": ("then ~ it", cued("name")),
    "ar.cue.defines": ("البارومتر ~ أداة", cued("definition")),
    "en.cue.defines": ("barometer ~ tool", cued("definition")),
    "ar.cue.manners": ("فاز ~ عمله", cued("how")),
    "en.cue.manners": ("won ~ it", cued("how")),
    "ar.cue.leaning": ("~ فاز", lambda said: points_back(folded(said))),
    "en.cue.leaning": ("~ won", lambda said: points_back(folded(said))),
    "ar.parts.asks": ("من نظم القمة و~ المدينة", lambda said: halves_of(Phrase(said)) is not None),
    "en.parts.asks": ("who runs it and ~ city is it", lambda said: halves_of(Phrase(said)) is not None),
    "en.parts.before": (
        "who runs it and ~ which city is it",
        lambda said: halves_of(Phrase(said)) is not None,
    ),
    "ar.parts.not_after_what": ("متى بدأت القمة وما ~ ذلك", lambda said: halves_of(Phrase(said)) is None),
    "ar.arabizi.who": ("~ rba7 el 9imma", latin("من ربح القمة")),
    "ar.arabizi.what": ("~ rba7 el 9imma", latin("ما ربح القمة")),
    "ar.arabizi.late_what": ("rba7 el 9imma ~", latin("ما ربح القمة")),
    "ar.arabizi.when": ("~ rba7 el 9imma", latin("متى ربح القمة")),
    "ar.arabizi.where": ("~ rba7 el 9imma", latin("أين ربح القمة")),
    "ar.arabizi.how_many": ("~ rba7 el 9imma", latin("كم ربح القمة")),
    "ar.arabizi.why": ("~ rba7 el 9imma", latin("لماذا ربح القمة")),
    "ar.arabizi.how": ("~ rba7 el 9imma", latin("كيف ربح القمة")),
    "ar.arabizi.whether": ("~ rba7 el 9imma", latin("هل ربح القمة")),
    "ar.arabizi.which": ("~ 9imma rab7a", latin("أي قمة رابحة")),
    "ar.arabizi.shared": ("~ al tower", lambda said: not is_arabizi(Phrase(said))),
    "ar.arabizi.doubtful": ("~ tower", lambda said: not is_arabizi(Phrase(said))),
    "ar.arabizi.article": ("feen ~ 9imma", latin("أين القمة")),
    "ar.arabizi.in": ("meen rba7 ~ el 9imma", latin("من ربح في القمة")),
    "ar.arabizi.in_the": ("meen rba7 ~ 9imma", latin("من ربح في القمة")),
    "ar.arabizi.by_the": ("meen rba7 ~ 9imma", latin("من ربح بالقمة")),
    "ar.arabizi.to_the": ("meen rba7 ~ 9imma", latin("من ربح للقمة")),
    "ar.arabizi.and_the": ("meen rba7 ~ 9imma", latin("من ربح والقمة")),
    "ar.arabizi.on_the": ("meen rba7 ~ 9imma", latin("من ربح على القمة")),
    "ar.arabizi.and": ("meen rba7 ~ el 9imma", latin("من ربح والقمة")),
    "ar.arabizi.or": ("meen rba7 ~ el 9imma", latin("من ربح أم القمة")),
    "ar.arabizi.of": ("meen rba7 ~ el 9imma", latin("من ربح القمة")),
    "ar.arabizi.he": ("meen ~ rba7", latin("من هو ربح")),
    "ar.arabizi.she": ("meen ~ rba7", latin("من هي ربح")),
    "ar.arabizi.that": ("feen ~ rba7", latin("أين الذي ربح")),
    "ar.arabizi.foreign": ("feen ~ tower", lambda said: not is_arabizi(Phrase(said))),
    "ar.dialect.what": ("~ شعار القمة", stands_for("ما شعار القمة")),
    "ar.dialect.late_what": ("شعار القمة ~", stands_for("ما شعار القمة")),
    "ar.dialect.who": ("~ فاز بالجائزة", stands_for("من فاز بالجائزة")),
    "ar.dialect.when": ("~ تبدأ القمة", stands_for("متى تبدأ القمة")),
    "ar.dialect.where": ("~ القمة", stands_for("أين القمة")),
    "ar.dialect.how_many": ("~ مشروعا فاز", stands_for("كم مشروعا فاز")),
    "ar.dialect.why": ("~ فازت المدينة", stands_for("لماذا فازت المدينة")),
    "ar.dialect.how": ("~ فازت المدينة", stands_for("كيف فازت المدينة")),
    "ar.dialect.whether": ("~ فازت المدينة", stands_for("هل فازت المدينة")),
    "ar.dialect.for_what": ("~ تهدف القمة", stands_for("إلى ماذا تهدف القمة")),
    "ar.dialect.that": ("المشروع ~ فاز", stands_for("المشروع الذي فاز")),
    "ar.dialect.wants": ("ماذا ~ القمة", stands_for("ماذا تريد القمة")),
    "ar.dialect.begins": ("متى ~ المشروع", stands_for("متى يبدأ المشروع")),
    "ar.dialect.is_held": ("متى ~ القمة", stands_for("متى تقام القمة")),
    "ar.dialect.helping": ("متى ~ تفتح القمة", stands_for("متى تفتح القمة")),
    "ar.suggestion.he_said": ("~ الوزير علي خلف أن القمة قريبة.", asks_of_speaker("قال")),
    "ar.suggestion.she_said": ("~ الوزيرة منى خلف أن القمة قريبة.", asks_of_speaker("قالت")),
    "ar.suggestion.prepositions": ("قال ~ الوزير علي خلف أن القمة قريبة.", asks_of_nobody),
    "ar.suggestion.spoken_to": ("قال ل~ الخليج علي خلف أن القمة قريبة.", asks_of_nobody),
    "ar.suggestion.that": ("قال الوزير علي خلف ~ القمة قريبة.", asks_of_speaker("قال")),
    "ar.talk.you": ("~ رائع", talks("thanks")),
    "ar.talk.greeting": ("~", talks("greeting")),
    "en.talk.greeting": ("~", talks("greeting")),
    "ar.talk.thanks": ("~", talks("thanks")),
    "en.talk.thanks": ("~", talks("thanks")),
    "ar.talk.praise": ("أنت ~", talks("thanks")),
    "ar.talk.farewell": ("~", talks("farewell")),
    "en.talk.farewell": ("~", talks("farewell")),
    "ar.talk.identity": ("~", talks("identity")),
    "en.talk.identity": ("~", talks("identity")),
    "ar.talk.whether": ("~ أنت إنسان", talks("identity")),
    "ar.talk.beings": ("هل أنت ~", talks("identity")),
    "ar.self.article": ("كم ~ لديك", talks("count")),
    "en.self.article": ("what is your latest ~", talks("dates")),
    "ar.self.articles": ("كم ~ لديك", talks("count")),
    "en.self.articles": ("how many ~ do you have", talks("count")),
    "ar.self.news": ("كم ~ لديك", talks("count")),
    "en.self.news": ("how old is your ~", talks("dates")),
    "ar.self.stores": ("كم مقالا في ~", talks("count")),
    "en.self.stores": ("how many articles are in the ~", talks("count")),
    "ar.self.have": ("كم مقالا ~", talks("count")),
    "en.self.have": ("what topics do ~ cover", talks("topics")),
    "ar.self.count": ("~ مقال لديك", talks("count")),
    "en.self.count": ("how ~ articles do you have", talks("count")),
    "ar.self.outlets": ("ما ~ مقالاتك", talks("outlets")),
    "en.self.outlets": ("what are your ~", talks("outlets")),
    "ar.self.origin": ("من ~ أخبارك", talks("outlets")),
    "en.self.origin": ("~ do your articles come from", talks("outlets")),
    "ar.self.dates": ("~ مقالاتك", talks("dates")),
    "en.self.dates": ("your articles ~", talks("dates")),
    "ar.self.topics": ("~ مقالاتك", talks("topics")),
    "en.self.topics": ("your articles ~", talks("topics")),
    "ar.self.languages": ("~ مقالاتك", talks("languages")),
    "en.self.languages": ("your articles ~", talks("languages")),
    "ar.self.able": ("ماذا ~ أنت", talks("abilities")),
    "en.self.able": ("what can you ~", talks("abilities")),
    "ar.self.filler": ("كم مقالا لديك ~", talks("count")),
    "en.self.filler": ("how many articles do you have ~", talks("count")),
    "ar.self.who": ("~ صنعك", talks("maker")),
    "ar.self.that": ("من ~ صنعك", talks("maker")),
    "ar.self.made": ("من ~ك", talks("maker")),
    "en.self.made": ("who ~ you", talks("maker")),
    "ar.self.that_is": ("من صنعك ~", talks("maker")),
    "en.self.thing": ("who made this ~", talks("maker")),
    "ar.talk.abilities": ("~", talks("abilities")),
    "en.talk.abilities": ("~", talks("abilities")),
    "ar.talk.can": ("ماذا ~", talks("abilities")),
    "ar.talk.do": ("ماذا تستطيع أن ~", talks("abilities")),
    "ar.talk.for_me": ("ماذا تستطيع أن تفعل ~", talks("abilities")),
    "ar.talk.write": ("~ قصيدة", talks("creation")),
    "ar.talk.compose": ("~ لي قصيدة", talks("creation")),
    "ar.talk.works": ("اكتب لي ~", talks("creation")),
    "en.talk.write": ("~ me a poem", talks("creation")),
    "en.talk.works": ("write me a ~", talks("creation")),
    "ar.talk.opinion": ("~ في المشروع", talks("opinion")),
    "ar.talk.think": ("ماذا ~ في المشروع", talks("opinion")),
    "ar.talk.think_that": ("هل تعتقد ~ المشروع كبير", talks("opinion")),
    "ar.talk.like": ("هل ~ الشاي", talks("opinion")),
    "ar.talk.prefer": ("هل ~ الشاي أم القهوة", talks("opinion")),
    "ar.talk.think_of": ("ماذا تعتقد ~ المشروع", talks("opinion")),
    "en.talk.opinion": ("~ of tea", talks("opinion")),
    "en.talk.like": ("do you ~ tea", talks("opinion")),
    "ar.talk.feeling": ("~", talks("feeling")),
    "en.talk.feeling": ("~", talks("feeling")),
    "ar.talk.blame": ("يا ~", talks("blame")),
    "ar.talk.blame_opens": ("~ كذاب", talks("blame")),
    "ar.talk.blame_ends": ("غبي ~", talks("blame")),
    "ar.talk.blame_whole": ("~", talks("blame")),
    "en.talk.blame": ("you are ~", talks("blame")),
    "en.talk.blame_opens": ("~ stupid", talks("blame")),
    "en.talk.blame_between": ("you are ~ stupid", talks("blame")),
    "en.talk.blame_ends": ("stupid ~", talks("blame")),
    "en.talk.blame_whole": ("~", talks("blame")),
    "ar.talk.names": ("شكرا يا ~", talks("thanks")),
    "en.talk.names": ("thanks ~", talks("thanks")),
    "ar.talk.please": ("ساعدني ~", talks("abilities")),
    "ar.span.ordinals": ("في ~ من يناير", spanned("when", "~ من يناير")),
    "ar.span.decades": ("في ~ الماضي", spanned("when", "~")),
    "ar.span.dated": ("بدأ ~ 2017", spanned("when", "~ 2017")),
    "ar.span.scales": ("باع 15 ~ قلم", spanned("how_many", "15 ~")),
    "en.span.scales": ("sold 15 ~ pens", spanned("how_many", "15 ~")),
    "ar.span.share_asked": ("ما ~ الفقراء", lambda asked: shares(asked, "دفع 15 % منهم")),
    "ar.span.share": ("دفع 15 ~ئة منهم", lambda said: shares("ما نسبة الفقراء", said)),
    "en.span.share": ("what ~ of the poor", lambda asked: shares(asked, "15 percent paid")),
    "ar.span.joining": ("جاء محمد ~ علي أمس", spanned("who", "محمد ~ علي")),
    "ar.span.bodies": ("جاءت ~ علي أمس", spanned("who", "~ علي")),
    "ar.span.sites": ("يقام في ~ الخليج غدا", spanned("where", "~ الخليج")),
    "ar.span.where": ("يقام ~ علي غدا", led_to("where")),
    "en.span.where": ("it opens ~ Ghala tomorrow", led_to("where")),
    "ar.sides.nouns": ("ما ال~ بين مسقط وصلالة", compares),
    "ar.sides.verbs": ("~ بين مسقط وصلالة", compares),
    "ar.sides.with": ("قارن مسقط ~ صلالة", compares),
    "ar.sides.which": ("~ أكبر: مسقط أم صلالة", compares),
    "ar.sides.or": ("أيهما أكبر: مسقط ~ صلالة", compares),
    "ar.sides.beside": ("~", besides),
    "en.sides.nouns": ("the ~ between Muscat and Salalah", compares),
    "en.sides.verbs": ("~ Muscat and Salalah", compares),
    "en.sides.with": ("compare Muscat ~ Salalah", compares),
    "en.sides.which": ("~ is bigger: Muscat or Salalah", compares),
    "en.sides.beside": ("~", besides),
    "en.sides.versus": ("Muscat ~ Salalah", compares),
    "ar.timeline.asks": ("كيف ~ الأزمة", develops),
    "ar.timeline.opens": ("~ مراحل الأزمة", develops),
    "ar.timeline.between": ("ما ~ مراحل الأزمة", develops),
    "ar.timeline.nouns": ("ما ~ الأزمة", develops),
    "en.timeline.asks": ("how did it ~", develops),
    "en.timeline.auxiliaries": ("how ~ it develop", develops),
    "en.timeline.nouns": ("the ~ of it", develops),
    "ar.extent.goes_on": ("~ المشروع الثاني", adds_a_thought),
    "en.extent.goes_on": ("~ the second one", adds_a_thought),
    "ar.polarity.negations": ("~", lambda word: is_negation(folded(word))),
    "en.polarity.negations": ("~", is_negation),
    "ar.polarity.turning": ("~", lambda word: is_turning(folded(word))),
    "en.polarity.turning": ("~", is_turning),
    "ar.polarity.subordinating": ("~", lambda word: folded(word) in SUBORDINATING),
    "en.polarity.subordinating": ("~", lambda word: word in SUBORDINATING),
    "ar.polarity.numbers": ("~", lambda word: is_number(folded(word))),
    "en.polarity.numbers": ("~", is_number),
    "ar.speech.verbs": ("و~ الوزير أحمد: نعم سنبني", speaks("الوزير أحمد")),
    "en.speech.verbs": ("Ann Lee ~: we build", speaks("Ann Lee")),
    "en.speech.listeners": ("Ann Lee ~ Bob: we build", speaks("Ann Lee")),
    "ar.speech.sources": ("~ الوزير أحمد: نعم سنبني", speaks("الوزير أحمد")),
    "en.speech.sources": ("~ to Ann Lee: we build", speaks("Ann Lee")),
    "ar.speech.that": ("قال الوزير أحمد ~ البناء: نعم", speaks("الوزير أحمد")),
    "en.speech.that": ("so said Ann Lee ~ we: build", lambda said: attributed(said) in ("so", "Ann Lee")),
    "ar.speech.ends": ("قال الوزير أحمد ~ حديثه: نعم", speaks("الوزير أحمد")),
    "en.speech.ends": ("according to Ann Lee ~ speaking: we build", speaks("Ann Lee")),
    "ar.speech.titles": ("~ خالد", lambda name: name_terms(name) == name_terms("خالد")),
    "en.speech.titles": ("~ Lee", lambda name: name_terms(name) == name_terms("Lee")),
    "ar.follow_up.about": ("و~ البحرين", lambda question: bool(arabic_followup.new_topic(question))),
    "ar.follow_up.joiners": ("~، ماذا عن عمان", lambda said: arabic_followup.new_topic(said) == "عمان"),
    "ar.follow_up.new_after": (
        "و~ عمان",  # `من` asks where a space follows it
        lambda said: (
            "عمان" in (arabic_followup.new_topic(said), arabic_followup.new_topic(said.replace(" ", "")))
        ),
    ),
    "ar.follow_up.like_suffixed": ("~", lambda word: not vocabulary.suffix_of(folded(word))),
    "ar.follow_up.particles": ("~ه", lambda word: vocabulary.suffix_of(folded(word)) == "ه"),
    "ar.follow_up.suffixes": ("كتاب~", lambda word: bool(vocabulary.suffix_of(word))),
    "ar.follow_up.asking": ("~", lambda word: arabic_followup.is_bare(word)),
    "ar.follow_up.before_verbs": (
        "~ حصل على",
        lambda said: any(
            arabic_followup.lacks_subject(said.replace("حصل", verb)) for verb in ("حصل", "جائزة حصل")
        ),
    ),
    "ar.follow_up.prepositions": ("متى حصل ~ الجائزة", arabic_followup.lacks_subject),
    "ar.follow_up.impersonal": ("متى ~ في", lambda said: not arabic_followup.lacks_subject(said)),
    "ar.follow_up.pronouns": ("من ~", lambda said: arabic_followup.is_bare(said)),
    "ar.follow_up.pointing": ("متى ~", lambda said: arabic_followup.is_bare(said)),
    "ar.follow_up.empty": ("~", lambda word: not content(word)),
    "en.follow_up.about": ("~ Aqaba", lambda said: english_followup.new_topic(said) == "Aqaba"),
    "en.follow_up.joiners": ("~, what about Aqaba", lambda said: english_followup.new_topic(said) == "Aqaba"),
    "en.follow_up.new_after": ("and ~ Aqaba", lambda said: english_followup.new_topic(said) == "Aqaba"),
    "en.follow_up.asking": ("~", english_followup.is_bare),
    "en.follow_up.auxiliaries": ("when ~", english_followup.is_bare),
    "en.follow_up.empty": ("~", lambda word: not content(word)),
    "en.follow_up.pronouns": ("~", lambda word: not content(word)),
    "en.follow_up.pointing": ("~", lambda word: not content(word)),
}
# Lists that are looked up in whole: their rules are tried in tests of their own.
LOOKED_UP = {
    "ar": {
        "earlier",
        "times",
        "auxiliaries",
        "bound",
        "before_nouns",
        "subject_first",
        "relations",
        "late",
        "new_place",
    },
    "en": {"possessives", "persons", "before_that", "said_of_it", "counted", "late", "measures"}
    | {"clauses", "subject_after", "articles", "no_subject"},
}


@pytest.mark.parametrize("key", REACHED)
def test_every_word_of_a_list_is_met_by_its_rule(key):
    sentence, is_met = REACHED[key]
    assert [form for form in forms(key) if not is_met(sentence.replace("~", form))] == []


def test_every_list_has_a_rule_that_names_it():
    sources = [path.read_text("utf-8") for path in (ROOT / "assistant").rglob("*.py")]
    unnamed = [
        key for key in keys() if not any(f'"{key}"' in text or f"{{{key}}}" in text for text in sources)
    ]
    assert unnamed == []


def test_every_list_is_tried():
    followups = {f"{language}.follow_up.{name}" for language, names in LOOKED_UP.items() for name in names}
    others = {"ar.summary.empty", "en.summary.empty", "ar.claim.common", "en.claim.common"}
    others |= {"ar.matter.frame"}
    others |= {"ar.talk.next", "en.talk.next", "ar.talk.peace", "en.talk.peace"}
    assert set(keys()) - set(REACHED) == followups | others


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[when]\nasks = []", "ar.toml: when.asks is no list of words; write at least one word in it"),
        ('[when]\nasks = "متى"', "ar.toml: when.asks is no list of words; write at least one word in it"),
        ('[when]\nasks = ["متى", "متى"]', "ar.toml: when.asks: 'متى' stands there twice; take one out"),
        (
            '[when]\nasks = ["(متى"]',
            "ar.toml: when.asks: '(متى' has a bracket without its other half; close it",
        ),
        (
            '[when]\nasks = ["[متى)"]',
            "ar.toml: when.asks: '[متى)' has a bracket without its other half; close it",
        ),
        ("[when]\nasks = [7]", "ar.toml: when.asks: 7 is no word; write words with single spaces between "),
        ('[when]\nasks = [" متى"]', "ar.toml: when.asks: ' متى' is no word; write words with single spaces "),
        ("[when\nasks = ", "ar.toml is no TOML: "),
    ],
)
def test_file_of_words_that_is_written_wrongly_is_refused_with_the_list(text, message):
    with pytest.raises(WordListError) as refused:
        checked(FILES["ar"], text)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("ar.when.nothing", "ar.toml has no list 'when.nothing'; add it"),
        ("fr.when.asks", "no file of words for 'fr.when.asks'; begin with one of: ar, en"),
    ],
)
def test_list_that_is_unknown_is_refused(key, message):
    for reading in (lambda: entries(key), lambda: words(key)):
        with pytest.raises(WordListError, match=re.escape(message)):
            reading()


def test_pattern_with_an_unknown_list_is_refused():
    with pytest.raises(WordListError, match="en.toml has no list 'when.nothing'; add it"):
        compiled(r"\b{en.when.nothing}\b")


def test_words_of_a_list_of_phrases_are_refused():
    with pytest.raises(WordListError, match='en.toml: news.asks: "what\'s new" is no single word'):
        words("en.news.asks")


@pytest.mark.parametrize(
    ("entry", "matched", "missed"),
    [
        ("سنة", ["سنة", "سنه"], ["سن"]),
        ("آخر الأخبار", ["اخر الاخبار"], ["اخر"]),
        ("good (old )day(s)", ["good day", "good old days"], ["good old", "goodday"]),
        ("[can/may] i", ["can i", "may i"], ["i", "cani"]),
        ("(يا )[أهلا/هلا]( بك/ والله)*", ["هلا", "يا اهلا بك والله بك"], ["يا", "بك"]),
        ("تفعل*", ["تفعل", "تفعله"], ["تفع"]),
        ("hi+", ["hi", "hiii"], ["h", "hihi"]),
        ("are you a bot( ...)", ["are you a bot", "are you a bot or a man"], ["are you a robot"]),
        ("د.", ["د."], ["دم"]),
    ],
)
def test_entry_means_what_the_head_of_the_files_says(entry, matched, missed):
    pattern = re.compile(alternatives([entry]))
    assert all(pattern.fullmatch(text) for text in matched)
    assert not any(pattern.fullmatch(text) for text in missed)


@pytest.mark.parametrize("name", calendar_names())
def test_every_month_and_weekday_is_a_time_and_a_number(name):
    assert cue("when", folded(f"بدأ {name} منه"), "") == 0.7
    first = folded(name).split()[0]
    assert is_number(first) or first in ("ذو", "ذي")


@pytest.mark.parametrize("name", cardinal_names())
def test_every_number_in_words_is_one_and_counts(name):
    assert is_number(folded(name)) and cued("how_many")(f"باع {name} قلما")


def test_claim_of_common_words_alone_bears_nothing_out():
    assert doubt("كان هذا من تلك التي كانت", "فازت البحرين") == "words"
    assert WORD.findall("كان") == ["كان"]
