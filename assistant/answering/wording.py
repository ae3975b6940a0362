"""Wording: the frame of words around quotes, in the question's language."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Citation, Source

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
        "refusal": "المقالات لا تذكر ذلك",
        "nearest": "؛ أقرب ما فيها: {titles}.",
        "dated": "({date})",
        "which": "أي مقال تقصد؟ اذكر عنوانه أو موضوعه لألخصه.",
        "empty": "لا مقالات بعد؛ أضف مقالات ثم اسأل.",
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
        "refusal": "The articles do not say",
        "nearest": "; the nearest in them: {titles}.",
        "dated": "({date})",
        "which": "Which article do you mean? Name its title or its topic, and I will summarise it.",
        "empty": "There are no articles yet; add some, then ask.",
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

    `opening` is a key of the words: answer, unsure, several, disagree, summary or news.
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


def which_article(*, language: str) -> str:
    """What is asked back when a summary is wanted and nothing says of what."""
    return _WORDS[frame_language(language)]["which"]


def no_articles(*, language: str) -> str:
    """What is said over an empty corpus."""
    return _WORDS[frame_language(language)]["empty"]


def shortened(title: str) -> str:
    """A title of at most LONGEST_TITLE code points, cut between words."""
    if len(title) <= LONGEST_TITLE:
        return title
    return title[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ،,:؛;-–") + "…"
