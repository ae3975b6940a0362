"""Words before or after a period that tell whether it ends a sentence; small letters, no last period.

They stand in `abbreviations.txt`, which says of each kind what it is.
"""

from __future__ import annotations

from index.text.calendars import names
from index.text.lexicon import read_lexicon

LEXICON = read_lexicon(
    "abbreviations",
    *("never-last", "rarely-last", "starters", "going-on", "after-numbers", "numbered", "clause", "reported"),
)
NEVER_LAST = frozenset(LEXICON.words("never-last"))
RARELY_LAST = frozenset(LEXICON.words("rarely-last"))
STARTERS = frozenset(LEXICON.words("starters"))
GOING_ON = frozenset(LEXICON.words("going-on"))
AFTER_NUMBERS = frozenset(LEXICON.words("after-numbers"))
# A day's number before one of these is a date, as in "3. Oktober".
MONTHS = frozenset(names("gregorian", "de", "tr"))
