"""Skeletons: the consonants of a name, the same in Arabic and in Latin letters, near enough to tell it by."""

from __future__ import annotations

import re

# Sounds that one script or one dialect keeps apart and another does not share a sign.
_ARABIC = str.maketrans(
    {
        **dict.fromkeys("ب پ".replace(" ", ""), "b"),
        **dict.fromkeys("تطثةد".replace("ة", ""), "t"),
        **dict.fromkeys("ضذظ", "t"),
        **dict.fromkeys("حهخ", "h"),
        **dict.fromkeys("سصز", "s"),
        **dict.fromkeys("جغگقكک", "k"),
        **dict.fromkeys("فڤ", "f"),
        "ش": "c",
        "چ": "c",
        "ر": "r",
        "ل": "l",
        "م": "m",
        "ن": "n",
        **dict.fromkeys("اآأإىيئوؤءعة", ""),
    }
)
_LATIN_PAIRS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"tsch|tch|sch|ch|sh", "c"),
        (r"ph", "f"),
        (r"kh", "h"),
        (r"gh|ck|qu|q", "k"),
        (r"th|dh", "t"),
        (r"x", "ks"),
        (r"c(?=[eiy])", "s"),
    )
]
_DOUBLED = re.compile(r"(.)\1+")
_LATIN = str.maketrans(
    {
        **dict.fromkeys("bp", "b"),
        **dict.fromkeys("td", "t"),
        **dict.fromkeys("szç", "s"),
        **dict.fromkeys("cgjk", "k"),
        **dict.fromkeys("fv", "f"),
        **dict.fromkeys("aeiouwy'’àâäáãåéèêëíìîïóòôöõøúùûüñ", ""),
    }
)


def skeleton(word: str) -> str:
    """Give the consonants of a word, written plain (lower case, no tashkeel), doubled ones once.

    >>> skeleton("bahrain"), skeleton("بحرين")
    ('bhrn', 'bhrn')
    >>> skeleton("guardiola"), skeleton("غوارديولا")
    ('krtl', 'krtl')
    """
    if "a" <= word[:1] <= "ɏ":
        text = word
        for pattern, sound in _LATIN_PAIRS:
            # Upper case is safe from the table below until all is replaced.
            text = pattern.sub(sound.upper(), text)
        text = text.translate(_LATIN).lower()
    else:
        text = word.removesuffix("ه").translate(_ARABIC)
    return _DOUBLED.sub(r"\1", text)
