"""Sides: the two things that a question sets side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.language import spelt
from index.text.tashkeel import unvowelled

LONGEST = 80  # code points of a side; more is a sentence
_ARABIC = r"(?<!\w)[وف]?"
_PATTERNS = (
    spelt(_ARABIC + r"(?:ال)?{ar.sides.nouns} (?:(?:هو|هي) )?(?:ما )?بين (?P<both>[^؟?!.]{1,400})"),
    spelt(_ARABIC + r"{ar.sides.verbs} (?:(?:لي|لنا) )?(?:ما )?بين (?P<both>[^؟?!.]{1,400})"),
    spelt(_ARABIC + r"{ar.sides.verbs} (?P<one>[^؟?!.]{1,200}?) {ar.sides.with} (?P<other>[^؟?!.]{1,400})"),
    spelt(_ARABIC + r"{ar.sides.verbs} (?P<both>[^؟?!.]{1,400})"),
    spelt(
        _ARABIC + r"{ar.sides.which} (?P<matter>[^:،,؟?]{1,400})[:،,] ?(?P<one>[^؟?!]{1,200}?)"
        r" {ar.sides.or} (?P<other>[^؟?!.]{1,400})"
    ),
    spelt(r"\b{en.sides.nouns} between (?P<one>[^?!]{1,200}?) and (?:between )?(?P<other>[^?!.]{1,400})"),
    spelt(r"\b{en.sides.verbs} (?P<one>[^?!]{1,200}?) {en.sides.with} (?P<other>[^?!.]{1,400})"),
    spelt(
        r"\b{en.sides.which} (?P<matter>[^:,?]{1,99})[:,] ?(?P<one>[^?!]{1,200}?) or (?P<other>[^?!.]{1,400})"
    ),
    spelt(r"^(?P<one>[^?!]{1,200}?) {en.sides.versus} (?P<other>[^?!.]{1,400})"),
)
_AND = re.compile(r"(?<!\s)\s++و\s*+(?:بين\s++)?(?=\w)")
_BETWEEN = re.compile(r"(.+?)(?<!\s)\s++بين\s++(.+)")  # قارن السعر بين 2014 و2016
_SIGNS = " :،,؛;\"'«»“”"


@dataclass(frozen=True, slots=True)
class Sides:
    """Two things as a question names them, each able to stand alone, and what they are compared in, or ""."""

    one: str
    other: str
    matter: str = ""


def sides_of(question: str) -> Sides | None:
    """Give the two things that a question compares; None where it compares none.

    >>> sides_of("ما الفرق بين مشروع الإسكندرية والعقبة؟")
    Sides(one='مشروع الإسكندرية', other='مشروع العقبة', matter='')
    >>> sides_of("Compare Aqaba with Bahrain.")
    Sides(one='Aqaba', other='Bahrain', matter='')
    """
    text = " ".join(unvowelled(question).split())
    for pattern in _PATTERNS:
        if match := pattern.search(text):
            parts = match.groupdict()
            if parts.get("both") and (between := _BETWEEN.match(parts["both"])):
                parts = {"matter": between[1], "both": between[2]}
            both = _parted(parts["both"]) if parts.get("both") else (parts.get("one"), parts.get("other"))
            one, other = ((side or "").strip(_SIGNS) for side in both)
            if one and other and max(len(one), len(other)) <= LONGEST:
                return Sides(one, _with_head(one, other), (parts.get("matter") or "").strip(_SIGNS))
    return None


def _parted(both: str) -> tuple[str, str]:
    """Part "X وY": where Y begins as X does (وزارة، ووزارة), else at the last "and"."""
    joints = list(_AND.finditer(both))
    if not joints:
        return both, ""
    head = both.split()[0]
    joint = next((each for each in joints if both.startswith(head, each.end())), joints[-1])
    return both[: joint.start()], both[joint.end() :]


def _with_head(one: str, other: str) -> str:
    """Give the second side the noun that both share: "مشروع الإسكندرية والعقبة" are two projects."""
    head, *rest = one.split()
    is_noun = not head.isascii() and not head.startswith("ال")
    return f"{head} {other}" if rest and " " not in other and (is_noun or other.isdigit()) else other
