"""Builds state after state into Milvus until it is killed: python -m tests.milvus_crash ADDRESS NUMBER.

Prints each state that is done. What is left must be one state, whole: the last one announced, or the next.
"""

from __future__ import annotations

import sys

from index.building import build, remove
from index.encoder import HashingEncoder
from index.search.searcher import open_searcher
from tests.crash import state

ENCODER = HashingEncoder(dimension=16)


def step(address: str, number: int) -> None:
    """Goes from the state before `number` to it."""
    after = state(number)
    with open_searcher(address, encoder=ENCODER) as searcher:
        gone = [each.article_id for each in searcher.articles(limit=100) if each.article_id not in after]
    if gone:
        remove(gone, address)
    build(list(after.values()), address, encoder=ENCODER, progress=False)


def found_state(address: str) -> int:
    """The number of the state that the index holds; raises AssertionError when it holds no whole one."""
    with open_searcher(address, encoder=ENCODER) as searcher:
        held = {each.article_id: each for each in searcher.articles(limit=100)}
        number = int(held["state"].title)
        whole, next_one = state(number), state(number + 1)
        between = {name: each for name, each in whole.items() if name in next_one}
        assert held in (whole, between), f"state {number} is mixed: {sorted(held)}"
        hits = searcher.search("نهر school", k=500, collapse=False)
        passages = [each for name in held for each in searcher.passages(name)]
        assert sorted(hit.passage.passage_id for hit in hits) == sorted(each.passage_id for each in passages)
        for hit in hits:
            article = held[hit.passage.article_id]
            assert article.text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert searcher.info().passages == len(passages)
        assert searcher.info().articles == len(held)
    return number


if __name__ == "__main__":
    place, reached = sys.argv[1], int(sys.argv[2])
    print("begun", flush=True)
    while True:
        reached += 1
        step(place, reached)
        print(reached, flush=True)
