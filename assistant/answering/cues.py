"""Cues: what in a sentence could be the thing a question of some kind asks for. Rules, Arabic and English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant.question.kinds import Kind
from index.text.analysis import analyze
from index.text.calendars import names
from index.text.folding import LETTERS, fold


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern over folded text, written in ordinary letters."""
    return re.compile(pattern.translate(str.maketrans(LETTERS)))


_WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+")
_COUNTED = _compiled(
    r"(?:(?<!\w)كم (?:هو |هي |كان |كانت |بلغ |يبلغ )?(?:ال)?(?:عدد |من )?|عدد |how many )(\w+)"
)
_NUMBER = _compiled(r"\d+(?:[.,٫٬/]\d+)*")
_NUMBER_WORDS = _compiled(
    r"(?<!\w)(?:و|ب|ل|ال)?(?:واحد[ةه]?|اثن(?:ان|ين|تان|تين)|ثلاث[ةه]?|اربع[ةه]?|خمس[ةه]?|ست[ةه]?|سبع[ةه]?|ثمان(?:ي|ي[ةه])?|"
    r"تسع[ةه]?|عشر(?:ة|ه|ون|ين|ات)?|(?:ثلاث|اربع|خمس|ست|سبع|ثمان|تسع)(?:ون|ين)|مئ[ةه]|مائ[ةه]|مئات|مئتي?ن?|مائتي?ن?|الف|الاف|"
    r"الفين|مليون|ملايين|مليار|مليارات|نصف|ربع|ثلث|ثلثي|ضعف|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    r"nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|half|third|"
    r"quarter|dozens?|double|twice)(?!\w)"
)
_UNIT = _compiled(
    r"\d\s*(?:%|٪|\$|€|£|كم|كلم|متر|مترا|كيلو|طن|دولار|ريال|درهم|دينار|جنيه|يورو|بالمئ|بالمائ|في المئ|في المائ|مليون|مليار|الف|"
    r"عام|سن[ةه]|سنوات|يوم|شهر|ساع|دقيق|نسم|شخص|km|kg|m\b|mi|feet|ft|inch|percent|million|billion|thousand|years?|days?|"
    r"hours?|people|tons?|degrees?)|[$€£]\s*\d"
)
_YEAR = _compiled(
    r"(?<!\d)(?:1[0-9]{3}|20[0-9]{2}|[1-9][0-9]{2})(?!\d)\s*(?:م|هـ|ه|ق\.?م)?|(?:عام|سن[ةه])\s+\d{1,4}"
)


def _calendar_words() -> str:
    """A pattern for the names of months and weekdays in Arabic and English, not for short forms."""
    arabic = [*names("gregorian", "ar"), *(names("hijri", "ar").keys() - {"القعده", "الحجه"})]
    arabic += [name for name in names("weekday", "ar") if name.startswith("ال")]  # `أحد` is someone
    arabic += ["كانون", "تشرين", "ربيع", "جمادي"]
    english = [name for of in ("gregorian", "weekday") for name in _full(names(of, "en"))]
    listed = sorted({*arabic, *english}, key=len, reverse=True)
    return "|".join(re.sub(r"ه(?= |$)", "[ةه]", name) for name in listed)


def _full(known: Mapping[str, int]) -> Iterable[str]:
    """The first name of each month or day, which is the full one."""
    return {number: name for name, number in reversed(known.items())}.values()


_MONTH = _compiled(rf"(?<!\w)(?:و|ب|ل|في )?(?:{_calendar_words()}|القرن|century|centuries|bc|ad|bce)(?!\w)")
_REASON = _compiled(
    r"(?<!\w)(?:و|ف)?(?:لان|لانه|لانها|لانهم|بسبب|نتيج[ةه]|من اجل|بهدف|لكي|كي|حتى|اذ|نظرا|بغي[ةه]|جراء|مما ادى|ادى|ادت|تهدف|"
    r"يهدف|هدف|سبب|لذلك|لذا|because|due|since|therefore|so that|in order|as a result|caused?|reason|to avoid|for fear|"
    r"aims?|aimed|result(?:ed|ing)?)(?!\w)"
)
_PLACE = _compiled(
    r"(?<!\w)(?:و|ف)?(?:في|ب(?=ال)|مدين[ةه]|دول[ةه]|بلد|عاصم[ةه]|محافظ[ةه]|منطق[ةه]|اقليم|ولاي[ةه]|قري[ةه]|جزير[ةه]|قار[ةه]|شمال|جنوب|شرق|غرب|"
    r"شارع|بحر|نهر|جامع[ةه]|ملعب|مطار|in|at|near|city|state|country|capital|north|south|east|west|river|street|university|"
    r"located|island|region|district)(?!\w)"
)
_PERSON = _compiled(
    r"(?<!\w)(?:و|ف)?(?:الدكتور[ةه]?|د\.|المهندس[ةه]?|الشيخ[ةه]?|الامير[ةه]?|الملك[ةه]?|الرئيس|رئيس|الوزير[ةه]?|وزير[ةه]?|السيد[ةه]?|مدير[ةه]?|"
    r"اللاعب|المدرب|الكاتب|الشاعر|العالم|القائد|الامام|ابن|بن|بنت|ابو|سعاد[ةه]|معالي|شرك[ةه]|مؤسس[ةه]|منظم[ةه]|هيئ[ةه]|قال|قالت|"
    r"اسس|مؤسس|مخترع|mr|mrs|dr|sir|king|queen|president|minister|director|founder|founded by|led by|by|named|called|said)(?!\w)"
)
_NAME = _compiled(r"(?<![.!?\"“]\s)(?<!^)(?<=\s)[A-Z][a-z]+(?:\s+[A-Z][a-z]+)*")
_CALLED = _compiled(
    r"[\"“«]|(?<!\w)(?:و|ف)?(?:ال)?(?:اسم|لقب|كني[ةه]|تسمي[ةه]|عنوان|شعار|باسم|[يتن]سم[يى]|سمي|سميت|سماه|سماها|اطلق|اطلقت|يطلق|"
    r"تطلق|يلقب|لقب|لقبت|[يت]عرف|عرف|عرفت|معروف[ةه]?|يدعى|تدعى|called|named|names?|nicknamed?|known as|titled?|terms?)(?!\w)"
)
_DEFINES = _compiled(
    r"^[^.،,؛]{2,80}?(?:\s(?:هو|هي|هما|هم|عبار[ةه] عن|يعرف|تعرف|يعني|تعني|مصطلح|يطلق)\s|\)\s*[،,]?\s*(?:هو|هي)?|"
    r"\s(?:is|are|was|were|refers to|means|is called|known as)\s)"
)
_MANNER = _compiled(
    r"(?<!\w)(?:و|ف|من )?(?:عبر|من خلال|بواسط[ةه]|عن طريق|باستخدام|بطريق[ةه]|وذلك ب|through|by|using|via|with|means of)(?!\w)"
)
_SEPARATORS = _compiled(r"[،,؛;]| و(?=\w)| and | or |\n[^\S\n]*[-•*]")
_POINTING = _compiled(
    r"^(?:و|ف)?(?:هو|هي|هم|هما|هذا|هذه|ذلك|تلك|هؤلاء|كما|وقد|كان|كانت|انه|انها|it|he|she|they|this|that|these|those|its|"
    r"his|her|their|the latter|there)(?!\w)"
)


def folded(text: str) -> str:
    """Text as the cues see it: without tashkeel, bare alefs, ASCII digits; Latin case is kept."""
    return fold(text).text


def new_numbers(sentence: str, question: str) -> int:
    """How many numbers (in digits) the sentence has that the question has not; both folded."""
    return len(set(_NUMBER.findall(sentence)) - set(_NUMBER.findall(question)))


def cue(kind: Kind, sentence: str, question: str) -> float:
    """0 to 1: how much the (folded) sentence has of what a (folded) question of `kind` asks for."""
    lower = sentence.lower()
    numbers = new_numbers(sentence, question)
    if kind == "how_many":
        return _amount(lower, question.lower(), numbers)
    if kind == "when":
        year = any(found.group() not in question for found in _YEAR.finditer(lower))
        return 1.0 if year else 0.7 if _MONTH.search(lower) else 0.3 if numbers else 0.0
    if kind == "who":
        named = min(1.0, 0.5 * len([each for each in _NAME.findall(sentence) if each not in question]))
        return max(named, 0.7 if _PERSON.search(lower) else 0.0)
    if kind == "where":
        return max(0.7 if _PLACE.search(lower) else 0.0, 0.5 if _NAME.search(sentence) else 0.0)
    if kind == "why":
        return 1.0 if _REASON.search(lower) else 0.0
    if kind == "how":
        return 1.0 if _MANNER.search(lower) else 0.0
    if kind == "name":
        return 1.0 if _CALLED.search(lower) else 0.4 if _NAME.search(sentence) else 0.0
    if kind == "definition":
        return 1.0 if _DEFINES.search(lower) else 0.0
    if kind == "list":
        return min(1.0, len(_SEPARATORS.findall(lower)) / 4)
    return 0.0


def _amount(sentence: str, question: str, numbers: int) -> float:
    """A number of the things that are counted, of some unit, any number, in digits or in words."""
    counted = _COUNTED.search(question)
    if counted and _stands_at_number(sentence, counted.group(1)):
        return 1.0
    if numbers:
        return 0.75 if _UNIT.search(sentence) else 0.6
    return 0.45 if _NUMBER_WORDS.search(sentence) else 0.0


def _stands_at_number(sentence: str, thing: str) -> bool:
    """Whether a form of the word `thing` stands beside a number: at most one word between them."""
    stems = set(analyze(thing, grams=False))
    words = _WORD.findall(sentence)
    for place, word in enumerate(words):
        if _is_number(word):
            near = words[max(0, place - 2) : place] + words[place + 1 : place + 3]
            if any(stems & set(analyze(each, grams=False)) for each in near):
                return True
    return False


def numbered(words: Sequence[str], question: str) -> list[int]:
    """Places of the words that stand beside a number, at most one word between; not beside one that the
    (folded) question names."""
    plain = [folded(word).lower() for word in words]
    asked = set(_NUMBER.findall(question))
    numbers = [place for place, word in enumerate(plain) if _is_number(word) and word not in asked]
    near = {place + step for place in numbers for step in (-2, -1, 1, 2)} - set(numbers)
    return sorted(place for place in near if 0 <= place < len(words))


def _is_number(word: str) -> bool:
    return bool(_NUMBER.fullmatch(word) or _NUMBER_WORDS.fullmatch(word))


def points_back(sentence: str) -> bool:
    """Whether the (folded) sentence begins with a word that leans on the sentence before."""
    return _POINTING.match(sentence.lower()) is not None
