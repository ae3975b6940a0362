"""The language of a text: by script, and among languages of one script by their commonest words and letters.

Of the Arabic script it knows the languages in `languages.txt`, better than any detector measured. In scripts
that many more languages share (Latin, Cyrillic, Devanagari) py3langid has a say wherever the words leave a
doubt: what the two do not agree on, and text too short to tell, is `und`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from index.text.lexicon import read_lexicon
from index.text.opinion import opinion_of
from index.text.tashkeel import unvowelled

UNDETERMINED = "und"
_SAMPLE = 4_000  # code points of a text that are looked at
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

_LEXICON = read_lexicon("languages", "common", "letters", "second", "function")
_WORDS = {language: frozenset(words) for language, words in _LEXICON.by_language("common").items()}
_MARKS = {language: frozenset(letters) for language, letters in _LEXICON.by_language("letters").items()}


def _tables() -> dict[str, dict[str, frozenset[str]]]:
    """Give script -> language -> its common words, for the scripts that several of the languages share."""
    tables: dict[str, dict[str, frozenset[str]]] = {}
    for language, words in _WORDS.items():
        scripts = Counter(run.lastgroup or "" for word in words for run in _LETTERS.finditer(word))
        tables.setdefault(scripts.most_common(1)[0][0], {})[language] = words
    return tables


_TABLES = _tables()
_WORD = re.compile(r"[^\W\d_]+")
_SUBTAG = re.compile(r"[A-Za-z]{2,3}(?![A-Za-z])")
# Script told by itself -> its second language, and what that writes and the first does not.
_SECOND = {
    script: (language, _LEXICON.words("second", language))
    for script, language in (("bn", "as"), ("he", "yi"), ("am", "ti"))
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
    """Give the commonest words of a language, most of them function words; none of one that has no list."""
    return _WORDS.get(language, frozenset())


def function_words(language: str) -> tuple[str, ...]:
    """Give the words that tell a language of Latin letters even in a short question; none without a list."""
    return _LEXICON.words("function", language)


def detect_language(text: str, *, declared: str | None = None) -> str:
    """Give the BCP 47 primary subtag of the language that most of `text` is in; `und` when it cannot be told.

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
    """Give the primary subtag of a declared language, old codes made new; None of what is no code."""
    subtag = _SUBTAG.match(declared or "")
    code = subtag[0].lower() if subtag else None
    return {"nb": "no", "nn": "no", "iw": "he", "in": "id"}.get(code or "", code)


def _first_or_second(sample: str, script: str, letters: int) -> str:
    """Tell the two languages of a script apart; of a script with one, give that."""
    second, marks = _SECOND.get(script, (script, ()))
    return second if sum(map(sample.count, marks)) > _SECOND_SHARE * letters else script


def _by_opinion(sample: str, letters: int, declared: str | None) -> str:
    """Give Hindi, unless another language of its script is likelier."""
    opinion = opinion_of(sample) if letters >= _LEAST_LETTERS else None
    if opinion is None or opinion.probability < _LIKELY or _SPOKEN_IN.get(opinion.language) != "hi":
        return declared or "hi"
    return opinion.language


def _by_words(sample: str, script: str, count: int, declared: str | None) -> str:
    """Give the language of a script that several share, by common words, letters, and the second opinion."""
    small = sample.lower()
    words = Counter(_WORD.findall(small))
    letters = Counter(small)
    scores = {
        language: sum(words[word] for word in common) / max(1, words.total())
        + 3 * sum(letters[mark] for mark in _MARKS.get(language, frozenset())) / len(small)
        for language, common in _TABLES[script].items()
    }
    best, second = sorted(scores, key=lambda language: -scores[language])[:2]
    if script == "arabic":
        # Arabic without any common word (a headline) is still Arabic.
        return best if scores[best] >= _SHARE else declared or "ar"
    if best in _SURE and scores[best] >= max(_SURE_SHARE, 2 * scores[second]):
        return best
    language = _agreed(sample, best, scores[best], count, listed=_TABLES[script].keys(), declared=declared)
    # Names in Latin letters are no language, unless their page says of which they are.
    return declared if language == UNDETERMINED and declared and count >= _LEAST_LETTERS else language


def _agreed(
    sample: str, best: str, score: float, letters: int, *, listed: Collection[str], declared: str | None
) -> str:
    """Give what the words (`best`, if its `score` says anything) and the second opinion make together."""
    ours = best if score >= _SHARE else UNDETERMINED
    # A template may say of every page that it is English; hardly one says that it is Hungarian.
    trusted = declared if declared and (declared == ours or declared not in listed) else None
    if letters < _LEAST_LETTERS:
        return trusted or ours
    opinion = opinion_of(sample)
    if opinion.language == ours or declared == opinion.language:
        return opinion.language
    if trusted and opinion.probability < _LIKELY:
        return trusted
    if ours == UNDETERMINED:
        # Of names in Latin letters it is never half as sure.
        enough = _LIKELY if opinion.language not in listed else _PROBABLE
        return opinion.language if opinion.probability >= enough else UNDETERMINED
    if opinion.probability >= _LIKELY:
        return opinion.language
    doubtful = opinion.probability >= (_POSSIBLE if score < 2 * _SURE_SHARE / 3 else _PROBABLE)
    return UNDETERMINED if doubtful and opinion.language not in listed else ours
