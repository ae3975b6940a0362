"""Light stemming of Arabic words: light10 (Larkey, Ballesteros and Connell 2002).

It takes off the conjunction, the article with its particles, and inflectional endings; it looks up
nothing and finds no root.
"""

from __future__ import annotations

_ARTICLES = ("وال", "بال", "كال", "فال", "ال", "لل")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")


def light_stem(word: str) -> str:
    """Give the light stem of a word whose orthography was made one (see `words`).

    At least two letters stay, three after a conjunction.

    >>> light_stem("والمستشفيات")
    'مستشف'
    """
    if word.startswith("و") and len(word) > 3:
        word = word[1:]
    for article in _ARTICLES:
        if word.startswith(article) and len(word) >= len(article) + 2:
            word = word[len(article) :]
            break
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) >= len(ending) + 2:
            word = word[: -len(ending)]
    return word
