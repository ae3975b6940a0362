"""Lines that the web page around an article leaves in its text: sharing, related articles, copyright."""

from __future__ import annotations

import re

from index.text.lexicon import any_of, read_lexicon

_WORDS_AT_MOST = 30  # of a line; a longer one is text
_LEXICON = read_lexicon(
    "furniture",
    *("button", "button-sign", "read", "also", "aside", "aside-start", "aside-heading", "aside-alone"),
    *("edge", "edge-start", "edge-heading", "follow", "network", "home", "counted", "related"),
)
_BUTTONS = frozenset(_LEXICON.words("button"))
_BUTTON_SIGNS = frozenset(_LEXICON.words("button-sign"))


def _any(kind: str) -> str:
    return any_of(_LEXICON.words(kind), space=r"\s+")


# A line that begins so is furniture wherever it stands, if it is short;
_ANYWHERE = re.compile(
    rf"{_any('read')}\s+{_any('also')}\b|{_any('aside')}\b|{_any('aside-start')}|"
    rf"{_any('aside-heading')}\s*:|{_any('aside-alone')}\s*:?$",
    re.IGNORECASE,
)
# at the head or the foot;
_AT_EDGES = re.compile(
    rf"{_any('edge')}\b|{_any('edge-start')}|{_any('edge-heading')}\s*:|©|\(c\)\s*\d{{4}}|"
    rf"{_any('follow')} .{{0,40}}{_any('network')}|{_any('home')}\s*[>›»/|]|"
    rf"[\d٠-٩,.]+ {_any('counted')}\s*$",
    re.IGNORECASE,
)
# from such a line on, short lines are headlines of other articles.
_RELATED = re.compile(_any("related"), re.IGNORECASE)
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.؟?!…۔:؛][\"'”’»)\]]*$")


def is_furniture(line: str) -> bool:
    """Tell whether a line at the head or foot of a text is no part of the article."""
    bare = line.strip(" \t\u00a0\u200e\u200f*|•-–—_>#")
    if not bare:
        return True
    if len(bare.split()) > _WORDS_AT_MOST:
        return False
    return bool(_AT_EDGES.match(bare) or is_aside(bare) or _is_buttons(bare))


def is_aside(line: str) -> bool:
    """Tell whether a line leads to another article ("اقرأ أيضا: ..."), wherever it stands."""
    bare = line.strip(" \t\u00a0\u200e\u200f*|•-–—_>#[]()")
    return len(bare.split()) <= _WORDS_AT_MOST and bool(_ANYWHERE.match(bare))


def strip_furniture(lines: list[str]) -> list[str]:
    """Give `lines` without furniture; when nothing else is there, `lines` as given."""
    kept = _without_related(lines)
    first, last = 0, len(kept)
    while first < last and is_furniture(kept[first]):
        first += 1
    while last > first and is_furniture(kept[last - 1]):
        last -= 1
    kept = [line for line in kept[first:last] if not line.strip() or not is_aside(line)]
    return kept if any(line.strip() for line in kept) else lines


def _without_related(lines: list[str]) -> list[str]:
    """Give `lines` without a closing list of other articles: its heading and short lines, no sentences."""
    for number in range(len(lines) - 1, max(-1, len(lines) - 16), -1):
        line = lines[number].strip(" \t\u00a0:*•-–—")
        if _RELATED.match(line) and len(line.split()) <= 6:
            rest = [other for other in lines[number + 1 :] if other.strip()]
            if all(len(other.split()) <= 20 and not _SENTENCE_END.search(other.strip()) for other in rest):
                return lines[:number]
    return lines


def _is_buttons(line: str) -> bool:
    """Tell whether a line is nothing but words of buttons, one of them a sure sign."""
    words = [word.lower() for word in _TOKEN.findall(line)]
    return (
        0 < len(words) <= 16
        and all(word in _BUTTONS for word in words)
        and any(word in _BUTTON_SIGNS for word in words)
    )
