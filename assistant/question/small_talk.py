"""Small talk: what is said to an assistant and is no question to the articles. Rules, Arabic and English."""

from __future__ import annotations

import re
from typing import Literal

from index.text.folding import LETTERS, fold

Talk = Literal["greeting", "thanks", "farewell", "identity", "abilities", "creation", "opinion", "feeling"]

_RULES: tuple[tuple[Talk, str], ...] = (
    ("greeting", r"(?:ال)?سلام(?: عليكم.*)?|مرحبا.?.?|اهلا(?: وسهلا| بك)?|صباح ال(?:خير|نور)|مساء ال(?:خير|نور)|هلا|هاي|"
     r"hi+|hello+|hey+(?: there)?|good (?:morning|evening|afternoon)|salam|greetings"),
    ("thanks", r"(?:و)?شكرا?(?: لك| جزيلا| لكم| كثيرا)*|(?:جزاك|جزاكم) الله خيرا?|مشكور|ممتاز(?: شكرا)?|احسنت|تسلم|"
     r"(?:many )?thanks?(?: you)?(?: so much| very much| a lot)?|great|perfect|thx|well done|ok(?:ay)?|حسنا"),
    ("farewell", r"مع السلامه|مع السلامة|الي اللقاء|وداعا|باي|(?:good)?\s?bye(?: bye)?|see you(?: later)?|farewell"),
    ("identity", r"(?:و)?من (?:انت|انتم|تكون|صنعك|طورك)|ما (?:انت|اسمك|هو اسمك)|عرف(?:ني)? (?:ب|عن |علي )?نفسك|هل انت (?:انسان|بشر|روبوت|برنامج).*|"
     r"who (?:are|made|created) you|what(?:'s| is) your name|what are you|are you (?:a |an )?(?:human|robot|bot|ai|person).*|introduce yourself"),
    ("abilities", r"(?:ب)?ماذا (?:تستطيع|يمكنك)(?: ان)?(?: تفعل| مساعدتي)?(?: .{0,20})?|كيف (?:تعمل|استخدمك|تساعدني)|ساعدني|مساعدة|مساعده|"
     r"what can you do(?: for me)?|how do you work|help(?: me)?|how can you help(?: me)?"),
    ("creation", r"(?:اكتب|انظم|نظم|الف|احك|احكي|قل)(?: لي| لنا)? (?:قصيده|قصيدة|شعرا?|قصه|قصة|نكته|نكتة|اغنيه|اغنية|مقالا?|رساله|رسالة|خطبه|خطبة|كود|برنامجا?).*|"
     r"(?:write|compose|tell|sing|make|generate)(?: me| us)? (?:a |an |some )?(?:short |funny |little )?(?:poem|story|joke|song|essay|letter|code|haiku|rap|tale|script).*"),
    ("opinion", r"ما (?:هو )?ر(?:ا)?يك.*|ماذا تعتقد.*|هل تحب.*|هل تعتقد.*|ايهما تفضل.*|what do you think.*|(?:what(?:'s| is) )?your opinion.*|do you (?:like|love|prefer|believe|think).*|"
     r"which do you prefer.*|how do you feel.*"),
    ("feeling", r"كيف (?:حالك|الحال|انت|انتم)(?: اليوم)?|شلونك|اخبارك|how are you(?: doing)?(?: today)?|what's up|how is it going"),
)  # fmt: skip
_COMPILED = tuple((talk, re.compile(pattern.translate(str.maketrans(LETTERS)))) for talk, pattern in _RULES)
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")

_ABOUT = {
    "ar": "أجيب عن الأسئلة من المقالات التي لدي، بنصوص مقتبسة منها حرفيا، ولكل اقتباس مصدره وموضعه.",
    "en": "I answer questions from the articles I hold, in verbatim quotes, each with its source and place.",
}
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
}


def small_talk(question: str) -> Talk | None:
    """What kind of small talk it is; None for a question that the articles may answer.

    >>> small_talk("السلام عليكم"), small_talk("Thanks!"), small_talk("من أنت؟"), small_talk("من فاز؟")
    ('greeting', 'thanks', 'identity', None)
    """
    text = _EDGES.sub("", " ".join(fold(question).text.lower().split()))
    for talk, pattern in _COMPILED:
        if pattern.fullmatch(text):
            return talk
    return None
