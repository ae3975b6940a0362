"""Retrieval beside other programs: the same articles, passages, vectors and questions, one run.

    python -m benchmarks.retrieval --articles FILE --questions FILE [--questions FILE] [--distractors FILE]

Mustanad's three modes over an index of its own; beside it, over the same passages and the encoder's plain
vectors: rank-bm25 on words cut at white space, bm25s on our terms, cosine, their reciprocal rank fusion,
LanceDB (full text and vectors, its own fusion) and Haystack (BM25 and vectors, its joiner). What is not
installed is left out and named. Milliseconds are of one search, without encoding the question.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.analysis import analyze
from index.articles import read_articles
from index.build import build
from index.encoder import SentenceTransformerEncoder, load_encoder
from index.evaluation.asking import rank_articles
from index.evaluation.measures import mean, ndcg, recall
from index.evaluation.questions import Question, qrels_of, read_questions
from index.fusion import reciprocal_rank
from index.passages import Passage, split_article
from index.searcher import open_searcher

DEPTH = 100  # passages that a peer is asked for


@dataclasses.dataclass(frozen=True)
class Corpus:
    """What every peer gets: passages, and the encoder's unit vectors of them."""

    passages: Sequence[Passage]
    vectors: np.ndarray


# A peer: made from a corpus, it gives for a question and its vector the places of passages, best first.
Search = Callable[[str, np.ndarray], Sequence[int]]


def cosine(corpus: Corpus) -> Search:
    """All inner products, exactly."""
    return lambda _text, vector: np.argsort(-(corpus.vectors @ vector), kind="stable")[:DEPTH]


def rank_bm25_plain(corpus: Corpus) -> Search:
    """rank-bm25 as its page shows it: words cut at white space."""
    from rank_bm25 import BM25Okapi

    bm25 = BM25Okapi([passage.text.split() for passage in corpus.passages])
    return lambda text, _vector: np.argsort(-bm25.get_scores(text.split()), kind="stable")[:DEPTH]


def bm25s_our_terms(corpus: Corpus) -> Search:
    """bm25s with its own defaults, on our terms."""
    import bm25s

    retriever = bm25s.BM25()
    retriever.index([analyze(passage.text) for passage in corpus.passages], show_progress=False)
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

    folder = tempfile.mkdtemp(prefix="lancedb-")
    rows = [
        {"place": place, "text": passage.text, "vector": vector}
        for place, (passage, vector) in enumerate(zip(corpus.passages, corpus.vectors, strict=True))
    ]
    table = lancedb.connect(folder).create_table("passages", rows)
    table.create_fts_index("text", replace=True)

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
            Document(id=str(place), content=passage.text, embedding=vector.tolist())
            for place, (passage, vector) in enumerate(zip(corpus.passages, corpus.vectors, strict=True))
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


PEERS: dict[str, tuple[str, Callable[[Corpus], Search]]] = {
    "cosine": ("numpy", cosine),
    "rank-bm25, white space": ("rank_bm25", rank_bm25_plain),
    "bm25s, our terms": ("bm25s", bm25s_our_terms),
    "rank-bm25 and cosine, reciprocal rank": ("rank_bm25", plain_fusion),
    "LanceDB hybrid": ("lancedb", lancedb_hybrid),
    "Haystack hybrid": ("haystack", haystack_hybrid),
}


class Remembered:
    """The encoder, with the questions encoded beforehand, so that searches are timed without encoding."""

    def __init__(self, encoder: SentenceTransformerEncoder, questions: Sequence[str]):
        self._encoder = encoder
        self.name, self.dimension = encoder.name, encoder.dimension
        vectors, tokens = encoder.encode_with_tokens(list(questions), kind="query")
        self._known = dict(zip(questions, zip(vectors, tokens, strict=True), strict=True))

    def __getattr__(self, name: str):
        return getattr(self._encoder, name)

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """As the encoder's own."""
        if all(text in self._known for text in texts):
            return np.stack([self._known[text][0] for text in texts])
        return self._encoder.encode_queries(texts)

    def encode_with_tokens(self, texts: Sequence[str], *, kind: str = "passage", progress=None):
        """As the encoder's own."""
        if kind == "query" and all(text in self._known for text in texts):
            found = [self._known[text] for text in texts]
            return np.stack([vector for vector, _tokens in found]), [tokens for _vector, tokens in found]
        return self._encoder.encode_with_tokens(texts, kind=kind, progress=progress)


def articles_of(passages: Sequence[Passage], places: Sequence[int]) -> list[str]:
    """Articles in the order of their best passage."""
    return list(dict.fromkeys(passages[int(place)].article_id for place in places))


def measured(
    name: str, questions: Sequence[Question], search: Callable[[Question], Sequence[str]]
) -> tuple[str, float, float, float]:
    """Name, nDCG@10, recall@10 and the median of milliseconds."""
    qrels, gains, found, taken = qrels_of(questions), [], [], []
    for question in questions:
        started = time.perf_counter()
        ranking = search(question)
        taken.append(1e3 * (time.perf_counter() - started))
        gains.append(ndcg(ranking, qrels[question.question_id], k=10))
        found.append(recall(ranking, qrels[question.question_id], k=10))
    return name, mean(gains), mean(found), statistics.median(taken)


def compare(options: argparse.Namespace) -> Iterator[str]:
    """Lines of a Markdown table."""
    articles = list(read_articles(options.articles))
    pool = itertools.islice(read_articles(options.distractors), options.limit) if options.distractors else ()
    articles += list(pool)
    sets = {path: [each for each in read_questions(path) if each.article_ids] for path in options.questions}
    if options.sample:
        sets = {path: listed[:: max(1, len(listed) // options.sample)] for path, listed in sets.items()}
    texts = dict.fromkeys(question.question for listed in sets.values() for question in listed)
    encoder = Remembered(load_encoder(options.encoder), list(texts))
    passages = [passage for article in articles for passage in split_article(article)]
    corpus = Corpus(passages, encoder.encode_passages([passage.text for passage in passages]))
    yield f"{len(articles):,} articles, {len(passages):,} passages, encoder {encoder.name}"
    yield ""
    yield "| questions | program | nDCG@10 | R@10 | ms |"
    yield "| --- | --- | ---: | ---: | ---: |"
    with tempfile.TemporaryDirectory(prefix="mustanad-bench-") as folder:
        build(articles, Path(folder) / "index", encoder=encoder, progress=False)
        with open_searcher(Path(folder) / "index", encoder=encoder) as searcher:
            for path, questions in sets.items():
                for mode in ("hybrid", "dense", "sparse"):

                    def ours(question: Question, mode: str = mode) -> list[str]:
                        ranked = rank_articles(searcher, question.question, mode=mode, depth=10)
                        return [each.article_id for each in ranked]

                    yield _row(path, measured(f"Mustanad, {mode}", questions, ours))
    for name, (package, peer) in PEERS.items():
        if importlib.util.find_spec(package) is None:
            yield f"| | {name} | not installed | | |"
            continue
        search = peer(corpus)
        for path, questions in sets.items():

            def theirs(question: Question, search: Search = search) -> list[str]:
                vector = encoder.encode_queries([question.question])[0]
                return articles_of(corpus.passages, search(question.question, vector))

            yield _row(path, measured(name, questions, theirs))


def _row(path: Path, found: tuple[str, float, float, float]) -> str:
    name, gain, share, taken = found
    label = f"{path.parent.name} {path.name.removesuffix('.gz').removesuffix('.jsonl').split('.')[-1]}"
    return f"| {label} | {name} | {gain:.4f} | {share:.4f} | {taken:.1f} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table, line by line as it is measured."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.retrieval", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--articles", action="append", required=True, metavar="PATH")
    parser.add_argument("--questions", action="append", required=True, type=Path, metavar="FILE")
    parser.add_argument(
        "--distractors", action="append", metavar="PATH", help="further articles to search among"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="take only the first N distractors")
    parser.add_argument("--sample", type=int, metavar="N", help="ask only about N questions of each file")
    parser.add_argument("--encoder", metavar="NAME", help="a sentence-transformers model")
    for line in compare(parser.parse_args(arguments)):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
