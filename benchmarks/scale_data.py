"""Articles, vectors and words for benchmarks.scale: those of a real index, and as many more as are asked for.

Real: the articles of `miracl_wiki` with what an index of them holds (built once, with the default encoder).
Beyond them articles are drawn anew: their texts are real ones in which a fifth of the words was exchanged for
words of other articles, their vectors are the real ones plus noise, their words for late interaction the real
ones. All is put where a killed build leaves what it has encoded, so that the build that is measured does
everything but encoding.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.articles import Article
from index.building.encoding import calibrate
from index.encoder import Encoder, TokenVectors
from index.passages import Passage, split_article
from index.passages.fields import encoded_text
from index.store.generations.joining import join_segments
from index.store.generations.snapshot import open_snapshot
from index.store.sqlite.schema import NewArticle
from index.store.writing.identity import identity_of
from index.store.writing.pending import Encoded, Pending
from index.store.writing.writer import writing

SETS = Path(__file__).resolve().parent.parent.parent / "shared" / "eval" / "miracl_wiki"
ARTICLES = SETS / "articles.ar.jsonl.gz"
NOISE = 0.35  # length of the noise on a resampled unit vector: its cosine to the real one is about 0.94
EXCHANGED = 0.2  # of the words of a resampled article
SOURCES = 200
BLOCK = 32_768  # passages whose vectors are written together


@dataclass(frozen=True, slots=True)
class Sample:
    """An article with what is stored of each of its passages: a vector, and words (uint8) or none."""

    article: Article
    vectors: np.ndarray
    words: Sequence[np.ndarray]


def miracl_articles() -> Iterator[Article]:
    """The articles of `miracl_wiki`."""
    with gzip.open(ARTICLES, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield Article(record["id"], record["title"], record["text"], language="ar")


def miracl_questions() -> list[str]:
    """Its questions."""
    with gzip.open(SETS / "questions.ar.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["question"] for line in lines]


def real_samples(folder: Path, limit: int) -> list[Sample]:
    """The articles of `miracl_wiki` that the index in `folder` holds, some `limit` passages of them."""
    found, passages = [], 0
    with closing(open_snapshot(folder)) as snapshot:
        for article in miracl_articles():
            held = snapshot.catalogue.article(article.article_id, snapshot.manifest.generation)
            if held is None:
                continue
            first, count = snapshot.catalogue.passage_keys(held[0])
            for segment in snapshot.segments:
                row = int(np.searchsorted(segment.passages, first))
                if row < len(segment.passages) and segment.passages[row] == first:
                    vectors = np.array(segment.vectors[row : row + count], np.float32)
                    words = [segment.words_of(each) for each in range(row, row + count)]
                    found.append(Sample(held[1], vectors, words))
                    break
            passages += count
            if passages >= limit:
                break
    return found


def made_up_samples(limit: int) -> list[Sample]:
    """Real articles with random vectors around a thousand centres, and random words: nothing is encoded."""
    chance = np.random.default_rng(3)
    centres = chance.standard_normal((1_000, 384))
    found, passages = [], 0
    for article in miracl_articles():
        count = len(split_article(article))
        near = centres[chance.integers(1_000, size=count)] + chance.standard_normal((count, 384))
        vectors = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
        words = [chance.integers(0, 256, size=(80, 96), dtype=np.uint8) for _ in range(count)]
        found.append(Sample(article, vectors, words))
        passages += count
        if passages >= limit:
            break
    return found


class MadeUpEncoder:
    """Random vectors for questions, and ten random tokens: the same for the same text."""

    name, dimension = "made-up", 384

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows."""
        return np.concatenate([self._rows(text, 1) for text in texts])

    encode_passages = encode_queries

    def encode_tokens(self, texts: Sequence[str], *, kind: str = "passage") -> list[TokenVectors]:
        """Ten tokens a text."""
        at = np.arange(10)
        return [TokenVectors(self._rows(text, 10), at, at + 1) for text in texts]

    def encode_with_tokens(self, texts: Sequence[str], *, kind: str = "passage", progress=None):
        """Both."""
        return self.encode_queries(texts), self.encode_tokens(texts)

    def _rows(self, text: str, count: int) -> np.ndarray:
        rows = np.random.default_rng(list(text.encode())).standard_normal((count, self.dimension))
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def enlarged(samples: Sequence[Sample], passages: int, *, seed: int = 7) -> Iterator[Sample]:
    """The samples in order, then samples drawn from them, until there are so many passages."""
    chance, noise = random.Random(seed), np.random.default_rng(seed)
    pool = [word for sample in samples[:2_000] for word in sample.article.text.split() if word.isalpha()]
    made = number = 0
    while made < passages:
        sample = samples[number] if number < len(samples) else _resampled(chance, noise, samples, pool)
        article = _numbered(sample.article, f"{seed}-{number}", number)
        made += len(sample.vectors)
        number += 1
        yield replace(sample, article=article)


def _numbered(article: Article, name: str, number: int) -> Article:
    """An article as the numbered one of many, with a source and a date for filters."""
    source, date = f"source {number % SOURCES}", f"20{10 + number % 15}-{1 + number % 12:02d}"
    return replace(article, article_id=name, source=source, published=date)


def _resampled(
    chance: random.Random, noise: np.random.Generator, samples: Sequence[Sample], pool: Sequence[str]
) -> Sample:
    sample = chance.choice(samples)
    words = sample.article.text.split(" ")
    for place in chance.sample(range(len(words)), int(EXCHANGED * len(words))):
        if words[place].isalpha():
            words[place] = chance.choice(pool)
    article = replace(sample.article, text=" ".join(words))
    places = np.minimum(np.arange(len(split_article(article))), len(sample.vectors) - 1)
    added = noise.standard_normal((len(places), sample.vectors.shape[1]), dtype=np.float32)
    vectors = sample.vectors[places] + NOISE * added / np.linalg.norm(added, axis=1, keepdims=True)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Sample(article, vectors, [sample.words[place] for place in places])


def lay_out(samples: Iterator[Sample], place: Path, file: Path, encoder: Encoder) -> int:
    """Writes the articles to `file` and what is stored of them to the folder of an index to be; how many."""
    place.mkdir(parents=True)
    (place / "lock").touch()  # as a build that was killed leaves it
    pending = Pending(place, encoder=encoder.name, dimension=encoder.dimension)
    keys: list[bytes] = []
    vectors: list[np.ndarray] = []
    words: list[np.ndarray] = []
    passages = 0
    with file.open("w", encoding="utf-8") as lines:
        for sample in samples:
            article = sample.article
            lines.write(json.dumps(_record(article), ensure_ascii=False) + "\n")
            own = split_article(article)
            keys += [pending.key(encoded_text(article, passage)) for passage in own]
            vectors.append(sample.vectors[: len(own)])
            words += sample.words[: len(own)]
            passages += len(own)
            if len(keys) >= BLOCK:
                pending.keep(keys, Encoded(np.concatenate(vectors), words))
                keys, vectors, words = [], [], []
    if keys:
        pending.keep(keys, Encoded(np.concatenate(vectors), words))
    return passages


def grow(real: Path, place: Path, passages: int, encoder: Encoder) -> None:
    """An index of copies of a real one, by the index's own writer: texts and words again, vectors plus noise.

    What reading, splitting and analysing so many texts would take is left out.
    """
    noise = np.random.default_rng(7)
    with closing(open_snapshot(real)) as snapshot, writing(place, identity_of(encoder)) as writer:
        writer.name_calibration(calibrate(writer.folder, encoder))
        joined = join_segments(snapshot.segments)
        held = snapshot.catalogue.articles(np.unique(joined.articles).tolist())
        split = [(article, snapshot.catalogue.passages_of(key, article)) for key, article in held.items()]
        words = [joined.words[row] for row in range(len(joined.passages))]
        for copy in range(-(-passages // len(words))):
            added = noise.standard_normal(joined.vectors.shape, dtype=np.float32)
            added *= NOISE * (copy > 0) / np.linalg.norm(added, axis=1, keepdims=True)
            vectors = joined.vectors.astype(np.float32) + added
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            new = []
            for number, (article, own) in enumerate(split):
                key, first = writer.claim(len(own))
                named = _numbered(article, f"{copy}-{number}", copy * len(split) + number)
                new.append(NewArticle(key, named, named.content_hash(), own, first, story=key, signature=b""))
            writer.add(new, Encoded(vectors, words), joined.postings)
        writer.commit()


def passages_of(file: Path) -> Iterator[tuple[Article, Passage]]:
    """The passages of a file that `lay_out` wrote, in order."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            article = Article(record["id"], record["title"], record["text"])
            for passage in split_article(article):
                yield article, passage


def _record(article: Article) -> dict:
    names = ("title", "text", "source", "published")
    values = {name: getattr(article, name) for name in names}
    return {"id": article.article_id, "lang": article.language, **values}
