"""Changes of a quote by rule: harmless ones, as copying makes them, and false ones, as a liar makes them.

Each takes a seeded generator: the same seed gives the same change. One that finds nothing to change gives the
quote back.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Sequence

MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
Change = Callable[[random.Random, str], str]


def _sprinkle(signs: Sequence[str], share: float, where: str = r"(?<=[^\W\d_])") -> Change:
    """Puts signs after a share of the places that match."""

    def change(rng: random.Random, quote: str) -> str:
        return re.sub(where, lambda _: rng.choice(signs) if rng.random() < share else "", quote)

    return change


def _each(pattern: str, choose: Callable[[random.Random, str], str]) -> Change:
    """Replaces every match by what `choose` makes of it."""
    compiled = re.compile(pattern)

    def change(rng: random.Random, quote: str) -> str:
        return compiled.sub(lambda found: choose(rng, found[0]), quote)

    return change


def _presentation_forms() -> dict[str, list[str]]:
    forms: dict[str, list[str]] = {}
    for code in (*range(0xFE80, 0xFEF5), *range(0xFB50, 0xFB5A)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code):
            forms.setdefault(plain, []).append(chr(code))
    return forms


_FORMS = _presentation_forms()
_QUOTATION = ['"', "“", "”", "«", "»", "„"]
_SPACES = ["  ", "\n", "\u00a0", "\t", " \u2009", "\r\n", "   "]
_BIDI = ["\u200e", "\u200f", "\u202b", "\u202c", "\u2067", "\u2069", "\u061c"]
_HIDDEN = ["\u200b", "\u200c", "\u200d", "\ufeff", "\u00ad", "\u2060"]
_DIGITS = ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "0123456789", "０１２３４５６７８９"]

_COMMON: dict[str, Change] = {
    "white space": _each(r" ", lambda rng, _: rng.choice(_SPACES) if rng.random() < 0.4 else " "),
    "quotation marks": _each(r"[\"“”«»„]", lambda rng, _: rng.choice(_QUOTATION)),
    "digits": _each(
        r"\d+",
        lambda rng, number: (lambda digits: "".join(digits[int(each)] for each in number))(
            rng.choice(_DIGITS)
        ),
    ),
    "bidi controls": _sprinkle(_BIDI, 0.4, r"(?=\b)"),
    "hidden characters": _sprinkle(_HIDDEN, 0.1),
    "decomposed letters": lambda _, quote: unicodedata.normalize("NFD", quote),
    "dashes": _each(r"[-–—]", lambda rng, _: rng.choice("-–—−‐")),
}
HARMLESS: dict[str, dict[str, Change]] = {
    "ar": {
        **_COMMON,
        "tashkeel added": _sprinkle(MARKS, 0.3, r"(?<=[\u0621-\u063a\u0641-\u064a])(?![\u064b-\u0652])"),
        "tashkeel removed": _each(f"[{MARKS}]", lambda *_: ""),
        "tatweel": _sprinkle(
            ["ـ", "ــ"], 0.2, r"(?<=[بتثجحخسشصضطظعغفقكلمنهي])(?=[\u0621-\u063a\u0641-\u064a])"
        ),
        "hamza seats": _each(r"[أإآؤئ]|\bا(?!ل)", lambda rng, each: _hamza(rng, each)),
        "ya and kaf": _each(r"ي\b|ك", lambda rng, each: rng.choice("یى" if each == "ي" else "ک")),
        "presentation forms": _each(
            r"[\u0621-\u063a\u0641-\u064a]",
            lambda rng, each: rng.choice(_FORMS[each]) if each in _FORMS and rng.random() < 0.5 else each,
        ),
        "Latin punctuation": _each(r"[،؛؟٪]", lambda _, each: ",;?%"["،؛؟٪".index(each)]),
    },
    "en": {
        **_COMMON,
        "apostrophes": _each(r"['’]", lambda rng, _: rng.choice("'’ʼ‘")),
        "ligatures": _each(
            r"ffi|ff|fi|fl", lambda _, each: {"ffi": "ﬃ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}[each]
        ),
        "full width": _each(
            r"[A-Za-z]", lambda rng, each: chr(ord(each) + 0xFEE0) if rng.random() < 0.3 else each
        ),
        "first letter's case": lambda _, quote: quote[:1].swapcase() + quote[1:],
    },
}


def _hamza(rng: random.Random, letter: str) -> str:
    return {"ؤ": "و", "ئ": rng.choice("يى"), "ا": rng.choice("أإ")}.get(letter) or rng.choice("اأإ")


_NEGATIONS = {"ar": ["لا", "لم", "لن", "ليس", "ما", "غير"], "en": ["not", "never", "no", "hardly"]}
NEGATION = {
    "ar": re.compile(r"(?<!\w)[وف]?(?:لا|لم|لن|ليس|ليست|غير|دون|عدم)(?!\w)\s?"),
    "en": re.compile(r"\b(?:not|never|no|neither|nor|without|cannot)\b\s?|n['’]t\b"),
}


def _listed(text: str) -> list[str]:
    return text.split()


_NUMBER_WORDS = {
    "ar": _listed("""
        واحد واحدة اثنين ثلاثة ثلاث أربعة أربع خمسة خمس ستة ست سبعة سبع ثمانية ثماني تسعة تسع عشرة
        عشر عشرين ثلاثين أربعين خمسين مئة مائة ألف آلاف مليون ملايين مليار مليارات الأول الأولى
        الثاني الثانية الثالث الثالثة الرابع الرابعة الخامس الخامسة السادس السابع الثامن التاسع
        العاشر نصف ثلث ربع
    """),
    "en": _listed("""
        one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty
        hundred thousand million billion first second third fourth fifth sixth half dozen
    """),
}
_DATE_WORDS = {
    "ar": _listed("""
        يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر السبت الأحد
        الاثنين الثلاثاء الأربعاء الخميس الجمعة الماضي المقبل الجاري اليوم أمس غدا قبل بعد
    """),
    "en": _listed("""
        January February March April June July August September October November December Monday
        Tuesday Wednesday Thursday Friday Saturday Sunday before after last next
    """),
}
_NAMES = _listed("""
        محمد أحمد علي عمر حسن حسين خالد سعيد إبراهيم يوسف مصر السعودية سوريا العراق لبنان تونس
        المغرب الجزائر ليبيا اليمن عمان البحرين قطر الكويت الأردن فلسطين السودان القاهرة دمشق بغداد
        بيروت الرياض مسقط المنامة الدوحة أمريكا بريطانيا فرنسا ألمانيا إيطاليا إسبانيا روسيا الصين
        اليابان الهند تركيا إيران أوروبا آسيا أفريقيا لندن باريس برلين روما موسكو بكين طوكيو إسطنبول
        المتحدة الأمريكية البريطانية الفرنسية الألمانية العربية
    """)


def word_spans(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(r"[^\W_]+(?:['’][^\W_]+)*", text)]


def _replace_word(rng: random.Random, quote: str, listed: Sequence[str]) -> str:
    places = [span for span in word_spans(quote) if quote[slice(*span)] in listed]
    if not places:
        return quote
    start, end = rng.choice(places)
    other = rng.choice([word for word in listed if word != quote[start:end]])
    return quote[:start] + other + quote[end:]


def _negation_added(rng: random.Random, quote: str, language: str) -> str:
    start, _ = rng.choice(word_spans(quote)[1:])
    return f"{quote[:start]}{rng.choice(_NEGATIONS[language])} {quote[start:]}"


def _negation_dropped(rng: random.Random, quote: str, language: str) -> str:
    found = list(NEGATION[language].finditer(quote))
    if not found:
        return quote
    one = rng.choice(found)
    return quote[: one.start()] + quote[one.end() :]


def _digits_changed(rng: random.Random, quote: str, language: str) -> str:
    places = [found.start() for found in re.finditer(r"\d", quote)]
    if not places:
        return quote
    at = rng.choice(places)
    return (
        quote[:at]
        + rng.choice([each for each in "123456789" if each != str(int(quote[at]))])
        + quote[at + 1 :]
    )


def _digits_swapped(rng: random.Random, quote: str, language: str) -> str:
    places = [
        found.start()
        for found in re.finditer(r"\d(?=\d)", quote)
        if quote[found.start()] != quote[found.end()]
    ]
    if not places:
        return quote
    at = rng.choice(places)
    return quote[:at] + quote[at + 1] + quote[at] + quote[at + 2 :]


def _number_punctuation(rng: random.Random, quote: str, language: str) -> str:
    return re.sub(r"(?<=\d)[.,٫٬](?=\d)|(?<=\d)\s?[%٪]", "", quote, count=1)


def _name_swapped(rng: random.Random, quote: str, language: str) -> str:
    if language == "ar":
        return _replace_word(rng, quote, _NAMES)
    spans = [span for span in word_spans(quote)[1:] if re.match(r"[A-Z][a-z]{2,}", quote[slice(*span)])]
    if not spans:
        return quote
    start, end = rng.choice(spans)
    other = rng.choice(
        [name for name in ("Edison", "Berlin", "Napoleon", "Brazil", "Maria") if name != quote[start:end]]
    )
    return quote[:start] + other + quote[end:]


def _word_changed(rng: random.Random, quote: str, language: str) -> str:
    spans = word_spans(quote)
    (start, end), (other_start, other_end) = rng.sample(spans, 2)
    return quote[:start] + quote[other_start:other_end] + quote[end:]


def _word_dropped(rng: random.Random, quote: str, language: str) -> str:
    start, end = rng.choice(word_spans(quote)[1:-1])
    return quote[:start] + quote[end:].lstrip(" ")


def _word_added(rng: random.Random, quote: str, language: str) -> str:
    start, _ = rng.choice(word_spans(quote)[1:])
    extra = {
        "ar": ["فقط", "دائما", "ربما", "كل", "أحيانا"],
        "en": ["only", "always", "perhaps", "all", "once"],
    }
    return f"{quote[:start]}{rng.choice(extra[language])} {quote[start:]}"


def _words_reordered(rng: random.Random, quote: str, language: str) -> str:
    spans = word_spans(quote)
    at = rng.randrange(len(spans) - 1)
    (start, middle), (next_start, end) = spans[at], spans[at + 1]
    return (
        quote[:start] + quote[next_start:end] + quote[middle:next_start] + quote[start:middle] + quote[end:]
    )


def _halves_reversed(rng: random.Random, quote: str, language: str) -> str:
    spans = word_spans(quote)
    at = spans[rng.randrange(2, len(spans) - 1)][0]
    return f"{quote[at:].rstrip(' .')} {quote[:at].strip()}."


FALSE: dict[str, Callable[[random.Random, str, str], str]] = {
    "negation added": _negation_added,
    "negation dropped": _negation_dropped,
    "digit changed": _digits_changed,
    "digits swapped": _digits_swapped,
    "point, comma or percent dropped": _number_punctuation,
    "number word changed": lambda rng, quote, language: _replace_word(rng, quote, _NUMBER_WORDS[language]),
    "date word changed": lambda rng, quote, language: _replace_word(rng, quote, _DATE_WORDS[language]),
    "name swapped": _name_swapped,
    "word changed": _word_changed,
    "word dropped": _word_dropped,
    "word added": _word_added,
    "two words reordered": _words_reordered,
    "halves reversed": _halves_reversed,
}
