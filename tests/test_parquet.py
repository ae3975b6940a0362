"""Texts out and vectors in as Parquet: what another program encoded is not encoded again."""

from __future__ import annotations

import pytest

from index.building import build
from index.building.parquet import encode_file, write_texts
from index.errors import ArticleError, MustanadError
from index.search.searcher import open_searcher
from tests.small_corpus import CountingEncoder


def test_build_takes_what_was_encoded_elsewhere(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("one", "two"):
        text = f"{name}. The river of the bridge is old. " + "The school of the market opens. " * 60
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    count = write_texts([folder], tmp_path / "texts")
    [texts] = sorted((tmp_path / "texts").iterdir())
    (tmp_path / "vectors").mkdir()
    assert encode_file(texts, tmp_path / "vectors" / texts.name, CountingEncoder()) == count > 2
    counting = CountingEncoder()
    report = build(
        [folder], tmp_path / "index", encoder=counting, encoded=[tmp_path / "vectors"], progress=False
    )
    assert counting.encoded == [] and report.passages >= count
    build([folder], tmp_path / "plain", encoder=CountingEncoder(), progress=False)
    with (
        open_searcher(tmp_path / "index", encoder=counting) as one,
        open_searcher(tmp_path / "plain", encoder=counting) as other,
    ):
        assert one.search("river bridge") == other.search("river bridge")


def test_file_that_is_no_parquet_is_told_in_one_line(tmp_path):
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 no")
    for action in (
        lambda: encode_file(broken, tmp_path / "out.parquet", CountingEncoder()),
        lambda: build(
            [tmp_path], tmp_path / "index", encoder=CountingEncoder(), encoded=[broken], progress=False
        ),
    ):
        with pytest.raises(ArticleError) as raised:
            action()
        assert "\n" not in str(raised.value)


def test_vectors_of_another_encoder_are_refused(tmp_path):
    source = tmp_path / "a.txt"
    source.write_text("The river of the bridge is old.", encoding="utf-8")
    write_texts([source], tmp_path / "texts")
    [texts] = (tmp_path / "texts").iterdir()
    encode_file(texts, tmp_path / "v.parquet", CountingEncoder(dimension=16))
    with pytest.raises(MustanadError):
        build(
            [source],
            tmp_path / "index",
            encoder=CountingEncoder(dimension=32),
            encoded=[tmp_path / "v.parquet"],
            progress=False,
        )
