"""Lines that the web page around an article leaves in its text: sharing, related articles, copyright."""

from __future__ import annotations

import re

_WORDS_AT_MOST = 30


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# A line that is nothing but these words (and counts, and signs) belongs to buttons.
_BUTTONS = _words(
    """
    شارك شاركها شاركنا مشاركة المشاركة انشر نشر طباعة اطبع حفظ أرسل إرسال بريد البريد الإلكتروني
    إلكتروني رابط الرابط نسخ انسخ تم فيسبوك فيس بوك الفيسبوك الفيس تويتر إكس واتساب واتس آب تليجرام
    تيليجرام تلغرام تيلقرام لينكد إن لينكدإن ماسنجر انستغرام إنستغرام يوتيوب سناب شات بينتريست ريديت
    عبر على المقال الخبر هذا هذه الصفحة الأصدقاء مع تعليق تعليقات تعليقك أضف اضف اكتب التعليقات اترك
    تعليقا تعليقاً إعجاب أعجبني المزيد استمع للخبر للمقال تكبير تصغير الخط حجم إعلان إعلانات اعلان
    الإعلانات مواضيع share tweet print email mail e-mail facebook twitter x whatsapp telegram linkedin
    messenger pinterest reddit instagram youtube copy link copied this article story post page on via
    with friends to save like comment comments leave a reply add your advertisement ad ads sponsored
    bookmark listen font size more compartir imprimir partager imprimer teilen drucken paylaş yazdır
    """
)
# One of these at least, so that a line of "this article" is left alone.
_BUTTON_SIGNS = _words(
    """
    share tweet print email facebook twitter whatsapp telegram linkedin copy comment comments
    advertisement ads sponsored leave شارك مشاركة المشاركة انشر طباعة اطبع فيسبوك فيس الفيسبوك الفيس
    تويتر واتساب تليجرام نسخ انسخ رابط تعليق تعليقات التعليقات إعلان إعلانات اعلان compartir imprimir
    partager teilen paylaş
    """
)

# A line that begins so is furniture wherever it stands, if it is short.
_ANYWHERE = re.compile(
    r"(?:اقرأ|إقرأ|اقرا|طالع|شاهد|تابع)\s+(?:أيض[اًا]+|ايض[اًا]+|المزيد|أيضًا)\b|(?:قد|ربما) (?:يهمك|يعجبك)|"
    r"(?:مواضيع|أخبار|مقالات|موضوعات) (?:ذات صلة|متعلقة|مرتبطة|مشابهة)|ذات صلة\s*:?$|"
    r"(?:read|see) (?:also|more|next)\b|also read\b|related(?: articles| stories| posts| news| topics)?\s*:|"
    r"(?:lea|lee) también\b|lire aussi\b|à lire aussi\b|lesen sie auch\b|ayrıca oku",
    re.IGNORECASE,
)
# A line that begins so is furniture at the head or the foot.
_AT_EDGES = re.compile(
    r"تعليق(?:ات)? (?:عبر|على) (?:ال)?فيس|تابعون?[اي]? (?:على|عبر)|"
    r"تابع(?:وا|نا|ي|ونا)? .{0,40}(?:واتساب|تلي?[جغ]رام|جوجل|غوغل|فيس ?بوك|تويتر|يوتيوب)|"
    r"(?:للاشتراك|اشترك(?:وا)?) (?:في|معنا|ب)|جميع الحقوق محفوظة|كل الحقوق محفوظة|"
    r"حقوق (?:النشر|الطبع)|©|\(c\)\s*\d{4}|"
    r"(?:ال)?(?:كلمات (?:ال)?(?:مفتاحية|دلالية|دليلية)|وسوم|الوسوم|هاشتا[قجغ])\s*:?|"
    r"آخر تحديث|عدد (?:المشاهدات|القراءات|الزيارات)|"
    r"[\d٠-٩,.]+ (?:مشاهدة|قراءة|زيارة|تعليق|تعليقات|views?|comments?|shares?)\s*$|لا (?:توجد|يوجد) تعليقات|"
    r"(?:لن يتم نشر عنوان بريدك|الحقول الإلزامية)|(?:ال)?رئيسية\s*[>›»/|]|"
    r"all rights reserved|copyright\b|follow us\b|subscribe (?:to|now)\b|sign up (?:for|to)\b|join our\b|"
    r"(?:filed under|tagged|tags?|keywords|topics)\s*:|last (?:updated|modified)\b|updated\s*:|"
    r"your email address will not be published|no comments|click here to\b|home\s*[>›»/|]|"
    r"this (?:article|story) (?:was|has been) (?:originally )?published|first published\b|"
    r"todos los derechos reservados|tous droits réservés|alle rechte vorbehalten|tüm hakları saklıdır",
    re.IGNORECASE,
)
# From such a line on, short lines are headlines of other articles.
_RELATED = re.compile(
    r"(?:اقرأ|إقرأ|اقرا|طالع) (?:أيض|ايض)|(?:قد|ربما) (?:يهمك|يعجبك)|"
    r"(?:مواضيع|أخبار|مقالات|موضوعات) (?:ذات صلة|متعلقة|مرتبطة|مشابهة)|ذات صلة|الأكثر قراءة|"
    r"read also|also read|related|most read|you may also like|more from\b|"
    r"más leídas|lire aussi|lesen sie auch",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.؟?!…۔:؛][\"'”’»)\]]*$")


def is_furniture(line: str) -> bool:
    """Whether a line at the head or foot of a text is no part of the article."""
    bare = line.strip(" \t\u00a0\u200e\u200f*|•-–—_>#")
    if not bare:
        return True
    if len(bare.split()) > _WORDS_AT_MOST:
        return False
    return bool(_AT_EDGES.match(bare) or is_aside(bare) or _is_buttons(bare))


def is_aside(line: str) -> bool:
    """Whether a line leads to another article ("اقرأ أيضا: ..."), wherever it stands."""
    bare = line.strip(" \t\u00a0\u200e\u200f*|•-–—_>#[]()")
    return len(bare.split()) <= _WORDS_AT_MOST and bool(_ANYWHERE.match(bare))


def strip_furniture(lines: list[str]) -> list[str]:
    """`lines` without furniture; when nothing else is there, `lines` as given."""
    kept = _without_related(lines)
    first, last = 0, len(kept)
    while first < last and is_furniture(kept[first]):
        first += 1
    while last > first and is_furniture(kept[last - 1]):
        last -= 1
    kept = [line for line in kept[first:last] if not line.strip() or not is_aside(line)]
    return kept if any(line.strip() for line in kept) else lines


def _without_related(lines: list[str]) -> list[str]:
    """Without a closing list of other articles: its heading and short lines that are no sentences."""
    for number in range(len(lines) - 1, max(-1, len(lines) - 16), -1):
        line = lines[number].strip(" \t\u00a0:*•-–—")
        if _RELATED.match(line) and len(line.split()) <= 6:
            rest = [other for other in lines[number + 1 :] if other.strip()]
            if all(len(other.split()) <= 20 and not _SENTENCE_END.search(other.strip()) for other in rest):
                return lines[:number]
    return lines


def _is_buttons(line: str) -> bool:
    words = [word.lower() for word in _TOKEN.findall(line)]
    return (
        0 < len(words) <= 16
        and all(word in _BUTTONS for word in words)
        and any(word in _BUTTON_SIGNS for word in words)
    )
