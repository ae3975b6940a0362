"""JSON as it leaves the program, readable by a strict reader whatever an article or a client brought in."""

from __future__ import annotations

import json
import math
from typing import Any


def json_bytes(value: Any) -> bytes:
    """Write `value` as JSON in UTF-8, NaN and Infinity as null (JSON has neither), lone surrogates as `?`."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(finite(value), ensure_ascii=False)
    return text.encode("utf-8", "replace")


def finite(value: Any) -> Any:
    """Give `value` with null for every number that is not finite."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return value


def sendable(value: Any) -> Any:
    """Give `value` with `?` for every lone surrogate and null for what is not finite."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {sendable(key): sendable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [sendable(each) for each in value]
    return finite(value)
