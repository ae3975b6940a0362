"""The words of the interface, in Arabic and English: one JSON file a language, the same keys in both."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("ar", "en")
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"})

_WEIGHT = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?", re.ASCII)  # RFC 9110, 12.4.2


@cache
def everything(language: str) -> Mapping[str, Any]:
    """Give all words of `language` by their keys; languages other than Arabic and English get English."""
    name = language if language in LANGUAGES else "en"
    words: Mapping[str, Any] = json.loads((Path(__file__).parent / f"{name}.json").read_text("utf-8"))
    return words


@cache
def table(language: str) -> Mapping[str, Any]:
    """Give the words that pages are made of: those whose keys have no point. The rest is what answers say."""
    return {key: words for key, words in everything(language).items() if "." not in key}


def say(key: str, language: str, **values: object) -> str:
    """Give the words under `key` with `values` put in their places."""
    return str(everything(language)[key]).format(**values)


def in_marks(text: str, language: str) -> str:
    """Put a text between the quotation marks of `language`."""
    return f"{say('mark.opening', language)}{text}{say('mark.closing', language)}"


def count(key: str, number: int, language: str) -> str:
    """Give the words under `key` in the plural form that `number` takes in `language`."""
    forms = table(language)[key]
    return str(forms.get(plural_form(number, language), forms["other"])).format(n=number)


def plural_form(number: int, language: str) -> str:
    """Give the plural category of a whole number, as Unicode CLDR gives it for Arabic and English."""
    if language != "ar":
        return "one" if number == 1 else "other"
    if number <= 2:
        return ("zero", "one", "two")[number]
    last_two = number % 100
    if 3 <= last_two <= 10:
        return "few"
    return "many" if last_two >= 11 else "other"


def date_in_words(published: str | None, language: str) -> str:
    """Write `2025-09-30` as `30 September 2025`, `2025-09` as `September 2025`; what is no date stays so.

    >>> date_in_words("2025-09-30T10:00:00Z", "en")
    '30 September 2025'
    """
    if not published:
        return ""
    parts = published[:10].split("-")
    if not all(part.isdecimal() for part in parts) or len(parts) > 3 or len(parts[0]) != 4:
        return published
    names = table(language)["months"].split()
    if len(parts) > 1 and not 1 <= int(parts[1]) <= 12:
        return published
    words = [str(int(parts[2]))] if len(parts) == 3 else []
    words += [names[int(parts[1]) - 1]] if len(parts) > 1 else []
    return " ".join([*words, parts[0]])


def direction(language: str) -> str:
    """Give `rtl` or `ltr`; `auto` where the language is not known, so that the text itself decides."""
    if language in ("", "und"):
        return "auto"
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def choose_language(header: str | None) -> str:
    """Choose Arabic or English from an `Accept-Language` header; Arabic when it asks for neither."""
    best, best_weight = "ar", 0.0
    for part in (header or "").split(","):
        tag, *parameters = part.split(";")
        language = tag.split("-")[0].strip().lower()
        weight = _weight(parameters)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameters: Sequence[str]) -> float:
    """Read the `q` among the parameters of a language: 1 without one, 0 for one that is none from 0 to 1.

    White space may stand around `;` (RFC 9110, 5.6.6), and the name is in any case.
    """
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            match = _WEIGHT.fullmatch(value.strip())
            return float(match[0]) if match else 0.0
    return 1.0
