"""Every function that meets foreign text, on texts made to slow it: its time grows as the text does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.answer import Answer, Citation, Source, Turn
from assistant.answering.judging.cues import cue, numbered, points_back
from assistant.answering.judging.signals import CUED
from assistant.checking.extraction import quotations
from assistant.checking.figures import stated
from assistant.checking.speakers import attribution, is_same, speaker_at
from assistant.citations import locate
from assistant.citations.context import standing, words_of
from assistant.citations.diagnosis import diagnose
from assistant.citations.difference import difference, line_difference
from assistant.citations.relocation import Sought, nearest, relocate
from assistant.conversation import resolve, standalone
from assistant.llm.parsing import claims, plain_words, read_claim
from assistant.llm.support import doubt
from assistant.question.kinds import kind_of, summary_topic, topic_of
from assistant.question.talk.small_talk import small_talk
from assistant.rendering import to_html, to_markdown
from assistant.rendering.escaping import bibtex, html, markdown, markdown_link
from assistant.rendering.reading_page import text_to_html
from index.articles import Article
from index.articles.drafts.plain import opening_words
from index.passages import split_article
from index.passages.splitting import count_words
from index.text.analysis import analyze
from index.text.folding import fold
from index.text.phrase import Phrase
from index.text.sentences import clause_spans, sentence_spans
from tests.faults.growth import FLOOR_S, first_steep, repeated, taken

FIRST, LAST = 1 << 11, 1 << 14  # code points: eight times; a square would take 64 times as long
STEEP = 20
UNITS = {
    "words": "word و ",
    "letters": "a",
    "newlines": "\n",
    "lines": "a\n",
    "spaces": " ",
    "clause marks": ";, ",
    "commas": "،",
    "sentences": "نعم نعم. ",
    "initials": "م. ",
    "numbered": "1. ",
    "questions": "؟ ",
    "question marks": "?",
    "full stops": ".",
    "marks of quotation": '"',
    "opened": "«",
    "brackets": "(",
    "square brackets": "[",
    "links": "[a](",
    "markers": "[1] ",
    "tags": "<a ",
    "thoughts": "<think>",
    "tashkeel": "\u064e\u0651",
    "marks out of order": "\u0301\u0316",
    "tatweel": "ـ",
    "directions": "\u200f",
    "digits": "1",
    "dotted digits": "1.",
    "what": "what is ",
    "of": "of ",
    "في": "في ",
    "capitals": "A ",
    "names": "Aa's the ",
    "ideographs": "中",
    "flags": "\U0001f1e6",
    "unpaired": "\ud800",
    "ligatures": "ﷺ",
    "ellipses": "…",
}


def _turn(question: str) -> Turn:
    citation = Citation(1, Source("a", question, language="en"), "a#0-1", 0, 1, question, 0, 1)
    answer = Answer("1", question, "en", "answer", True, 1.0, question, (citation,), searched_as=question)
    return Turn(question, answer)


def _answer(text: str) -> Answer:
    source = Source("a", text, text, text, text, "2020")
    return Answer("1", text, "en", "answer", True, 1.0, text, (Citation(1, source, "a", 0, 1, text, 0, 1),))


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "fold": fold,
    "analyze": analyze,
    "sentence_spans": sentence_spans,
    "clause_spans": clause_spans,
    "count_words": count_words,
    "split_article": lambda text: split_article(Article("a", "t", text)),
    "opening_words": opening_words,
    "kind_of": lambda text: kind_of(Phrase(text)),
    "topic_of": lambda text: topic_of(Phrase(text)),
    "summary_topic": lambda text: summary_topic(Phrase(text)),
    "small_talk": lambda text: small_talk(Phrase(text)),
    "cue": lambda text: [cue(kind, text, "how many words did he write in 2020?") for kind in CUED],
    "numbered": lambda text: numbered(text.split(), "how many?"),
    "points_back": points_back,
    "resolve": lambda text: [resolve(asked, [_turn(text)]) for asked in FOLLOWING],
    "standalone": lambda text: standalone(text[:2_000], [_turn(text)]),
    "words_of": words_of,
    "standing": lambda text: standing(text, 0, len(text) // 2),
    "locate in": lambda text: [
        locate(quote, text, widen=True) for quote in ("نعم نعم.", "a a a", "1. 1.", "word و word")
    ],
    "locate": lambda text: locate(text, "نعم نعم. كلمة أخرى. a a a a a"),
    "diagnose": lambda text: diagnose(text, text[: len(text) // 2] + " x " + text[len(text) // 2 :]),
    "doubt": lambda text: doubt("word and more words", text),
    "read_claim": read_claim,
    "plain_words": plain_words,
    "html": html,
    "markdown": markdown,
    "markdown_link": lambda text: markdown_link(text, text),
    "bibtex": bibtex,
    "to_html": lambda text: to_html(_answer(text)),
    "to_markdown": lambda text: to_markdown(_answer(text)),
    "quotations": quotations,
    "stated": lambda text: stated(text, []),
    "attribution": lambda text: attribution(text, len(text) // 2, len(text) // 2 + 1),
    "speaker_at": lambda text: speaker_at(text, len(text) // 2, len(text) // 2 + 1),
    "is_same": lambda text: is_same("Ann Lee", "the director", text),
    "relocate": lambda text: relocate(Sought(9, 18, "نعم نعم.", "", "نعم ", " نعم"), text),
    "nearest": lambda text: nearest(Sought(9, 18, "نعم word a.", "", "نعم ", " نعم"), text),
    "difference": lambda text: difference(text, text[len(text) // 3 :] + " x"),
    "line_difference": lambda text: line_difference(text, text[len(text) // 3 :] + "\nx"),
    "text_to_html": lambda text: text_to_html(text, [(0, 1)], language="ar"),
}
FOLLOWING = (
    "and in Rome?",
    "why?",
    "who funds it?",
    "وماذا عن البحرين؟",
    "ومتى؟",
    "من أسسها؟",
    "what about 2020?",
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_on_growing_text_takes_linear_time(name: str) -> None:
    function, steep = FUNCTIONS[name], {}
    function("word")  # what is made once is made
    for label, unit in UNITS.items():
        text = repeated(unit, after="x\ny")
        before, after = taken(function, text(FIRST)), taken(function, text(LAST))
        if (
            after > FLOOR_S and after > STEEP * before
        ):  # doubled and measured again only where it may be steep
            steep[label] = first_steep(function, text, first=FIRST, last=LAST)
    assert {label: size for label, size in steep.items() if size} == {}


@pytest.mark.parametrize("unit", ["a", "<think>", "\n", "[1] ", "«", "<"])
def test_claims_that_arrive_letter_by_letter_take_linear_time(unit: str) -> None:
    text = repeated(unit)
    assert first_steep(lambda said: list(claims(iter(said))), text, last=20_000) is None
