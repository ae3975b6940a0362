"""What Mustanad's retrieval is compared with: each made from the same passages and the same vectors."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Sequence

import numpy as np

from index.passages import Passage
from index.search.fusion import reciprocal_rank
from index.text.analysis import analyze

DEPTH = 100  # passages that a peer is asked for


@dataclasses.dataclass(frozen=True)
class Corpus:
    """What every peer gets: passages, the texts the encoder reads of them, and unit vectors of those."""

    passages: Sequence[Passage]
    texts: Sequence[str]
    vectors: np.ndarray


# A peer: made from a corpus, it gives for a question and its vector the places of passages, best first.
Search = Callable[[str, np.ndarray], Sequence[int]]


def cosine(corpus: Corpus) -> Search:
    """All inner products, exactly."""
    return lambda _text, vector: np.argsort(-(corpus.vectors @ vector), kind="stable")[:DEPTH]


def rank_bm25_plain(corpus: Corpus) -> Search:
    """rank-bm25 as its page shows it: words cut at white space."""
    from rank_bm25 import BM25Okapi

    bm25 = BM25Okapi([text.split() for text in corpus.texts])
    return lambda text, _vector: np.argsort(-bm25.get_scores(text.split()), kind="stable")[:DEPTH]


def bm25s_our_terms(corpus: Corpus) -> Search:
    """bm25s with its own defaults, on our terms."""
    import bm25s

    retriever = bm25s.BM25()
    retriever.index([analyze(text) for text in corpus.texts], show_progress=False)
    count = min(DEPTH, len(corpus.passages))

    def search(text: str, _vector: np.ndarray) -> Sequence[int]:
        terms = analyze(text)
        return retriever.retrieve([terms], k=count, show_progress=False)[0][0].tolist()

    return search


def plain_fusion(corpus: Corpus) -> Search:
    """Reciprocal rank fusion of rank-bm25 on white space and cosine: what most guides build."""
    sparse, dense = rank_bm25_plain(corpus), cosine(corpus)

    def search(text: str, vector: np.ndarray) -> Sequence[int]:
        scores = reciprocal_rank([list(sparse(text, vector)), list(dense(text, vector))])
        return sorted(scores, key=lambda place: -scores[place])[:DEPTH]

    return search


def lancedb_hybrid(corpus: Corpus) -> Search:
    """LanceDB's hybrid search: its full-text index, its vectors, its default fusion."""
    import lancedb
    from lancedb.index import FTS

    folder = tempfile.mkdtemp(prefix="lancedb-")
    rows = [
        {"place": place, "text": text, "vector": vector}
        for place, (text, vector) in enumerate(zip(corpus.texts, corpus.vectors, strict=True))
    ]
    table = lancedb.connect(folder).create_table("passages", rows)
    table.create_index("text", config=FTS())

    def search(text: str, vector: np.ndarray) -> Sequence[int]:
        words = " ".join(word for word in text.split() if word.strip('?؟!.,:"()'))
        query = table.search(query_type="hybrid").vector(vector).text(words).limit(DEPTH)
        return [row["place"] for row in query.to_list()]

    return search


def haystack_hybrid(corpus: Corpus) -> Search:
    """Haystack's in-memory BM25 and embedding retrievers, joined by reciprocal rank."""
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
    store.write_documents(
        [
            Document(id=str(place), content=text, embedding=vector.tolist())
            for place, (text, vector) in enumerate(zip(corpus.texts, corpus.vectors, strict=True))
        ]
    )
    sparse = InMemoryBM25Retriever(store, top_k=DEPTH)
    dense = InMemoryEmbeddingRetriever(store, top_k=DEPTH)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=DEPTH)

    def search(text: str, vector: np.ndarray) -> Sequence[int]:
        found = [
            sparse.run(query=text)["documents"],
            dense.run(query_embedding=vector.tolist())["documents"],
        ]
        return [int(document.id) for document in joiner.run(documents=found)["documents"]]

    return search


def txtai_hybrid(corpus: Corpus) -> Search:
    """txtai's hybrid search: its BM25 and its FAISS index, its weights."""
    from txtai import Embeddings

    asked: dict[str, np.ndarray] = {}
    rows = iter(corpus.vectors)

    def transform(texts: Sequence[str]) -> np.ndarray:
        return np.stack([asked[text] if text in asked else next(rows) for text in texts])

    embeddings = Embeddings(method="external", transform=transform, hybrid=True)
    embeddings.index((place, text, None) for place, text in enumerate(corpus.texts))

    def search(text: str, vector: np.ndarray) -> Sequence[int]:
        asked.clear()
        asked[text] = vector
        return [place for place, _score in embeddings.search(text, DEPTH)]

    return search


PEERS: dict[str, tuple[str, Callable[[Corpus], Search]]] = {
    "cosine": ("numpy", cosine),
    "rank-bm25, white space": ("rank_bm25", rank_bm25_plain),
    "bm25s, our terms": ("bm25s", bm25s_our_terms),
    "rank-bm25 and cosine, reciprocal rank": ("rank_bm25", plain_fusion),
    "LanceDB hybrid": ("lancedb", lancedb_hybrid),
    "txtai hybrid": ("txtai", txtai_hybrid),
    "Haystack hybrid": ("haystack", haystack_hybrid),
}
