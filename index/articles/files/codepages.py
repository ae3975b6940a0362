"""Code pages of one byte a letter: which of them makes words of the bytes, whatever was declared.

Servers and editors declare iso-8859-1 by default, so that a declaration is but the first to be tried. A code
page is believed when the letters that it gives form words of one script, most of them the commonest letters
of that script. Encodings of several bytes a letter (GBK, Shift JIS) are believed when they decode.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from index.text.language import detect_language

_WORDS_AT_MOST = 4_000  # words with letters beyond ASCII that are looked at
_SCORE_LEAST = 0.55
_DECLARED_BONUS = 0.08
_WORD_AT_MOST = 40  # letters
_BROKEN_AT_MOST = 0.02  # of the bytes beyond ASCII; a stray byte is no sign against a code page

# What browsers make of names, as far as Python differs: https://encoding.spec.whatwg.org/#names-and-labels
_NAMES = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
_LABELS = {
    "x-cp1256": "cp1256",
    "arabic": "iso8859-6",
    "asmo-708": "iso8859-6",
    "dos-720": "cp720",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "x-mac-arabic": "mac_arabic",
    "unicode-1-1-utf-8": "utf-8",
}
_OF_SEVERAL_BYTES = re.compile(r"(?:gb|big5|euc|shift|cp932|cp949|cp950|johab|iso2022)")
_OF_ONE_BYTE = re.compile(r"(?:cp\d|iso8859|koi8|mac|tis|hp-roman|kz|ptcp)")
_NO_SIGNS_IN_WORDS = frozenset("¹²³¼½¾¤¦¨¯¸¬±¶")  # letters of other code pages, read as signs
_TOKEN = re.compile(rb"[^\x00-\x40\x5b-\x60\x7b-\x7f]+")


@dataclass(frozen=True, slots=True)
class _Script:
    letters: re.Pattern[str]
    commonest: frozenset[str]
    share: float  # of the letters that the commonest make up at least


_SCRIPTS = {
    "arabic": _Script(
        re.compile("[\u0620-\u065f\u0670-\u06d3\u06fa-\u06ff\ufe70-\ufefc]"), frozenset("اليمنورتبهدع"), 0.45
    ),
    "cyrillic": _Script(re.compile("[\u0400-\u052f]"), frozenset("оеаинтсрвлкі"), 0.45),
    "greek": _Script(re.compile("[\u0370-\u03ff]"), frozenset("αοιετσνηυρπκίόάέ"), 0.45),
    "hebrew": _Script(re.compile("[\u0590-\u05ff]"), frozenset("יוהלאמתרבשנ"), 0.45),
}
# In the order in which equal scores win.
_CODE_PAGES = [
    *(("cp1256", "arabic"), ("iso8859-6", "arabic"), ("cp720", "arabic")),
    *(("cp1251", "cyrillic"), ("koi8-u", "cyrillic"), ("iso8859-5", "cyrillic"), ("cp866", "cyrillic")),
    *(("cp1253", "greek"), ("cp1255", "hebrew")),
    *(("cp1252", "latin"), ("cp1254", "latin"), ("cp1250", "latin")),
]
_SCRIPT_OF = dict(_CODE_PAGES) | {
    "cp864": "arabic",
    "mac-arabic": "arabic",
    "iso8859-7": "greek",
    "iso8859-8": "hebrew",
    "koi8-r": "cyrillic",
    "mac-cyrillic": "cyrillic",
    "cp855": "cyrillic",
}


def best_code_page(content: bytes, *, declared: str | None = None) -> str | None:
    """Give the code page in which `content`, which is no UTF-8, has words; None when there is none."""
    named = codec_of(declared)
    if named and _OF_SEVERAL_BYTES.match(named) and _broken_share(content, named) <= _BROKEN_AT_MOST:
        return named
    words = _words(content)
    if not words:
        return named if named and _OF_ONE_BYTE.match(named) else "cp1252"
    pages = dict.fromkeys([named, *(page for page, _ in _CODE_PAGES)] if named else dict(_CODE_PAGES))
    best, best_score = None, 0.0
    for page in pages:
        if _OF_ONE_BYTE.match(page):
            score = _score(words, page) + (_DECLARED_BONUS if page == named else 0.0)
            if score > best_score + 0.01:
                best, best_score = page, score
    if best_score < _SCORE_LEAST:
        return None
    if best == "cp1252" and _is_turkish(words):
        return "cp1254"
    return best


def codec_of(label: str | None) -> str | None:
    """Give Python's name of an encoding that a file or server names; None for one that no text is in."""
    if not label:
        return None
    label = label.strip().lower()
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return None
    name = _NAMES.get(name, name)
    # Codecs such as punycode or unicode_escape are for other things, and some take quadratic time.
    fit = _OF_ONE_BYTE.match(name) or _OF_SEVERAL_BYTES.match(name) or name.startswith("utf-")
    return name if fit and name != "utf-7" else None


def _words(content: bytes) -> list[bytes]:
    """Give runs of letters with at least one byte beyond ASCII."""
    words: list[bytes] = []
    for token in _TOKEN.finditer(content):
        if not token.group().isascii():
            words.append(token.group())
            if len(words) == _WORDS_AT_MOST:
                break
    return words


def _broken_share(content: bytes, encoding: str) -> float:
    text = content.decode(encoding, "replace")
    return text.count("\ufffd") / max(1, sum(char > "\x7f" for char in text))


def _score(words: list[bytes], page: str) -> float:
    """Tell how well the letters beyond ASCII form words, 0 to 1."""
    text = b" ".join(words).decode(page, "replace")
    if text.count("\ufffd") > _BROKEN_AT_MOST * sum(char > "\x7f" for char in text) + 1:
        return 0.0
    script = _SCRIPT_OF.get(page, "latin")
    return _latin_score(text) if script == "latin" else _script_score(text, _SCRIPTS[script])


def _script_score(text: str, script: _Script) -> float:
    """Give the share of letters beyond ASCII that stand in words of the script, if its commonest prevail."""
    inside = beyond = common = 0.0
    for word in re.findall(r"[^\W\d_]+", text):
        small = word.lower()
        beyond += sum(letter > "\x7f" for letter in small)
        if len(script.letters.findall(small)) == len(small) <= _WORD_AT_MOST:
            # Hebrew read as Cyrillic is all capitals.
            inside += len(small) * (0.9 if word.isupper() else 1.0 if word[1:] == small[1:] else 0.0)
            common += sum(letter in script.commonest for letter in small)
    # One byte a letter: signs among the letters show a wrong page as much as letters of another script do.
    signs = sum(char > "\x7f" and not char.isalpha() and not _is_mark(char) for char in text)
    if not inside or common < script.share * inside:
        return 0.0
    return inside / (beyond + signs)


def _latin_score(text: str) -> float:
    """Give the share of letters beyond ASCII in words partly of ASCII, as in every Latin orthography."""
    plausible = beyond = 0
    for word in re.findall(r"[^\W\d_]+", text):
        accents = sum(letter > "\x7f" for letter in word)
        beyond += accents
        # A capital inside a word is no letter of it: "ÍÏíÞÉ" is Arabic read as Latin.
        fits = accents < len(word) and (word[1:].islower() or word.isupper())
        plausible += accents if fits or word in "àéèêóíúÀÉÈÓ" else 0
    if not beyond:  # signs alone: dashes and quotation marks of an English text
        return 0.9 if len(re.findall(r"[A-Za-z]{2}", text)) or len(text) < 8 else 0.0
    signs = sum(char in _NO_SIGNS_IN_WORDS for char in text)
    return 0.95 * plausible / (beyond + signs)


def _is_mark(char: str) -> bool:
    """Tell vowel signs, and what stands between words in running text."""
    return "\u064b" <= char <= "\u0652" or char in "،؛؟«»\u00a0\u200c\u200d\u200e\u200f–—‘’“”…•ـ٪·°©®™€£"


def _is_turkish(words: list[bytes]) -> bool:
    text = b" ".join(words).decode("cp1254", "replace")
    return any(letter in text for letter in "ğşıİ") and detect_language(text) == "tr"
