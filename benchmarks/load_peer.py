"""Serves a Haystack pipeline behind FastAPI, to be measured beside the server.

    python -m benchmarks.load_peer --index DIR [--port 8123]

What its guides build: a text embedder, the in-memory BM25 and embedding retrievers, reciprocal rank fusion,
ten passages. It holds the passages and vectors of the index DIR, and encodes questions with the same model,
through sentence-transformers. `GET /api/search?q=` answers, so that one command asks both:

    python -m benchmarks.load --door search --url http://127.0.0.1:8123 --questions FILE
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from benchmarks.retrieval import stored
from benchmarks.retrieval_peers import haystack_hybrid
from index.encoder.model import prepare_default_model

PASSAGES = 10


def application(folder: Path) -> FastAPI:
    """Make the application over the passages of an index."""
    from sentence_transformers import SentenceTransformer

    corpus = stored(folder)
    search = haystack_hybrid(corpus)
    model = SentenceTransformer(str(prepare_default_model()), device="cpu")
    app = FastAPI()

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.get("/api/search")
    def find(q: str) -> dict[str, Any]:
        vector = model.encode(q, prompt_name="query", normalize_embeddings=True, show_progress_bar=False)
        places = search(q, vector)[:PASSAGES]
        return {"query": q, "hits": [{"text": corpus.passages[place].text} for place in places]}

    return app


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--index", type=Path, required=True, metavar="DIR")
    parser.add_argument("--port", type=int, default=8123)
    given = parser.parse_args()
    uvicorn.run(application(given.index), host="127.0.0.1", port=given.port, log_level="warning")
    return 0


if __name__ == "__main__":
    sys.exit(main())
