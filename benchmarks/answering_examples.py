"""Examples for fitting and measuring answers: the signals of every question of the development sets.

A lane is a corpus with questions: a development set (`arcd`), the same with whole articles taken out
(`arcd.absent`), its near misses (`arcd.near`, see `benchmarks.near_misses`), and questions asked of indexes
of a few articles each, which answer them or do not (`arcd.small`). Each lane is indexed and searched as a
reader's corpus would be; its examples are kept in a folder, so that fitting again is quick.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.answering.judging.signals import Signals
from assistant.answering.reader.unit_readings import ReadsWindows, UnitReadings
from assistant.answering.units import Unit
from assistant.evaluation.answer_measures import folded_answers
from assistant.question.kinds import QuestionKind
from benchmarks.near_misses import near_misses
from index.text.folding import fold

if TYPE_CHECKING:
    from index.encoder import Encoder
    from index.search.searcher import Searcher

ROOT = Path(__file__).resolve().parent.parent
EVALUATION_SETS = ROOT.parent / "shared" / "eval"
SETS = {
    "xquad_ar": ("xquad/articles.ar", "xquad/questions.ar"),
    "arcd": ("arcd/articles.ar", "arcd/questions.ar"),
    "xquad_en": ("xquad/articles.en", "xquad/questions.en"),
    "mlqa_ar": ("mlqa/articles.ar", "mlqa/questions.ar"),
    "xquad_en_ar": ("xquad/articles.ar", "xquad/questions.en-ar"),
}
LANES = tuple(f"{name}{kind}" for name in SETS for kind in ("", ".absent", ".near", ".small"))
SMALL = 8  # articles, at least, that make a small corpus
SMALL_ONE_IN = 2  # questions
PASSAGES = 10  # as `assistant.answering.retrieval.HITS`


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the signals of its units; `holds[i]`: unit i has a gold answer in it.

    `texts` are the units' words, `answers` the gold ones, folded. `target` is where the gold answer stands
    (its own span where that was found), `group` what cross-validation keeps together: the article that the
    passages of a set were cut from.
    """

    lane: str
    question_id: str
    group: str
    answerable: bool
    answers: tuple[str, ...]
    signals: Signals
    units: tuple[Unit, ...]
    texts: tuple[str, ...]
    holds: np.ndarray
    target: np.ndarray
    readings: UnitReadings | None = None

    @property
    def kind(self) -> QuestionKind:
        """The kind of question."""
        return self.signals.kind


def examples_of(
    lane: str,
    *,
    folder: Path,
    encoder: Encoder | None,
    reader: ReadsWindows | None = None,
    most: int | None = None,
) -> list[Example]:
    """Give the examples of a lane, at most `most`, from the folder where they were kept before.

    Those that other rules made are not taken.
    """
    kept = folder / f"{lane}{f'-{most}' if most else ''}-{_rules()}.pickle"
    if kept.exists():
        return pickle.loads(kept.read_bytes())
    articles, questions = read_lane(lane)
    questions = sorted(questions, key=lambda question: _digest(str(question["id"])))[:most]
    found = list(_examples(lane, articles, questions, folder=folder, encoder=encoder, reader=reader))
    kept.write_bytes(pickle.dumps(found))
    return found


@cache
def _rules() -> str:
    """Give a digest of all that makes the signals: code, words, the reader's weights."""
    digest = hashlib.sha256()
    for package in ("assistant/answering", "assistant/question", "assistant/language", "index"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and path.suffix not in (".pyc", ".json"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _digest(question_id: str) -> bytes:
    """Give what questions are drawn by: the same for the translations of one."""
    plain = question_id.removesuffix("-en2ar").removesuffix("-ar").removesuffix("-en")
    return hashlib.sha256(plain.encode()).digest()


def read_lane(lane: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Articles and questions of a lane, as the JSON Lines have them."""
    name, _, kind = lane.partition(".")
    if kind in ("absent", "near") and name == "xquad_en_ar":
        return _translated(f"xquad_ar.{kind}", _rows(SETS[name][1]))
    if kind == "absent":
        source = f"unanswerable/{name}"
        home = {question["id"]: question["article_ids"] for question in _rows(SETS[name][1])}
        questions = [{**each, "article_ids": home[each["id"]]} for each in _rows(f"{source}/questions")]
        return _rows(f"{source}/articles"), questions
    articles, questions = (_rows(part) for part in SETS[name])
    if kind == "small":
        return articles, list(_of_few(lane, articles, questions))
    return near_misses(articles, questions) if kind == "near" else (articles, questions)


def _of_few(
    lane: str, articles: Sequence[Mapping[str, Any]], questions: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Some of the questions, each with the articles it is asked `among`: half of the time not its own."""
    own: dict[str, list[str]] = {}
    for article in articles:
        own.setdefault(_group(lane, str(article["id"])), []).append(str(article["id"]))
    corpora: list[list[str]] = [[]]
    for group in sorted(own, key=lambda group: hashlib.sha256(group.encode()).digest()):
        if sum(len(own[each]) for each in corpora[-1]) >= SMALL:
            corpora.append([])
        corpora[-1].append(group)
    place = {group: number for number, corpus in enumerate(corpora) for group in corpus}
    for question in questions:
        mark = hashlib.sha256(str(question["id"]).encode()).digest()
        if mark[1] % SMALL_ONE_IN:
            continue
        held = mark[0] % 2 == 0
        corpus = corpora[(place[_group(lane, question["article_ids"][0])] + (not held)) % len(corpora)]
        among = [article_id for group in corpus for article_id in own[group]]
        yield {**question, "answerable": held and question.get("answerable", True), "among": among}


def _translated(lane: str, asked: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The corpus of another lane with whole articles taken out, asked in another language."""
    articles, questions = read_lane(lane)
    known = {question["id"].removesuffix("-en2ar"): question for question in asked}
    translated = [
        {**known[each["id"].removesuffix("-ar")], "answerable": each["answerable"]}
        for each in questions
        if each["id"].removesuffix("-ar") in known
    ]
    return articles, translated


def _rows(name: str) -> list[dict[str, Any]]:
    with gzip.open(EVALUATION_SETS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _examples(
    lane: str,
    articles: Sequence[Mapping[str, Any]],
    questions: Sequence[Mapping[str, Any]],
    *,
    folder: Path,
    encoder: Encoder | None,
    reader: ReadsWindows | None,
) -> Iterator[Example]:
    from tqdm import tqdm

    from index.building import build
    from index.search.searcher import open_searcher

    corpora: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for question in questions:
        corpora.setdefault(tuple(question.get("among", ())), []).append(question)
    with (
        tqdm(total=len(questions), desc=lane, unit=" questions") as bar,
        TemporaryDirectory(dir=folder) as kept,
    ):
        for number, (among, asked) in enumerate(corpora.items()):
            source, place = Path(kept, f"{number}.jsonl"), Path(kept, str(number))
            rows = [row for row in articles if not among or str(row["id"]) in among]
            source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
            build([source], place, encoder=encoder, progress=False)
            with open_searcher(place, encoder=encoder) as searcher:
                for question in asked:
                    yield _asked(lane, question, searcher, reader)
                    bar.update()


def _asked(
    lane: str, question: Mapping[str, Any], searcher: Searcher, reader: ReadsWindows | None
) -> Example:
    from assistant.answering.judging.confidence import question_signals
    from assistant.answering.judging.judgement import compare
    from assistant.answering.judging.signals import signals_of
    from assistant.answering.retrieval import with_articles
    from assistant.question.query import read

    query = read(question["question"])
    passages = with_articles(searcher, searcher.search(query.searched, k=PASSAGES))
    comparison = compare(query, passages, searcher, reader=reader)
    signals = signals_of(comparison, question_signals(comparison))
    units, texts = comparison.units, tuple(comparison.texts)
    owners = [passages[unit.passage].source.article_id for unit in units]
    return example(lane, question, signals, units, texts, owners, comparison.readings)


def example(
    lane: str,
    question: Mapping[str, Any],
    signals: Signals,
    units: Sequence[Unit],
    texts: Sequence[str],
    owners: Sequence[str],
    readings: UnitReadings | None = None,
) -> Example:
    """One question's example; `owners` are the articles of the units."""
    folded = tuple(fold(text).text for text in texts)
    answers = tuple(folded_answers(question))
    holds = np.array([any(answer in text for answer in answers) for text in folded], dtype=bool)
    spans = [(span["article_id"], span["start"], span["start"] + len(span["text"]))
             for span in question.get("spans") or ()]  # fmt: skip
    stands = np.array(
        [
            any(owner == article and unit.start < end and start < unit.end for article, start, end in spans)
            for unit, owner in zip(units, owners, strict=True)
        ],
        dtype=bool,
    )
    both = holds & stands
    return Example(
        lane,
        str(question["id"]),
        _group(lane, question["article_ids"][0]),
        bool(question.get("answerable", True)),
        answers,
        signals,
        tuple(units),
        tuple(texts),
        holds,
        both if both.any() else stands if stands.any() else holds,
        readings,
    )


def _group(lane: str, article_id: str) -> str:
    """`xquad-18-01-ar` is passage 01 of article 18; a translation belongs to the same group."""
    parts = article_id.removesuffix("-ar").removesuffix("-en").split("-")
    return "-".join(parts[:-1]) if len(parts) > 2 else f"{lane.partition('.')[0]}-{article_id}"
