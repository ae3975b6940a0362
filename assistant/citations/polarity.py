"""Words that turn the meaning of a sentence, and words that are numbers; all of them folded."""

from __future__ import annotations

import re

from index.text.folding import fold


def _listed(words: str) -> frozenset[str]:
    return frozenset(fold(words).text.lower().split())


NEGATIONS = _listed("""
    لا لم لن ليس ليست ليسوا ليسا لسنا لست لسن غير دون بدون بلا عدم ألا ألن أليس
    not no never none neither nor without cannot nobody nothing nowhere non hardly scarcely barely rarely
""")
# Exceptions, conditions, contrast, and verbs by which someone else says it is not so.
TURNING = _listed("""
    ما إلا سوى عدا ماعدا خلا باستثناء استثناء ثم حتى لكن لكنه لكنها لكنهم بل لو لولا إذا شرط بشرط شريطة مالم
    نفى نفت ينفي تنفي نفوا نفي نافيا نافية أنكر أنكرت ينكر كذب كذبت يكذب تكذيب زعم زعمت يزعم تزعم زعموا زاعما
    مزاعم ادعى ادعت يدعي ادعاء ادعاءات رفض رفضت يرفض ترفض رفضوا فشل فشلت يفشل كاد كادت خلافا عكس
    شكك شككت إشاعة إشاعات شائعة شائعات مزعوم مزعومة ربما لعل مستحيل
    ألغى ألغت ألغي ألغيت يلغي إلغاء تراجع تراجعت سحب سحبت استقال استقالت أوقف أوقفت علق علقت عدل عدلت
    مؤقتا تقريبا
    except excepting excluding unless but if whether only lest lack lacks lacked lacking fail fails failed
    deny denies denied denying refute refutes refuted reject rejects rejected false falsely untrue wrongly
    allege alleges alleged allegedly claim claims claimed claiming supposedly purportedly purported doubt
    doubts doubted myth rumour rumours rumor rumors otherwise instead unlike contrary impossible unlikely
    refuse refuses refused prevent prevents prevented however although though despite then later until till
    cancel cancelled canceled revoked overturned withdrawn withdrew reversed resigned suspended temporarily
    almost nearly
""")
SUBORDINATING = _listed("""
    إذا لو لولا لما كلما عندما حينما حين بينما حيث بعدما قبلما رغم مع لأن منذ خلال بعد قبل في من على عن إلى
    وفي ومن وعلى ومنذ وخلال وبعد وقبل وعن وإلى
    if when whenever while whereas although though because since after before until unless as despite in on
    at by for from with during according given once under
""")
_NUMBER_WORDS = _listed("""
    صفر واحد واحدة اثنان اثنين اثنتان اثنتين ثلاث ثلاثة أربع أربعة خمس خمسة ست ستة سبع سبعة ثمان ثماني ثمانية
    تسع تسعة عشر عشرة عشرون عشرين ثلاثون ثلاثين أربعون أربعين خمسون خمسين ستون ستين سبعون سبعين ثمانون
    ثمانين تسعون تسعين مئة مائة مئتان مئتين مائتان مائتين ألف ألفان ألفين آلاف مليون مليونان مليونين ملايين
    مليار ملياران مليارين مليارات تريليون نصف ثلث ربع خمس أول أولى ثان ثاني ثانية ثالث ثالثة رابع رابعة خامس
    خامسة سادس سادسة سابع سابعة ثامن ثامنة تاسع تاسعة عاشر عاشرة حادي
    يناير فبراير مارس أبريل إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر كانون شباط آذار نيسان
    أيار حزيران تموز آب أيلول تشرين جانفي فيفري أفريل ماي جوان جويلية أوت محرم صفر ربيع جمادى رجب شعبان رمضان
    شوال السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million
    billion trillion half third quarter first second fourth fifth sixth seventh eighth ninth tenth dozen once
    twice january february march april may june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday hundreds thousands millions billions
""")
# و and ف, "and", "so", are written onto the next word; ب، ل، ك، ال too.
_PREFIXES = re.compile(r"^[وفا]?(?:ب?ال|لل|[بلك])?(?=..)")


_SHORT = 2  # `ما` is a cue and `كما`, `بما`, `لما` are none: to short words only و and ف attach


def _is_in(word: str, listed: frozenset[str]) -> bool:
    word = word.lower()
    if word in listed or word[:1] in "وف" and word[1:] in listed:
        return True
    bare = _PREFIXES.sub("", word)
    return len(bare) > _SHORT and bare in listed


def is_negation(word: str) -> bool:
    """Whether a folded word denies: `لم`, `وليس`, `not`, `didn't`."""
    return word.lower().endswith("n't") or _is_in(word, NEGATIONS)


def is_turning(word: str) -> bool:
    """Whether a folded word may turn what stands beside it: a negation, exception, condition or denial."""
    return is_negation(word) or _is_in(word, TURNING)


def is_number(word: str) -> bool:
    """Whether a folded word is a number, a month or a day, in digits or letters."""
    return any(map(str.isdigit, word)) or _is_in(word, _NUMBER_WORDS)
