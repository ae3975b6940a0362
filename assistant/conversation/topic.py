"""What a conversation is about: the topic of its last question, helped by what the answer cited."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import LONGEST_QUESTION, Turn
from assistant.conversation.vocabulary import (
    ARABIC_RELATIONS,
    SILENT,
    arabic_base,
    is_arabic,
    tokens,
)
from assistant.language import words as listed
from index.text.analysis import analyze
from index.text.folding import fold
from index.text.tashkeel import unvowelled

LONGEST_SHOWN = 10_000  # code points of a quote or a passage that a turn brings with it
TITLE_WORDS = 5  # a longer title is a headline, not a name
_NAME = re.compile(
    r"(?:[A-Z]\.|[A-Z][\w'’&\-]*|\d[\w\-]*)"
    r"(?:\s+(?:(?:of|the|de|la|and|von|van|al|for)\s+)*(?:[A-Z]\.|[A-Z][\w'’&\-]*|\d[\w\-]*))*"
)
_POSSESSIVE = re.compile(r"['’]s$")
_VERB = re.compile(r"\s+(?:\w+(?:ed|s)|was|had|wrote|made|became|led)\b")
_WHAT = re.compile(r"\b(?:what|which|whose)\s+", re.IGNORECASE)
_BEFORE_SUBJECTS = listed("ar.follow_up.subject_first")


def last_turn(history: Sequence[Turn]) -> Turn | None:
    """Give the last turn that was about something."""
    return next((turn for turn in reversed(history) if turn.answer.kind != "small_talk"), None)


def asked(turn: Turn) -> str:
    """Give the turn's question as it stood alone, without vowel signs, no longer than a question may be."""
    return unvowelled((turn.answer.searched_as or turn.question)[:LONGEST_QUESTION])


def content(text: str) -> list[tuple[str, int, int]]:
    """Give the words of `text` that carry its topic."""
    return [token for token in tokens(text) if token[0] not in SILENT and arabic_base(token[0]) not in SILENT]


def names(question: str) -> list[str]:
    """Find names in a question of Latin letters: capitalised words in a row, the question word left out."""
    named = []
    for match in _NAME.finditer(question):
        name = match[0]
        while name and (first := name.split()[0].lower()) in SILENT:
            name = name[len(first) :].lstrip()
        name = _POSSESSIVE.sub("", name)
        if name and not (
            match.start() == 0 and name == match[0] and " " not in name and name.lower() == name
        ):
            named.append(name)
    return named


def topic(turn: Turn) -> str:
    """Tell what the turn's question was about, as a phrase; empty when it names nothing."""
    question = asked(turn)
    if put := _put_beside(question):
        return put
    title = _cited_title(turn)
    if title and _speaks_of(question, title) and not _names_another(question, title):
        return f"the {title}" if _has_words(question, f"the {title}") else title
    if not is_arabic(question) and (named := names(question)):
        name = _subject_of(question, named)
        return f"the {name}" if f"the {name}" in question else name
    return _phrase(question) or title


def _speaks_of(question: str, title: str) -> bool:
    """Tell whether the question has a word of the title, be it with a particle written onto it."""
    if fold(title).text.lower() in fold(question).text.lower():
        return True
    return bool(set(analyze(title, grams=False)) & set(analyze(question, grams=False)))


def _names_another(question: str, title: str) -> bool:
    """Tell whether the question first names what the title does not: `the Summer Theatre in Warsaw`."""
    named = [] if is_arabic(question) else names(question)
    return bool(named) and not _speaks_of(title, _subject_of(question, named))


def _subject_of(question: str, named: Sequence[str]) -> str:
    return next((name for name in named if not _is_asked_for(question, name)), named[0])


def _is_asked_for(question: str, name: str) -> bool:
    """Tell whether a name stands right after the question word: `What Oxford tower ...`."""
    after = [question[match.end() :][: len(name)] for match in _WHAT.finditer(question)]
    return name.casefold() in map(str.casefold, after)


def answer_name(turn: Turn) -> str:
    """Give the person or thing the answer named that the question did not, in texts of Latin letters."""
    terms = set(analyze(asked(turn), grams=False))
    for citation in turn.answer.citations:
        quote = citation.quote[:LONGEST_SHOWN]
        for name in names(quote):
            if name[0].isalpha() and not set(analyze(name, grams=False)) & terms and _is_name(name, quote):
                return name
    return ""


def _is_name(name: str, quote: str) -> bool:
    """Tell whether capitals make a name: more than one word, or one that opens the quote before its verb."""
    if " " in name:
        return True
    return quote.startswith(name) and _VERB.match(quote, len(name)) is not None


def evidence_terms(turn: Turn) -> set[str]:
    """Give the terms that the turn's answer rests on: of its quotes and of the cited articles' passages."""
    cited = {citation.source.article_id for citation in turn.answer.citations}
    texts = [citation.quote for citation in turn.answer.citations]
    texts += [citation.source.title for citation in turn.answer.citations]
    texts += [hit.passage.text for hit in turn.answer.hits if hit.passage.article_id in cited]
    return {term for text in texts for term in analyze(text[:LONGEST_SHOWN], grams=False)}


def has_word(turn: Turn, word: str) -> bool:
    """Tell whether a turn's question or what its answer rests on has a folded word."""
    cited = {citation.source.article_id for citation in turn.answer.citations}
    texts = [turn.question, *(citation.quote for citation in turn.answer.citations)]
    texts += [hit.passage.text for hit in turn.answer.hits if hit.passage.article_id in cited]
    return any(word in fold(text[:LONGEST_SHOWN]).text for text in texts)


def _cited_title(turn: Turn) -> str:
    titles = [unvowelled(citation.source.title[:LONGEST_QUESTION]) for citation in turn.answer.citations[:1]]
    title = _without_bracket(titles[0]) if titles else ""
    return title if 0 < len(title.split()) <= TITLE_WORDS else ""


def _without_bracket(title: str) -> str:
    """Give the title without what it ends in between brackets."""
    title = title.strip()
    if title.endswith(")") and (opened := title.find("(", title.rfind(")", 0, -1) + 1)) >= 0:
        return title[:opened].rstrip()
    return title


def _put_beside(question: str) -> str:
    """Give what an earlier turn has put into brackets at a question's end; empty where it has not."""
    plain = question.rstrip()
    plain = plain[:-1].rstrip() if plain.endswith(("?", "؟")) else plain
    opened = plain.rfind("(")
    ends = opened >= 0 and plain.find(")", opened) == len(plain) - 1
    return plain[opened + 1 : -1] if ends else ""


def _has_words(text: str, phrase: str) -> bool:
    """Tell whether a phrase stands in a text, cutting no word at either end."""
    start = text.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        if not _is_inside_word(text, start) and not _is_inside_word(text, end):
            return True
        start = text.find(phrase, start + 1)
    return False


def _is_inside_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _phrase(question: str) -> str:
    """Give the question without what asks: from its first to its last word that carries a topic."""
    words = content(question)
    if len(words) > 2 and _word_before(question, words[0]) == "كم":  # what is counted, and its verb
        words = words[1:] if words[1][0].startswith("ال") else words[2:]
    while len(words) > 1 and (
        words[0][0] in ARABIC_RELATIONS or words[0][0].removeprefix("ال") in ARABIC_RELATIONS
    ):
        words = words[1:]
    if is_arabic(question) and len(words) > 2 and _word_before(question, words[0]) in ("اي", "ايه"):
        words = words[1:] if words[1][0].startswith("ال") else words[2:]  # the noun asked for, and the verb
    elif is_arabic(question) and len(words) > 1 and _verb_first(question, words[0]):
        words = words[1:]
    return question[words[0][1] : words[-1][2]] if words else ""


def _verb_first(question: str, word: tuple[str, int, int]) -> bool:
    """Tell whether a word is the verb that Arabic puts right after `when`, `where`, `how`, `why`, `who`."""
    return not word[0].startswith("ال") and _word_before(question, word) in _BEFORE_SUBJECTS


def _word_before(question: str, word: tuple[str, int, int]) -> str:
    before = tokens(question[: word[1]])
    return arabic_base(before[-1][0]) if before else ""
