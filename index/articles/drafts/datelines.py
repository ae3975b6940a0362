"""Dates as pages state them: in a short line, with a weekday, a place or a label beside."""

from __future__ import annotations

import re

from index.articles.drafts.dates import parse_timestamp

DATE_TEXT_AT_MOST = 120  # characters of a line with a date
# In the class names of elements that state one.
DATE_CLASS = re.compile(
    r"date|datum|fecha|tarih|time(?!line)|publi|posted|submitted|byline|meta|info|firma|created|zeit|jour|clock",
    re.IGNORECASE,
)
# Day first wherever dots are used.
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d)(?!\d)")


def day_in(written: str) -> str | None:
    """Give the ISO day in what a machine or a person wrote, a few words before and behind it left out."""
    written = _DOTTED.sub(r"\3-\2-\1", written.strip()[:DATE_TEXT_AT_MOST])
    written = re.sub(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", _padded, written)
    for part in (written, *re.split(r"\s*[|•·/]\s+|\s+[-–—|•·]\s+|\s{3,}|[\r\n]+", written)):
        words = part.split()
        for first in range(min(5, len(words))):
            for last in range(len(words), max(first, len(words) - 4), -1):
                bare = " ".join(words[first:last]).strip(" \t,،:()[]-–—|")
                if (
                    any(char.isdigit() for char in bare)
                    and (date := parse_timestamp(bare))
                    and len(date) >= 10
                ):
                    return date[:10]
    return None


def _padded(match: re.Match[str]) -> str:
    return f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}"
