"""Self-description: what the corpus is, in numbers of its index, when the assistant is asked about itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from assistant.answering.overviews.front_page import newest_articles
from assistant.answering.wording import frame_language, shortened
from assistant.question.talk.small_talk import Talk
from assistant.words import count, date_in_words, in_marks, say, table
from index.articles.filters import Filters
from index.engine import SnapshotInfo
from index.search.searcher import Searcher

MOST_NAMED = 5  # outlets or languages
MOST_TITLES = 3
_MONTH = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")
# What is told for each thing that is asked, in order.
_TOLD: Mapping[Talk, tuple[str, ...]] = {
    "count": ("articles", "outlets", "dates"),
    "outlets": ("outlets", "articles"),
    "dates": ("dates", "updated"),
    "topics": ("topics", "articles"),
    "languages": ("languages", "articles"),
    "identity": ("articles",),
    "abilities": ("articles",),
}


def self_description(talk: Talk, searcher: Searcher, *, language: str) -> str:
    """Tell in Arabic or English what the index holds, as far as `talk` asks; empty where it does not."""
    frame, info, asked = frame_language(language), searcher.info(), _TOLD.get(talk, ())
    if asked and not info.articles:
        return say("self.empty", frame)
    facts = {
        "articles": say(
            "self.articles", frame, articles=count("articles_count_genitive", info.articles, frame)
        ),
        "outlets": _outlets(info, frame),
        "dates": _dates(info, frame),
        "updated": say("self.updated", frame, date=date_in_words(info.updated[:10], frame)),
        "languages": say("self.languages", frame, languages=_listed(_languages(info, frame), frame)),
        "topics": _topics(searcher, frame) if "topics" in asked else "",
    }
    return " ".join(facts[name] for name in asked)


def _outlets(info: SnapshotInfo, frame: str) -> str:
    named = sorted(info.sources, key=lambda source: -info.sources[source])
    if not named:
        return say("self.no_outlets", frame)
    shown = named[:MOST_NAMED] + [_word("list_others", frame)] * (len(named) > MOST_NAMED)
    return say("self.outlets", frame, outlets=_listed(shown, frame))


def _dates(info: SnapshotInfo, frame: str) -> str:
    months = sorted(month for month in info.dates if _MONTH.fullmatch(month))
    if not months:
        return say("self.undated", frame)
    first, last = (date_in_words(month, frame) for month in (months[0], months[-1]))
    return say("self.dates" if first != last else "self.one_month", frame, first=first, last=last)


def _languages(info: SnapshotInfo, frame: str) -> list[str]:
    codes = sorted(info.languages, key=lambda language: -info.languages[language])[:MOST_NAMED]
    return [str(table(frame).get(f"language_{code}", code)) for code in codes]


def _topics(searcher: Searcher, frame: str) -> str:
    articles = newest_articles(Filters(), searcher) or searcher.articles(limit=MOST_TITLES)
    titles = [in_marks(shortened(article.title), frame) for article in articles]
    return say("self.topics", frame, titles=say("list_comma", frame).join(titles))


def _listed(names: Iterable[str], frame: str) -> str:
    """Write names as a list: commas, and a word before the last."""
    *before, last = [*names] or [""]
    return f"{_word('list_comma', frame).join(before)}{_word('list_and', frame)}{last}" if before else last


def _word(key: str, frame: str) -> str:
    return str(table(frame)[key])
