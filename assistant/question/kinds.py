"""Kinds of question: what sort of thing would answer it. Rules over the words, Arabic and English."""

from __future__ import annotations

import re
from typing import Literal, get_args

from index.text.folding import LETTERS, fold
from index.text.tashkeel import unvowelled

Kind = Literal[
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
KINDS: tuple[Kind, ...] = get_args(Kind)

# As people type: run together, or a letter's neighbour. On folded text (bare alefs, ya for alef maqsura).
_TYPED = tuple(
    (re.compile(rf"(?<!\w){pattern}(?!\w)"), meant)
    for pattern, meant in (
        (r"([وف]?)ما(هو|هي|هم|هما|هذا|هذه)", r"\1ما \2"),
        (r"([وفبل]?)ما(?:دا|زا|ذ|1ا|ادا)", r"\1ماذا"),
        (r"ماال(\w+)", r"ما ال\1"),
        (r"مت[اه]", "متي"),
        (r"([وف]?)لما", r"\1لماذا"),
    )
)
_B, _E = r"(?<![\w])", r"(?![\w])"
_IS = r"(?:هو |هي |هم |كان |كانت )?"
# The first rule that matches decides; `\A(?>.*?X).*Y` is `X.*Y` in linear time. The patterns see the question folded (no tashkeel, bare alefs) and lower-case.
_RULES: tuple[tuple[Kind, str], ...] = (
    ("news", r"ما الجديد|اخر (?:الاخبار|المستجدات|اخبار)|مستجدات|what(?:'s| is) new|latest (?:on|about|news)"),
    ("when", rf"{_B}(?:عام|سنه|سنة|يوم|تاريخ|ساعه|ساعة) كم{_E}"),
    ("how_many", rf"{_B}(?:و|ب|ل|ف|من)?كم{_E}|{_B}(?:ما|تبلغ|يبلغ) {_IS}(?:ال)?(?:عدد|كميه|كمية|نسبه|نسبة|مقدار|تكلفه|تكلفة|"
     r"مساحه|مساحة|سرعه|سرعة|طول|ارتفاع|عمق|وزن|حجم|عمر|قيمه|قيمة|ميزانيه|ميزانية|سعر|مده|مدة|درجه حراره|درجة حرارة)"
     rf"(?:ه|ها|هم)?{_E}|{_B}اي (?:عمر|سن){_E}|how (?:many|much|long|tall|high|far|old|large|big|fast|often|deep)|what (?:number|percent|"
     r"percentage|amount|share|price|size|population|portion|fraction)|number of|percentage of"),
    ("when", rf"{_B}(?:و|ف|منذ |حتى |الى )?متى{_E}|{_B}(?:اي|اية|ايه) (?:عام|سنه|سنة|تاريخ|يوم|شهر|قرن|عقد|وقت|فتره|فترة|"
     rf"زمن|عصر|عهد|ساعة|ساعه){_E}|{_B}ما {_IS}(?:ال)?(?:تاريخ|عام|سنه|سنة|موعد|يوم){_E}|\bwhen\b|what (?:year|date|day|month|"
     r"time|century|decade|period)|which (?:year|date|day|month|century|decade)"),
    ("why", rf"{_B}(?:و|ف)?(?:لماذا|علام|ليش){_E}|^(?:و|ف)?لم{_E}|{_B}ما {_IS}(?:ال)?(?:سبب|اسباب|دافع|دوافع|هدف|غرض|غايه|غاية|نتيجه|"
     rf"نتيجة|نتائج){_E}|{_B}(?:لاي (?:سبب|غرض)|نتج|نتجت|اسفر|اسفرت){_E}|\bwhy\b|what (?:was |is |were |are )?(?:the )?"
     r"(?:reason|cause|purpose|aim|goal|result)|what (?:caused|led)"),
    ("name", rf"\A(?>.*?{_B}(?:ما|ماذا|بماذا|بم) ).*{_B}(?:ال)?(?:اسم|لقب|كنيه|كنية|تسميه|تسمية|عنوان|شعار)(?:ه|ها|هم)?{_E}|"
     rf"\A(?>.*?{_B}(?:ماذا|بماذا|بم|ما الذي) ).*{_B}(?:يسمى|تسمى|سمي|سميت|اسمي|اطلق|اطلقت|يطلق|تطلق|لقب|لقبت|يلقب|تلقب|عرف|عرفت|"
     rf"يعرف|تعرف){_E}|\A(?>.*?\bwhat\b).*\b(?:called|named|nicknames?|known as|names?|titled?)\b"),
    ("list", rf"{_B}(?:و|ف|ب|ل)?(?:اي|اية|ايه) (?:ال\w+(?:ات|ون)|(?:ال)?(?:مدن|دول|بلدان|جوائز|مشاريع|مشروعات|جهات|شركات|مؤسسات|"
     rf"مبادرات|قطاعات|مناطق|فرق|جامعات|لغات)){_E}|\b(?:which|what) (?:(?!of|do|does|did|is|are|the)[a-z-]+ ){{0,2}}(?:cities|countries|states|places|regions|prizes|"
     r"awards|projects|initiatives|companies|organi[sz]ations|institutions|agencies|ministries|universities|sectors|services|"
     r"technologies|programm?es|partners|categories|goals|challenges|benefits|topics|languages)\b"),
    ("where", rf"{_B}(?:و|ف|من |الى |في )?(?:اين|وين){_E}|{_B}(?:اي|اية|ايه) (?:مدينه|مدينة|دوله|دولة|بلد|مكان|قاره|قارة|"
     r"منطقه|منطقة|محافظه|محافظة|اقليم|ولايه|ولاية|موقع|جامعه|جامعة|كليه|كلية|مدرسه|مدرسة|قريه|قرية|ميناء|بيت|متحف|ملعب|"
     rf"مستشفى|نهر|بحر|قصر){_E}|{_B}ما {_IS}(?:ال)?(?:عاصمه|عاصمة|موقع|مكان|بلد|جنسيه|جنسية|مقر){_E}|\bwhere\b|"
     r"(?:what|which) (?:city|country|place|state|region|location|continent|area|town|building|venue|stadium|university)"),
    ("who", rf"{_B}(?:و|ف)?من (?:هو|هي|هم|هما|الذي|التي|الذين|كان|كانت|قام|يكون|[اسي]\w+){_E}|{_B}(?:لمن|ممن|عمن|بمن|منو){_E}|"
     rf"{_B}(?:يد|يدي|مع|الى|ضد|خلف|بعد) من *[؟?]|^(?:و|ف)?من(?= )|{_B}اي (?:شخص|لاعب|ملك|رئيس|عالم|كاتب|قائد|شركه|شركة|فريق|"
     rf"منظمه|منظمة){_E}|\bwho(?:se|m)?\b|which (?:person|man|woman|player|president|king|scientist|author|company|team|"
     r"organi[sz]ation)"),
    ("list", rf"{_B}ما {_IS}(?:ال\w+(?:ات|ون|ين)|(?:ال)?(?:اسماء|انواع|اهم|ابرز|اشهر|اقسام|اعراض|مكونات|خصائص|فوائد|جوائز|مدن|دول|"
     rf"مشاريع|فئات|اهداف|مجالات|عوامل|مراحل|شروط|لغات|وسائل)){_E}|{_B}اذكر{_E}|^عدد{_E}|"
     r"what (?:are|were) (?:the )?\w+s\b|\blist\b|which \w+s (?:are|were)"),
    ("definition", rf"^(?:و|ف)?ما (?:(?:هو|هي|هما) )?[\w-]+(?: [\w-]+){{0,2}} *[?!.]*$|{_B}(?:ماذا|ما) (?:يعني|تعني|يقصد|تقصد|المقصود)|^عرف |"
     rf"{_B}ما {_IS}(?:معنى|تعريف|المقصود|مفهوم)|"
     r"^what (?:is|are|was|were|does)(?: an?| the)? [^?]{1,40}(?:mean)?\?*$|\bdefine\b|definition of|meaning of"),
    ("how", rf"{_B}(?:و|ف|ب)?كيف{_E}|باي طريقه|باي طريقة|\bhow\b"),
    ("yes_no", rf"^(?:و|ف)?(?:هل|ا(?:ليس|لم)){_E}|^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|"
     r"should)\b"),
)  # fmt: skip
# A summary that is asked for, not one that is spoken of; on folded text. What follows is what it is of.
_SUMMARY = re.compile(
    (
        r"\A(?:(?:من فضلك|فضلا|رجاء|لو سمحت|ارجوك|طيب|حسنا|الان|اريد|اود|نريد|ابي|ابغي|ابغى|عايز|عاوز|بدي|نحب|احتاج|محتاج|"
        r"اعطني|اعطيني|اعطنا|عطني|عطيني|هات|هاتلي|قدم|اكتب|اعرض|لي|لنا|منك|(?:هل )?(?:ممكن|يمكن|يمكنك|تستطيع|بامكانك|تقدر|فيك)|"
        r"ان)[,]? )*+(?:[وف]?(?:ل|ال|ن|ت)?(?:لخص|تلخيص)(?:وا|ي)?(?:لي|لنا)?|[وف]?(?:ما (?:هو |هي |هم )?)?(?:ال)?(?:ملخص|موجز|خلاص[هة]|"
        r"زبد[هة]|مختصر|(?:ابرز|اهم) (?:ما (?:جاء|ورد)|(?:ال)?نقاط))ا?)(?P<arabic>(?:(?:ه|ها)?(?!\w)).*)"
        r"|\A(?:(?:please|kindly|now|then|ok(?:ay)?|so|and|(?:can|could|would|will) you|(?:can|could|may) i (?:have|get)|"
        r"i (?:want|need)(?: you to)?|i(?:'d| would) like(?: you to)?|to|give|show|write|provide|make|tell|me|us|just),? )*+"
        r"(?:(?:summari[sz]e|sum up)\b|(?:what(?:'s| is| are) )?(?:(?:a|an|the|your|short|brief|quick|one-line|main) )*+"
        r"(?:summary|points|key points|gist|tl;?dr)(?= (?:of|for|about|on|from|in|please)\b|[:?.!]|$))(?P<english>.*)"
        r"|\A(?!(?:who|what|when|where|why|how|which|is|are|was|were|do|does|did|has|have|had)\b)"
        r"(?P<before>(?:[\w'-]+ ){0,8}(?:article|story|news|report|piece)) summary(?: please)?\W*\Z"
    ).translate(str.maketrans(LETTERS)),
)
_COURTESY = re.compile(
    r"(?:^| )(?:لي|لنا|من فضلك|رجاء|لو سمحت|كله|كاملا|باختصار|please|again|briefly|for me|for us)\Z".translate(
        str.maketrans(LETTERS)
    )
)
_SIGNS = " .,;:?!-\"'"
_POINTING = re.compile(
    (
        r"\A(?:ها?)?\Z"
        r"|(?<!\w)(?:هذا|هذه|ذلك|تلك|هاد|هادا|هاي|هل) ?(?:ال)?(?:مقال|خبر|نص|تقرير|موضوع|قصه|قصة)"
        r"|(?<!\w)(?:ال)?(?:مقال|خبر|نص|تقرير|موضوع)(?:ه|ة)? (?:السابق|الاخير|المذكور|اعلاه)"
        r"|\A(?:لي |لنا |في |ما جاء في |ما في )*+(?:ال|لل|بال)(?:مقال|خبر|نص|تقرير|موضوع)(?:ه|ة)?\Z"
        r"|(?<!\w)(?:هذا|ذلك|ذاك|هاد|دا|ده)\Z"
        r"|\b(?:this|that|previous|last|above) (?:article|story|text|piece|report|news|one)\b"
        r"|\bthe (?:article|story|text|piece|report)(?: above)?\Z"
        r"|\b(?:it|this|that)(?: in [\w ]{1,40})?\Z"
    ).translate(str.maketrans(LETTERS)),
)
_COMPILED = tuple((kind, re.compile(pattern.translate(str.maketrans(LETTERS)))) for kind, pattern in _RULES)


_NEWS_OF = re.compile(
    r"(?:ما (?:هو )?الجديد|(?:ما )?(?:هي )?(?:[اآ]خر|أحدث) (?:ال)?(?:[أا]خبار|مستجدات)|مستجدات|what(?:'s| is) new|latest(?: news)?)"
    r"\s*(?:عن|في|بشأن|حول|من|about|on|in|with|from)?\s*(?P<topic>[^؟?!.]{2,})",
    re.IGNORECASE,
)


def topic_of(question: str) -> str | None:
    """What a question for news is about.

    >>> topic_of("What is new about Aqaba?"), topic_of("ما الجديد عن العقبة؟"), topic_of("أين تقع العقبة؟")
    ('Aqaba', 'العقبة', None)
    """
    found = _NEWS_OF.search(unvowelled(question))
    return found["topic"].strip() or None if found else None


def summary_topic(question: str) -> str | None:
    """What a summary is asked of, folded; empty where the question only points at it; None where none is asked.

    >>> summary_topic("لخص مقال البحرين"), summary_topic("Summarise the article."), summary_topic("من لخص التقرير؟")
    ('مقال البحرين', '', None)
    """
    found = _SUMMARY.match(_plain(question))
    if found is None:
        return None
    topic = (found["arabic"] or found["english"] or found["before"] or "").strip(_SIGNS)
    while (plain := _COURTESY.sub("", topic).strip(_SIGNS)) != topic:
        topic = plain
    return "" if _POINTING.search(topic) else topic


def _plain(question: str) -> str:
    return " ".join(fold(question).text.lower().split())


def kind_of(question: str) -> Kind:
    """The kind of a question; `other` when no rule knows its words.

    >>> kind_of("كم عدد المشاريع؟"), kind_of("When did it start?"), kind_of("أين تقع؟")
    ('how_many', 'when', 'where')
    """
    text = _plain(question)
    if _SUMMARY.match(text):
        return "summary"
    for pattern, meant in _TYPED:
        text = pattern.sub(meant, text)
    for kind, pattern in _COMPILED:
        if pattern.search(text):
            return kind
    return "other"
