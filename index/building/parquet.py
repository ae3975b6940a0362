"""Texts out and vectors in as Parquet, so that any other engine (Ray, Spark) can do the encoding.

text                      what the encoder reads of a passage, in files of some ten thousand rows
text, vector, words       the same with what is stored of it; `words` is empty where there are none
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from index.articles import Article, read_articles
from index.articles.files.encodable import encodable
from index.building.encoding import PassageEncoding
from index.building.partitions import encoded_by
from index.encoder import Encoder
from index.encoder.calibration import Calibration
from index.encoder.words.word_codes import width
from index.errors import ArticleError, SettingsError, reason_of
from index.passages import split_article
from index.passages.fields import encoded_text
from index.store.writing.pending import Encoded
from index.text.tashkeel import unvowelled

ROWS_A_FILE = 20_000  # some minutes of a processor: a partition of its own
ROWS_AT_ONCE = 1_024


def write_texts(paths: Iterable[str | Path], folder: Path) -> int:
    """Write what an encoder would read of all passages, each text once; return how many there are."""
    arrow = _pyarrow()
    folder.mkdir(parents=True, exist_ok=True)
    seen: set[str] = set()
    waiting: list[str] = []

    def put() -> None:
        table = arrow.table({"text": arrow.array(waiting, arrow.large_string())})
        _parquet().write_table(table, folder / f"part-{len(seen):09d}.parquet")
        waiting.clear()

    for text in _texts(read_articles(list(paths), on_skip=lambda _skipped: None)):
        if text not in seen:
            seen.add(text)
            waiting.append(text)
            if len(waiting) == ROWS_A_FILE:
                put()
    if waiting:
        put()
    return len(seen)


def encode_file(source: Path, target: Path, encoder: Encoder) -> int:
    """Encode the texts of one file into another; return how many there are. A pure function of its file."""
    arrow, calibration = _pyarrow(), Calibration.of(encoder)
    texts = [str(text) for text in _column(source, "text")]
    aside = target.with_suffix(".new")
    schema = arrow.schema(
        [("text", arrow.large_string()), ("vector", arrow.list_(arrow.float32())), ("words", arrow.binary())]
    )
    with _parquet().ParquetWriter(aside, schema) as writer:
        for first in range(0, len(texts), ROWS_AT_ONCE):
            some = texts[first : first + ROWS_AT_ONCE]
            encoded = encoded_by(encoder, calibration, some)
            words = [np.ascontiguousarray(each).tobytes() for each in encoded.words]
            writer.write_table(
                arrow.table({"text": some, "vector": list(encoded.vectors), "words": words}, schema=schema)
            )
    aside.replace(target)
    return len(texts)


def take_encoded(path: Path, encoding: PassageEncoding, calibration: Calibration, dimension: int) -> int:
    """Keep what a file holds for a build, which encodes it no more; return how many texts there are.

    Raises ArticleError for a file that cannot be read, EncoderError for vectors of another encoder.
    """
    taken = 0
    for file in sorted(path.glob("*.parquet")) if path.is_dir() else [path]:
        for texts, vectors, words in _encoded(file, calibration, dimension):
            encoding.take(texts, Encoded(vectors, words))
            taken += len(texts)
    return taken


def _encoded(
    file: Path, calibration: Calibration, dimension: int
) -> Iterator[tuple[list[str], np.ndarray, list[np.ndarray]]]:
    bytes_a_word = width(len(calibration.passage_token)) if calibration.has_tokens else 0
    try:
        with _parquet().ParquetFile(file) as opened:
            for batch in opened.iter_batches(ROWS_AT_ONCE, columns=["text", "vector", "words"]):
                values = batch.to_pydict()
                vectors = np.array(values["vector"], dtype=np.float32).reshape(len(batch), dimension)
                yield values["text"], vectors, [_words(each, bytes_a_word) for each in values["words"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArticleError(
            f"{file} holds no passages of this encoder ({reason_of(error)});"
            " make it with: python -m index encode TEXTS.parquet VECTORS.parquet"
        ) from error


def _words(content: bytes, bytes_a_word: int) -> np.ndarray:
    if not content or not bytes_a_word:
        return np.empty((0, 0), np.uint8)
    return np.frombuffer(content, np.uint8).reshape(-1, bytes_a_word)


def _texts(articles: Iterable[Article]) -> Iterator[str]:
    for article in map(encodable, articles):
        for passage in split_article(article):
            yield unvowelled(encoded_text(article, passage))


def _column(file: Path, name: str) -> list[Any]:
    try:
        return list(_parquet().read_table(file, columns=[name]).column(name).to_pylist())
    except (OSError, ValueError, KeyError) as error:
        raise ArticleError(f"{file} cannot be read ({reason_of(error)}); give a file of texts") from error


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise SettingsError(
            f"Parquet needs pyarrow ({error}); run: pip install -r requirements-scale.txt"
        ) from None
    return pyarrow


def _parquet() -> Any:
    _pyarrow()
    import pyarrow.parquet

    return pyarrow.parquet
