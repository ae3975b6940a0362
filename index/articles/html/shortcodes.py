"""Shortcodes of WordPress, `[gallery ids="1,2"]`, which an export and some pages hold unread."""

from __future__ import annotations

import re

# `[` ends the search for `]`, so that a row of them costs its length.
_CODE = re.compile(
    r"\[(?P<open>\[)?(?P<ends>/)?(?P<name>[A-Za-z][A-Za-z0-9_-]{1,60})"
    r"(?P<rest>(?:[\s=/](?:[^\[\]\"']|\"[^\"<>]{0,2000}\"|'[^'<>]{0,2000}')*)?)\](?P<close>\])?"
)
_SETTING = re.compile(r"[\s/][\w-]{1,60}\s{0,5}=|=\s{0,5}[\"']")
# Of WordPress itself and its best known plugins; others are told by settings or by an end.
_KNOWN_NAMES = """
    gallery caption wp_caption embed audio video playlist youtube vimeo tweet facebook instagram soundcloud
    contact-form-7 contact-form wpforms gravityform ninja_form rev_slider layerslider advanced_iframe
    toc jetpack-related-posts related_posts ad adsense mc4wp_form newsletter pagebreak nextpage
"""
_BY_NAME = frozenset(_KNOWN_NAMES.split())
_HIDING = frozenset(["embed", "video", "audio", "playlist", "youtube", "vimeo", "iframe", "advanced_iframe"])
_BLOCKS = re.compile(
    r"(?:wp_)?caption|(?:vc|et_pb|fusion|av|su|cs|tatsu|themify|wpb)_\w+|rows?|columns?|col|section|"
    r"(?:one|two|three)_\w+|tabs?|toggle|accordion\w*|box|quote|blockquote|pullquote|spoiler|divider|hr",
    re.IGNORECASE,
)


def without_shortcodes(markup: str) -> str:
    """Give `markup` without shortcodes; what stands between a pair stays, unless it is an address to embed.

    In brackets that are no shortcode, as "[sic]" or "[1]", nothing changes.
    """
    if "[" not in markup or "]" not in markup:
        return markup
    codes = list(_CODE.finditer(markup))
    ended = {code["name"].lower(): code.start() for code in codes if code["ends"]}  # where its last end is
    parts: list[str] = []
    position = 0
    hiding = ""
    for code in codes:
        name = code["name"].lower()
        if code["open"] and code["close"]:  # [[gallery]] shows [gallery]
            text = code.group()[1:-1]
        elif _is_shortcode(code, name, ended):
            text = "\n\n<p>" if _BLOCKS.fullmatch(name) else ""
            # A stray bracket beside a shortcode is the text's own.
            text = ("[" if code["open"] else "") + text + ("]" if code["close"] else "")
        else:
            text = code.group()
        if not hiding:
            parts.append(markup[position : code.start()])
            parts.append(text)
        position = code.end()
        if name == hiding and code["ends"]:
            hiding = ""
        elif not hiding and name in _HIDING and ended.get(name, 0) > code.start():
            hiding = name
    parts.append(markup[position:])
    return "".join(parts)


def _is_shortcode(code: re.Match[str], name: str, ended: dict[str, int]) -> bool:
    if code["ends"] or name in ended or name in _BY_NAME:
        return True
    return bool(_SETTING.search(code["rest"])) or code["rest"].rstrip().endswith("/")
