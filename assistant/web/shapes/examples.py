"""The examples that the description of the interface shows: one story, told in every shape."""

from __future__ import annotations

from typing import Any

SOURCE: dict[str, Any] = {
    "article_id": "000_7b81f5f66d91b9f4",
    "title": "مدائن تفوز بجائزة المدينة الذكية",
    "url": None,
    "source": None,
    "author": None,
    "published": "2025-09-30",
    "language": "ar",
}
QUOTE = "فازت «مدائن» بجائزة المدينة الذكية."
SPAN = {"start": 120, "end": 155}
CITATION: dict[str, Any] = {
    "marker": 1,
    **SOURCE,
    "passage_id": "000_7b81f5f66d91b9f4#100-400",
    **SPAN,
    "quote": QUOTE,
    "passage_start": 100,
    "passage_end": 400,
    "twins": [],
    "answer": {"start": 133, "end": 154, "text": "بجائزة المدينة الذكية"},
    "group": "",
    "cut_before": False,
    "cut_after": False,
    "content_hash": "7b81f5f66d91b9f4a1e0c2d3b4f5a6978899aabbccddeeff00112233445566aa",
    "prefix": "أُعلنت النتائج في سيول. ",
    "suffix": " وتنافس فيها 216 مشروعًا",
    "page": None,
    "heading": "",
}
HIT: dict[str, Any] = {
    "passage_id": "000_7b81f5f66d91b9f4#100-400",
    "article_id": "000_7b81f5f66d91b9f4",
    "start": 100,
    "end": 400,
    "text": QUOTE,
    "rank": 1,
    "score": 0.83,
    "dense": 0.87,
    "sparse": 11.2,
    "twins": [],
}
ANSWER: dict[str, Any] = {
    "id": "b3f0c2d19a5e",
    "question": "بأي جائزة تُوِّجت مدائن؟",
    "language": "ar",
    "kind": "answer",
    "answerable": True,
    "confidence": 0.93,
    "text": f"جاء في المقال: «{QUOTE}» [1]",
    "citations": [CITATION],
    "rejected": [],
    "hits": [HIT],
    "nearest": [],
    "unsupported": [],
    "searched_as": None,
    "writer": "quotes",
    "notices": [],
    "suggestions": ["أين تقع مدائن؟"],
    "period": None,
    "arrangement": "quotes",
    "timings_ms": {"search": 14.2, "total": 61.0},
}
