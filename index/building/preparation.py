"""Articles on their way into the index: encoded and counted in the background, while more are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from index.building.encoding import PassageEncoding, Vectors
from index.passages.fields import encoded_text, passage_terms
from index.sparse import Postings
from index.store.sqlite.schema import NewArticle
from index.store.writing.pending import Encoded

Prepared = tuple[Sequence[NewArticle], Encoded, Postings]


class Preparation:
    """One batch of articles at a time, prepared in threads of its own. Leaving it ends them."""

    def __init__(self, encoding: PassageEncoding):
        self._encoding = encoding
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="build")
        self._articles: Sequence[NewArticle] = ()
        self._begun: tuple[Future[Encoded], Future[Postings]] | None = None
        self._stopped = False

    def __enter__(self) -> Preparation:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stopped = True
        self._encoding.stop()
        self._pool.shutdown(cancel_futures=True)

    def begin(self, articles: Sequence[NewArticle], earlier: Mapping[str, Vectors]) -> None:
        """Start on a batch; `earlier` is what was encoded of some of its texts before."""
        pairs = [(new.article, passage) for new in articles for passage in new.passages]
        encoded = self._pool.submit(self._encoding.encode, [encoded_text(*pair) for pair in pairs], earlier)
        terms = (passage_terms(*pair) for pair in pairs if not self._stopped)
        postings = self._pool.submit(Postings.of, terms)
        self._articles, self._begun = articles, (encoded, postings)

    def finish(self) -> Prepared | None:
        """Give the batch begun last, waited for; None when there is none."""
        if self._begun is None:
            return None
        (encoded, postings), self._begun = self._begun, None
        return self._articles, encoded.result(), postings.result()
