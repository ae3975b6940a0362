"""Proposals: questions that an article seems to answer, made of its own words by a few patterns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Set

from assistant.language import spelt
from assistant.words import say
from index.articles import Article

MOST = 6  # candidates of an article
READ = 6_000  # code points of an article that are looked at
LONGEST_NAME = 60  # code points
# A straight mark opens only after white space: the text between two quotations is no quotation.
_QUOTED = re.compile(r"(?:[“«]|(?<!\S)\")\s*+(\w[^\"”»“«\n]{4,60}+)[\"”»]")
_LATIN_NAME = re.compile(r"\b[A-Z][A-Za-z]+(?: (?:of |and |the |& )?[A-Z][A-Za-z]+){1,4}\b")
_WORD = re.compile(r"\w+")
_ARABIC_LETTER = re.compile(r"[\u0620-\u064a]")
_SAID = spelt(
    r"(?<!\w)و?(?:(?P<she>{ar.suggestion.she_said})|{ar.suggestion.he_said}) "
    r"(?P<who>(?:[^\s،,:.«\"“()]+ ){2,5}?)"  # one word alone says too little
    r"(?={ar.suggestion.that}(?!\w))"
)
# A preposition that stands alone or with its pronoun, or is joined to an article; or joined to an outlet.
_HUNG = spelt(
    r"(?:{ar.suggestion.prepositions}(?!\w)|لل|[بك]ال|ل{ar.suggestion.spoken_to}(?!\w)"
    r"|[لب](?:ه|ها|هم|هن|هما|نا|ي|ك|كم)(?!\w)|[لب]ـ)"
)
_ENGLISH_SAID = re.compile(
    r"(?<![\w.'-])(?P<who>(?:[A-Z][\w.'-]++ ){1,4})(?:said|says|told|added|stressed|explained|announced)\b"
)


def candidates(article: Article, *, language: str) -> list[str]:
    """Make questions in Arabic (`ar`) or English (`en`): of what it names, who speaks in it, its summary."""
    subjects, speakers = list(_subjects(article)), list(_speakers(article))
    made = [say("suggestion.topic", language, topic=subject) for subject in subjects[:1]]
    made += [say(f"suggestion.{said}", language, who=who) for said, who in speakers[:2]]
    made += [say("suggestion.topic", language, topic=subject) for subject in subjects[1:3]]
    made.append(say("suggestion.summary", language, title=_short(article.title)))
    return list(dict.fromkeys(made))[:MOST]


def _subjects(article: Article) -> Iterable[str]:
    """Give the phrases between quotation marks, or the Latin names, that the article uses most."""
    text = f"{article.title}\n{article.title}\n{article.text[:READ]}"
    arabic = _is_arabic(article)
    pattern = _QUOTED if arabic else _LATIN_NAME
    counted = Counter(" ".join(phrase.split()) for phrase in pattern.findall(text))
    words = {phrase: uses for phrase, uses in counted.items() if 2 <= len(phrase.split()) <= 6}
    written = set(_WORD.findall(text))
    for phrase in sorted(words, key=lambda phrase: (-words[phrase], len(phrase))):
        yield f"«{_unbound(phrase, written)}»" if arabic else phrase


def _unbound(phrase: str, written: Set[str]) -> str:
    """Take a particle off a phrase whose first word is `written` without it too."""
    return phrase[1:] if phrase[0] in "لبوف" and phrase.split()[0][1:] in written else phrase


def _speakers(article: Article) -> Iterable[tuple[str, str]]:
    """Give who speaks in an article, most often first, with the key of the question for it."""
    text = article.text[:READ]
    if not _is_arabic(article):
        counted = Counter(match["who"].strip() for match in _ENGLISH_SAID.finditer(text))
        return [("said", who) for who, _uses in counted.most_common()]
    written = set(_WORD.findall(text))
    spoken = Counter(
        ("she_said" if match["she"] else "said", match["who"].strip())
        for match in _SAID.finditer(text)
        if not _is_hung(match["who"], written)
    )
    return [pair for pair, _uses in spoken.most_common() if len(pair[1]) <= LONGEST_NAME]


def _is_hung(phrase: str, written: Set[str]) -> bool:
    """Tell whether a preposition begins a phrase: who was spoken to, or where, but not who spoke."""
    if _HUNG.match(phrase):
        return True
    bare = phrase.split()[0][1:]
    return phrase[0] in "لبك" and not written.isdisjoint((bare, f"ال{bare}"))


def _is_arabic(article: Article) -> bool:
    return _ARABIC_LETTER.search(article.title or article.text[:READ]) is not None


def _short(title: str) -> str:
    """Give the first eight words of a title between quotation marks."""
    words = title.split()
    return "«" + " ".join(words[:8]) + ("…" if len(words) > 8 else "") + "»"
