"""Looks for damage: every byte, count, span and vector of the generation committed last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from index.errors import SnapshotDamaged, SnapshotError, SnapshotMissing, reason_of
from index.store.durable.disk import StoredFile, checksum
from index.store.durable.seal import read_seal
from index.store.generations.manifest import FILE_NAME as MANIFEST
from index.store.generations.manifest import Manifest
from index.store.generations.segment import FOLDER, Segment, open_segment
from index.store.generations.snapshot import ATTEMPTS, read_statistics
from index.store.generations.tally import Tally
from index.store.sqlite.catalogue import FILE_NAME, Catalogue
from index.store.sqlite.connections import opened

NAMED = 10  # findings of one kind that are told one by one
LENGTH_TOLERANCE = 0.01  # of a unit vector stored in 16 bits
ROWS_AT_ONCE = 65_536


def verify(folder: str | Path, *, progress: bool = True) -> list[str]:
    """Give one line for each damage found; none when the index is whole.

    Raises SnapshotMissing or SnapshotMismatch when there is nothing that this program could check.
    """
    root = Path(folder)
    for _attempt in range(ATTEMPTS):
        try:
            manifest = Manifest.read(root)
        except SnapshotDamaged as error:
            return [str(error)]
        except SnapshotMissing:
            if (root / FILE_NAME).exists() or (root / FOLDER).exists():
                return [f"{root / MANIFEST}: is missing; restore a backup or build again"]
            raise
        damage = _damage(root, manifest, progress)
        if not damage or not _was_overtaken(root, manifest):
            break
    return damage


def _damage(root: Path, manifest: Manifest, progress: bool) -> list[str]:
    damage = list(_told_once(_guarded(root, _files(root, manifest, progress))))
    whole = not damage  # else what follows would only stumble over the same files
    damage += _told_once(_guarded(root / FILE_NAME, _seal(root)))
    if not (root / FILE_NAME).is_file():
        return damage
    segments: list[Segment] = []
    for entry in manifest.segments if whole else ():
        try:
            segments.append(open_segment(root, entry, manifest.dimension))
        except SnapshotDamaged as error:
            return [*damage, str(error)]
    unsound: list[str] = []
    for segment in segments:
        unsound += _told_once(_guarded(segment.folder, _segment(segment, manifest)))
    if whole and not unsound:
        unsound += _told_once(_guarded(root, _statistics(root, manifest, segments)))
    damage += unsound
    damage += _told_once(_guarded(root / FILE_NAME, _catalogue(root, manifest, segments if whole else None)))
    return damage


def _was_overtaken(root: Path, manifest: Manifest) -> bool:
    """Tell whether a build has committed meanwhile, and swept away what was being looked at."""
    try:
        return Manifest.read(root).generation != manifest.generation
    except SnapshotError:
        return False


def _guarded(path: Path, findings: Iterable[str]) -> Iterator[str]:
    """Give findings; what stumbles over damage that no check was written for is a finding too."""
    try:
        yield from findings
    except SnapshotError as error:
        yield str(error)
    except Exception as error:
        yield f"{path}: cannot be checked ({type(error).__name__}: {reason_of(error)})"


def _told_once(findings: Iterable[str]) -> Iterator[str]:
    number = 0
    for number, finding in enumerate(findings, start=1):
        if number <= NAMED:
            yield finding
    if number > NAMED:
        yield f"and {number - NAMED:,} more of the same part"


def _files(root: Path, manifest: Manifest, progress: bool) -> Iterator[str]:
    from tqdm import tqdm

    named = [(root / name, stored) for name, stored in manifest.statistics.items()]
    if manifest.calibration is not None:
        named.append((root / manifest.calibration.name, manifest.calibration.stored))
    for entry in manifest.segments:
        named += [(root / FOLDER / entry.name / name, stored) for name, stored in entry.files.items()]
    total = sum(stored.size for _path, stored in named)
    with tqdm(
        total=total, desc="checksums", unit="B", unit_scale=True, disable=not progress, leave=False
    ) as bar:
        for path, stored in named:
            if not path.exists():
                yield f"{path}: is missing"
            elif not path.is_file():
                yield f"{path}: is no file"
            elif path.stat().st_size != stored.size:
                yield f"{path}: has {path.stat().st_size:,} bytes, not {stored.size:,}"
            else:
                yield from _guarded(path, _bytes(path, stored))
            bar.update(stored.size)


def _bytes(path: Path, stored: StoredFile) -> Iterator[str]:
    if checksum(path) != stored.sha256:
        yield f"{path}: its checksum is not the one it was written with"


def _seal(root: Path) -> Iterator[str]:
    """Check every byte of SQLite's file, unless a build is running or was killed."""
    path = root / FILE_NAME
    if not path.is_file():
        yield f"{path}: {'is no file' if path.exists() else 'is missing'}"
        return
    seal = read_seal(root)
    if seal is None:
        return
    with opened(path) as file:
        differences = list(seal.differences(file))
    if read_seal(root) == seal:  # else a build has begun meanwhile
        yield from (f"{path}: {difference}" for difference in differences)


def _segment(segment: Segment, manifest: Manifest) -> Iterator[str]:
    folder, rows, postings = segment.folder, segment.entry.rows, segment.postings
    if segment.vectors.shape != (rows, manifest.dimension):
        yield f"{folder}: vectors are {segment.vectors.shape}, not {(rows, manifest.dimension)}"
        return
    for name in ("passages", "articles", "stories"):
        if len(getattr(segment, name)) != rows:
            yield f"{folder}: {name} has {len(getattr(segment, name)):,} rows, not {rows:,}"
    offsets = segment.word_offsets
    if len(offsets) != rows + 1 or offsets[-1] != len(segment.words) or (np.diff(offsets) < 0).any():
        yield f"{folder}: the words do not fit their table of rows"
    for first in range(0, rows, ROWS_AT_ONCE):
        lengths = np.linalg.norm(segment.vectors[first : first + ROWS_AT_ONCE].astype(np.float32), axis=1)
        for row in np.flatnonzero(~(np.abs(lengths - 1) <= LENGTH_TOLERANCE)):
            yield f"{folder}: the vector of row {first + row} has length {lengths[row]:.3f}, not 1"
    if len(postings.lengths) != rows:
        yield f"{folder}: lengths has {len(postings.lengths):,} rows, not {rows:,}"
        return
    widths = np.diff(postings.offsets)
    whole = len(widths) == len(postings.terms) and postings.offsets[-1] == len(postings.rows) == len(
        postings.counts
    )
    if not whole or (widths <= 0).any() or (postings.terms[1:] <= postings.terms[:-1]).any():
        yield f"{folder}: the postings do not fit their table of terms"
    elif len(postings.rows) and int(postings.rows.max()) >= rows:
        yield f"{folder}: the postings name rows past the last"
    else:
        tallied = np.bincount(postings.rows, weights=postings.counts, minlength=rows)
        for row in np.flatnonzero(tallied != postings.lengths):
            terms, length = int(tallied[row]), postings.lengths[row]
            yield f"{folder}: row {row} has {terms} terms in the postings, not {length}"


def _statistics(root: Path, manifest: Manifest, segments: list[Segment]) -> Iterator[str]:
    stored = read_statistics(root, manifest)
    terms = [segment.postings.terms for segment in segments]
    hashes = np.unique(np.concatenate(terms)) if terms else np.empty(0, np.uint64)
    frequencies = np.zeros(len(hashes), np.int64)
    for segment in segments:
        frequencies += segment.postings.frequencies(hashes)
    if Counter(frequencies[frequencies > 0].tolist()) != Counter(dict(stored.frequencies)):
        yield f"{root}: the statistics of terms are not those of the postings"
    length = sum(int(segment.postings.lengths[segment.live()].sum(dtype=np.int64)) for segment in segments)
    live = sum(segment.entry.live for segment in segments)
    if (live, length) != (manifest.passages, manifest.length):
        yield (
            f"{root}: the segments hold {live:,} passages of {length:,} terms,"
            f" the manifest says {manifest.passages:,} of {manifest.length:,}"
        )


def _catalogue(root: Path, manifest: Manifest, segments: list[Segment] | None) -> Iterator[str]:
    """Check the rows; against those of the segments too where these are whole."""
    catalogue = Catalogue(root)
    try:
        structure = list(catalogue.findings())
        yield from (f"{catalogue.path}: {' '.join(finding.split())}" for finding in structure)
        if not structure:
            yield from _rows(catalogue)
            yield from _keys(root, catalogue, manifest)
            yield from _articles(catalogue, manifest, segments)
    finally:
        catalogue.close()


def _rows(catalogue: Catalogue) -> Iterator[str]:
    for key in catalogue.all_keys():
        if not catalogue.is_sound(key):
            yield f"{catalogue.path}: the rows of article {key} are not what they were added as"
    there, wanted = catalogue.count_passages()
    if there != wanted:
        yield f"{catalogue.path}: holds {there:,} passages, its articles have {wanted:,}"


def _keys(root: Path, catalogue: Catalogue, manifest: Manifest) -> Iterator[str]:
    article, passage = catalogue.next_keys(manifest.generation)
    for name, least in (("next_article", article), ("next_passage", passage)):
        if (key := getattr(manifest, name)) < least:
            yield (
                f"{root / MANIFEST}: {name} is {key}, but keys up to {least - 1} are taken;"
                " restore a backup or build again"
            )


def _articles(catalogue: Catalogue, manifest: Manifest, segments: list[Segment] | None) -> Iterator[str]:
    rows: dict[int, int] = {}
    for segment in segments or ():
        live = segment.live()
        for passage, article in zip(
            segment.passages[live].tolist(), segment.articles[live].tolist(), strict=True
        ):
            if passage in rows:
                yield f"{segment.folder}: passage {passage} has two vectors"
            rows[passage] = article
    tally = Tally(0, Counter(), Counter(), Counter())
    articles = 0
    for key in catalogue.keys(manifest.generation):
        articles += 1
        yield from _guarded(
            catalogue.path, _article(catalogue, key, tally, rows if segments is not None else None)
        )
    for passage in rows:
        yield f"{catalogue.path}: the vector of passage {passage} has no passage"
    if articles != manifest.articles:
        yield f"{catalogue.path}: holds {articles:,} articles, the manifest says {manifest.articles:,}"
    counted = (("languages", tally.languages), ("sources", tally.sources), ("dates", tally.months))
    for name, counts in counted:
        if dict(counts) != dict(getattr(manifest, name)):
            yield f"{catalogue.path}: the {name} of the articles are not those that the manifest counts"


def _article(catalogue: Catalogue, key: int, tally: Tally, rows: dict[int, int] | None) -> Iterator[str]:
    """Check and count one article; take the rows of its passages out of `rows`."""
    article = catalogue.articles([key])[key]
    tally.count(article, 1)
    name = f"{catalogue.path}: article {article.article_id!r}"
    if article.content_hash() != catalogue.content_hash(key):
        yield f"{name} is not what its hash says"
    passages = catalogue.passages_of(key, article)
    first, count = catalogue.passage_keys(key)
    if len(passages) != count:
        yield f"{name} has {len(passages)} passages, not {count}"
        return
    stored = catalogue.passages(range(first, first + count))
    for passage_key, passage in zip(range(first, first + count), passages, strict=True):
        if not 0 <= passage.start < passage.end <= len(article.text):
            yield f"{name}: the span {passage.start}-{passage.end} lies outside its text"
        elif passage_key not in stored or stored[passage_key].text != passage.text:
            yield f"{name}: the passage {passage.passage_id} is not the text at its span"
        if rows is not None and rows.pop(passage_key, None) != key:
            yield f"{name}: the passage {passage.passage_id} has no vector"
