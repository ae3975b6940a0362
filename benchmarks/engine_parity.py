"""Compares an index in Milvus with one in a folder: python -m benchmarks.engine_parity ADDRESS SET...

Builds a folder of the articles of development sets, publishes it to ADDRESS (milvus://host:port/name with
dense=FLAT for exact search), asks every question of both and prints, as JSON: how many of the ten best hits
are the same, how far scores part, and the times of both.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from index.backends import EngineAddress, place_of
from index.building import build
from index.building.publishing import publish
from index.commands.processor import one_thread_a_product
from index.encoder import load_encoder
from index.evaluation.questions import read_questions
from index.search.modes import MODES
from index.search.searcher import Searcher, open_searcher

SETS = Path(__file__).resolve().parent.parent.parent / "shared" / "eval"
DEPTH = 10
MOST_QUESTIONS = 200  # of all sets together, evenly spread: Milvus Lite searches in Python


def compare(here: Searcher, there: Searcher, questions: list[str], mode: Any) -> dict[str, float]:
    """Ask both; give the share of the ten best that are the same, the greatest differences, the times."""
    shares, sparse, scores, ours_s, theirs_s = [], [0.0], [0.0], [], []
    for question in questions:
        began = time.perf_counter()
        ours = here.search(question, k=DEPTH, mode=mode)
        between = time.perf_counter()
        theirs = there.search(question, k=DEPTH, mode=mode)
        ours_s.append(between - began)
        theirs_s.append(time.perf_counter() - between)
        by_id = {hit.passage.passage_id: hit for hit in ours}
        same = [(by_id[hit.passage.passage_id], hit) for hit in theirs if hit.passage.passage_id in by_id]
        shares.append(len(same) / max(len(ours), 1))
        scores += [abs(one.score - other.score) for one, other in same]
        sparse += [abs(one.sparse - other.sparse) for one, other in same if one.sparse and other.sparse]
    return {
        "questions": len(questions),
        "same of the ten best": round(float(np.mean(shares)), 5),
        "greatest difference of sparse scores": float(np.max(sparse)),
        "greatest difference of scores": float(np.max(scores)),
        "folder, median ms": round(1e3 * float(np.median(ours_s)), 1),
        "engine, median ms": round(1e3 * float(np.median(theirs_s)), 1),
    }


def main(address: EngineAddress, names: list[str]) -> None:
    """Build, publish, ask and print."""
    one_thread_a_product()
    encoder = load_encoder()
    with tempfile.TemporaryDirectory() as folder:
        paths = [path for name in names for path in sorted((SETS / name).glob("articles*.jsonl.gz"))]
        place = Path(folder) / "index"
        build(paths, place, encoder=encoder, progress=False)
        report = publish(place, address)
        print(json.dumps({"passages": report.passages, "seconds to publish": round(report.seconds, 1)}))
        files = [path for name in names for path in sorted((SETS / name).glob("questions*.jsonl.gz"))]
        read = [each.question for path in files for each in read_questions(path)]
        questions = read[:: max(1, len(read) // MOST_QUESTIONS)]
        with open_searcher(place, encoder=encoder) as here, open_searcher(address, encoder=encoder) as there:
            for mode in MODES:
                print(json.dumps({"mode": mode, **compare(here, there, questions, mode)}), flush=True)


if __name__ == "__main__":
    named = place_of(sys.argv[1])
    if not isinstance(named, EngineAddress):
        sys.exit(f"{named} is a folder; name an engine: milvus://host:port/collection?dense=FLAT")
    main(named, sys.argv[2:])
