"""Wording: the frame of words around quotes, in the question's language."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Citation, Source
from assistant.question.names import Named
from assistant.question.numerals import years_in

_MARKS = {"ar": ("«", "»"), "en": ("“", "”")}
_WORDS = {
    "ar": {
        "answer": "جاء في المقالات:",
        "unsure": "قد يكون الجواب فيما يأتي:",
        "same": "وفي المقال نفسه:",
        "on": "ويليه:",
        "other": "وفي مقال آخر:",
        "several": "جاء في عدة مقالات:",
        "disagree": "تختلف المقالات في ذلك:",
        "summary": "أبرز ما جاء في مقال «{title}»:",
        "news": "أحدث ما في المقالات عن ذلك:",
        "search": "أقرب ما في المقالات إلى هذه الكلمات:",
        "refusal": "المقالات لا تذكر ذلك",
        "nearest": "؛ أقرب ما فيها: {titles}.",
        "dated": "({date})",
        "empty": "لا مقالات بعد؛ أضف مقالات ثم اسأل.",
        "no_mention": "لا ذكر {missing}",
        "year": "لسنة {text}",
        "number": "للعدد {text}",
        "ordinal": "لـ«{text}»",
        "place": "لـ«{text}»",
        "name": "لـ«{text}»",
        "and": " ولا ",
        "nearest_quote": "؛ أقرب ما وجدت:",
        "nearest_year": "؛ أقرب ما وجدت عن {year}:",
    },
    "en": {
        "answer": "The articles say:",
        "unsure": "The answer may be in this:",
        "same": "The same article adds:",
        "on": "It goes on:",
        "other": "Another article says:",
        "several": "Several articles speak of it:",
        "disagree": "The articles disagree on this:",
        "summary": "The main points of “{title}”:",
        "news": "The latest that the articles say of it:",
        "search": "What comes nearest to these words in the articles:",
        "refusal": "The articles do not say",
        "nearest": "; the nearest in them: {titles}.",
        "dated": "({date})",
        "empty": "There are no articles yet; add some, then ask.",
        "no_mention": "There is no mention of {missing}",
        "year": "{text}",
        "number": "the number {text}",
        "ordinal": "“{text}”",
        "place": "“{text}”",
        "name": "“{text}”",
        "and": " or of ",
        "nearest_quote": "; the nearest I found:",
        "nearest_year": "; the nearest I found is about {year}:",
    },
}
LONGEST_TITLE = 80
NEXT = 3  # code points between a quote and the one that follows it in the article


def frame_language(language: str) -> str:
    """The language of the frame: Arabic for languages in Arabic script, else English."""
    return "ar" if language in {"ar", "fa", "ur", "ps", "ku", "ckb", "sd", "ug"} else "en"


def quoted(
    citations: Sequence[Citation], *, language: str, opening: str, title: str = "", dated: bool = False
) -> str:
    """The answer's text: an opening, then every quote between marks, with its marker, in its own paragraph.

    `opening` is a key of the words: answer, unsure, several, disagree, search, summary or news.
    """
    words, (left, right) = _WORDS[frame_language(language)], _MARKS[frame_language(language)]
    paragraphs = [words[opening].format(title=shortened(title))]
    before: Citation | None = None
    for citation in citations:
        lead = ""
        if before is not None and opening in ("answer", "unsure"):
            lead = words[_relation(before, citation)] + " "
        date = citation.source.published
        tail = " " + words["dated"].format(date=date[:10]) if dated and date else ""
        paragraphs.append(f"{lead}{left}{citation.quote}{right} [{citation.marker}]{tail}")
        before = citation
    return "\n\n".join(paragraphs)


def _relation(before: Citation, citation: Citation) -> str:
    """How a quote stands to the one before it: `on`, `same` or `other`."""
    if before.source.article_id != citation.source.article_id:
        return "other"
    return "on" if 0 <= citation.start - before.end <= NEXT else "same"


def refusal(nearest: Sequence[Source], *, language: str) -> str:
    """That the articles do not say, and which come nearest."""
    words, (left, right) = _WORDS[frame_language(language)], _MARKS[frame_language(language)]
    if not nearest:
        return words["refusal"] + "."
    separator = "، " if frame_language(language) == "ar" else ", "
    titles = separator.join(f"{left}{shortened(source.title)}{right}" for source in nearest)
    return words["refusal"] + words["nearest"].format(titles=titles)


def no_mention(
    missing: Sequence[Named], citations: Sequence[Citation], nearest: Sequence[Source], *, language: str
) -> str:
    """Say what is not spoken of, and quote what comes nearest; without a quote, name the nearest articles."""
    words, (left, right) = _WORDS[frame_language(language)], _MARKS[frame_language(language)]
    named = words["and"].join(words[name.sort].format(text=name.text) for name in missing)
    said = words["no_mention"].format(missing=named)
    if not citations:
        return said + refusal(nearest, language=language).removeprefix(words["refusal"])
    year = _nearest_year(missing, citations[0])
    lead = words["nearest_year"].format(year=year) if year else words["nearest_quote"]
    return f"{said}{lead}\n\n{left}{citations[0].quote}{right} [{citations[0].marker}]"


def _nearest_year(missing: Sequence[Named], citation: Citation) -> int | None:
    """Find the year in the quote, else of its publication, that comes nearest the missing one."""
    wanted = next((int(name.text) for name in missing if name.sort == "year"), None)
    if wanted is None:
        return None
    years = years_in(citation.quote) or years_in("", published=citation.source.published or "")
    return min(years, key=lambda year: (abs(year - wanted), year), default=None)


def no_articles(*, language: str) -> str:
    """What is said over an empty corpus."""
    return _WORDS[frame_language(language)]["empty"]


def shortened(title: str) -> str:
    """A title of at most LONGEST_TITLE code points, cut between words."""
    if len(title) <= LONGEST_TITLE:
        return title
    return title[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ،,:؛;-–") + "…"
