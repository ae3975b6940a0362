"""Kills a build at random points and checks what is left: python -m tests.crash FOLDER KILLS.

A child builds state after state and is killed (SIGKILL) at a random moment. After each kill the index must
hold one state, whole: the last one that the child had announced as done, or the next. Prints counts as JSON;
exits with 1 at the first thing that is wrong.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from index.articles import Article
from index.building import build, remove
from index.encoder import HashingEncoder
from index.search.searcher import open_searcher
from index.store.upkeep.verify import verify
from tests.small_corpus import article

ENCODER = HashingEncoder(dimension=16)
LONGEST_LIFE_S = 0.35
NAMES = 9


def state(number: int) -> dict[str, Article]:
    """The articles after step `number`: some stay, some change, one comes or goes, and all say which step."""
    found = {"state": article("state", seed=number, title=str(number), sentences=3)}
    for place in range(NAMES):
        if (number + place) % 4:
            found[f"a{place}"] = article(f"a{place}", seed=(number + place) // 5, sentences=4)
    return found


def run_on(folder: Path, number: int, announce: int) -> None:
    """Builds state after state until killed; announces each one that is done."""
    while True:
        number += 1
        before, after = state(number - 1), state(number)
        # A removal of its own is a generation of its own; it has the state that follows it as its next.
        if gone := [name for name in before if name not in after]:
            remove_if_there(gone, folder)
        build(list(after.values()), folder, encoder=ENCODER, progress=False)
        os.write(announce, f"{number}\n".encode())


def remove_if_there(names: list[str], folder: Path) -> None:
    """The killed run before this one may have removed them already."""
    with open_searcher(folder, encoder=ENCODER) as searcher:
        there = {found.article_id for found in searcher.articles(limit=1_000)}
    if names := [name for name in names if name in there]:
        remove(names, folder)


def found_state(folder: Path) -> int:
    """The number of the state that the index holds; raises AssertionError when it holds no whole one."""
    with open_searcher(folder, encoder=ENCODER) as searcher:
        held = {found.article_id: found for found in searcher.articles(limit=1_000)}
        number = int(held["state"].title)
        whole, next_one = state(number), state(number + 1)
        between = {name: each for name, each in whole.items() if name in next_one}
        assert held in (whole, between), f"state {number} is mixed: {sorted(held)}"
        hits = searcher.search("نهر school", k=1_000)
        assert {hit.passage.article_id for hit in hits} <= held.keys(), (
            f"state {number}: a hit of another state"
        )
        for hit in hits:
            assert held[hit.passage.article_id].text[hit.passage.start : hit.passage.end] == hit.passage.text
    damage = verify(folder, progress=False)
    assert not damage, f"state {number}: {damage}"
    return number


def kill_once(folder: Path, number: int, life_s: float) -> int:
    """One child from state `number`, killed after `life_s`; the last state it announced."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            run_on(folder, number, writing)
        finally:
            os._exit(1)
    os.close(writing)
    time.sleep(life_s)
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    with os.fdopen(reading) as announced:
        states = [int(line) for line in announced]
    assert os.WIFSIGNALED(status), "the child ended by itself"
    return states[-1] if states else number


def main(folder: Path, kills: int) -> dict[str, int]:
    """Kills `kills` children; what was seen."""
    chance, number, commits, left_overs = random.Random(kills), 1, 0, 0
    build(list(state(number).values()), folder, encoder=ENCODER, progress=False)
    for _kill in range(kills):
        announced = kill_once(folder, number, chance.uniform(0.005, LONGEST_LIFE_S))
        left_overs += (folder / "pending").exists()
        found = found_state(folder)
        assert found in (announced, announced + 1), f"announced {announced}, found {found}"
        commits += found - number
        number = found
    after = state(number + 1)
    remove_if_there([name for name in state(number) if name not in after], folder)
    build(list(after.values()), folder, encoder=ENCODER, progress=False)
    assert found_state(folder) == number + 1
    assert not (folder / "pending").exists()
    return {"kills": kills, "commits": commits, "killed_while_encoding_or_writing": left_overs}


if __name__ == "__main__":
    try:
        print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
    except AssertionError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
