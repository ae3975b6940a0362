"""Measures near-duplicate linking on copies made of real news: what a repost changes, what a bulletin does.

    python -m benchmarks.duplicates ../shared/eval/antcorpus/articles.ar.jsonl.gz

Every article of 60 words or more is changed in each way below; shown is the share of copies whose likeness to
the original reaches a threshold. The last two ways make other articles, not copies: there less is better.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable

from index.articles import read_articles
from index.building.duplicates import THRESHOLD, TwinFinder, likeness, signature
from index.text.sentences import sentence_spans

THRESHOLDS = (0.6, 0.7, 0.75, 0.8, 0.85, 0.9)
BYLINE = "وكالات - متابعات من مراسلنا في العاصمة، الثلاثاء. "
TAIL = "\nيذكر أن الخبر نشر أول مرة على موقعنا، ويمكنكم متابعة آخر المستجدات على مدار الساعة."


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def spelled_otherwise(text: str, chance: random.Random) -> str:
    return text.replace("أ", "ا").replace("إ", "ا").replace("،", ",").replace("ى", "ي")


def with_byline_and_tail(text: str, chance: random.Random) -> str:
    return BYLINE + text + TAIL


def without_last_sentence(text: str, chance: random.Random) -> str:
    return " ".join(sentences(text)[:-1]) or text


def with_words_changed(text: str, chance: random.Random, *, share: float = 0.02) -> str:
    words = text.split()
    for place in range(len(words)):
        if chance.random() < share:
            words[place] = chance.choice(words)
    return " ".join(words)


def with_numbers_changed(text: str, chance: random.Random) -> str:
    return re.sub(r"\d+", lambda found: str(int(found[0]) + chance.randint(1, 9)), text)


def half_of_it(text: str, chance: random.Random) -> str:
    found = sentences(text)
    return " ".join(found[: max(1, len(found) // 2)])


WAYS: list[Callable[[str, random.Random], str]] = [
    spelled_otherwise,
    with_byline_and_tail,
    without_last_sentence,
    with_words_changed,
    with_numbers_changed,
    half_of_it,
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", help="JSON Lines")
    parser.add_argument("--limit", type=int, default=3_000)
    given = parser.parse_args()
    chance = random.Random(0)
    texts = [a.text for a in read_articles(given.articles) if len(a.text.split()) >= 60][: given.limit]
    started = time.perf_counter()
    originals = [signature(text) for text in texts]
    each = 1000 * (time.perf_counter() - started) / len(texts)
    print(f"{len(texts):,} articles, {each:.2f} ms a signature. Copies found at each threshold:\n")
    print("| copy | copies | " + " | ".join(str(threshold) for threshold in THRESHOLDS) + " |")
    print("| --- | ---: |" + " ---: |" * len(THRESHOLDS))
    for way in WAYS:
        copies = [way(text, chance) for text in texts]
        pairs = [
            likeness(one, signature(copy))
            for one, copy, text in zip(originals, copies, texts, strict=True)
            if copy != text
        ]
        shares = [sum(value >= threshold for value in pairs) / len(pairs) for threshold in THRESHOLDS]
        name = way.__name__.replace("_", " ")
        print(f"| {name} | {len(pairs):,} | " + " | ".join(f"{share:.1%}" for share in shares) + " |")
    finder = TwinFinder()
    started = time.perf_counter()
    linked = 0
    for number, value in enumerate(originals):
        linked += bool(finder.query(value))
        finder.add(number, value)
    seconds = time.perf_counter() - started
    each = 1000 * seconds / len(texts)
    print(f"\n{linked} articles have an earlier twin at {THRESHOLD}; {each:.2f} ms each.")


if __name__ == "__main__":
    main()
