"""Follow-ups made to stand on their own; new topics left alone; a model's rewriting only when faithful."""

import pytest

from assistant.answer import Answer, Citation, Source, Turn
from assistant.conversation import resolve, standalone
from benchmarks.dialogues import CORPORA, dialogues, play
from index.errors import WriterError
from index.search.searcher import open_searcher


def turn(question, *, quote="", title="", kind="answer", searched_as=None):
    citations = ()
    if quote or title:
        source = Source("a1", title)
        citations = (Citation(1, source, "a1#0-9", 0, len(quote), quote, 0, len(quote)),)
    answer = Answer(
        id="1",
        question=question,
        language="und",
        kind=kind,
        answerable=kind == "answer",
        confidence=1.0,
        text=quote,
        citations=citations,
        searched_as=searched_as,
    )
    return Turn(question, answer)


SUMMIT = turn(
    "من رعى قمة المدن الذكية في البحرين؟",
    quote="تنطلق قمة المدن الذكية برعاية وزير الأشغال وبحضور 250 مشاركا من جهات محلية ودولية.",
)
MAHFOUZ = turn("متى ولد نجيب محفوظ؟", quote="ولد نجيب محفوظ في القاهرة عام 1911.", title="نجيب محفوظ")
APOLLO = turn(
    "When was the Apollo program started?",
    quote="The Apollo program was started in 1961; its total cost came to 25 billion dollars.",
    title="Apollo program",
)
CHICAGO = turn(
    "Who founded the University of Chicago?",
    quote="The university was founded by John D. Rockefeller in 1890.",
    title="University of Chicago",
)


@pytest.mark.parametrize(
    ("before", "question", "expected", "kind"),
    [
        (SUMMIT, "ومتى؟", "متى رعى قمة المدن الذكية في البحرين؟", "bare"),
        (SUMMIT, "لماذا؟", "لماذا رعى قمة المدن الذكية في البحرين؟", "bare"),
        (SUMMIT, "متى كان ذلك؟", "متى رعى قمة المدن الذكية في البحرين؟", "bare"),
        (SUMMIT, "وماذا عن السعودية؟", "من رعى قمة المدن الذكية في السعودية؟", "about"),
        (SUMMIT, "وفي عمان؟", "من رعى قمة المدن الذكية في عمان؟", "about"),
        (SUMMIT, "من يمولها؟", "من يمول قمة المدن الذكية في البحرين؟", "pointing"),
        (SUMMIT, "أين تقام؟", "أين تقام قمة المدن الذكية في البحرين؟", "open"),
        (SUMMIT, "كم عدد المشاركين؟", "كم عدد المشاركين؟", "own"),
        (MAHFOUZ, "وأين توفي؟", "وأين توفي نجيب محفوظ؟", "open"),
        (MAHFOUZ, "كم عمره؟", "كم عمر نجيب محفوظ؟", "pointing"),
        (MAHFOUZ, "ما أشهر رواياته؟", "ما أشهر روايات نجيب محفوظ؟", "pointing"),
        (MAHFOUZ, "بأي جائزة فاز؟", "بأي جائزة فاز (نجيب محفوظ)؟", "open"),
        (MAHFOUZ, "وطه حسين؟", "متى ولد طه حسين؟", "about"),
        (MAHFOUZ, "من هو؟", "من هو نجيب محفوظ؟", "bare"),
        (APOLLO, "who funds it?", "who funds the Apollo program?", "pointing"),
        (APOLLO, "And why?", "why was the Apollo program started?", "bare"),
        (APOLLO, "what about the Gemini program?", "When was the Gemini program started?", "about"),
        (APOLLO, "What was the total cost?", "What was the total cost (the Apollo program)?", "open"),
        (CHICAGO, "when was he born?", "when was John D. Rockefeller born?", "pointing"),
        (CHICAGO, "and Harvard?", "Who founded Harvard?", "about"),
        (CHICAGO, "How many students are there now?", "How many students are there now?", "own"),
        (CHICAGO, "What is its motto?", "What is the University of Chicago's motto?", "pointing"),
    ],
)
def test_resolve_follow_up_gets_what_it_left_out(before, question, expected, kind):
    resolved = resolve(question, [before])
    assert (resolved.question, resolved.kind) == (expected, kind)


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (SUMMIT, "من هو نجيب محفوظ؟"),
        (SUMMIT, "ما عاصمة فرنسا؟"),
        (SUMMIT, "ما هي الخلية النباتية؟"),
        (SUMMIT, "متى تأسست جامعة القاهرة؟"),
        (MAHFOUZ, "هل يوجد ماء على القمر؟"),
        (APOLLO, "Who was Martin Luther?"),
        (APOLLO, "What is the speed of light?"),
        (APOLLO, "What did Tesla do with his patents?"),
        (APOLLO, "How does a chloroplast copy its DNA?"),
        (APOLLO, "Is it true that oxygen is a gas?"),
        (APOLLO, "How many people are there in Kenya?"),
    ],
)
def test_resolve_question_with_its_own_topic_is_left_alone(before, question):
    assert resolve(question, [before]).question == question


def test_resolve_without_turns_leaves_the_question_alone():
    assert resolve(" ومتى؟ ", []).question == "ومتى؟"
    assert resolve("ومتى؟", [turn("شكرا", kind="small_talk")]).question == "ومتى؟"


def test_resolve_carries_the_topic_over_turns_and_small_talk():
    followed = turn("وأين توفي؟", searched_as="وأين توفي نجيب محفوظ؟", title="نجيب محفوظ")
    thanked = turn("شكرا", kind="small_talk")
    assert resolve("كم عمره؟", [MAHFOUZ, followed, thanked]).question == "كم عمر نجيب محفوظ؟"


def test_resolve_carries_the_topic_over_a_refusal():
    refused = turn("ما لون سيارة نجيب محفوظ؟", kind="refusal")
    assert "نجيب محفوظ" in resolve("ومتى اشتراها؟", [refused]).question


class Said:
    """A chat model that says one thing, or fails."""

    def __init__(self, reply):
        self.reply = reply
        self.asked = []

    def stream(self, messages, *, max_tokens):
        self.asked.append(messages)
        if isinstance(self.reply, Exception):
            raise self.reply
        yield from self.reply.split(" ")[0:1]
        yield self.reply[len(self.reply.split(" ")[0]) :]


def test_standalone_takes_a_faithful_rewriting_of_the_model():
    model = Said("When did the University of Chicago open?\nI hope this helps.")
    assert (
        standalone("when did it open?", [CHICAGO], model=model) == "When did the University of Chicago open?"
    )
    assert "Who founded the University of Chicago?" in model.asked[0][1]["content"]


@pytest.mark.parametrize(
    "reply",
    [
        WriterError("down"),
        "",
        "The capital of Mongolia is Ulaanbaatar, founded by nomadic monks.",
        "x" * 500,
        "<think>hmm",
    ],
)
def test_standalone_falls_back_to_rules(reply):
    rewritten = standalone("when did it open?", [CHICAGO], model=Said(reply))
    assert rewritten == "when did the University of Chicago open?"


def test_standalone_without_turns_asks_no_model():
    model = Said("Something else?")
    assert standalone("when?", [], model=model) == "when?"
    assert model.asked == []


def test_written_dialogues_are_whole():
    written = dialogues()
    assert len(written) >= 80
    assert len({each["id"] for each in written}) == len(written)
    for each in written:
        assert each["corpus"] in CORPORA and len(each["turns"]) >= 2 and each["article_ids"]
        assert each["kind"] in ("followup", "new") and each["lang"] in ("ar", "en")


def test_written_dialogues_over_the_seeds_find_their_articles(seed_index, encoder):
    searcher = open_searcher(seed_index, encoder=encoder)
    try:
        outcomes = [play(searcher, each) for each in dialogues() if each["corpus"] == "seeds"]
    finally:
        searcher.close()
    followups = [each for each in outcomes if each.dialogue["kind"] == "followup"]
    assert sum(each.rank_searched == 1 for each in followups) >= 0.95 * len(followups)
    assert sum(each.rank_searched == 1 for each in followups) > sum(
        each.rank_typed == 1 for each in followups
    )
    for each in outcomes:
        if each.dialogue["kind"] == "new":
            assert each.searched == each.dialogue["turns"][-1]
