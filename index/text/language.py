"""The language of a text: by script, and among languages of one script by their commonest words and letters.

Knows the languages named in the tables below; of any other it says `und`, as of text too short to tell.
"""

from __future__ import annotations

import re
from collections import Counter

UNDETERMINED = "und"
_SAMPLE = 4_000  # code points
_SHARE = 0.06  # of the words must be common words of the language; running text has 20 to 40%

# One language for a script, or the commonest.
_SCRIPTS = [
    ("arabic", "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc"),
    ("latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff"),
    ("cyrillic", "\u0400-\u052f"),
    ("han", "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"),
    ("ja", "\u3040-\u30ff"),
    ("ko", "\u1100-\u11ff\uac00-\ud7a3"),
    ("he", "\u0590-\u05ff"),
    ("el", "\u0370-\u03ff"),
    ("hi", "\u0900-\u097f"),
    ("bn", "\u0980-\u09ff"),
    ("ta", "\u0b80-\u0bff"),
    ("te", "\u0c00-\u0c7f"),
    ("th", "\u0e00-\u0e7f"),
    ("ka", "\u10a0-\u10ff"),
    ("am", "\u1200-\u137f"),
    ("hy", "\u0530-\u058f"),
]
_LETTERS = re.compile("|".join(f"(?P<{name}>[{letters}]+)" for name, letters in _SCRIPTS))

_LATIN = """
en: the of and to in a an is was for on that with as by it at from are were be been his has had have not
    which what who whom whose how many much why when where does did do can could will would their this
    these those there or but than about into any some its they he she you
es: de la el en y los del se las por un con una para su es que al lo como más o fue qué quién cómo
    cuándo dónde cuál era son cuántos está
fr: de la le et les des en du un une est à dans que qui pour par sur au il sont avec ce ne pas quel
    quelle où quand comment été aux
de: der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an
    wurde wer was wie wann wo hat wird aus
tr: ve bir bu için ile olarak da de çok daha olan gibi kadar sonra ne kim nasıl zaman nerede nereye
    hangi hangisi kaç olduğu tarafından mi mı mu mü ilk kimdir nedir neydi kimin kimdi neden niçin
    nelerdir yıl yılında etti oldu edildi vardır vardı var kimler neyi neyin neleri kimleri
    nerededir neredeydi anlama gelir
it: di e il la che in un una per del della con non è sono da i le si al alla nel chi cosa come
    quando dove più anche
pt: de a o que e do da em um para com não uma os no se na por mais as dos foi quem qual quando onde
    como ao das pelo
nl: de het een en van in is dat op te zijn met voor die niet aan er om wie wat waar wanneer hoe
    werd door ook naar
id: yang dan di dari untuk dengan pada ini itu dalam adalah tidak oleh sebagai apa siapa kapan
    bagaimana akan juga ke telah
sv: och i att en som det av för den till är på med om har de ett inte var vad vem hur när
pl: w i na z się do że nie jest o to jak po co od za przez był kto kiedy gdzie oraz są dla
ro: și de a în la cu pe din care este o un nu mai au fost pentru ce cine când unde sau prin
vi: và của là có trong được cho các một những người không đã với ở khi này từ năm ai gì
"""
_ARABIC = """
ar: في من على إلى الى أن ان التي الذي الذين عن مع هذا هذه ذلك تلك كان كانت يكون تكون ما هو هي هما وفي أو
    لا لم لن قد بين كما بعد قبل عند منذ حول حيث غير كل متى أين كيف كم هل ماذا لماذا أي أية ومن خلال
fa: در از به که این را با است برای آن یک بود شد خود تا بر هم نیز کجاست چیست کیست می هستند کرد شده
    های چه کجا کی چرا چگونه
ur: کے میں کی ہے اور سے کا کو کہ نے پر ہیں یہ اس ایک تھا تھی جو بھی کیا لیے گیا کون کہاں
ps: د په او چې کې ته له دی ده سره یو کړي شوي هغه دا نه
ckb: لە بە کە بۆ ئەو ئەم لەگەڵ بوو دەکات هەیە یان
"""
_CYRILLIC = """
ru: в и на с не что по из от к за для это как был его он было или а о у до кто где когда
uk: в і на з не що до та у за від для це як був його він було або є й про хто де коли
bg: в и на се за от да с е не са по като през си до той които ще към или кой къде кога
sr: у и на је се за од да са не су као који што из до или није био
"""
_TABLES = {
    name: {
        entry[1]: frozenset(entry[2].split()) for entry in re.finditer(r"(\w+):([^:]+?)(?=\w+:|\Z)", table)
    }
    for name, table in (("latin", _LATIN), ("arabic", _ARABIC), ("cyrillic", _CYRILLIC))
}
# Letters that one language of a script has and its neighbours here have not.
_MARKS = {
    "fa": "پچژگ",
    "ur": "ٹڈڑںےہھ",
    "ps": "ټډړښځڅېۍ",
    "ckb": "ۆێەڵڕ",
    "tr": "ğışİ",
    "es": "ñ¿¡",
    "de": "ß",
    "fr": "èêùœ",
    "pt": "ãõç",
    "pl": "łąęśżźćń",
    "ro": "țșă",
    "sv": "å",
    "vi": "ơưđạảấầẩậắằặẹẻếềểệịọỏốồổộớờởợụủứừửữựỳỵỷỹ",
    "uk": "іїєґ",
    "ru": "ыэё",
    "sr": "јљњћђџ",
    "bg": "ъ",
}
_WORD = re.compile(r"[^\W\d_]+")
_TASHKEEL = re.compile("[\u064b-\u065f\u0670\u0640]")


def common_words(language: str) -> frozenset[str]:
    """The commonest words of a language, most of them function words; none of a language without a table."""
    return next((table[language] for table in _TABLES.values() if language in table), frozenset())


def detect_language(text: str) -> str:
    """The BCP 47 primary subtag of the language that most of `text` is in; `und` when it cannot be told."""
    sample = _TASHKEEL.sub("", text[:_SAMPLE])
    counts: Counter[str] = Counter()
    for run in _LETTERS.finditer(sample):
        counts[run.lastgroup] += len(run.group()) * (3 if run.lastgroup == "han" else 1)
    if not counts:
        return UNDETERMINED
    script, _ = counts.most_common(1)[0]
    if script in ("han", "ja"):
        # Japanese mixes kana into Chinese characters; Chinese has none.
        return "ja" if counts["ja"] * 10 > counts["han"] / 3 else "zh"
    if script in _TABLES:
        return _by_words(sample, script)
    return script


def _by_words(sample: str, script: str) -> str:
    words = [word.lower() for word in _WORD.findall(sample)]
    letters = Counter(sample.lower())
    scores = {
        language: sum(word in common for word in words) / max(1, len(words)) + _marks_share(letters, language)
        for language, common in _TABLES[script].items()
    }
    best = max(scores, key=lambda language: scores[language])
    if scores[best] >= _SHARE:
        return best
    # Arabic without any common word (a headline) is still Arabic; names in Latin letters are no language.
    return "ar" if script == "arabic" else UNDETERMINED


def _marks_share(letters: Counter[str], language: str) -> float:
    """How many letters only this language has, of all letters; one in twenty is a sure sign."""
    marks = _MARKS.get(language, "")
    return 3 * sum(letters[mark] for mark in marks) / max(1, sum(letters.values()))
