"""Kinds of question: what sort of thing would answer it. Rules over the words, Arabic and English."""

from __future__ import annotations

import re
from typing import Literal, get_args

from index.normalisation import LETTERS, fold

Kind = Literal[
    "who",
    "when",
    "where",
    "how_many",
    "why",
    "how",
    "yes_no",
    "list",
    "definition",
    "summary",
    "news",
    "other",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

# The first rule that matches decides; patterns see the question folded (no tashkeel, bare alefs) and lower-case.
_B, _E = r"(?:^|(?<=[\s«\"'(،,:؛]))", r"(?=$|[\s؟?!.،,:»\"')])"
_RULES: tuple[tuple[Kind, str], ...] = (
    ("summary", r"لخص|ملخص|تلخيص|موجز|خلاصه|خلاصة|ابرز ما (?:جاء|ورد)|summari[sz]e|summary|key points|tl;?dr"),
    ("news", r"ما الجديد|اخر (?:الاخبار|المستجدات|اخبار)|مستجدات|what(?:'s| is) new|latest (?:on|about|news)"),
    ("how_many", rf"{_B}(?:و|ب|ل|ف|من)?كم{_E}|عدد|كميه|كمية|نسبه|نسبة|مقدار|تكلفه|تكلفة|مساحه|مساحة|سرعه|سرعة|"
     r"طول|ارتفاع|قيمه|قيمة|ميزانيه|ميزانية|سعر|درجه حراره|درجة حرارة|"
     r"how (?:many|much|long|tall|high|far|old|large|big|fast|often)|what (?:number|percent|percentage|amount|"
     r"share|price|size|population|portion|fraction)|number of|percentage of"),
    ("when", rf"{_B}(?:و|ف|منذ |حتى |الى )?متى{_E}|(?:اي|اية|ايه) (?:عام|سنه|سنة|تاريخ|يوم|شهر|قرن|عقد|وقت|فتره|فترة|"
     r"زمن|ساعة|ساعه)|ما (?:هو )?(?:تاريخ|العام|موعد)|في عام كم|(?:^|\b)when\b|what (?:year|date|day|month|time|century|"
     r"decade|period)|which (?:year|date|day|month|century|decade)"),
    ("why", rf"{_B}(?:و|ف)?(?:لماذا|لم|علام|ليش){_E}|ما (?:هو |هي )?(?:سبب|اسباب|السبب|دافع|الدافع|هدف|الهدف|الغرض)|"
     r"لاي سبب|\bwhy\b|what (?:was |is |were |are )?(?:the )?(?:reason|cause|purpose|aim|goal)"),
    ("where", rf"{_B}(?:و|ف|من |الى |في )?(?:اين|وين){_E}|(?:اي|اية|ايه) (?:مدينه|مدينة|دوله|دولة|بلد|مكان|قاره|قارة|منطقه|"
     r"منطقة|محافظه|محافظة|اقليم|ولايه|ولاية|موقع|جامعه|جامعة)|ما (?:هي |هو )?(?:عاصمه|عاصمة|موقع|مكان)|\bwhere\b|"
     r"(?:what|which) (?:city|country|place|state|region|location|continent|area|town|building|venue|stadium)"),
    ("who", rf"{_B}(?:و|ف)?(?:من (?:هو|هي|هم|هما|الذي|التي|الذين|كان|كانت|قام|يكون|ا?سس|اخترع|ا?كتشف|قال|كتب|[اي]\w+)|"
     r"ل?من الفضل|منو)|^(?:و|ف)?من(?= )|ما (?:هو )?اسم|اسم (?:الشخص|الرجل|المراه)|\bwho(?:se|m)?\b|what (?:is|was) the name|"
     r"which (?:person|man|woman|player|president|king|scientist|author|company|team|organi[sz]ation)"),
    ("list", r"ما (?:هي |هم )?(?:ال\w+(?:ات|ون|ين)|اسماء|انواع|اهم|ابرز|الجوائز|المدن|الدول|المشاريع|الفئات|اهداف|"
     r"الاهداف|المجالات|مجالات)|اذكر|عدد لي|ما الذي|what (?:are|were) (?:the )?\w+s\b|\blist\b|which \w+s (?:are|were)"),
    ("definition", r"^(?:و|ف)?(?:ما|ماذا) (?:هو|هي|هما|يعني|معنى|المقصود|تعريف)|^عرف |ما (?:معنى|تعريف|المقصود)|"
     r"^what (?:is|are|was|were|does)(?: an?| the)? [^?]{1,40}(?:mean)?\?*$|\bdefine\b|definition of|meaning of"),
    ("how", rf"{_B}(?:و|ف|ب)?كيف{_E}|باي طريقه|باي طريقة|\bhow\b"),
    ("yes_no", rf"^(?:و|ف)?(?:هل|ا(?:ليس|لم)){_E}|^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|"
     r"should)\b"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern.translate(str.maketrans(LETTERS)))) for kind, pattern in _RULES)


def kind_of(question: str) -> Kind:
    """The kind of a question; `other` when no rule knows its words.

    >>> kind_of("كم عدد المشاريع؟"), kind_of("When did it start?"), kind_of("أين تقع؟")
    ('how_many', 'when', 'where')
    """
    text = " ".join(fold(question).text.lower().split())
    for kind, pattern in _COMPILED:
        if pattern.search(text):
            return kind
    return "other"
