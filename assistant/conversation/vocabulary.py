"""The words that questions are made of, by language: what asks, what points back, what says nothing alone.

Arabic words are folded (`index.text.folding.fold`); English ones are lower case.
"""

from __future__ import annotations

import re

from index.text.folding import fold


def _listed(words: str) -> frozenset[str]:
    return frozenset(fold(words).text.lower().split())


ARABIC_ASKING = _listed(
    "من ما ماذا متى أين كيف لماذا كم هل أي أية بماذا لمن ممن بكم لم بم فيم مم عم علام إلام ماهو ماهي أين"
)
ARABIC_PRONOUNS = _listed("هو هي هم هن هما")
ARABIC_POINTING = _listed(
    "هذا هذه ذلك تلك هؤلاء أولئك هذان هاتان ذاك هناك هنالك هنا نفسه نفسها ذاته ذاتها أيضا كذلك"
)
# Words that carry no topic: particles, light verbs, and what is asked *about* a topic rather than the topic.
ARABIC_EMPTY = _listed("""
    في من على إلى عن مع أن إن قد لا أو ثم كان كانت يكون تكون حدث حدثت يحدث تم تمت يتم جرى جرت بالضبط تحديدا
    السبب ذا إذن طيب حسنا و ف ب ل منذ حتى بين عند كل بعد قبل خلال ضمن التي الذي الذين اللذان كما لكن مثل غير
    سنة عام تاريخ أجل لأجل
""")
ARABIC_RELATIONS = _listed("""
    عدد اسم سبب تاريخ مساحة عاصمة سكان مؤسس رئيس مدير كلفة تكلفة ميزانية موعد مكان موقع دور هدف أهداف معنى
    تعريف لغة عملة نسبة قيمة طول عرض ارتفاع عمق حجم لون نوع أنواع أهم أبرز أول آخر أكبر أصغر مدة عمر كمية
    أعراض أسباب نتائج فوائد خصائص مهام نتيجة جنسية مهنة والد والدة زوجة زوج ابن أبناء أصل وظيفة جائزة
""")
# Suffixes by which a word points back, longest first.
ARABIC_SUFFIXES = ("هما", "هم", "هن", "ها", "ه")
# Particles with a pronoun; the article's letters in them are their own.
_PARTICLES = frozenset(
    fold(particle + suffix).text
    for particle in ("إلي", "علي", "ل", "ب", "في", "من", "عن", "مع", "لدي", "بين", "عند", "حول", "حق")
    for suffix in ARABIC_SUFFIXES
)
_ENDS_LIKE_SUFFIX = _listed("""
    هذه الله وجه مياه فقه شبيه اتجاه تجاه انتباه اشتباه نزيه تنبيه سفيه فواكه مكروه جاه إله عبدالله طه مهم
    أهم فهم وهم سهم دراهم إبراهيم قسمهم أبها طهران هن
    حينها عندها وقتها بعدها قبلها آنذاك اتهم يتهم تتهم ساهم يساهم تساهم أسهم يسهم تسهم ألهم يلهم
    داهم تفاهم التهم مبهم مداهم شبه منبه كره جبه نبيه سيبويه وجوه شفاه أفواه أشباه
    كنه ماه موجه متجه يتجه توجه ينتبه يشبه تشبه
""")
ARABIC_ABOUT = re.compile(
    r"^(?:طيب|حسنا|إذن)?\s*+(?:[،,]\s*+)?[وف]?(?:ماذا\s+عن|ما\s+عن|ما\s+رأيك\s+في|بالنسبة\s+(?:إلى|ل))\s*+(?P<new>.+)$"
)

ENGLISH_ASKING = _listed("who whom whose what which when where why how")
ENGLISH_AUXILIARIES = _listed("""
    is are was were be been being am do does did done has have had can could will would shall should may might
    must isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't can't couldn't won't wouldn't
    who's what's where's when's how's that's
""")
ENGLISH_PRONOUNS = _listed(
    "he she it they him her them his hers its their theirs himself herself itself themselves"
)
ENGLISH_POSSESSIVES = _listed("his her its their")
ENGLISH_POINTING = _listed("this that these those there then")
ENGLISH_EMPTY = _listed("""
    a an the of in on at to for from by with and or but so as about than into over under up out off if not no
    yes ok okay well also too again exactly precisely else please tell me us you your i we my happen happened
    happens come came many much long old far often more most some any all one ones kind sort type way thing
    now just even still only
""")
ENGLISH_ABOUT = re.compile(
    r"^(?:ok(?:ay)?|and|so|but|well)?\s*+(?:,\s*+)?(?:what|how)\s+(?:about|of)\s++(?P<new>.+)$", re.IGNORECASE
)
_END = re.compile(r"(?<![\s?؟!.])[\s?؟!.]+$")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


def tokens(text: str) -> list[tuple[str, int, int]]:
    """(folded lower-case word, start, end) for each word of `text`, in order."""
    return [
        (fold(found[0]).text.lower(), *found.span()) for found in _WORD.finditer(text) if fold(found[0]).text
    ]


def is_arabic(text: str) -> bool:
    """Whether most letters of `text` are Arabic."""
    letters = [each for each in text if each.isalpha()]
    return sum("\u0600" <= each <= "\u06ff" for each in letters) * 2 > len(letters)


def arabic_base(word: str) -> str:
    """A folded word without a conjunction, where that leaves a word that asks or points."""
    known = ARABIC_ASKING | ARABIC_PRONOUNS | ARABIC_POINTING | ARABIC_EMPTY
    return word[1:] if word[:1] in "وفا" and word not in known and word[1:] in known else word


def suffix_of(word: str) -> str:
    """The pronoun that a folded Arabic word ends in, empty where it ends in none.

    A word with the definite article takes no pronoun.
    """
    bare = word[1:] if word[:1] in "وف" and len(word) > 2 and word not in _PARTICLES else word
    if bare in _PARTICLES:
        return next(suffix for suffix in ARABIC_SUFFIXES if bare.endswith(suffix))
    if bare.startswith(("ال", "لل", "بال", "كال")) or bare in _ENDS_LIKE_SUFFIX or word in _ENDS_LIKE_SUFFIX:
        return ""
    for suffix in ARABIC_SUFFIXES:
        if bare.endswith(suffix) and len(bare) - len(suffix) >= (1 if suffix != "ه" else 2):
            return suffix
    return ""


def without_end(question: str) -> str:
    """The question without its question mark."""
    return _END.sub("", question)
