"""Small talk: what is said to an assistant and is no question to the articles. Rules, Arabic and English."""

from __future__ import annotations

import re
from typing import Literal

from index.text.folding import LETTERS, fold

Talk = Literal[
    "greeting", "thanks", "farewell", "identity", "abilities", "creation", "opinion", "feeling", "blame"
]

# Patterns of a whole utterance, or of one of its parts, on folded text. What is open at its end speaks to the
# assistant before it opens: `ماذا تعتقد` is also what a ministry thinks, `هل تحب` what a town likes.
_GREETING = (
    r"(?:ال)?سلام(?: ?عليكم)?(?: و ?رحم[ةه] الله)?(?: (?:تعالى )?و ?بركاته)?|و?عليكم السلام|مرحبا(?:تين)?|"
    r"(?:يا )?(?:اهلا|هلا)(?: و ?سهلا| بك| بكم| والله)*|"
    r"صباح ال(?:خير|نور|ورد)|مساء ال(?:خير|نور|ورد)|هاي|الو|عسلام[ةه]|يعطيك العافي[ةه]|حياك الله|"
    r"hi+|hello+|hey+|(?:hi|hello|hey) there|good (?:morning|evening|afternoon|day)|a?s?salamu? ?(?:ua|w)?(?:alaikum|aleikum|alaykum)?|"
    r"greetings|welcome"
)
_BLAME = (
    r"(?:غبي|احمق|كذاب|كاذب|تكذب|سخيف|تافه|فاشل|حمار|كلب|حيوان|بهيم|لعين|حقير|وقح|جاهل|مجنون|قذر|مقرف|سيء|سيئ|اهبل|عبيط|بليد|"
    r"خايب|زبال[ةه]|وسخ|متخلف|نصاب|بلا فائد[ةه]|عديم الفائد[ةه]|لا تفهم(?: شي\w*)?|ما تفهم(?: شي\w*)?|ما بتفهم(?: شي)?|مش فاهم(?: حاج[ةه])?|"
    r"ما تفهمش|ما بتفهمش|مخطي|غلطان)(?:[ةه])?"
)
_NAMES_EN = (
    r"(?:stupid|dumb|useless|idiot|idiotic|liar|lying|a moron|moron|terrible|awful|bad|worthless|trash|garbage|rubbish|wrong|"
    r"crazy|hopeless|fool|foolish|an idiot|a liar|a fool|ridiculous|pathetic)"
)
_ONE = r"(?:انت|انتا|انتي|انك|انتم)"
_RULES: tuple[tuple[Talk, str], ...] = (
    ("greeting", _GREETING),
    ("thanks", r"(?:و)?شكرا?(?: لك| لكم| جزيلا| كثيرا| جدا)*|(?:الف )?شكر(?: لك)?|(?:جزاك|جزاكم) الله (?:خيرا?|كل خير)|بارك الله فيك(?:م)?|"
     r"مشكور(?:ين)?|يعيشك|ممتاز(?: شكرا)?|احسنت|تسلم|رائع|جميل|متشكر(?: جدا| اوي)?|"
     rf"{_ONE} (?:رائع|ممتاز|ذكي|عظيم|لطيف|جميل|مفيد)(?: جدا)?|"
     r"(?:many )?thanks?(?: you)?(?: so much| very much| a lot| again)?|great|perfect|thx|well done|ok(?:ay)?|حسنا|good job|nice|"
     r"(?:you are|you're|ur) (?:great|awesome|amazing|smart|helpful|the best|good)"),
    ("farewell", r"مع السلام[ةه]|الي اللقاء|وداعا|باي|بسلام[ةه]|في امان الله|تصبح علي خير|(?:good)?\s?bye(?: bye)?|see you(?: later)?|farewell|good night"),
    ("identity", r"(?:و)?(?:من|مين|شكون) (?:انت|انتم|تكون|صنعك|طورك|برمجك|يملكك)|انت (?:مين|شكون|من)|ما (?:انت|اسمك|هو اسمك)|(?:شو|ايش|وش|شنو|ايه) (?:اسمك|انت)|"
     r"اسمك (?:ايه|شنو|شنوا)|(?:عرف|عرفني|عرفنا|حدثني|كلمني|احك لي|اخبرني) (?:ب|عن |علي )?نفسك|"
     rf"هل {_ONE} (?:انسان|بشر\w*|روبوت|برنامج|ذكاء|نموذج|حقيقي|ال[ةه]|شخص|chatgpt|gpt|بوت|حاسوب|كمبيوتر)(?: .{{0,40}})?|"
     r"who (?:are|made|created|built|owns) you|what(?:'s| is) your name|what are you|who is mustanad|introduce yourself|tell me about yourself|"
     r"are you (?:a |an )?(?:human|robot|bot|ai|person|machine|real|computer|program|chatgpt|gpt|llm)(?: .{0,40})?"),
    ("abilities", r"(?:و)?(?:ب)?ماذا (?:تستطيع|يمكنك|تقدر|بامكانك)(?: انت)?(?: ان)?(?: تفعل\w*| تقدم\w*| تعمل\w*| مساعدتي| تساعد\w*| تفيد\w*| تجيب\w*)?(?: لي| لنا| به| من اجلي| هنا)*|"
     r"(?:شو|ايش|وش|شنو|ايه اللي) (?:بتقدر|تقدر|فيك|تنجم|ممكن|تعرف) (?:تعمل\w*|تسوي\w*|تساعد\w*|تفعل\w*)|تقدر تعمل ايه|"
     r"كيف (?:تعمل|استخدمك|تساعدني|اسالك)|(?:هل )?(?:تقدر|يمكنك|ممكن|تستطيع)(?: ان)? (?:تساعدني|مساعدتي)|ساعدني|مساعد[ةه]|"
     r"كم (?:عدد )?(?:ال)?(?:مقال\w*|خبرا?|نصوص) (?:لديك|عندك|تملك|التي لديك)|"
     r"what (?:can|could) you do(?: for me| for us| here)?|what do you do|how do you work|help(?: me)?(?: please)?|(?:how )?can you help(?: me| us)?|"
     r"how (?:do|can) i use you|how many articles do you (?:have|hold|know)"),
    ("creation", r"(?:اكتب|انظم|احك|احكي|قل|غن|(?:الف|نظم)(?= لي| لنا))(?: لي| لنا)? (?:قصيد[ةه]|شعرا?|قص[ةه]|نكت[ةه]|اغني[ةه]|مقالا?|رسال[ةه]|خطب[ةه]|كود|برنامجا?)(?!\w).*|"
     r"(?:write|compose|tell|sing|make|generate)(?: me| us)? (?:a |an |some )?(?:short |funny |little )?(?:poem|story|joke|song|essay|letter|code|haiku|rap|tale|script)\b.*"),
    ("opinion", r"(?:ما|شو|ايش|وش|شنو|ايه)(?: هو)? رايك(?:م)?(?!\w).*|رايك (?:ايه|شنو)(?!\w).*|ماذا تعتقد(?: انت)?(?:(?: عن| في| بشان| حول| بخصوص| انه?ا?)(?!\w).*)?|"
     r"هل (?:انت )?تعتقد(?: انت)?(?: ب?انه?ا?(?!\w).*)?|هل (?:انت تحب|تحب انت).*|هل تحب(?:ني| \w+)?|هل تفضل(?: \w+ (?:ام|او) \w+)?|"
     r"ايهما تفضل(?: انت)?(?:[:,]? ?\w+ (?:ام|او) \w+)?|"
     r"what do you think.*|(?:what(?:'s| is) )?your opinion.*|do you (?:like|love|prefer|believe|think)\b.*|"
     r"which do you prefer.*|how do you feel.*"),
    ("feeling", r"كيف (?:حالك|الحال|انت|انتم|حالكم|امورك|صحتك)(?: اليوم)?|كيفك|كيف الاحوال|شلونك|شخبارك|اخبارك(?: ايه)?|ازيك|عامل ايه|(?:شنو|واش) (?:حوالك|راك)|لاباس(?: عليك)?|شحوالك|"
     r"how are you(?: doing| feeling)?(?: today)?|what's up|how is it going|how's it going|are you ok(?:ay)?"),
    ("blame", rf"(?:(?:يا|و|والله|فعلا|حقا|{_ONE}|لماذا|هل|ليش) )*+(?:و|ال)?{_BLAME}(?: (?:و ?|يا |و ?{_ONE} )?{_BLAME})*(?: (?:جدا|فعلا|حقا|كبير[ةه]?|للغاي[ةه]|اوي))*|"
     r"اسكت|اخرس|اصمت|(?:جوابك|اجابتك|كلامك) (?:خاطئ?[ةه]?|خطا|غلط|سخيف[ةه]?|سيئ[ةه]?|غير صحيح[ةه]?)|(?:هذا )?(?:كذب|هراء|غلط|كلام فارغ)|"
     rf"(?:you are|you're|ur|u r|you|are you|why are you)(?: (?:so|very|such|really|a|an|just|totally))*+ {_NAMES_EN}(?:(?:,| and| or)? (?:a |an )?{_NAMES_EN})*(?: (?:bot|machine|robot|ai))?|"
     rf"{_NAMES_EN}(?: (?:bot|machine|robot|ai))?|shut up|fuck (?:you|off)|you suck|i hate you|(?:that|this) is (?:nonsense|wrong|a lie)|your answers? (?:is|are) (?:wrong|bad|terrible|useless)"),
)  # fmt: skip
_CALLED = re.compile(
    r"(?<![ ,])[ ,]+(?:(?:يا )?(?:مستند|صديقي|عزيزي|بوت|مساعد)|mustanad|(?:my )?friend|bot|please|من فضلك)\Z"
)
# Where one utterance ends and another begins.
_PARTS = re.compile(
    r"[,.!?;:]+ ?| و ?(?=(?:ماذا|من|مين|كيف|ما|هل|شكرا|انت|شو) )| and (?=(?:what|who|how|are|you|thank) )"
)
_OPENS = re.compile(rf"(?:{_GREETING}) (?=\S)".translate(str.maketrans(LETTERS)))
_PEACE = re.compile(r"سلام ?عليكم|sal[a']*mu? ?(?:u|w)?al[ae][iy]kum")
_COMPILED = tuple((talk, re.compile(pattern.translate(str.maketrans(LETTERS)))) for talk, pattern in _RULES)
_EDGES = re.compile(r"^[\W_]+|(?<![\W_])[\W_]+$")
_LONGEST = 200  # code points of an utterance that is small talk

_ABOUT = {
    "ar": "أجيب عن الأسئلة من المقالات التي لدي، بنصوص مقتبسة منها حرفيا، ولكل اقتباس مصدره وموضعه.",
    "en": "I answer questions from the articles I hold, in verbatim quotes, each with its source and place.",
}
_PEACE_BACK = {"ar": "وعليكم السلام ورحمة الله.", "en": "Peace be upon you too."}
REPLIES: dict[Talk, dict[str, str]] = {
    "greeting": {
        "ar": "أهلا بك! اسألني عما في المقالات.",
        "en": "Hello! Ask me about what the articles say.",
    },
    "thanks": {
        "ar": "على الرحب والسعة. أتريد أن تسأل عن شيء آخر؟",
        "en": "You are welcome. Is there anything else to look up?",
    },
    "farewell": {"ar": "إلى اللقاء.", "en": "Goodbye."},
    "identity": {"ar": f"أنا مستند. {_ABOUT['ar']}", "en": f"I am Mustanad. {_ABOUT['en']}"},
    "abilities": {
        "ar": f"{_ABOUT['ar']} اسألني سؤالا، أو اطلب تلخيص مقال، أو اسأل عن الجديد في موضوع.",
        "en": f"{_ABOUT['en']} Ask a question, ask for a summary of an article, or ask what is new on a topic.",
    },
    "creation": {
        "ar": "لا أؤلف نصوصا؛ أقتبس مما في المقالات. اسألني عما تقوله.",
        "en": "I do not compose texts; I quote what the articles say. Ask me about that.",
    },
    "opinion": {
        "ar": "ليس لي رأي؛ أنقل ما تقوله المقالات بنصه. اسألني عما ورد فيها.",
        "en": "I hold no opinions; I pass on what the articles say, word for word. Ask me about that.",
    },
    "feeling": {
        "ar": "بخير، شكرا لسؤالك. بم أفيدك من المقالات؟",
        "en": "Well, thank you. What shall I look up in the articles?",
    },
    "blame": {
        "ar": "أعتذر إن لم أفدك. أعد صياغة سؤالك أو اذكر تفصيلا أكثر، وسأبحث عنه في المقالات.",
        "en": "I am sorry that I was no help. Put your question another way, or more exactly, and I will look again.",
    },
}


def small_talk(question: str) -> Talk | None:
    """What kind of small talk it is; None for a question that the articles may answer.

    All of it must be small talk: of several utterances the one that asks most is replied to.

    >>> small_talk("السلام عليكم"), small_talk("Thanks!"), small_talk("من أنت؟"), small_talk("من فاز؟")
    ('greeting', 'thanks', 'identity', None)
    """
    text = _plain(question)
    if len(text) > _LONGEST:
        return None
    if (whole := _talk_of(text)) is not None:
        return whole
    parts = [part for each in _PARTS.split(text) if (part := _EDGES.sub("", each))]
    talks = [_talk_of(part) for part in parts]
    if not talks or None in talks:
        return None
    return next((talk for talk in talks if talk not in ("greeting", "thanks")), talks[0])


def reply(talk: Talk, question: str, *, language: str) -> str:
    """What is said to it, in Arabic (`ar`) or English (`en`): peace is wished back where it was wished."""
    said = REPLIES[talk][language]
    return f"{_PEACE_BACK[language]} {said}" if _PEACE.search(_plain(question)[:_LONGEST]) else said


def _plain(question: str) -> str:
    return _EDGES.sub("", " ".join(fold(question).text.lower().split()))


def _talk_of(text: str) -> Talk | None:
    """The small talk that one utterance is, with a name or a greeting before or after it."""
    text = _CALLED.sub("", text)
    opened = _OPENS.match(text)
    for said in (text, text[opened.end() :] if opened else ""):
        for talk, pattern in _COMPILED:
            if said and pattern.fullmatch(said):
                return talk
    return None
