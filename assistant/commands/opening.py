"""Opening the assistant: the index, its models and the settings, each told early where it is wrong."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from assistant.assistant import Assistant
from assistant.llm import open_writer
from assistant.settings import Settings, from_root
from index.backends import EngineAddress, IndexPlace, place_of
from index.building import build
from index.commands.environment import named_encoder, named_index
from index.encoder import Encoder, load_encoder
from index.errors import SnapshotMissing
from index.search.reranker import load_reranker
from index.store.generations.manifest import Manifest


def open_assistant(
    index: str | IndexPlace | None = None,
    *,
    articles: str | Path | None = None,
    encoder: str | Encoder | None = None,
    settings: Settings | None = None,
    may_build: bool = True,
    suggests: bool = True,
) -> Assistant:
    """Open the assistant over an index; a folder without one is built from `articles` if that `may_build`.

    What is not given comes from `settings`, by default those of the environment; without `suggests` answers
    bring no further questions. Relative paths of the settings start at the project's folder. Raises
    MustanadError in one of its kinds.
    """
    settings = settings or Settings.from_environment(os.environ)
    address = place_of(index) if index is not None else named_index(settings.index, settings.index_token)
    # What an engine holds others may read too: it is built on purpose only.
    may_build = may_build and not isinstance(address, EngineAddress)
    _check_manifest(address, may_build=may_build)
    if encoder is None:
        encoder = named_encoder(settings.encoder)
    model = load_encoder(encoder) if encoder is None or isinstance(encoder, str) else encoder
    reranker = load_reranker(settings.reranker) if settings.reranker else None
    assistant = partial(
        Assistant, address, encoder=model, llm=open_writer(settings), reranker=reranker, suggests=suggests
    )
    try:
        return assistant()
    except SnapshotMissing:
        if not may_build:
            raise
        build([articles if articles is not None else from_root(settings.articles)], address, encoder=model)
        return assistant()


def _check_manifest(index: IndexPlace, *, may_build: bool) -> None:
    """Raise what opening a folder would raise of its manifest, before a model is loaded for nothing."""
    if isinstance(index, EngineAddress):
        return
    try:
        Manifest.read(index)
    except SnapshotMissing:
        if not may_build:
            raise
