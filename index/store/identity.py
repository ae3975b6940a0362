"""What an index was made with, and whether this program and this encoder fit it."""

from __future__ import annotations

from pathlib import Path

from index.encoder import Encoder
from index.encoder.model import NAME as DEFAULT_ENCODER
from index.errors import SnapshotMismatch
from index.passages import MAX_WORDS
from index.passages.fields import FIELDS_VERSION
from index.store.manifest import Manifest
from index.store.writer import Identity
from index.text.analysis import ANALYSIS_VERSION


def identity_of(encoder: Encoder) -> Identity:
    """Give what an index made with `encoder` remembers."""
    return Identity(
        encoder=encoder.name,
        dimension=encoder.dimension,
        fingerprint=getattr(encoder, "fingerprint", ""),
        analysis=_analysis(),
        passage_words=MAX_WORDS,
    )


def check_encoder(folder: Path, manifest: Manifest, encoder: Encoder) -> None:
    """Raise SnapshotMismatch when the index was made with another encoder."""
    made = (manifest.encoder, manifest.dimension)
    if made != (encoder.name, encoder.dimension):
        raise SnapshotMismatch(
            f"{folder} was built with the encoder {manifest.encoder} ({manifest.dimension} dimensions),"
            f" not with {encoder.name} ({encoder.dimension});"
            f" use --encoder {manifest.encoder}, or build into a new folder"
        )
    fingerprint = getattr(encoder, "fingerprint", "")
    if manifest.fingerprint and fingerprint and manifest.fingerprint != fingerprint:
        raise SnapshotMismatch(
            f"{folder} was built with other weights of the encoder {encoder.name};"
            f" build it again into a new folder: python -m index build PATH --index {folder}-new"
        )


def check_analysis(folder: Path, manifest: Manifest) -> None:
    """Raise SnapshotMismatch when the terms of the index were made by another version of the analysis."""
    if manifest.analysis != _analysis():
        raise SnapshotMismatch(
            f"{folder} was built with version {manifest.analysis} of the text analysis,"
            f" this is version {_analysis()};"
            f" build it again into a new folder: python -m index build PATH --index {folder}-new"
        )


def load_encoder_of(manifest: Manifest) -> Encoder:
    """Give the encoder that an index names."""
    return load_named_encoder(manifest.encoder)


def load_named_encoder(name: str | None) -> Encoder:
    """Give an encoder by the name that an index remembers; the default one has a name of its own."""
    from index.encoder import load_encoder

    return load_encoder(None if name == DEFAULT_ENCODER else name)


def _analysis() -> str:
    return f"{ANALYSIS_VERSION}.{FIELDS_VERSION}"
