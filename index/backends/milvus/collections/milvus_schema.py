"""The two collections of a generation: passages to search, and records of everything else."""

from __future__ import annotations

from typing import Any

from index.backends.milvus.collections.wire import Wire

LONGEST_TEXT = 65_535  # bytes of a VARCHAR, the most that a server takes
MOST_FACETS = 4_096  # of an array, the most that a server takes
MOST_WORD_PIECES = 64
LONGEST_RECORD_NAME = 64
FOREVER = (1 << 62) - 1  # the generation that ends what has not ended
RECORDS = "_records"

PASSAGE_FACTS = ("key", "article", "story", "article_id", "start", "end", "text")


def records_of(collection: str) -> str:
    """Name the collection of records beside a collection of passages."""
    return collection + RECORDS


def numbered(alias: str, number: int) -> str:
    """Name the collection of passages of a build from the beginning."""
    return f"{alias}_v{number}"


def number_of(alias: str, collection: str) -> int:
    """Give the number of a collection of passages; 0 for the name of another thing."""
    number = collection.removeprefix(f"{alias}_v")
    return int(number) if number != collection and number.isdigit() else 0


def create(wire: Wire, collection: str, dimension: int) -> None:
    """Make both collections, empty, with their indexes, loaded."""
    _create_passages(wire, collection, dimension)
    _create_records(wire, records_of(collection))


def drop(wire: Wire, collection: str) -> None:
    """Take both collections away; what is not there is no error."""
    for name in (collection, records_of(collection)):
        if wire.call("has_collection", name):
            wire.call("drop_collection", name)


def _create_passages(wire: Wire, name: str, dimension: int) -> None:
    from pymilvus import DataType

    schema = wire.client().create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    schema.add_field("terms", DataType.SPARSE_FLOAT_VECTOR)
    _add_array(schema, "words", DataType.VARCHAR, MOST_WORD_PIECES, max_length=LONGEST_TEXT)
    for text in ("text", "article_id"):
        schema.add_field(text, DataType.VARCHAR, max_length=LONGEST_TEXT)
    for number in ("start", "end", "article", "story"):
        schema.add_field(number, DataType.INT64)
    _add_conditions(schema)
    indexes = _indexes(wire, ("article", "story"))
    indexes.add_index("vector", index_type=wire.address.dense, metric_type="IP", params=_dense(wire))
    indexes.add_index("terms", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    _make(wire, name, schema, indexes, consistency="Bounded")


def _create_records(wire: Wire, name: str) -> None:
    from pymilvus import DataType

    schema = wire.client().create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("name", DataType.VARCHAR, is_primary=True, max_length=LONGEST_RECORD_NAME)
    schema.add_field("content", DataType.VARCHAR, max_length=LONGEST_TEXT)
    for text in ("article_id", "origin"):
        schema.add_field(text, DataType.VARCHAR, max_length=LONGEST_TEXT)
    schema.add_field("content_hash", DataType.VARCHAR, max_length=LONGEST_RECORD_NAME)
    for number in ("article", "part", "id_hash", "story"):
        schema.add_field(number, DataType.INT64)
    _add_array(schema, "bands", DataType.INT64, MOST_WORD_PIECES)
    _add_conditions(schema)
    schema.add_field("unused", DataType.FLOAT_VECTOR, dim=2)  # a server makes no collection without vectors
    indexes = _indexes(wire, ("article", "id_hash", "story"))
    if not wire.is_lite:
        indexes.add_index("bands", index_type="INVERTED")
    indexes.add_index("unused", index_type="FLAT", metric_type="IP")
    _make(wire, name, schema, indexes, consistency="Strong")


def _make(wire: Wire, name: str, schema: Any, indexes: Any, *, consistency: str) -> None:
    """Make an empty collection; nobody waits for indexes over nothing."""
    wire.call("create_collection", name, schema=schema, consistency_level=consistency)
    wire.call("create_index", name, indexes, sync=False)
    wire.call("load_collection", name)


def _add_conditions(schema: Any) -> None:
    """Add what filters ask: hashes of an article's fields, days, and the generations that see the row."""
    from pymilvus import DataType

    _add_array(schema, "facets", DataType.INT64, MOST_FACETS)
    for number in ("first_day", "last_day", "since", "until"):
        schema.add_field(number, DataType.INT64)


def _add_array(schema: Any, name: str, kind: Any, most: int, **limits: int) -> None:
    from pymilvus import DataType

    schema.add_field(name, DataType.ARRAY, element_type=kind, max_capacity=most, **limits)


def _indexes(wire: Wire, names: tuple[str, ...]) -> Any:
    """Index the numbers that conditions name; Milvus Lite indexes no arrays."""
    indexes = wire.client().prepare_index_params()
    for name in (*names, "since", "until", *(() if wire.is_lite else ("facets",))):
        indexes.add_index(name, index_type="INVERTED")
    return indexes


def _dense(wire: Wire) -> dict[str, int]:
    """Give what a kind of index is built with: the values that FAISS's graph of a folder has, or none."""
    return {"HNSW": {"M": 32, "efConstruction": 200}, "IVF_FLAT": {"nlist": 1024}}.get(wire.address.dense, {})
