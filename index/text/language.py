"""The language of a text: by script, and among languages of one script by their commonest words and letters.

Of the Arabic script it knows the languages in the tables below, better than any detector measured. In scripts
that many more languages share (Latin, Cyrillic, Devanagari) py3langid has a say wherever the words leave a
doubt: what the two do not agree on, and text too short to tell, is `und`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from index.text.opinion import opinion_of
from index.text.tashkeel import unvowelled

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
    ("hi", "\u0900-\u0963\u0966-\u097f"),  # the danda between is a full stop of all India
    ("bn", "\u0980-\u09ff"),
    ("pa", "\u0a00-\u0a7f"),
    ("gu", "\u0a80-\u0aff"),
    ("or", "\u0b00-\u0b7f"),
    ("ta", "\u0b80-\u0bff"),
    ("te", "\u0c00-\u0c7f"),
    ("kn", "\u0c80-\u0cff"),
    ("ml", "\u0d00-\u0d7f"),
    ("si", "\u0d80-\u0dff"),
    ("th", "\u0e00-\u0e7f"),
    ("lo", "\u0e80-\u0eff"),
    ("bo", "\u0f00-\u0fff"),
    ("my", "\u1000-\u109f"),
    ("km", "\u1780-\u17ff"),
    ("ka", "\u10a0-\u10ff"),
    ("am", "\u1200-\u137f"),
    ("hy", "\u0530-\u058f"),
]
_SINGLE = frozenset(name for name, _letters in _SCRIPTS) - {"arabic", "latin", "cyrillic", "han"}
_LETTERS = re.compile(rf"(?=\w)(?:{'|'.join(f'(?P<{name}>[{letters}]+)' for name, letters in _SCRIPTS)})")

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
sd: ۾ ۽ جي جو کي کان سان تي تہ ته آهي آهن هڪ ڪري ڪرڻ جا جيڪو نه به
ug: ۋە بىلەن بۇ ئۇ دەپ بىر ئۈچۈن ھەم بولۇپ ھەممە ئەمەس قىلىپ قىلىشى دېدى ئۇلار
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
# Letters that one language of a script has and its neighbours here have not; one in twenty is a sure sign.
_MARKS = {
    "fa": "پچژگ",
    "ur": "ٹڈڑںےہھ",
    "sd": "ڪٿڀٽڄڃڇڊڌڍڏڙڦڳڱڻ۾۽",
    "ug": "ۇۈۋڭېۆە",
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
# Within a script that is told by itself: what its second language writes and its first does not.
_SECOND = {
    "bn": ("as", ("ৰ", "ৱ")),
    "he": ("yi", ("ײ", "װ", "ױ")),
    "am": ("ti", ("ኣ", "ኸ", "ቐ", "እዮ", "ናይ ")),
}
_SECOND_SHARE = 0.015  # of the letters; running text has 3% and more
_SURE = frozenset(("en", "fr", "de", "pl", "vi"))  # whose common words hardly another language has
_SURE_SHARE = 0.3
_LIKELY, _PROBABLE, _POSSIBLE = 0.7, 0.6, 0.4  # py3langid's probabilities, between right and wrong ones
_LEAST_LETTERS = 20  # of a text that its opinion is asked of
_SPOKEN_IN = {
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ckb", "sd", "ug"), "arabic"),
    **dict.fromkeys(("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg", "tt"), "cyrillic"),
    **dict.fromkeys(("hi", "mr", "ne"), "hi"),
    **dict.fromkeys(("zh", "ja"), "han"),
    "as": "bn", "yi": "he", "ti": "am",
}  # fmt: skip


def common_words(language: str) -> frozenset[str]:
    """The commonest words of a language, most of them function words; none of a language without a table."""
    return next((table[language] for table in _TABLES.values() if language in table), frozenset())


def detect_language(text: str, *, declared: str | None = None) -> str:
    """The BCP 47 primary subtag of the language that most of `text` is in; `und` when it cannot be told.

    `declared` is what a page says of itself: it decides what the text leaves open, and nothing else, since
    many a template says `en` of every page.
    """
    sample = unvowelled(text[: 2 * _SAMPLE])[:_SAMPLE]
    counts: Counter[str] = Counter()
    for run in _LETTERS.finditer(sample):
        counts[run.lastgroup or ""] += len(run.group()) * (3 if run.lastgroup == "han" else 1)
    if not counts:
        return UNDETERMINED
    script, letters = counts.most_common(1)[0]
    if script in ("han", "ja"):
        # Japanese mixes kana into Chinese characters; Chinese has none.
        return "ja" if counts["ja"] * 10 > counts["han"] / 3 else "zh"
    named = _primary(declared)
    if named and _SPOKEN_IN.get(named, named if named in _SINGLE else "latin") != script:
        named = None
    if script in _TABLES:
        return _by_words(sample, script, letters, named)
    if script == "hi":
        return _by_opinion(sample, letters, named)
    return _first_or_second(sample, script, letters)


def _primary(declared: str | None) -> str | None:
    found = re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", declared or "")
    code = found[0].lower() if found else None
    return {"nb": "no", "nn": "no", "iw": "he", "in": "id"}.get(code or "", code)


def _first_or_second(sample: str, script: str, letters: int) -> str:
    second, marks = _SECOND.get(script, (script, ()))
    return second if sum(map(sample.count, marks)) > _SECOND_SHARE * letters else script


def _by_opinion(sample: str, letters: int, declared: str | None) -> str:
    """Hindi, unless another language of its script is likelier."""
    opinion = opinion_of(sample) if letters >= _LEAST_LETTERS else None
    if opinion is None or opinion.probability < _LIKELY or _SPOKEN_IN.get(opinion.language) != "hi":
        return declared or "hi"
    return opinion.language


def _by_words(sample: str, script: str, count: int, declared: str | None) -> str:
    small = sample.lower()
    words = Counter(_WORD.findall(small))
    letters = Counter(small)
    scores = {
        language: sum(words[word] for word in common) / max(1, words.total())
        + 3 * sum(letters[mark] for mark in _MARKS.get(language, "")) / len(small)
        for language, common in _TABLES[script].items()
    }
    best, second = sorted(scores, key=lambda language: -scores[language])[:2]
    if script == "arabic":
        # Arabic without any common word (a headline) is still Arabic.
        return best if scores[best] >= _SHARE else declared or "ar"
    if best in _SURE and scores[best] >= max(_SURE_SHARE, 2 * scores[second]):
        return best
    told = _agreed(sample, best, scores[best], count, known=_TABLES[script].keys(), declared=declared)
    # Names in Latin letters are no language, unless their page says of which they are.
    return declared if told == UNDETERMINED and declared and count >= _LEAST_LETTERS else told


def _agreed(
    sample: str, best: str, score: float, letters: int, *, known: Collection[str], declared: str | None
) -> str:
    """What the words (`best`, if its `score` says anything) and the second opinion make together."""
    ours = best if score >= _SHARE else UNDETERMINED
    # A template may say of every page that it is English; hardly one says that it is Hungarian.
    trusted = declared if declared and (declared == ours or declared not in known) else None
    if letters < _LEAST_LETTERS:
        return trusted or ours
    opinion = opinion_of(sample)
    if opinion.language == ours or declared == opinion.language:
        return opinion.language
    if trusted and opinion.probability < _LIKELY:
        return trusted
    if ours == UNDETERMINED:
        # Of names in Latin letters it is never half as sure.
        enough = _LIKELY if opinion.language not in known else _PROBABLE
        return opinion.language if opinion.probability >= enough else UNDETERMINED
    if opinion.probability >= _LIKELY:
        return opinion.language
    doubtful = opinion.probability >= (_POSSIBLE if score < 2 * _SURE_SHARE / 3 else _PROBABLE)
    return UNDETERMINED if doubtful and opinion.language not in known else ours
