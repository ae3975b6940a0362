"""What a site's robots.txt lets us ask for, read by Protego as RFC 9309 says, `*` and `$` included."""

from __future__ import annotations

from index.articles.extras import library, parsing

AGENT = "Mustanad"
LINE_AT_MOST = 2_000  # characters; each rule is matched against every address
WILDCARDS_AT_MOST = 8  # in a rule; each may be tried at every place of an address


class Robots:
    """The rules of one host for us; an empty text allows everything."""

    def __init__(self, text: str):
        with parsing("robots.txt"):
            self._rules = library("protego", "addresses").Protego.parse(_bounded(text))

    @property
    def delay(self) -> float:
        """Seconds that the host asks for between two requests."""
        return max(0.0, float(self._rules.crawl_delay(AGENT) or 0.0))

    def allows(self, url: str) -> bool:
        with parsing("robots.txt"):
            return bool(self._rules.can_fetch(url, AGENT))


def _bounded(text: str) -> str:
    """The lines of a robots.txt, runs of `*` as one; of a rule with too many a "disallow" is cut short.

    Cut there it forbids more than it says, never less; an "allow" of that kind is left out.
    """
    lines: list[str] = []
    for line in text.removeprefix("\ufeff").splitlines():
        name, colon, rule = line[:LINE_AT_MOST].partition(":")
        if colon and "*" in rule and name.strip().lower().endswith(("allow", "alow", "allaw")):
            pieces = [piece for number, piece in enumerate(rule.split("*")) if piece or not number]
            if len(pieces) > WILDCARDS_AT_MOST:
                if name.strip().lower() == "allow":
                    continue
                pieces = pieces[:WILDCARDS_AT_MOST]
            rule = "*".join(pieces) + ("*" if rule.rstrip().endswith("*") else "")
        lines.append(f"{name}{colon}{rule}")
    return "\n".join(lines)
