"""What a reader says of the development sets' questions, kept for `score` and for fitting."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path

from assistant.answering.reader.joining import MOST, UnitReadings, join
from assistant.answering.reader.model import Reader
from assistant.answering.reader.readings import Reading
from benchmarks.reader.lanes import Asked, asked_of, digest

PASSAGES = MOST  # that are read, best first


@dataclass(frozen=True, slots=True)
class Read:
    """A question, and what was read for it.

    `held` is the best span of the passage that holds the gold answer and the likeliest unit of that passage;
    None where no passage found holds it.
    """

    asked: Asked
    joined: UnitReadings
    held: tuple[str, int] | None


def read_lane(
    lane: str, reader: Reader, *, lanes: Path, kept: Path, most: int, passages: int = PASSAGES
) -> list[Read]:
    """At most `most` questions of a lane as read, from the folder `kept` if they were read before."""
    path = kept / f"{lane}-{most}-{passages}.pickle"
    if path.exists():
        return pickle.loads(path.read_bytes())
    asked = sorted(asked_of(lane, folder=lanes), key=lambda each: digest(each.example.question_id))
    rows = [read for each in asked[:most] if (read := _read(each, reader, passages)) is not None]
    kept.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(rows))
    return rows


def _read(asked: Asked, reader: Reader, passages: int) -> Read | None:
    example = asked.example
    if not example.units:
        return None
    gold = next(
        (unit.place for unit, right in zip(example.units, example.target, strict=True) if right), None
    )
    places = list(range(min(passages, len(asked.windows))))
    if gold is not None and gold not in places:
        places.append(gold)
    readings = reader.read(asked.question, [asked.windows[place] for place in places])
    joined = join(readings[: min(passages, len(asked.windows))], example.units, asked.starts)
    held = None if gold is None else _held(asked, readings[places.index(gold)], gold)
    return Read(asked, joined, held)


def _held(asked: Asked, reading: Reading, gold: int) -> tuple[str, int] | None:
    first = asked.starts[gold]
    span = reading.best_span()
    if span is None:
        return None
    inside = [number for number, unit in enumerate(asked.example.units) if unit.place == gold]
    holding = [
        number
        for number in inside
        if asked.example.units[number].start <= span.start + first < asked.example.units[number].end
    ]
    return asked.windows[gold].text[span.start : span.end], (holding or inside)[0]
