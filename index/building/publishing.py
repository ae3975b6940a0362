"""An index in a folder copied to an engine elsewhere: nothing is split or encoded again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.backends import EngineAddress
from index.backends.milvus.writing.elsewhere import writing_elsewhere
from index.building.build import BuildReport
from index.building.duplicates import bands, signature
from index.passages.fields import passage_terms
from index.sparse import Postings
from index.store.folder import FolderEngine
from index.store.generations.snapshot import Snapshot, open_snapshot
from index.store.sqlite.schema import NewArticle
from index.store.writing.identity import check_analysis
from index.store.writing.pending import Encoded
from index.store.writing.writer import Identity

ARTICLES_AT_ONCE = 512


def publish(folder: Path, address: EngineAddress) -> BuildReport:
    """Fill a generation of an engine's index with what a folder holds, and switch to it.

    Raises what opening the folder and writing to the engine raise.
    """
    started = time.monotonic()
    snapshot = open_snapshot(folder)
    try:
        check_analysis(folder, snapshot.manifest)
        made = snapshot.manifest
        identity = Identity(made.encoder, made.dimension, made.fingerprint, made.analysis, made.passage_words)
        with writing_elsewhere(address, identity, anew=True, bands=bands, goes_on=False) as writer:
            if made.calibration is not None:
                writer.name_calibration(folder / made.calibration.name)
            tellers: dict[int, int] = {}  # the key there of the first article that tells a story
            for articles, encoded in _batches(snapshot):
                added = []
                for new in articles:
                    key, first = writer.claim(len(new.passages))
                    story, mark = tellers.setdefault(new.story, key), signature(new.article.text)
                    moved = replace(new, key=key, first_passage=first, story=story, signature=mark)
                    added.append(moved)
                terms = (passage_terms(new.article, each) for new in added for each in new.passages)
                writer.add(added, encoded, Postings.of(terms))
            ledger = writer.commit()
    finally:
        snapshot.close()
    return BuildReport(
        added=ledger.articles,
        seconds=time.monotonic() - started,
        generation=ledger.generation,
        passages=ledger.passages,
    )


def _batches(snapshot: Snapshot) -> Iterator[tuple[list[NewArticle], Encoded]]:
    """Give the articles of a folder with what was encoded of their passages, some hundred at a time."""
    catalogue, engine = snapshot.catalogue, FolderEngine(snapshot)
    rows = _Rows(snapshot)
    keys = catalogue.keys(snapshot.manifest.generation)
    for first in range(0, len(keys), ARTICLES_AT_ONCE):
        articles = []
        for key, article in catalogue.articles(keys[first : first + ARTICLES_AT_ONCE]).items():
            passages = catalogue.passages_of(key, article)
            first_passage, _count = catalogue.passage_keys(key)
            story = int(engine.stories(rows.of(np.array([first_passage])))[0])
            content_hash = catalogue.content_hash(key)
            articles.append(NewArticle(key, article, content_hash, passages, first_passage, story=story))
        wanted = [new.first_passage + number for new in articles for number in range(len(new.passages))]
        places = rows.of(np.array(wanted, np.int64))
        yield articles, Encoded(rows.vectors(places), engine.words(places))


class _Rows:
    """Where the passages of a folder lie, by their keys."""

    def __init__(self, snapshot: Snapshot):
        self._segments = snapshot.segments
        keys = [segment.passages for segment in self._segments]
        self._keys = np.concatenate(keys) if keys else np.empty(0, np.int64)
        self._order = np.argsort(self._keys)
        self._bases = np.cumsum([0, *(len(each) for each in keys)])

    def of(self, keys: np.ndarray) -> np.ndarray:
        """Give the rows, int64, of passages by key."""
        return np.asarray(self._order[np.searchsorted(self._keys, keys, sorter=self._order)])

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """Give the vectors of rows, float32 (n, dimension)."""
        owners = np.searchsorted(self._bases, rows, side="right") - 1
        some = [
            self._segments[owner].vectors[row - self._bases[owner]]
            for owner, row in zip(owners.tolist(), rows.tolist(), strict=True)
        ]
        return np.stack(some).astype(np.float32)
