"""The development sets as the reader meets them: each question with the passages that the search found.

A lane's examples are those of `benchmarks.answering_examples`; what the reader reads is kept beside them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from assistant.answering.found import Found, found_by
from assistant.answering.question import read_question

from assistant.answering.reader.windows import Window, heading_of
from assistant.answering.signals import signals_of
from assistant.answering.units import units_of
from assistant.answering.vectors import vectors_of
from benchmarks.answering_examples import PASSAGES, SETS, Example, example, read_lane

if TYPE_CHECKING:
    from index.searcher import Searcher

    from index.encoder import Encoder

MOST = 600  # questions of a set: reading takes a processor a tenth of a second each
FEWER = 300  # the same where the answer is missing
LANES = tuple(f"{name}{kind}" for kind in ("", ".near", ".absent") for name in SETS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what the signals say, and its passages, best first.

    Unit `u` of the example lies in passage `u.place`, whose text begins at `starts[u.place]` of its article.
    """

    question: str
    example: Example
    windows: tuple[Window, ...]
    starts: tuple[int, ...]


def asked_of(lane: str, *, folder: Path, encoder: Encoder | None = None) -> list[Asked]:
    """The questions of a lane, from the folder where they were kept before; else found with `encoder`."""
    kept = folder / f"{lane}.pickle.gz"
    if kept.exists():
        with gzip.open(kept) as file:
            return pickle.load(file)
    articles, questions = read_lane(lane)
    most = FEWER if "." in lane else MOST
    questions = sorted(questions, key=lambda question: digest(str(question["id"])))[:most]
    rows = list(_asked(lane, articles, questions, folder=folder, encoder=encoder))
    with gzip.open(kept, "wb", compresslevel=3) as file:
        pickle.dump(rows, file)
    return rows


def digest(question_id: str) -> bytes:
    """What questions are drawn by: the same for the translations of one."""
    plain = question_id.removesuffix("-en2ar").removesuffix("-ar").removesuffix("-en")
    return hashlib.sha256(plain.encode()).digest()


def _asked(
    lane: str,
    articles: Sequence[Mapping[str, Any]],
    questions: Sequence[Mapping[str, Any]],
    *,
    folder: Path,
    encoder: Encoder | None,
) -> Iterator[Asked]:
    from index.build import build
    from index.searcher import open_searcher
    from tqdm import tqdm

    with TemporaryDirectory(dir=folder) as kept:
        source = Path(kept, "articles.jsonl")
        source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in articles), "utf-8")
        build([source], Path(kept, "index"), encoder=encoder, progress=False)
        with open_searcher(Path(kept, "index"), encoder=encoder) as searcher:
            for question in tqdm(questions, desc=lane, mininterval=20):
                yield _one(lane, question, searcher)


def _one(lane: str, question: Mapping[str, Any], searcher: Searcher) -> Asked:
    text = question["question"]
    found: Sequence[Found] = found_by(searcher, searcher.search(text, k=PASSAGES))
    units = units_of(found)
    vectors = vectors_of(searcher, text, found)
    asked = read_question(text, vectors.question, idf=searcher.idf)
    signals = signals_of(asked, found, units, vectors.passages)
    texts = tuple(found[unit.place].text[unit.start : unit.end] for unit in units)
    owners = [found[unit.place].source.article_id for unit in units]
    windows = tuple(
        Window(heading_of(each.source.title, each.source.published), each.passage.text) for each in found
    )
    starts = tuple(each.passage.start for each in found)
    return Asked(text, example(lane, question, signals, units, texts, owners), windows, starts)


def main() -> None:
    """Keeps every lane in the folder that is named."""
    import sys

    from benchmarks.reader import lanes  # so that what is pickled is known by its module's name
    from index.encoder import load_encoder

    encoder = load_encoder()
    for lane in LANES:
        lanes.asked_of(lane, folder=Path(sys.argv[1]), encoder=encoder)


if __name__ == "__main__":
    main()
