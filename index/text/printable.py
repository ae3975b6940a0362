"""Text for a terminal, which obeys control characters: what others wrote must not be able to send any."""

from __future__ import annotations

_CONTROLS = {code: None for code in (*range(9), *range(11, 32), 127, *range(128, 160))}


def plain(text: str) -> str:
    """Give `text` without control characters; tabs and line ends stay.

    >>> plain("\\x1b[31mred")
    '[31mred'
    """
    return text.translate(_CONTROLS)
