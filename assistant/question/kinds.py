"""Kinds of question: what sort of thing would answer it. Rules over the words, Arabic and English.

The words stand in `assistant/language`; here is how they stand in a question.
"""

from __future__ import annotations

import re
from typing import Literal

from assistant.language import compiled, spelt
from index.text.phrase import Phrase

QuestionKind = Literal[
    "who",
    "when",
    "where",
    "how_many",
    "name",
    "why",
    "how",
    "yes_no",
    "list",
    "definition",
    "summary",
    "news",
    "other",
]

# Kinds that one fact, in few words, answers.
FACTS: tuple[QuestionKind, ...] = ("who", "when", "where", "how_many", "name")

# As people type: run together, or a letter's neighbour. On folded text (bare alefs, ya for alef maqsura).
_TYPED = tuple(
    (compiled(rf"(?<!\w){pattern}(?!\w)"), meant)
    for pattern, meant in (
        (r"([وف]?)ما({ar.typing.joined})", r"\1ما \2"),
        (r"([وفبل]?){ar.typing.what}", r"\1ماذا"),
        (r"ماال(\w+)", r"ما ال\1"),
        (r"{ar.typing.when}", "متي"),
        (r"([وف]?){ar.typing.why}", r"\1لماذا"),
    )
)
# The first rule that matches decides. `\A(?>.*?X).*Y` is `X.*Y` in linear time. The patterns see the question
# folded (no tashkeel, bare alefs) and in small letters.
_RULES: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    ("news", compiled(r"{ar.news.asks}", r"{en.news.asks}")),
    ("when", compiled(r"\b{ar.when.counted} كم\b")),
    (
        "how_many",
        compiled(
            r"\b{ar.how_many.before}?{ar.how_many.asks}\b",
            r"\b{ar.how_many.opens} (?:{ar.copula} )?(?:ال)?{ar.how_many.measures}(?:ه|ها|هم)?\b",
            r"\bاي {ar.how_many.ages}\b",
            r"how {en.how_many.how}",
            r"what {en.how_many.what}",
            r"{en.how_many.phrases}",
        ),
    ),
    (
        "when",
        compiled(
            r"\b(?:[وف]|{ar.when.from} )?{ar.when.asks}\b",
            r"\b{ar.which} {ar.when.times}\b",
            r"\bما (?:{ar.copula} )?(?:ال)?{ar.when.dates}\b",
            r"\b{en.when.asks}\b",
            r"what {en.when.what}",
            r"which {en.when.which}",
        ),
    ),
    (
        "why",
        compiled(
            r"\b[وف]?{ar.why.asks}\b",
            r"^[وف]?{ar.why.opens}\b",
            r"\bما (?:{ar.copula} )?(?:ال)?{ar.why.nouns}\b",
            r"\b{ar.why.phrases}\b",
            r"\b{en.why.asks}\b",
            r"what (?:{en.why.copula} )?(?:the )?{en.why.nouns}",
            r"what {en.why.verbs}",
        ),
    ),
    (
        "name",
        compiled(
            r"\A(?>.*?\b{ar.name.what} ).*\b(?:ال)?{ar.name.nouns}(?:ه|ها|هم)?\b",
            r"\A(?>.*?\b{ar.name.what_verb} ).*\b{ar.name.verbs}\b",
            r"\A(?>.*?\bwhat\b).*\b{en.name.words}\b",
        ),
    ),
    (
        "list",
        compiled(
            r"\b[وفبل]?{ar.which} (?:ال\w+(?:ات|ون)|(?:ال)?{ar.list.which})\b",
            r"\b(?:which|what) (?:(?!{en.list.not_between})[a-z-]+ ){0,2}{en.list.which}\b",
        ),
    ),
    (
        "where",
        compiled(
            r"\b(?:[وف]|{ar.where.from} )?{ar.where.asks}\b",
            r"\b{ar.which} {ar.where.places}\b",
            r"\bما (?:{ar.copula} )?(?:ال)?{ar.where.seats}\b",
            r"\b{en.where.asks}\b",
            r"(?:what|which) {en.where.places}",
        ),
    ),
    (
        "who",
        compiled(
            r"\b[وف]?من (?:{ar.who.after}|[اسي]\w+)\b",
            r"\b{ar.who.joined}\b",
            r"\b{ar.who.before} من *[؟?]",
            r"^[وف]?من(?= )",
            r"\bاي {ar.who.persons}\b",
            r"\b{en.who.asks}\b",
            r"which {en.who.persons}",
        ),
    ),
    (
        "list",
        compiled(
            r"\bما (?:{ar.copula} )?(?:ال\w+(?:ات|ون|ين)|(?:ال)?{ar.list.what})\b",
            r"\b{ar.list.asks}\b",
            r"^{ar.list.opens}\b",
            r"what (?:are|were) (?:the )?\w+s\b",
            r"\b{en.list.asks}\b",
            r"which \w+s (?:are|were)",
        ),
    ),
    (
        "definition",
        compiled(
            r"^[وف]?ما (?:{ar.definition.copula} )?[\w-]+(?: [\w-]+){0,2} *[?!.]*$",
            r"\b{ar.definition.what} {ar.definition.verbs}",
            r"^{ar.definition.opens} ",
            r"\bما (?:{ar.copula} )?{ar.definition.nouns}",
            r"^what {en.definition.opens}(?: {en.definition.articles})? [^?]{1,40}(?:mean)?\?*$",
            r"\b{en.definition.asks}\b",
            r"{en.definition.phrases}",
        ),
    ),
    ("how", compiled(r"\b[وفب]?{ar.how.asks}\b", r"{ar.how.phrases}", r"\b{en.how.asks}\b")),
    ("yes_no", compiled(r"^[وف]?{ar.yes_no.opens}\b", r"^{en.yes_no.opens}\b")),
)
# A summary that is asked for, not one that is spoken of; on folded text. What follows is what it is of.
_SUMMARY = compiled(
    r"\A(?>(?:{ar.summary.before}[,]? )*)"
    r"(?:[وف]?(?:ل|ال|ن|ت)?{ar.summary.verbs}(?:وا|ي)?(?:لي|لنا)?"
    r"|[وف]?(?:ما (?:{ar.summary.copula} )?)?(?:ال)?{ar.summary.nouns}ا?)"
    r"(?P<arabic>(?:(?:ه|ها)?(?!\w)).*)",
    r"\A(?>(?:{en.summary.before},? )*)"
    r"(?:{en.summary.verbs}\b"
    r"|(?:{en.summary.what} )?(?>(?:{en.summary.adjectives} )*){en.summary.nouns}"
    r"(?= {en.summary.of}\b|[:?.!]|$))(?P<english>.*)",
    r"\A(?!{en.summary.questions}\b)"
    r"(?P<before>(?:[\w'-]+ ){0,8}{en.summary.articles}) summary(?: please)?\W*\Z",
)
_COURTESY = compiled(r"(?:^| )(?:{ar.summary.courtesies}|{en.summary.courtesies})\Z")
_SIGNS = " .,;:?!-\"'"
_POINTING = compiled(
    r"\A(?:ها?)?\Z",
    r"(?<!\w){ar.summary.this} ?(?:ال)?{ar.summary.stories}",
    r"(?<!\w)(?:ال)?{ar.summary.articles}(?:ه|ة)? {ar.summary.which}",
    r"\A(?>(?:{ar.summary.into} )*)(?:ال|لل|بال){ar.summary.articles}(?:ه|ة)?\Z",
    r"(?<!\w){ar.summary.that}\Z",
    r"\b{en.summary.this} {en.summary.stories}\b",
    r"\bthe {en.summary.the}(?: above)?\Z",
    r"\b{en.summary.that}(?: in [\w ]{1,40})?\Z",
)
_NEWS_OF = spelt(
    r"(?:{ar.news.new}|(?:ما )?(?:هي )?{ar.news.latest} (?:ال)?{ar.news.things}"
    r"|{ar.news.alone}|{en.news.new})"
    r"\s*(?:{ar.news.of}|{en.news.of})?\s*(?P<topic>[^؟?!.]{2,})"
)


def topic_of(question: Phrase) -> str | None:
    """Give what a question for news is about; None for any other question.

    >>> topic_of(Phrase("What is new about Aqaba?")), topic_of(Phrase("أين تقع العقبة؟"))
    ('Aqaba', None)
    """
    match = _NEWS_OF.search(question.unvowelled)
    return match["topic"].strip() or None if match else None


def summary_topic(question: Phrase) -> str | None:
    """Give what a summary is asked of, folded; empty where the question only points at it, None without one.

    >>> summary_topic(Phrase("لخص مقال البحرين")), summary_topic(Phrase("Summarise the article."))
    ('مقال البحرين', '')
    >>> summary_topic(Phrase("من لخص التقرير؟")) is None
    True
    """
    match = _SUMMARY.match(question.plain)
    if match is None:
        return None
    topic = (match["arabic"] or match["english"] or match["before"] or "").strip(_SIGNS)
    while (plain := _COURTESY.sub("", topic).strip(_SIGNS)) != topic:
        topic = plain
    return "" if _POINTING.search(topic) else topic


def kind_of(question: Phrase) -> QuestionKind:
    """Tell the kind of a question; `other` when no rule knows its words.

    >>> kind_of(Phrase("كم عدد المشاريع؟")), kind_of(Phrase("When did it start?"))
    ('how_many', 'when')
    """
    text = question.plain
    if _SUMMARY.match(text):
        return "summary"
    for pattern, meant in _TYPED:
        text = pattern.sub(meant, text)
    for kind, pattern in _RULES:
        if pattern.search(text):
            return kind
    return "other"
