"""Bylines and datelines: who wrote an article, for whom, where and when, and where its text begins.

Only what is plainly one is taken out of a text: a short line of its own near the head, or a known agency
or a word like "وكالة" or "كتب" before a dash. Anything else stays, since a lost sentence is worse than a
byline too many.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.articles.dates import parse_date

_DASH = r"\s*(?:[-–—ـ|/]|:)\s*"
_AGENCIES = """
    رويترز أ.ف.ب ا.ف.ب أ_ف_ب ا_ف_ب فرانس_برس د.ب.أ د_ب_أ أ.ش.أ أ_ش_أ الأسوشيتد_برس أسوشيتد_برس أ_ب بترا
    واس وام كونا قنا وفا سانا واع بنا العمانية شينخوا سبوتنيك الأناضول نوفوستي تاس إفي وال وات واج وأج
    وكالات الوكالات وكالة_أنباء_الإمارات وكالة_الأنباء_العمانية الجزيرة الجزيرة_نت العربية العربية.نت
    الشرق_الأوسط الشرق الرؤية عمان_اليوم reuters ap afp dpa upi efe ansa xinhua tass anadolu aa
    bloomberg cnn bbc ians pti ani
"""
AGENCIES = frozenset(name.replace("_", " ") for name in _AGENCIES.split())
_PLACES = """
    مسقط صلالة صحار نزوى القاهرة الإسكندرية الجيزة عمان عمّان العقبة إربد الرياض جدة مكة مكة_المكرمة
    المدينة_المنورة الدمام الدوحة المنامة الكويت أبوظبي أبو_ظبي دبي الشارقة بيروت دمشق حلب بغداد البصرة
    أربيل القدس القدس_المحتلة غزة رام_الله نابلس الخليل صنعاء عدن الخرطوم طرابلس بنغازي تونس صفاقس سوسة
    الجزائر وهران قسنطينة الرباط الدار_البيضاء مراكش طنجة نواكشوط مقديشو جيبوتي أنقرة إسطنبول طهران
    لندن باريس برلين مدريد روما بروكسل جنيف فيينا موسكو كييف واشنطن نيويورك بكين شنغهاي طوكيو سول سيول
    نيودلهي إسلام_آباد كابل london paris berlin madrid rome brussels geneva vienna moscow kyiv
    washington new_york beijing shanghai tokyo seoul new_delhi islamabad kabul cairo muscat riyadh
    dubai abu_dhabi doha manama kuwait amman beirut damascus baghdad jerusalem gaza ramallah khartoum
    tripoli tunis algiers rabat ankara istanbul tehran
"""
PLACES = frozenset(name.replace("_", " ") for name in _PLACES.split())
_ORGAN = re.compile(
    r"(?:وكالة|صحيفة|جريدة|موقع|شبكة|قناة|مجلة|إذاعة|بوابة|منصة|مركز|مؤسسة|دار|فريق)\s+\S+|متابع(?:ة|ات)|خاص|"
    r"(?:staff|agencies|news agency|correspondent|newsroom|\S+ news|the \S+)\b",
    re.IGNORECASE,
)
_PRESS = re.compile(r"(?:وكالة|صحيفة|جريدة)\s")
_WRITER = re.compile(
    r"(?:كتب(?:ت|ه|ها)?|بقلم|تحرير|تقرير|إعداد|اعداد|حاوره|حاورها|حوار|ترجمة|تغطية|مراسل(?:ة|نا|تنا)?|الكاتب(?:ة)?|"
    r"by|written by|reported by|author|por|von|yazan)(?=[\s:])\s*(?P<mark>[:：\-–—])?\s*(?P<name>.+)",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"(?:المصدر|مصدر الخبر|نقلا عن|source|fuente|quelle|kaynak)\s*[:：]\s*(?P<name>.+)", re.IGNORECASE
)
_PAIR = re.compile(
    rf"(?P<source>[^\n:.،,()–—-]{{3,40}}?){_DASH}(?P<author>[^\n:.،,()–—-]{{5,40}}?){_DASH}(?=\S)"
)
_WRITER_INLINE = re.compile(
    r"(?:كتب|كتبت|بقلم)\s*[:：\-–—]\s*(?P<name>[^\n:.،,()–—-]{5,40}?)\s*[-–—:]\s*(?=\S)"
)
_PARTS = re.compile(r"\s[-–—|/•]\s*|\s*[–—|•]\s*|\s*[-]\s+|:\s+")
_PLACE_END = re.compile(r"\s*[،,]\s*|\s+في\s+|\s*[-–—:]\s*")
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_]*[.'’\-]?(?:[^\W\d_]+)?\Z")
_SENTENCE_END = re.compile(r"[.؟?!…۔؛،][\"'”’»)\]]*$")
_NAME = r"[^\n()\[\]/]{2,25}?"
_INLINE_AGENCY = re.compile(
    r"(?P<place>[^\n\d()\[\]:،,.]{2,40}?)?(?:\s+في\s+(?P<day>[^\n()/:]{3,25}?))?\s*"
    rf"(?:[(\[]\s*(?P<in_brackets>{_NAME})\s*[)\]]\s*[-–—:]+|/\s*(?P<on_wire>{_NAME})\s*/[-–—:.\s]*"
    rf"|[–—-]\s*(?P<after_dash>{_NAME})\s*[-–—:])\s*(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Byline:
    """What a byline says; `length` is how much of the line it takes, in code points."""

    author: str | None = None
    source: str | None = None
    published: str | None = None
    length: int = 0


def byline_of(line: str, *, first: bool = False) -> Byline | None:
    """What a whole line says as a byline, or None when it is none.

    On the `first` line, where a title is expected, and on the last, only plain signs count: a date, a known
    agency beside something else, "وكالة", a colon after "كتب".
    """
    bare = line.strip(" \t\u00a0\u200e\u200f*_|•()[]")
    if published := parse_date(bare) or _placed_date(bare):
        return Byline(published=published, length=len(line))
    if not bare or len(bare) > 90 or len(bare.split()) > 12:
        return None
    if _SENTENCE_END.search(bare):
        return None
    if (found := _SOURCE.fullmatch(bare)) and len(found["name"].split()) <= 6:
        return Byline(source=found["name"].strip(), length=len(line))
    if (found := _WRITER.fullmatch(bare)) and (found["mark"] or not first):
        writer = _of_writer(found["name"])
        if writer:
            return Byline(**writer, length=len(line))
    parts = [part.strip() for part in _PARTS.split(bare) if part.strip()]
    if re.search(r":\s", bare) and not any(_is_agency(part) for part in parts):
        return None  # "صفاقس : القبض على سارق" is a headline
    return _of_parts(parts, line, first=first)


def _placed_date(line: str) -> str | None:
    """The date of a line such as "الرياض، 25 مارس 2024": a known place, then nothing but a date."""
    place, *date = _PLACE_END.split(line[:200], maxsplit=1)
    return parse_date(date[0]) if date and _is_place(place) else None


def leading_byline(line: str) -> Byline | None:
    """A byline before the text on one line: "وكالة الناس- مأمون الخوالدة – في", "CAIRO (AP) - The"."""
    head = line[:120]
    if found := _PAIR.match(head):
        source, author = found["source"].strip(), found["author"].strip()
        if _is_organ(source) and _is_name(author):
            return Byline(author, source, None, found.end())
        if _is_place(source) and (_is_agency(author) or _is_organ(author)):
            return Byline(None, author, None, found.end())
    found = _INLINE_AGENCY.match(head)
    agency = found and (found["in_brackets"] or found["on_wire"] or found["after_dash"])
    if found and _is_agency(agency):
        place = (found["place"] or "").strip()
        if not place or len(place.split()) <= 4:
            published = parse_date(found["day"]) if found["day"] else None
            return Byline(None, agency.strip(), published, found.end())
    if found := _WRITER_INLINE.match(head):
        return Byline(found["name"].strip(), None, None, found.end()) if _is_name(found["name"]) else None
    return None


def _of_writer(name: str) -> dict[str, str | None] | None:
    """`John Smith, Reuters` to author and source; None when it is no name."""
    parts = [part.strip() for part in re.split(r"\s*[,،|–—]\s*|\s+-\s+", name) if part.strip()]
    if not parts or len(parts) > 3 or not _is_name(parts[0]):
        return None
    source = next((part for part in parts[1:] if _is_agency(part) or _is_organ(part)), None)
    return {"author": parts[0], "source": source}


def _of_parts(parts: list[str], line: str, *, first: bool) -> Byline | None:
    if not 2 <= len(parts) <= 4:
        alone = len(parts) == 1 and not first and _is_agency(parts[0])
        return Byline(source=parts[0], length=len(line)) if alone else None
    author = source = published = None
    sure = 0
    for part in parts:
        if date := parse_date(part):
            published, sure = date, sure + 1
        elif _is_agency(part) or (_is_organ(part) and (not first or _PRESS.match(part))):
            source, sure = source or part, sure + 1
        elif _is_place(part):
            sure += not first
        elif len(part.split()) > 5 or not _is_name(part):
            return None
        elif part is not parts[0]:
            # A place is followed by who reports: a person of two or more names, or a paper of one.
            if len(part.split()) >= 2 and not part.startswith("ال"):
                author = author or part
            else:
                source = source or part
    if sure == 0 and (first or len(parts) > 2 or max(len(part.split()) for part in parts) > 2):
        return None  # a subtitle may have a dash too
    return Byline(author, source, published, len(line)) if author or source or published else None


def _is_agency(name: str) -> bool:
    return " ".join(name.replace("«", "").replace("»", "").replace('"', "").lower().split()) in AGENCIES


def _is_organ(name: str) -> bool:
    return bool(_ORGAN.match(name)) and len(name.split()) <= 6


def _is_place(name: str) -> bool:
    return name.strip().lower() in PLACES


def _is_name(name: str) -> bool:
    words = name.strip().split()
    return 1 <= len(words) <= 6 and all(_NAME_WORD.match(word) for word in words)
