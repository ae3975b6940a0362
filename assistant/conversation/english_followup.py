"""English follow-ups: pronouns, `what about`, and questions of one word."""

from __future__ import annotations

import re

from assistant.answer import Turn
from assistant.conversation.follow_up_rules import FollowUpRules
from assistant.conversation.topic import answer_name, asked, names, topic
from assistant.conversation.vocabulary import (
    ENGLISH_ABOUT,
    ENGLISH_ASKING,
    ENGLISH_AUXILIARIES,
    ENGLISH_EMPTY,
    ENGLISH_POINTING,
    ENGLISH_POSSESSIVES,
    ENGLISH_PRONOUNS,
    tokens,
    without_end,
)
from assistant.language import compiled, filled, spelt
from assistant.language import words as listed

_FRAGMENT = spelt(r"^and\s++(?:{en.follow_up.new_after}\s++)?(?P<new>.+)$")
_LATE = re.compile(filled(r"\b{en.follow_up.late}\s+(?:the\s+)?(?=\S)"))  # after the last question mark
_NEW_PLACE = spelt(r"^{en.follow_up.new_after}\s+")
_YEAR = re.compile(r"\b\d{4}\b")
_WHOLE_YEAR = re.compile(r"\d{4}")
_POSSESSIVE = re.compile(r"['’]s$")
_JOINING = spelt(r"^{en.follow_up.joiners}\b\s*+,?\s*")
_HOW_MANY = spelt(r"\bhow {en.follow_up.measures}\b")
_SECOND_CLAUSE = compiled(r"\b{en.follow_up.clauses}\b")
_WHO = re.compile(r"\s*+(?:and\s++)?who", re.IGNORECASE)
_LETTER = re.compile(r"\w")
_OWN_SUBJECT = spelt(
    r"\b{en.follow_up.subject_after}\s+(?:{en.follow_up.articles}\s+)?"
    r"(?!{en.follow_up.no_subject}\b)[\w'’\-]+\s+(?!of\b)\w"
)
_PERSONS = listed("en.follow_up.persons")
_BEFORE_THAT = ENGLISH_ASKING | ENGLISH_AUXILIARIES | listed("en.follow_up.before_that")
_SAID_OF_IT = listed("en.follow_up.said_of_it")
_COUNTED = listed("en.follow_up.counted")


def new_topic(question: str) -> str | None:
    """Tell what is new in `what about X?` and `and in X?`; None when the question is no such question."""
    plain = without_end(question)
    if match := ENGLISH_ABOUT.match(plain):
        new = match["new"].strip()
        return new if not _points(new) else None
    match = _FRAGMENT.match(plain)
    if not match or len(match["new"].split()) > 5 or _points(match["new"]):
        return None
    words = {word for word, _, _ in tokens(match["new"])}
    return None if words & (ENGLISH_ASKING | ENGLISH_AUXILIARIES) else match["new"].strip()


def put_in_place(turn: Turn, new: str) -> str:
    """Give the question before with `new` where it named the like: a name for a name, a year for a year."""
    old = without_end(asked(turn))
    named = _NEW_PLACE.sub("", new)
    year = _YEAR.search(old)
    if _WHOLE_YEAR.fullmatch(named) and year:
        return f"{old[: year.start()]}{named}{old[year.end() :]}?"
    subject = topic(turn)
    for name in [subject, *reversed(names(old))]:
        if name and f"{name}'s" in old:
            return old.replace(name, _POSSESSIVE.sub("", named)) + "?"
        if name and name in old:
            return f"{old.replace(name, named)}?"
    if late := _LATE.search(old, old.rfind("?") + 1):
        return f"{old[: late.end()]}{named}?"
    return f"{old} {named}?"


def is_bare(question: str) -> bool:
    """Tell whether the question is nothing but question words: `why?`, `and when was that?`."""
    words = [word for word, _, _ in tokens(question)]
    empty = ENGLISH_ASKING | ENGLISH_AUXILIARIES | ENGLISH_EMPTY | {"that", "this", "it", "there", "then"}
    return any(word in ENGLISH_ASKING for word in words) and all(word in empty for word in words)


def from_question_word(question: str, turn: Turn) -> str:
    """Give the question word put before what the question before was about."""
    asking = _JOINING.sub("", without_end(question))
    first = [word for word, _, _ in tokens(asking) if word in ENGLISH_ASKING][0]
    many = _HOW_MANY.search(asking)
    return f"{many[0] if many else first} {_body(asked(turn))}?"


def with_pronoun_replaced(question: str, turn: Turn) -> str | None:
    """Give the question with its pronoun replaced by the topic; None when nothing in it points back."""
    subject = topic(turn)
    words = tokens(question)
    for position, (word, start, end) in enumerate(words):
        if not _is_pointer(words, position) or _has_own_antecedent(question[:start], word):
            continue
        if word in _PERSONS and _asked_who(turn) and (person := answer_name(turn)):
            subject = person
        if not subject:
            return None
        if word in ENGLISH_POSSESSIVES and not (word == "her" and _ends(question, end)):
            return f"{question[:start]}{subject}'s{question[end:]}"
        if word in ENGLISH_PRONOUNS:
            return f"{question[:start]}{subject}{question[end:]}"
        if word == "there":
            return f"{question[:start]}in {subject}{question[end:]}"
        return with_topic_added(question, subject)
    return None


def with_topic_added(question: str, subject: str) -> str:
    """Give the question with its topic in brackets."""
    return f"{without_end(question)} ({subject})?"


def names_something(question: str) -> bool:
    """Tell whether a name or a figure shows that the question has a topic of its own."""
    return bool(names(question))


def lacks_subject(question: str) -> bool:
    """Tell whether a question goes on from the one before: "And when does the project start?"."""
    return _JOINING.match(question) is not None


def _points(text: str) -> bool:
    words = tokens(text)
    return any(_is_pointer(words, position) for position in range(len(words)))


def _is_pointer(words: list[tuple[str, int, int]], position: int) -> bool:
    """Tell whether the word points back: `that` and `there` often do not."""
    word = words[position][0]
    before = words[position - 1][0] if position else ""
    after = words[position + 1][0] if position + 1 < len(words) else ""
    if word == "it":
        return after not in _SAID_OF_IT or before not in {"is", "was"}
    if word == "that":
        return before in _BEFORE_THAT
    if word == "there":
        return before not in ENGLISH_AUXILIARIES and after not in ENGLISH_AUXILIARIES
    if word == "then":
        return False
    return word in ENGLISH_PRONOUNS or word in ENGLISH_POINTING


def _has_own_antecedent(before: str, word: str) -> bool:
    """Tell whether the question names, before its pronoun, what the pronoun stands for."""
    named = names(before)
    if named and (word in ENGLISH_POSSESSIVES or _SECOND_CLAUSE.search(before)):
        return True
    return word in ENGLISH_POSSESSIVES | {"they", "it"} and bool(_OWN_SUBJECT.search(before))


def _asked_who(turn: Turn) -> bool:
    return bool(_WHO.match(asked(turn)))


def _ends(question: str, end: int) -> bool:
    return not _LETTER.search(question, end)


def _body(question: str) -> str:
    """Give the question without its question words at the front."""
    plain = without_end(question)
    for word, start, _ in tokens(plain):
        if word not in ENGLISH_ASKING | _COUNTED:
            return plain[start:]
    return plain


RULES = FollowUpRules(
    new_topic=new_topic,
    is_bare=is_bare,
    names_something=names_something,
    lacks_subject=lacks_subject,
    put_in_place=put_in_place,
    from_question_word=from_question_word,
    with_pronoun_replaced=with_pronoun_replaced,
    with_topic_added=with_topic_added,
)
