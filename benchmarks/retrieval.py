"""Retrieval beside other programs: the same articles, passages, vectors and questions, one run.

    python -m benchmarks.retrieval --articles FILE --questions FILE [--questions FILE] [--distractors FILE]

Mustanad's modes over an index of its own; beside it, over the same passages (each under its article's title)
and the encoder's plain vectors: rank-bm25 on words cut at white space, bm25s on our terms, cosine, their
reciprocal rank fusion, LanceDB (full text and vectors, its own fusion), txtai (its hybrid) and Haystack (BM25
and vectors, its joiner). With `--index DIR` over an index that is there. What is not installed is named.
Milliseconds are of one search, without encoding the question.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from benchmarks.retrieval_peers import PEERS, Corpus, Search
from index.articles import Article, read_articles
from index.building import build
from index.commands.processor import one_thread_a_product
from index.encoder import SentenceTransformerEncoder, load_encoder
from index.evaluation.asking import rank_articles
from index.evaluation.measures import mean, ndcg, recall
from index.evaluation.questions import Question, qrels_of, read_questions
from index.passages import Passage, split_article
from index.passages.fields import encoded_text
from index.search.searcher import Searcher, open_searcher
from index.store.generations.snapshot import open_snapshot

MODES = ("hybrid", "dense", "sparse", "rrf")


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
    sets = {path: [each for each in read_questions(path) if each.article_ids] for path in options.questions}
    if options.sample:
        sets = {path: listed[:: max(1, len(listed) // options.sample)] for path, listed in sets.items()}
    texts = dict.fromkeys(question.question for listed in sets.values() for question in listed)
    encoder = Remembered(load_encoder(options.encoder), list(texts))
    with tempfile.TemporaryDirectory(prefix="mustanad-bench-") as folder:
        if options.index:
            corpus = stored(options.index)
        else:
            articles = _articles(options)
            corpus = encoded(articles, encoder)
            build(articles, Path(folder) / "index", encoder=encoder, progress=False)
        yield f"{len(corpus.passages):,} passages, encoder {encoder.name}"
        yield ""
        yield "| questions | program | nDCG@10 | R@10 | ms |"
        yield "| --- | --- | ---: | ---: | ---: |"
        with open_searcher(options.index or Path(folder) / "index", encoder=encoder) as searcher:
            yield from _ours(searcher, sets)
            centre = searcher.calibration.centre_queries if options.index else lambda rows: rows
            vectors = {text: centre(encoder.encode_queries([text]))[0] for text in texts}
    yield from _theirs(corpus, sets, vectors, options.peer or list(PEERS))


def encoded(articles: Sequence[Article], encoder: Remembered) -> Corpus:
    """Passages of articles, as an index would split them, with the encoder's plain vectors."""
    pairs = [(article, passage) for article in articles for passage in split_article(article)]
    texts = [encoded_text(*pair) for pair in pairs]
    return Corpus([passage for _article, passage in pairs], texts, encoder.encode_passages(texts))


def stored(folder: Path) -> Corpus:
    """Passages and vectors of an index, as it holds them: the vectors are calibrated ones."""
    with closing(open_snapshot(folder)) as snapshot:
        keys, vectors = [], []
        for segment in snapshot.segments:
            live = segment.live()
            keys += np.asarray(segment.passages)[live].tolist()
            vectors.append(np.asarray(segment.vectors, np.float32)[live])
        found = snapshot.catalogue.passages(keys)
        articles: dict[str, Article] = {}
        for passage in found.values():
            if passage.article_id not in articles:
                known = snapshot.catalogue.article(passage.article_id, snapshot.manifest.generation)
                articles[passage.article_id] = known[1]
    passages = [found[key] for key in keys]
    texts = [encoded_text(articles[passage.article_id], passage) for passage in passages]
    return Corpus(passages, texts, np.concatenate(vectors))


def _articles(options: argparse.Namespace) -> list[Article]:
    articles = list(read_articles(options.articles))
    more = read_articles(options.distractors) if options.distractors else ()
    return articles + list(itertools.islice(more, options.limit))


def _ours(searcher: Searcher, sets: Mapping[Path, Sequence[Question]]) -> Iterator[str]:
    for path, questions in sets.items():
        for mode in MODES:

            def ours(question: Question, mode: str = mode) -> list[str]:
                ranked = rank_articles(searcher, question.question, mode=mode, depth=10)
                return [each.article_id for each in ranked]

            yield _row(path, measured(f"Mustanad, {mode}", questions, ours))


def _theirs(
    corpus: Corpus,
    sets: Mapping[Path, Sequence[Question]],
    vectors: Mapping[str, np.ndarray],
    names: Sequence[str],
) -> Iterator[str]:
    for name in names:
        package, peer = PEERS[name]
        if importlib.util.find_spec(package) is None:
            yield f"| | {name} | not installed | | |"
            continue
        search = peer(corpus)
        for path, questions in sets.items():

            def theirs(question: Question, search: Search = search) -> list[str]:
                found = search(question.question, vectors[question.question])
                return articles_of(corpus.passages, found)

            yield _row(path, measured(name, questions, theirs))


def _row(path: Path, found: tuple[str, float, float, float]) -> str:
    name, gain, share, taken = found
    label = f"{path.parent.name} {path.name.removesuffix('.gz').removesuffix('.jsonl').split('.')[-1]}"
    return f"| {label} | {name} | {gain:.4f} | {share:.4f} | {taken:.1f} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table, line by line as it is measured."""
    one_thread_a_product()
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.retrieval", description=__doc__.split("\n")[0]
    )
    corpus = parser.add_mutually_exclusive_group(required=True)
    corpus.add_argument("--articles", action="append", metavar="PATH")
    corpus.add_argument(
        "--index", type=Path, metavar="DIR", help="an index instead: peers get the vectors that it holds"
    )
    parser.add_argument("--questions", action="append", required=True, type=Path, metavar="FILE")
    parser.add_argument(
        "--distractors", action="append", metavar="PATH", help="further articles to search among"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="take only the first N distractors")
    parser.add_argument("--sample", type=int, metavar="N", help="ask only about N questions of each file")
    parser.add_argument("--peer", action="append", choices=list(PEERS), help="only this one; may be repeated")
    parser.add_argument("--encoder", metavar="NAME", help="a sentence-transformers model")
    for line in compare(parser.parse_args(arguments)):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
