"""Values that files bring (YAML, JSON, cells) made plain: what JSON, a database and UTF-8 can hold."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from index.articles.files.sources import Unreadable

DEPTH_AT_MOST = 64  # lists and objects in one another; JSON's own writer gives up at about 1,000
_INTEGER_BITS = 14_000  # Python writes at most 4,300 digits in decimal
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAMES = ("name", "literal", "display_name", "displayname", "الاسم")
_GIVEN = ("given", "first", "first_name", "given_name", "firstname")
_FAMILY = ("family", "last", "last_name", "family_name", "lastname", "surname")


def sound(text: str) -> str:
    """Give `text` with each half of a surrogate pair as U+FFFD, one code point for another: spans hold."""
    return _SURROGATE.sub("\ufffd", text) if not text.isascii() else text


def plain_value(value: Any, *, depth: int = DEPTH_AT_MOST) -> Any:
    """Give `value` of strings, finite numbers, lists and objects only; what is no number (NaN) is None.

    Raises Unreadable when it is nested deeper than DEPTH_AT_MOST.
    """
    if isinstance(value, str):
        return sound(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= _INTEGER_BITS else hex(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth <= 0:
        raise Unreadable(f"it is nested more than {DEPTH_AT_MOST} deep", "flatten it")
    if isinstance(value, Mapping):
        return {_key(key): plain_value(each, depth=depth - 1) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain_value(each, depth=depth - 1) for each in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return sound(str(value))


def names_of(value: Any) -> str | None:
    """Give the names of one or several people: strings, or objects that hold a name; None when there is none.

    >>> names_of([{"name": "سعاد كريم", "url": "https://example.org"}, "علي سالم"])
    'سعاد كريم، علي سالم'
    """
    several = value if isinstance(value, (list, tuple)) else _people(value)
    names = [name for person in several if (name := _name(person))]
    joint = "، " if any("\u0600" <= letter <= "\u06ff" for name in names for letter in name) else ", "
    return joint.join(dict.fromkeys(names)) or None


def _people(value: Any) -> Iterable[Any]:
    """Give the people that an object stands for: itself, or each of its values (`first: {name: ...}`)."""
    if isinstance(value, Mapping) and not _name(value):
        return [each for each in value.values() if isinstance(each, Mapping)]
    return [value]


def _name(person: Any, depth: int = 3) -> str | None:
    if isinstance(person, Mapping):
        keys = {str(key).lower().replace("-", "_"): each for key, each in person.items()}
        for key in _NAMES:
            if (value := keys.get(key)) is not None and depth and (name := _name(value, depth - 1)):
                return name
        parts = [next((keys[key] for key in some if keys.get(key)), None) for some in (_GIVEN, _FAMILY)]
        return " ".join(" ".join(str(part).split()) for part in parts if isinstance(part, str)) or None
    if isinstance(person, bool) or not isinstance(person, (str, int, float)):
        return None
    return " ".join(str(person).split()) or None


def _key(key: Any) -> str:
    value = plain_value(key) if not isinstance(key, (tuple, frozenset)) else " ".join(map(str, key))
    return value if isinstance(value, str) else str(value)
