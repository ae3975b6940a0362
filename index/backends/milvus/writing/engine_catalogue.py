"""What a build asks of the articles that an engine holds, as it asks a folder's catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.articles import Article
from index.backends.milvus.collections.facets import condition_of, facet, one_of
from index.backends.milvus.collections.milvus_schema import PASSAGE_FACTS
from index.backends.milvus.collections.passage_rows import facts_of
from index.backends.milvus.collections.shelf import HEAD, Shelf, ShelvedArticle, fitting
from index.backends.milvus.collections.wire import Wire
from index.backends.milvus.lately import Lately
from index.passages import Passage
from index.store.sqlite.catalogue import StoredArticle

ARTICLES_KEPT = 64  # whole ones, that a replaced article is asked for several times in a row


class EngineCatalogue:
    """The articles that a generation sees; for one writer."""

    def __init__(self, wire: Wire, collection: str, generation: int):
        self._wire, self._collection = wire, collection
        self._shelf = Shelf(wire, collection)
        self._expected: dict[str, StoredArticle | None] = {}
        self._whole: Lately[int, ShelvedArticle] = Lately(ARTICLES_KEPT)
        self.generation = generation

    def expect(self, article_ids: Sequence[str]) -> None:
        """Look up, in one request, the articles that `find` will be asked for."""
        self._expected = dict.fromkeys(article_ids)
        hashes = [facet("id", article_id) for article_id in article_ids]
        fields = ["article", "article_id", "content_hash", "origin"]
        condition = f"{one_of('id_hash', hashes)} and {condition_of(None, self.generation)}"
        for row in self._shelf.few_heads(fields, condition):
            key = int(row["article"])
            article_id = str(row["article_id"]) or self.articles([key])[key].article_id
            if article_id in self._expected:
                stored = StoredArticle(key, str(row["content_hash"]), str(row["origin"]))
                self._expected[article_id] = stored

    def find(self, article_id: str) -> StoredArticle | None:
        """Give what is stored of an article."""
        if article_id not in self._expected:
            self.expect([article_id])
        return self._expected[article_id]

    def origins(self) -> Iterator[tuple[int, str, str]]:
        """Give key, id and origin of every live article."""
        fields = ["article", "article_id", "origin"]
        for page in self._shelf.heads(fields, condition_of(None, self.generation)):
            for row in page:
                key = int(row["article"])
                article_id = str(row["article_id"]) or self.articles([key])[key].article_id
                yield key, article_id, str(row["origin"])

    def move(self, key: int, origin: str) -> None:
        """Note that an article, unchanged, is now read from another file."""
        row = {"name": f"a{key:016d}/{HEAD:06d}", "origin": fitting(origin)}
        self._wire.call("upsert", self._shelf.name, [row], partial_update=True)

    def articles(self, keys: Sequence[int]) -> dict[int, Article]:
        """Give articles by key."""
        return {key: self._shelved(key).article for key in keys}

    def passages_of(self, article_key: int, article: Article) -> list[Passage]:
        """Give the passages of an article, in order."""
        rows = self._wire.few(self._collection, PASSAGE_FACTS, f"article == {article_key}")
        facts = sorted(map(facts_of, rows), key=lambda passage: passage.key)
        return [
            Passage(
                f"{article.article_id}#{each.start}-{each.end}",
                article.article_id,
                each.start,
                each.end,
                article.text[each.start : each.end],
            )
            for each in facts
        ]

    def passage_keys(self, article_key: int) -> tuple[int, int]:
        """Give the key of an article's first passage and how many there are."""
        shelved = self._shelved(article_key)
        return shelved.first_passage, shelved.passages

    def keep_version(self, key: int, *, generation: int, days: int) -> None:
        """Do nothing: former texts are kept in folders only."""

    def keep_versions_for(self, days: int) -> None:
        """Do nothing, likewise."""

    def forget_versions(self, key: int) -> None:
        """Do nothing, likewise."""

    def alike(self, bands: Sequence[int]) -> list[tuple[int, int, bytes]]:
        """Give key, story and signature of the articles whose signature shares one of these bands."""
        numbers = ", ".join(str(band) for band in bands)
        condition = f"array_contains_any(bands, [{numbers}]) and until > {self.generation}"
        keys = [int(row["article"]) for row in self._shelf.few_heads(["article"], condition)]
        shelved = self._shelf.by_keys(keys)
        return [(key, shelved[key].story, shelved[key].signature) for key in keys if key in shelved]

    def _shelved(self, key: int) -> ShelvedArticle:
        shelved = self._whole.get(key)
        if shelved is None:
            shelved = self._shelf.by_keys([key]).get(key)
            if shelved is None:
                raise self._wire.nonsense(f"nothing of article {key}")
            self._whole.put(key, shelved)
        return shelved
