"""What an index was made with, and whether this program and this encoder fit it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from index.encoder import Encoder, load_encoder
from index.encoder.model import NAME as DEFAULT_ENCODER
from index.errors import SnapshotMismatch
from index.passages import MAX_WORDS
from index.passages.fields import FIELDS_VERSION
from index.store.writing.writer import Identity
from index.text.analysis import ANALYSIS_VERSION


class Made(Protocol):
    """What an index remembers of how it was made: a manifest's fields, or those of an engine's ledger."""

    @property
    def encoder(self) -> str:
        """Name the encoder."""
        ...

    @property
    def dimension(self) -> int:
        """Give the length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Stand for the encoder's weights; empty where they are not known."""
        ...

    @property
    def analysis(self) -> str:
        """Give the version of the text analysis."""
        ...


def identity_of(encoder: Encoder) -> Identity:
    """Give what an index made with `encoder` remembers."""
    return Identity(
        encoder=encoder.name,
        dimension=encoder.dimension,
        fingerprint=getattr(encoder, "fingerprint", ""),
        analysis=_analysis(),
        passage_words=MAX_WORDS,
    )


def check_encoder(place: object, made: Made, encoder: Encoder) -> None:
    """Raise SnapshotMismatch when the index was made with another encoder."""
    if (made.encoder, made.dimension) != (encoder.name, encoder.dimension):
        raise SnapshotMismatch(
            f"{place} was built with the encoder {made.encoder} ({made.dimension} dimensions),"
            f" not with {encoder.name} ({encoder.dimension});"
            f" use --encoder {made.encoder}, or build {_elsewhere(place)}"
        )
    fingerprint = getattr(encoder, "fingerprint", "")
    if made.fingerprint and fingerprint and made.fingerprint != fingerprint:
        raise SnapshotMismatch(
            f"{place} was built with other weights of the encoder {encoder.name};"
            f" build it again {_elsewhere(place)}"
        )


def check_analysis(place: object, made: Made) -> None:
    """Raise SnapshotMismatch when the terms of the index were made by another version of the analysis."""
    if made.analysis != _analysis():
        raise SnapshotMismatch(
            f"{place} was built with version {made.analysis} of the text analysis,"
            f" this is version {_analysis()};"
            f" build it again {_elsewhere(place)}"
        )


def load_encoder_of(made: Made) -> Encoder:
    """Give the encoder that an index names."""
    return load_named_encoder(made.encoder)


def load_named_encoder(name: str | None) -> Encoder:
    """Give an encoder by the name that an index remembers; the default one has a name of its own."""
    return load_encoder(None if name == DEFAULT_ENCODER else name)


def _elsewhere(place: object) -> str:
    """Say how to build again without touching what is there."""
    if isinstance(place, Path):
        return f"into a new folder: python -m index build PATH --index {place}-new"
    return f"beside it: python -m index build PATH --index {place} --anew"


def _analysis() -> str:
    return f"{ANALYSIS_VERSION}.{FIELDS_VERSION}"
