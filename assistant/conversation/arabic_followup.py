"""Arabic follow-ups: clitic pronouns, verbs without their subject, and questions of one word."""

from __future__ import annotations

import re

from assistant.answer import Turn
from assistant.conversation.follow_up_rules import FollowUpRules
from assistant.conversation.topic import asked, content, evidence_terms, has_word, topic
from assistant.conversation.vocabulary import (
    ARABIC_ABOUT,
    ARABIC_ASKING,
    ARABIC_EMPTY,
    ARABIC_POINTING,
    ARABIC_PRONOUNS,
    arabic_base,
    ends_openly,
    suffix_of,
    tokens,
    without_end,
)
from assistant.language import spelt
from assistant.language import words as listed
from index.text.analysis import analyze
from index.text.folding import fold

_FRAGMENT = spelt(r"^[وف]?{ar.follow_up.new_after}\s*+(?P<new>.+)$")
_JOINED = re.compile(r"^[و](?P<new>\w.*)$")
# Atomic up to the last preposition: where a question mark follows that one, it follows every one before.
_LATE = spelt(r"^(?>(?P<head>.*\s)(?P<before>[وف]?{ar.follow_up.late})\s+)(?P<old>[^؟?]+)$")
_NEW_PLACE = spelt(r"^{ar.follow_up.new_place}\s+")
_YEAR = re.compile(r"\d{3,4}")
_NEW_YEAR = re.compile(r"(?:عام|سنة)?\s*\d{3,4}")
_LATIN_OR_FIGURE = re.compile(r"[A-Za-z]{2,}|\d{3,}")
# After these a verb comes and then its subject; after `who` and `what` the subject is what is asked for.
_ASKING_OF_VERBS = listed("ar.follow_up.before_verbs")
_PREPOSITIONS = listed("ar.follow_up.prepositions")
_NAMED_BY = 5  # words into a question it has named its own topic: what points so late points into itself
_BOUND = listed("ar.follow_up.bound")
_IMPERSONAL = listed("ar.follow_up.impersonal")
_EARLIER = spelt(r"(?<!\s)\s++{ar.follow_up.earlier}(?!\w)")
_TIMES = listed("ar.follow_up.times")
_AUXILIARIES = listed("ar.follow_up.auxiliaries")
_ARTICLES = ("ال", "لل", "بال", "وال")
_BOUND_LETTERS = re.compile(r"^[وفبل]+(?=\w{3})")
_SHORTEST = 3  # letters of a word whose end is looked up
_BEFORE_NOUNS = listed("ar.follow_up.before_nouns")


def new_topic(question: str) -> str | None:
    """Tell what is new in `وماذا عن X؟` and `وفي X؟`; None when the question is no such question."""
    plain = without_end(question)
    if match := ARABIC_ABOUT.match(plain):
        return match["new"].strip()
    words = tokens(plain)
    if not words or len(words) > 4 or any(arabic_base(word) in ARABIC_ASKING for word, _, _ in words):
        return None
    if any(suffix_of(word) for word, _, _ in words) or not plain.startswith("و"):
        return None
    if match := _FRAGMENT.match(plain):
        return match["new"].strip()
    match = _JOINED.match(plain)
    return match["new"].strip() if match and content(match["new"]) else None


def put_in_place(turn: Turn, new: str) -> str:
    """Put `new` where the question before named the like: after its last preposition, or at its end."""
    old = without_end(asked(turn))
    named = _NEW_PLACE.sub("", new)
    digits = _YEAR.search(old)
    if _NEW_YEAR.fullmatch(named) and digits:
        return f"{old[: digits.start()]}{named.split()[-1]}{old[digits.end() :]}؟"
    subject = topic(turn) or "؟"
    late = _LATE.search(old)
    is_name = len(subject.split()) <= 3 and not any(suffix_of(word) for word, _, _ in tokens(subject))
    if is_name and subject in old and not (late and len(late["head"]) > old.index(subject)):
        return old.replace(subject, named) + "؟"
    if late:
        return f"{late['head']}{late['before']} {named}؟"
    words = content(old)
    if len(words) > 1 and words[-1][0].startswith("لل"):
        return f"{old[: words[-1][1]]}ل{named}؟"
    if len(words) > 1:
        return f"{old[: words[-1][1]]}{named}؟"
    return f"{old} {named}؟"


def is_bare(question: str) -> bool:
    """Tell whether the question is nothing but question words: `ومتى؟`, `لماذا حدث ذلك؟`."""
    words = [arabic_base(word) for word, _, _ in tokens(question)]
    if not words or not any(word in ARABIC_ASKING for word in words):
        return False
    return all(
        word in ARABIC_ASKING or word in ARABIC_POINTING or word in ARABIC_EMPTY or word in ARABIC_PRONOUNS
        for word in words
    )


def from_question_word(question: str, turn: Turn) -> str:
    """Give the question word put before what the question before was about."""
    words = [token for token in tokens(question) if arabic_base(token[0]) in ARABIC_ASKING]
    word, start, end = words[0]
    if any(token[0] in ("هو", "هي", "هم") for token in tokens(question)) and arabic_base(word) in (
        "من",
        "ما",
    ):
        return f"{without_end(question)} {topic(turn)}؟"
    asking = question[end - len(arabic_base(word)) : end] if len(word) != end - start else question[start:end]
    if arabic_base(word) != word:
        asking = question[start + 1 : end]
    return f"{asking} {_body(asked(turn))}؟"


def with_pronoun_replaced(question: str, turn: Turn) -> str | None:
    """Give the question with its pronoun replaced by the topic; None when nothing in it points back."""
    subject = topic(turn)
    if not subject:
        return None
    words = tokens(question)
    for position, (word, start, end) in enumerate(words):
        base = arabic_base(word)
        if base in ARABIC_POINTING and position < _NAMED_BY and not _is_of_time(words, position):
            return with_topic_added(question, subject)
        if base in ARABIC_PRONOUNS and position and not _is_definition(words, position):
            return f"{question[:start]}{subject}{question[end:]}"
        if (suffix := _pronoun(words, position, turn)) and not _names_before(words, position):
            return _without_suffix(question, start, end, suffix, subject, words[:position])
        if suffix and (_omits_subject(words, position) or _is_at_home(question, turn)):
            return with_topic_added(question, subject)
    if words and arabic_base(words[-1][0]) in ARABIC_PRONOUNS:
        return f"{without_end(question)} {subject}؟"
    return None


def with_topic_added(question: str, subject: str) -> str:
    """Give the question with its topic beside it: as subject of a verb, in brackets otherwise.

    `هذه المرة` makes room for it, and another time of the topic is none of this question's.
    """
    plain = without_end(question)
    spoken = tokens(plain)
    for position, (_word, start, _end) in enumerate(spoken):
        if _is_of_time(spoken, position):
            return f"{plain[:start]}{_EARLIER.sub('', subject)}{plain[spoken[position + 1][2] :]}؟"
    words = content(plain)
    if len(words) == 1 and lacks_subject(question) and words[0][2] == len(plain):
        return f"{plain} {subject}؟"
    return f"{plain} ({subject})؟"


def names_something(question: str) -> bool:
    """Tell whether a foreign name or a figure shows that the question has a topic of its own."""
    return bool(_LATIN_OR_FIGURE.search(question))


def lacks_subject(question: str) -> bool:
    """Tell whether a verb lacks its subject: `متى تأسست؟`, `هل حصل على الجائزة؟`, `بأي جائزة فاز؟`."""
    spoken = tokens(question)
    words = [
        arabic_base(word)
        for position, (word, _, _) in enumerate(spoken)
        if not any(_is_of_time(spoken, at) for at in (position, position - 1) if at >= 0)
    ]
    words = [word[1:] if word[:1] in "بل" and word[1:] in ("اي", "ايه", "كم") else word for word in words]
    asking = next((position for position, word in enumerate(words) if word in _ASKING_OF_VERBS), None)
    if asking is None:
        return False
    if words[asking] in ("اي", "ايه", "كم") and len(words) - asking > 2:
        asking += 1  # the noun that is asked for
    elif words[asking + 1 : asking + 2] and words[asking + 1] in _AUXILIARIES:
        asking += 1
    verb, after = words[asking + 1 : asking + 2], words[asking + 2 : asking + 3]
    if (
        not verb
        or verb[0].startswith(("ال", "لل"))
        or verb[0] in _IMPERSONAL | ARABIC_EMPTY | ARABIC_PRONOUNS
    ):
        return False
    return not after or after[0] in _PREPOSITIONS or after[0] in ARABIC_ASKING


def _is_of_time(words: list[tuple[str, int, int]], position: int) -> bool:
    """Tell whether a word that points says when: `هذه المرة`, `هذا العام`."""
    after = words[position + 1][0] if position + 1 < len(words) else ""
    return arabic_base(words[position][0]) in ARABIC_POINTING and after in _TIMES


def _pronoun(words: list[tuple[str, int, int]], position: int, turn: Turn) -> str:
    """Give the pronoun that a word ends in; ha is none where it is typed for ta marbuta.

    It is where the question does so in a word with the article, which takes no pronoun, and where the turn
    before has the word with ta marbuta.
    """
    word = words[position][0]
    suffix = suffix_of(word)
    if suffix != "ه" or not suffix:
        return suffix
    if any(
        other.startswith(_ARTICLES) and other.endswith("ه") and ends_openly(other) for other, _, _ in words
    ):
        return ""
    whole = _BOUND_LETTERS.sub("", word[:-1], count=1) + "ة"
    return "" if len(whole) > _SHORTEST and has_word(turn, whole) else suffix


def _is_definition(words: list[tuple[str, int, int]], position: int) -> bool:
    """Tell whether a pronoun stands in `ما هو X` or `من هي X`: it points forward."""
    return arabic_base(words[position - 1][0]) in ARABIC_ASKING and position + 1 < len(words)


def _names_before(words: list[tuple[str, int, int]], position: int) -> bool:
    """Tell whether a word before the pronoun can be meant: a definite noun, or two words of topic."""
    earlier = [
        word for word, _, _ in words[:position] if arabic_base(word) not in ARABIC_ASKING | ARABIC_EMPTY
    ]
    return any(word.startswith(("ال", "لل", "بال", "وال")) for word in earlier) or len(earlier) > 2


def _omits_subject(words: list[tuple[str, int, int]], position: int) -> bool:
    """Tell whether nothing that could be its subject follows a word with a pronoun: `ما العلم الذي أسسه؟`."""
    return position + 1 == len(words) or words[position + 1][0] in _PREPOSITIONS


def _is_at_home(question: str, turn: Turn) -> bool:
    """Tell whether what the last answer rests on has half of the question's own words."""
    terms = set(analyze(" ".join(question[start:end] for _, start, end in content(question)), grams=False))
    return 2 * len(terms & evidence_terms(turn)) >= len(terms)


def _without_suffix(
    question: str, start: int, end: int, suffix: str, subject: str, before: list[tuple[str, int, int]]
) -> str:
    """Put `subject` after the word that ended in a pronoun, which is written as it is without one."""
    cut = end
    letters = len(suffix)
    while letters and cut > start:  # the suffix in letters; signs on it go with it
        cut -= 1
        letters -= question[cut].isalpha()
    word = question[start:cut]
    asks_for_noun = before and arabic_base(before[-1][0]) in _BEFORE_NOUNS
    if word.endswith("ت") and not word.endswith("ات") and len(word) > 2 and asks_for_noun:
        word = word[:-1] + "ة"
    elif word[-1:] in ("ئ", "ؤ"):
        word = word[:-1] + "ء"
    elif word.endswith("ا") and len(word) > 3:
        word = word[:-1] + "ى"
    if fold(word).text in _BOUND:  # these are no words by themselves
        return with_topic_added(question, subject)
    return f"{question[:start]}{word} {subject}{question[end:]}"


def _body(question: str) -> str:
    """Give the question without its question words at the front."""
    plain = without_end(question)
    for word, start, _ in tokens(plain):
        if arabic_base(word) not in ARABIC_ASKING | ARABIC_PRONOUNS:
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
