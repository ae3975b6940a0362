"""Articles that tell the same story in the same words: agency copy, reposts, a new headline on an old text.

A signature is a MinHash (Broder 1997; computed by datasketch) of an article's shingles of three words; the
share of places in which two signatures agree estimates the share of shingles that the articles have in
common. Numbers have a MinHash of their own behind that of the words, and both must agree: bulletins of two
days may differ in nothing else, and a twin is a story that need not be shown. `TwinFinder` finds near
signatures among millions by bands (a part of the signature that must agree whole), then compares the
whole. docs/articles.md tells how the thresholds were measured.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from functools import lru_cache
from typing import Generic, TypeVar

import numpy as np

from index.text.analysis.orthography import words

PLACES = 128  # for the words, each 4 bytes
NUMBER_PLACES = 32
SIGNATURE_BYTES = 4 * (PLACES + NUMBER_PLACES)
THRESHOLD = 0.75
NUMBER_THRESHOLD = 0.6
SHINGLE_WORDS = 3
_BANDS, _ROWS = 32, 4  # a pair of likeness 0.75 shares no band once in 190,000 times
_SCHEME = "affine32"  # named, so that another default of the library makes no other signatures
_FEWEST_SHINGLES = 8

Key = TypeVar("Key", bound=Hashable)  # what names an article


def signature(text: str) -> bytes:
    """Give the signature of a text, SIGNATURE_BYTES long; empty for a text too short to be told from others.

    Spelling that analysis makes one (vowel signs, hamza, case), punctuation and white space do not count.
    """
    spelled = words(text)
    shingles = {
        " ".join(spelled[first : first + SHINGLE_WORDS]) for first in range(len(spelled) - SHINGLE_WORDS + 1)
    }
    if len(shingles) < _FEWEST_SHINGLES:
        return b""
    numbers = {word for word in spelled if word[0].isdigit()}
    return _minhash(shingles, PLACES) + _minhash(numbers, NUMBER_PLACES)


def bands(signature: bytes) -> list[int]:
    """Give the numbers, below 2**63, of which two signatures that are near share one; none without one."""
    return _keys_of(signature) if signature else []


def likeness(one: bytes, other: bytes) -> float:
    """Estimate the share of shingles, 0 to 1, that two articles share; 0 when their numbers differ."""
    if not one or not other:
        return 0.0
    agree = np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")
    return float(agree[:PLACES].mean()) if agree[PLACES:].mean() >= NUMBER_THRESHOLD else 0.0


class TwinFinder(Generic[Key]):
    """Finds, among the signatures added, those near another.

    Holds SIGNATURE_BYTES an article, and 384 bytes for the bands once it was asked.
    """

    def __init__(self, *, threshold: float = THRESHOLD):
        if not 0 < threshold <= 1:
            raise ValueError(f"the threshold {threshold} is no share; give one above 0 and up to 1")
        self.threshold = threshold
        self._ids: list[Key] = []
        self._signatures: list[bytes] = []
        self._sorted = 0  # so many of the signatures are in the sorted bands
        self._bands: list[tuple[np.ndarray, np.ndarray]] = []  # keys in order, and whose they are
        self._recent: dict[tuple[int, int], list[int]] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, article_id: Key, signature: bytes) -> None:
        """Add an article; an empty signature is near no other."""
        if not signature:
            return
        if len(signature) != SIGNATURE_BYTES:
            raise ValueError(f"a signature has {SIGNATURE_BYTES} bytes, not {len(signature)}; make it anew")
        self._ids.append(article_id)
        self._signatures.append(signature)
        if self._bands:
            for band, key in enumerate(_keys_of(signature)):
                self._recent.setdefault((band, key), []).append(len(self._ids) - 1)

    def query(self, signature: bytes) -> list[Key]:
        """Give the ids added so far whose likeness to `signature` reaches the threshold, most alike first."""
        if not signature or not self._ids:
            return []
        self._sort()
        places: set[int] = set()
        for band, key in enumerate(_keys_of(signature)):
            keys, owners = self._bands[band]
            first, last = np.searchsorted(keys, np.array([key, key + 1], np.uint64))
            places.update(owners[first:last].tolist())
            places.update(self._recent.get((band, key), ()))
        near = sorted(places)
        alike = [(likeness(self._signatures[place], signature), -place) for place in near]
        return [self._ids[-place] for share, place in sorted(alike, reverse=True) if share >= self.threshold]

    def _sort(self) -> None:
        """Sort all bands, the first time and whenever half as many have come since."""
        if self._bands and len(self._ids) < 1.5 * self._sorted + 10_000:
            return
        matrix = np.frombuffer(b"".join(self._signatures), "<u4").reshape(-1, PLACES + NUMBER_PLACES)
        self._bands = []
        for keys in _keys(matrix[:, :PLACES]):
            order = np.argsort(keys).astype(np.uint32)
            self._bands.append((keys[order], order))
        self._sorted = len(self._ids)
        self._recent = {}


def _keys(matrix: np.ndarray) -> np.ndarray:
    """Give one key for the places of each band: uint64 (bands, n) for uint32 (n, PLACES)."""
    pairs = np.ascontiguousarray(matrix).view("<u8").reshape(-1, _BANDS, _ROWS // 2)
    keys = np.zeros((_BANDS, len(matrix)), dtype=np.uint64)
    for pair in range(_ROWS // 2):
        keys ^= pairs[:, :, pair].T
        keys *= np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    return keys >> np.uint64(1)  # so that the next greater key is a key too


def _keys_of(signature: bytes) -> list[int]:
    keys: list[int] = _keys(np.frombuffer(signature, "<u4")[None, :PLACES])[:, 0].tolist()
    return keys


def _minhash(shingles: set[str], places: int) -> bytes:
    """Give the MinHash of shingles, 4 * places bytes; of an empty set, the greatest value everywhere."""
    import datasketch

    minhash = datasketch.MinHash(
        num_perm=places, scheme=_SCHEME, permutations=_permutations(places), hashfunc=_hash32
    )
    if shingles:
        minhash.update_batch([shingle.encode("utf-8", "replace") for shingle in shingles])
    return np.asarray(minhash.hashvalues, dtype="<u4").tobytes()


def _hash32(shingle: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(shingle, digest_size=4).digest(), "little")


@lru_cache(maxsize=2)
def _permutations(places: int) -> object:
    import datasketch

    return datasketch.MinHash(num_perm=places, seed=1, scheme=_SCHEME).permutations
