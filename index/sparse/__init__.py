"""Sparse search: BM25 with rank-bm25's scores, by postings."""

from index.sparse.bm25 import BM25, K1, B, sparse_bound
from index.sparse.postings import MOST_COUNTED, Postings, term_hash
from index.sparse.statistics import Statistics
from index.sparse.worths import QueryTerm

__all__ = [
    "BM25",
    "K1",
    "MOST_COUNTED",
    "B",
    "Postings",
    "QueryTerm",
    "Statistics",
    "sparse_bound",
    "term_hash",
]
