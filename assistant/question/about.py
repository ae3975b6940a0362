"""About: what is asked of the assistant itself and of its corpus, answered from facts. Rules, Arabic and English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from index.text.folding import LETTERS, fold

About = Literal["count", "newest", "sources", "machine", "abilities", "blessing", "insult"]

_ARTICLES = r"(?:ال)?(?:مقال(?:ه|ة|ات|ا)?|خبر(?:ا)?|اخبار|نص(?:ا|وص)?|وثيق(?:ه|ة)|وثاءق|وثايق|مستند(?:ا|ات)?|ماده|مواد)(?:ك|كم)?"
_HAVE = r"(?:لديك|لديكم|عندك|عندكم|معك|تملك|تعرف|فيك|في (?:ال)?(?:ارشيف|فهرس|قاعده|قاعدة).*|تجيب منها?)"
_YOU = r"(?:انت|انتي|انتم|حضرتك)"
_MACHINE = r"(?:ذكاء (?:ا?صطناعي|صناعي)|انسان|بشر|شخص|روبوت|بوت|اله|الة|برنامج|chatgpt|حقيقي).*"
_RULES: tuple[tuple[About, str], ...] = (
    ("count", rf"(?:كم|قداش|قديش|شحال|جم)(?: من)?(?: عدد)? {_ARTICLES} {_HAVE}|(?:كم|ما) (?:هو )?عدد {_ARTICLES}(?: {_HAVE}|)|"
     rf"كم {_ARTICLES} (?:في|ب).*(?:ارشيف|فهرس|مدون).*|how many (?:articles|documents|texts|news(?: items)?|stories) (?:do|can|did) you .*|"
     r"how (?:big|large) is (?:your|the) (?:corpus|archive|index|collection)|how many (?:articles|documents) are (?:there|in (?:your|the) .*)"),
    ("newest", rf"(?:متي|ما) (?:هو |كان |كانت )?(?:اخر|احدث) (?:تحديث|تاريخ|ما)(?: .*)?(?:مقالاتك|اخبارك|بياناتك|معلوماتك|لديك|عندك)|"
     rf"(?:ما|متي) (?:هو |هي )?(?:اخر|احدث) {_ARTICLES}(?: {_HAVE})?|متي (?:تم )?(?:تحديثك|حدثت|اخر تحديث).*|"
     r"(?:الي|حتي) متي تصل (?:مقالاتك|اخبارك|معلوماتك|بياناتك)|how (?:new|recent|old|fresh|up to date) (?:are|is) your .*|"
     r"when (?:were|was) (?:you|your .*) (?:last )?updated|what(?:'s| is) your (?:newest|latest|most recent) (?:article|news|story)"),
    ("sources", r"(?:ما|من اين|ما هي) (?:هي )?(?:مصادرك|مصادركم|مصدرك|تاتي معلوماتك|تجلب معلوماتك|معلوماتك)|"
     r"(?:what are|where are|what is) your sources?|where (?:do|does) your (?:information|answers|data|articles) come from"),
    ("machine", rf"(?:هل )?{_YOU} (?:هل )?{_MACHINE}|مين عملك|مين (?:صنعك|سواك|انت|حضرتك)|منو (?:انت|سواك)|شكون (?:انت|عملك|صنعك)|شنو انت|"
     r"انت مين|انت منو|من (?:برمجك|صممك|عملك|اخترعك)|are you (?:chatgpt|gpt|real|alive|an? (?:machine|computer|program|language model|real person|bot|robot|human|ai)).*|"
     r"who (?:built|programmed|developed|trained) you"),
    ("abilities", r"what (?:can|could) you (?:help (?:me )?(?:with)?|answer|tell me)|من انت وماذا .*|ماذا (?:تعرف|تجيد)|شو بتعرف تعمل|"
     r"(?:بايش|بماذا|بايه|بشو) (?:تقدر |ممكن |بتقدر )?(?:تساعدني|تفيدني)|بتعمل ايه|شنو تقدر تسوي"),
    ("blessing", r"(?:الله )?يعطيك العافيه|(?:الله )?يعطيك العافية|بارك الله فيك|الله يبارك فيك|يسلمو|يعيشك|ربي يحفظك|كتر خيرك|تسلم ايدك|"
     r"god bless you|bless you"),
    ("insult", rf"(?:{_YOU} |يا )?(?:غبي|غبيه|غبية|كذاب|كاذب|احمق|فاشل|سيء|حمار|تافه|سخيف)(?: و?\w+)?|"
     r"(?:you are|you're|u r) (?:an? )?(?:very |so )?(?:stupid|idiot|liar|useless|dumb|bad|wrong|terrible)(?: .*)?|stupid(?: bot)?|idiot|liar"),
)  # fmt: skip
_COMPILED = tuple((about, re.compile(pattern.translate(str.maketrans(LETTERS)))) for about, pattern in _RULES)
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_SHOWN = 5  # sources that are named

_PHRASES: dict[str, dict[str, str]] = {
    "count": {"ar": "لدي الآن {articles}.", "en": "I hold {articles} now."},
    "span": {
        "ar": " تواريخ نشرها من {first} إلى {last}.",
        "en": " They were published from {first} to {last}.",
    },
    "updated": {"ar": "حدث فهرسي آخر مرة في {updated}.", "en": "My index was last updated on {updated}."},
    "undated": {"ar": " ولا تذكر مقالاتي تواريخ نشرها.", "en": " My articles give no dates of publication."},
    "sources": {"ar": "مقالاتي من: {sources}.", "en": "My articles are from: {sources}."},
    "unsourced": {
        "ar": "لا تذكر مقالاتي ناشريها؛ ومع كل اقتباس عنوان مقاله وموضعه.",
        "en": "My articles do not name their publishers; every quote gives its article and place.",
    },
    "machine": {
        "ar": "أنا مستند، برنامج لا إنسان: أبحث في المقالات التي لدي وأجيب بنصوص مقتبسة منها حرفيا.",
        "en": "I am Mustanad, a program and no person: I search the articles I hold and answer in verbatim quotes.",
    },
    "abilities": {
        "ar": "أجيب عن الأسئلة من المقالات التي لدي، بنصوص مقتبسة منها حرفيا، ولكل اقتباس مصدره. "
        "اسألني سؤالا، أو اطلب تلخيص مقال.",
        "en": "I answer questions from the articles I hold, in verbatim quotes with their sources. "
        "Ask a question, or ask for a summary of an article.",
    },
    "blessing": {
        "ar": "بارك الله فيك. أتريد أن تسأل عن شيء آخر؟",
        "en": "Thank you. Is there anything else to look up?",
    },
    "insult": {
        "ar": "أعتذر إن لم يفدك جوابي. اسأل بكلمات أخرى، أو اذكر اسما أو تاريخا.",
        "en": "I am sorry if my answer did not help. Ask in other words, or name a person, a place or a date.",
    },
}


def about(question: str) -> About | None:
    """Tell what is asked of the assistant itself; None for a question to the articles.

    >>> about("كم مقالة لديك؟"), about("Are you a robot?"), about("كم مقالا نشر الوزير؟")
    ('count', 'machine', None)
    """
    text = _EDGES.sub("", " ".join(fold(question).text.lower().split()))
    return next((kind for kind, pattern in _COMPILED if pattern.fullmatch(text)), None)


def phrase(
    kind: About,
    *,
    language: str,
    articles: int,
    months: Mapping[str, int],
    sources: Mapping[str, int],
    updated: str,
) -> str:
    """Answer in Arabic (`ar`) or English (`en`) from what the index holds; `months` are those of publication."""
    words = {name: phrases[language] for name, phrases in _PHRASES.items()}
    dated = sorted(month for month in months if month[:4].isdigit())
    span = words["span"].format(first=dated[0], last=dated[-1]) if dated else words["undated"]
    if kind == "count":
        return words["count"].format(articles=_counted(articles, language)) + (span if dated else "")
    if kind == "newest":
        return words["updated"].format(updated=updated[:10]) + span
    if kind == "sources":
        named = sorted((name for name in sources if name), key=lambda name: -sources[name])[:_SHOWN]
        separator = "، " if language == "ar" else ", "
        return words["sources"].format(sources=separator.join(named)) if named else words["unsourced"]
    return words[kind]


def _counted(number: int, language: str) -> str:
    """Count articles: Arabic has a dual, a plural to ten, and the singular after."""
    if language != "ar":
        return f"{number:,} article{'' if number == 1 else 's'}"
    if number in (1, 2):
        return ("مقالة واحدة", "مقالتان")[number - 1]
    few = 3 <= number % 100 <= 10
    return f"{number:,} {'مقالات' if few else 'مقالة'}"
