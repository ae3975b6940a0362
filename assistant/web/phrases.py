"""What readers are told outside the chat, in Arabic and English."""

from __future__ import annotations

from starlette.datastructures import Headers

from assistant.words import choose_language

_TABLE = {
    "limited": {
        "ar": "وصلت إلى الحدّ المسموح به من الأسئلة. انتظر {seconds} ثم أعد المحاولة، من فضلك.",
        "en": "You have reached the limit on questions. Please wait {seconds} and try again.",
    },
    "key_needed": {
        "ar": "يلزم مفتاح قارئ لطرح الأسئلة؛ اطلبه ممن يدير هذه الخدمة.",
        "en": "Asking here needs a reader's key; get one from whoever runs this service.",
    },
    "login_needed": {
        "ar": "سجّل الدخول أولًا من الصفحة التي تقود إلى هنا.",
        "en": "Please log in first, on the page that leads here.",
    },
    "busy": {
        "ar": "يجيب الخادم الآن عن أكبر عدد من الأسئلة يقدر عليه. أعد المحاولة بعد ثوانٍ، من فضلك.",
        "en": "The server is answering as many questions as it can. Please try again in a few seconds.",
    },
    "starting": {
        "ar": "يُفتح الفهرس والنموذج الآن. ستظهر الصفحة هنا خلال لحظات.",
        "en": "The index and the model are being opened. The page will appear here in a moment.",
    },
}


def language_of(headers: Headers) -> str:
    """Choose the reader's language by `Accept-Language`; English for programs, which send none."""
    header = headers.get("accept-language")
    return choose_language(header) if header else "en"


def phrase(key: str, language: str, **values: object) -> str:
    """Give the words under `key` in `language`, with `values` filled in."""
    return _TABLE[key][language].format(**values)
