"""Arabic spellings: how a word in Latin letters and digits may be written in Arabic, likeliest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

MOST_SPELLINGS = 128  # of one word; the next are spelt as no one would
LONGEST_WORD = 24  # letters; no word is longer

_Options = tuple[tuple[str, float], ...]  # Arabic letters, and what it costs to read them so


def _options(rules: str) -> Mapping[str, _Options]:
    """Read rules: Latin letters, then Arabic ones with their cost behind a colon; - is nothing."""
    table = {}
    for line in rules.strip().splitlines():
        latin, *choices = line.split()
        pairs = (choice.split(":") for choice in choices)
        table[latin] = tuple((arabic.replace("-", ""), float(cost)) for arabic, cost in pairs)
    return table


# Costs were set by hand: 0 for the habit of most, about 0.5 for that of one country, more for a slip.
_ANYWHERE = _options(
    """
2 أ:0 ئ:0.1 ؤ:0.1 ء:0.2 ق:0.3
2i ئ:0.1 ئي:0.1 قي:0.4 ق:0.5
2e ئ:0.1 أ:0.2 ق:0.4
2o ؤ:0.1 ؤو:0.2 ق:0.5 قو:0.5
2u ؤ:0.1 ؤو:0.2 ق:0.5 قو:0.5
i2 ئ:0 يئ:0.3 يق:0.5
o2 ؤ:0 ق:0.5 وق:0.5
u2 ؤ:0 ق:0.5 وق:0.5
iy ي:0
3 ع:0
5 خ:0
6 ط:0
7 ح:0
8 ق:0.2 غ:0.2
9 ق:0 ص:0.5
kh خ:0
sh ش:0
ch ش:0 تش:1.5
gh غ:0
th ث:0 ذ:0.5 ت:0.8
dh ذ:0.1 ظ:0.2 ض:0.3
ou و:0
oo و:0
uu و:0
ee ي:0
ii ي:0
aa ا:0
ai ي:0.2 اي:0.2 ائ:0.4
ay ي:0.2 اي:0.2
ei ي:0.1 اي:0.5
ey ي:0.1 اي:0.5
aw و:0.2 او:0.2
au و:0.2 او:0.2
ph ف:0
b ب:0
p ب:0
t ت:0 ط:0.4
g ج:0.1 ق:0.4 غ:0.4
j ج:0
d د:0 ض:0.4
r ر:0
z ز:0 ذ:0.4 ظ:0.4
s س:0 ص:0.4
f ف:0
v ف:0
q ق:0
k ك:0 ق:0.5
c ك:0 س:0.6
ç س:0
l ل:0
m م:0
n ن:0
h ه:0 ح:0.2
w و:0
x كس:0
y ي:0
a ا:0.35 -:0.4
e -:0.3 ي:0.5 ا:0.6
é ي:0.3 -:0.5
è ي:0.3 -:0.5
i ي:0.35 -:0.4
o و:0.4 -:0.4
u و:0.4 -:0.4
"""
)
_FIRST = _options(
    """
a ا:0
aa ا:0
e ا:0
i ا:0.1 اي:0.4
ei اي:0.1
ee اي:0.1
o ا:0.2 او:0.3
u ا:0.2 او:0.3
ou او:0
2 ق:0.1 ا:0.1
2a ا:0.1 ق:0.3 قا:0.3
2e ا:0.1 ق:0.2 قي:0.5
2i ا:0.1 ق:0.2 قي:0.3
2o ا:0.1 ق:0.3 قو:0.4
2u ا:0.1 ق:0.3 قو:0.4
"""
)
_LAST = _options(
    """
a ة:0.1 ا:0.1 ى:0.2 اء:0.3
e ة:0.1 ي:0.4 -:0.4
ah ة:0 اه:0.5
eh ة:0 يه:0.5
i ي:0
o و:0.1 ه:0.4
u و:0.1 ه:0.4
at ة:0.2 ت:0.2 ات:0.2
et ة:0.2 ت:0.2
ia ية:0
ea ية:0.3
it ة:0.3 يت:0.4
2 ء:0 أ:0.2 ق:0.3
a2 اء:0 أ:0.2
"""
)


def arabic_spellings(word: str) -> list[tuple[str, float]]:
    """Give up to MOST_SPELLINGS spellings of a word in small letters with their costs, the least first.

    None for a longer word than there is, or one with other signs than Arabizi is written with.

    >>> [spelling for spelling, _cost in arabic_spellings("rba7")][:2]
    ['رباح', 'ربح']
    """
    if len(word) > LONGEST_WORD:
        return []
    spellings = {"": 0.0}
    for options in _sounds(word):
        longer: dict[str, float] = {}
        for spelling, cost in spellings.items():
            for letters, more in options:
                joined = spelling + letters
                longer[joined] = min(cost + more, longer.get(joined, cost + more))
        # What one sound costs does not hang on another: the best whole words have the best beginnings.
        spellings = dict(sorted(longer.items(), key=lambda pair: pair[1])[:MOST_SPELLINGS])
    return [(spelling, cost) for spelling, cost in spellings.items() if spelling]


def _sounds(word: str) -> Iterator[_Options]:
    """Cut a word into sounds, longest first, doubled consonants once; a sign of no sound has no spelling."""
    at = 0
    while at < len(word):
        for length in (2, 1):
            sound = word[at : at + length]
            if len(sound) == length and (options := _of(sound, at == 0, at + length == len(word))):
                yield options
                at += length
                while at < len(word) and length == 1 and word[at] == sound and sound not in "aeiou":
                    at += 1
                break
        else:
            yield ()
            return


def _of(sound: str, first: bool, last: bool) -> _Options | None:
    if first and sound in _FIRST:
        return _FIRST[sound]
    if last and not first and sound in _LAST:
        return _LAST[sound]
    return _ANYWHERE.get(sound)
