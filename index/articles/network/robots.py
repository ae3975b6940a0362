"""What a site's robots.txt lets us ask for, read by Protego as RFC 9309 says, `*` and `$` included."""

from __future__ import annotations

from index.articles.files.extras import library, parsing

AGENT = "Mustanad"


class Robots:
    """The rules of one host for us; an empty text allows everything."""

    def __init__(self, text: str):
        with parsing("robots.txt"):
            self._rules = library("protego", "addresses").Protego.parse(text.removeprefix("\ufeff"))

    @property
    def delay(self) -> float:
        """Give seconds that the host asks for between two requests."""
        return max(0.0, float(self._rules.crawl_delay(AGENT) or 0.0))

    def allows(self, url: str) -> bool:
        """Tell whether the host lets us ask for `url`."""
        with parsing("robots.txt"):
            return bool(self._rules.can_fetch(url, AGENT))
