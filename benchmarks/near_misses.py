"""Near misses: questions whose answer is taken out of the corpus while the rest of its article stays.

    python -m benchmarks.near_misses --articles FILE --questions FILE --output DIR

Half of the questions, drawn by the digest of their id, lose every sentence of their articles that holds an
answer; only they are asked of what is left. The other half is asked of the whole corpus, beside them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from index.evaluation.questions import read_records
from index.text.folding import fold
from index.text.sentences import sentence_spans


def near_misses(
    articles: Iterable[Mapping[str, Any]], questions: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Articles without those sentences, and the drawn questions, which they no longer answer."""
    texts = {str(article["id"]): dict(article) for article in articles}
    drawn = [question for question in questions if is_drawn(str(question["id"]))]
    lost: dict[str, set[tuple[int, int]]] = {}
    for question in drawn:
        for article_id in question["article_ids"]:
            lost.setdefault(article_id, set()).update(_holding(texts[article_id]["text"], question))
    for article_id, spans in lost.items():
        texts[article_id]["text"] = without(texts[article_id]["text"], spans)
    kept = [article for article in texts.values() if article["text"].strip()]
    asked = [
        {**{key: value for key, value in question.items() if key != "spans"}, "answerable": False}
        for question in drawn
    ]
    return kept, asked


def is_drawn(question_id: str) -> bool:
    """Whether the question belongs to the half that loses its answer; the same on every machine."""
    return hashlib.sha256(question_id.encode()).digest()[0] % 2 == 0


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text without some of its sentences."""
    for start, end in sorted(spans, reverse=True):
        text = text[:start].rstrip() + " " + text[end:].lstrip()
    return text.strip()


def _holding(text: str, question: Mapping[str, Any]) -> set[tuple[int, int]]:
    """Spans of the sentences that hold an answer; both folded. An answer over two sentences takes both."""
    answers = [fold(answer).text for answer in question["answers"] if answer.strip()]
    spans = sentence_spans(text)
    found = {span for span in spans if any(answer in fold(text[slice(*span)]).text for answer in answers)}
    for first, second in zip(spans, spans[1:], strict=False):
        both = fold(text[first[0] : second[1]]).text
        if not {first, second} & found and any(answer in both for answer in answers):
            found |= {first, second}
    return found


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def main() -> None:
    """Writes articles.jsonl and questions.jsonl into a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parsed = parser.parse_args()
    rows = [[row for _number, row in read_records(path)] for path in (parsed.articles, parsed.questions)]
    articles, questions = near_misses(*rows)
    parsed.output.mkdir(parents=True, exist_ok=True)
    _write(parsed.output / "articles.jsonl", articles)
    _write(parsed.output / "questions.jsonl", questions)
    print(f"{len(articles)} articles are left; {len(questions)} questions have lost their answer")


if __name__ == "__main__":
    main()
