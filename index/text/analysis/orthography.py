"""Words: text cut at word boundaries, its orthography made one.

What differs only in how it was typed comes out the same: presentation and full-width forms, case,
tashkeel, tatweel, bidirectional and zero-width controls, digits of any script, the shapes of alef,
hamza seats, final ya and ta marbuta, Persian and Urdu code points of letters that Arabic has too.
Accents stay here, since stemmers need them; `without_accents` takes them off afterwards.
"""

from __future__ import annotations

import re
import unicodedata

import regex

from index.text.folding import MOST_MARKS
from index.text.tashkeel import SIGNS, unvowelled

# Characters that show nothing: soft hyphen, zero-width space and joiners, bidi controls, byte-order mark.
_CONTROLS = r"\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_DROPPED = re.compile(f"[{SIGNS}{_CONTROLS}]+")  # four times as fast as `regex` here

_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱٲٳٵ", "ا"),
        **dict.fromkeys("ىئیېےۓ", "ي"),
        **dict.fromkeys("ةہھەۀۂۃ", "ه"),
        **dict.fromkeys("کڪ", "ك"),
        **dict.fromkeys("’‘ʼ`´", "'"),
        "ؤ": "و",
        "ı": "i",
        "ё": "е",
        "٫": ".",
        "٬": ",",
        "ـ": "-",  # one that is left joins no letters
    }
)
_OTHER_DIGIT = regex.compile(r"[\p{Nd}--[0-9]]", flags=regex.V1)
_THOUSANDS = regex.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_LEADING_ZEROS = regex.compile(r"0+(?=\d)")
# A number keeps its inner points and commas; a word its inner marks; `'` and `-` part words.
_WORD = regex.compile(r"\d+(?:[.,]\d+)*(?![\p{L}\d])|[\p{L}\p{N}][\p{L}\p{N}\p{M}]*")
_ACCENTED = regex.compile(r"(?<=[\p{Latin}\p{Greek}])[\u0300-\u036f]+")
# What `normalize` puts in order, and how many of it in a row: what is beyond that says nothing.
# No mark that combines stands beyond the second plane, and to look through all takes a fifth of a second.
_COMBINING = "".join(f"\\U{code:08x}" for code in range(0x20000) if unicodedata.combining(chr(code)))
_MANY_MARKS = re.compile(f"(?<=[{_COMBINING}]{{{MOST_MARKS}}})[{_COMBINING}]+")


def words(text: str) -> list[str]:
    """Give the words and numbers of `text` in order, lower case, orthography made one."""
    plain = unicodedata.normalize("NFKC", unvowelled(_MANY_MARKS.sub("", text))).casefold()
    plain = unicodedata.normalize("NFC", _DROPPED.sub("", plain)).translate(_LETTERS)
    plain = _OTHER_DIGIT.sub(_ascii_digit, plain)
    return [_number(word) if word[0].isdigit() else word for word in _WORD.findall(plain)]


def without_accents(word: str) -> str:
    """Give `word` with the accents of its Latin and Greek letters taken off.

    >>> without_accents("canción")
    'cancion'
    """
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", _ACCENTED.sub("", unicodedata.normalize("NFD", word)))


def _ascii_digit(digit: regex.Match[str]) -> str:
    # `regex` may know digits of a younger Unicode than the interpreter does: those stay as they are.
    return str(unicodedata.digit(digit[0], digit[0]))


def _number(word: str) -> str:
    """Give a number without separators of thousands and leading zeros: `1,234.5` is `1234.5`, `09` is `9`."""
    if _THOUSANDS.fullmatch(word):
        word = word.replace(",", "")
    # One zero stays before a point: `.5` would be read as `5` the next time.
    zeros = _LEADING_ZEROS.match(word)
    return (word[zeros.end() :] if zeros else word).replace(",", ".")
