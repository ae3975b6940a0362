import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Article
from index.articles.filters import Filters
from index.building import build, remove
from index.building.build import FIRST_PASSAGES
from index.encoder import HashingEncoder
from index.errors import ArticleError, EncoderError, SnapshotError, SnapshotMismatch, SnapshotMissing
from index.search.searcher import open_searcher
from index.store.generations.manifest import Manifest
from index.store.upkeep.verify import verify
from tests.small_corpus import CountingEncoder, article, articles

ENCODER = HashingEncoder(dimension=32)


def counts(report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.removed


def built(found: list[Article], folder: Path, **options) -> tuple[int, int, int, int]:
    return counts(build(found, folder, encoder=ENCODER, progress=False, **options))


def everything(folder: Path, query: str, mode: str) -> dict[str, tuple]:
    """All hits of a query: passage to its scores and text."""
    with open_searcher(folder, encoder=ENCODER) as searcher:
        hits = searcher.search(query, k=1_000, mode=mode, collapse=False)
    return {hit.passage.passage_id: (hit.dense, hit.sparse, hit.score, hit.passage.text) for hit in hits}


def assert_same_answers(one: Path, other: Path) -> None:
    for query in ("نهر school 2024", "a1 tower", "زيتون"):
        for mode in ("hybrid", "dense", "sparse"):
            first, second = everything(one, query, mode), everything(other, query, mode)
            assert first.keys() == second.keys()
            for passage, (*scores, text) in first.items():
                *expected, same_text = second[passage]
                assert text == same_text
                assert [score or 0.0 for score in scores] == pytest.approx(
                    [score or 0.0 for score in expected], abs=1e-6
                )


def test_build_counts_what_it_did(tmp_path):
    first = articles(5)
    assert built(first, tmp_path) == (5, 0, 0, 0)
    assert built(first, tmp_path) == (0, 0, 5, 0)
    changed = [article("a1", seed=9), *first[2:], article("new")]
    assert built(changed, tmp_path) == (1, 1, 3, 0)
    assert counts(remove(["a2", "a2"], tmp_path)) == (0, 0, 0, 1)
    assert verify(tmp_path, progress=False) == []


def test_build_with_nothing_changed_commits_nothing(tmp_path):
    built(articles(3), tmp_path)
    before = (tmp_path / "manifest.json").read_bytes()
    built(articles(3), tmp_path)
    assert (tmp_path / "manifest.json").read_bytes() == before


def test_build_metadata_alone_is_a_change(tmp_path):
    built([article("a", author="one")], tmp_path)
    assert built([article("a", author="two")], tmp_path) == (0, 1, 0, 0)
    with open_searcher(tmp_path, encoder=ENCODER) as searcher:
        assert searcher.article("a").author == "two"


def test_build_encodes_only_passages_that_are_new(tmp_path):
    encoder = CountingEncoder()
    long = article("long", sentences=60)
    build([long], tmp_path, encoder=encoder, progress=False)
    before = len(encoder.encoded)
    build([dataclasses.replace(long, author="another")], tmp_path, encoder=encoder, progress=False)
    assert before > 5
    assert len(encoder.encoded) == before
    assert verify(tmp_path, progress=False) == []


@pytest.mark.slow
def test_build_interrupted_and_repeated_encodes_the_rest(tmp_path):
    many = [article(f"m{number}", sentences=40) for number in range(180)]
    stopped = CountingEncoder(stop_after=1_100)
    with pytest.raises(KeyboardInterrupt):
        build(many, tmp_path, encoder=stopped, progress=False)
    with pytest.raises(SnapshotMissing):
        open_searcher(tmp_path, encoder=stopped)
    resumed = CountingEncoder()
    report = build(many, tmp_path, encoder=resumed, progress=False)
    assert report.added == 180
    assert len(stopped.encoded) > 0
    assert len(stopped.encoded) + len(resumed.encoded) == report.passages
    assert not (tmp_path / "pending").exists()
    assert verify(tmp_path, progress=False) == []


actions = st.lists(
    st.tuples(st.sampled_from(["put", "put", "remove"]), st.integers(0, 7), st.integers(0, 3)),
    min_size=1,
    max_size=12,
)


@pytest.mark.slow
@settings(max_examples=12)
@given(actions)
def test_build_step_by_step_answers_as_a_fresh_one(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("steps")
    stepwise, fresh = folder / "stepwise", folder / "fresh"
    held: dict[str, Article] = {}
    for action, place, seed in steps:
        name = f"a{place}"
        if action == "put":
            held[name] = article(name, seed=seed)
            built([held[name], *list(held.values())[:2]], stepwise)
        elif name in held:
            del held[name]
            remove([name], stepwise)
    if not held:
        return
    built(list(held.values()), fresh)
    assert verify(stepwise, progress=False) == []
    assert_same_answers(stepwise, fresh)
    with open_searcher(stepwise, encoder=ENCODER) as one, open_searcher(fresh, encoder=ENCODER) as other:
        first, second = one.info(), other.info()
        for name in ("articles", "passages", "languages", "sources", "dates"):
            assert getattr(first, name) == getattr(second, name), name
        for term in ("نهر", "river", "nowhere"):
            assert one.idf(term) == pytest.approx(other.idf(term), abs=1e-9)


def test_build_joins_segments_as_they_become_many(tmp_path):
    found = articles(20)
    for number in range(20):
        built(found[: number + 1], tmp_path)
    manifest = Manifest.read(tmp_path)
    assert manifest.generation == 20
    assert len(manifest.segments) <= 6
    assert {path.name for path in (tmp_path / "segments").iterdir()} == {
        each.name for each in manifest.segments
    }
    built(found, tmp_path / "fresh")
    assert_same_answers(tmp_path, tmp_path / "fresh")


def test_build_of_several_batches_is_one_segment(tmp_path):
    several = [article(f"a{number}", sentences=1) for number in range(FIRST_PASSAGES + 60)]
    report = build(several, tmp_path, encoder=HashingEncoder(dimension=8), progress=False)
    assert report.added == len(several) and report.passages > FIRST_PASSAGES
    [entry] = Manifest.read(tmp_path).segments
    assert entry.rows == report.passages
    assert verify(tmp_path, progress=False) == []


def test_build_rewrites_a_segment_of_which_little_is_left(tmp_path):
    built(articles(10), tmp_path)
    remove([f"a{number}" for number in range(8)], tmp_path)
    manifest = Manifest.read(tmp_path)
    assert [entry.deleted for entry in manifest.segments] == [0]
    assert verify(tmp_path, progress=False) == []


def test_remove_everything_leaves_an_index_that_finds_nothing(tmp_path):
    built(articles(2), tmp_path)
    remove(["a0", "a1"], tmp_path)
    with open_searcher(tmp_path, encoder=ENCODER) as searcher:
        assert searcher.info().passages == 0
        assert searcher.search("نهر") == []
        assert searcher.search("نهر", filters=Filters(languages=("ar",))) == []
    assert built(articles(1), tmp_path) == (1, 0, 0, 0)
    assert verify(tmp_path, progress=False) == []


def test_remove_unknown_id_removes_nothing(tmp_path):
    built(articles(2), tmp_path)
    with pytest.raises(ArticleError, match="'nobody'"):
        remove(["a0", "nobody"], tmp_path)
    with open_searcher(tmp_path, encoder=ENCODER) as searcher:
        assert searcher.info().articles == 2


def test_remove_without_an_index_says_so(tmp_path):
    with pytest.raises(SnapshotMissing, match="python -m index build"):
        remove(["a"], tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_prune_removes_only_what_is_gone(tmp_path):
    kept, gone, rewritten = (tmp_path / name for name in ("kept", "gone", "rewritten"))
    for path in (kept, gone, rewritten):
        path.write_text("x")
    folder = tmp_path / "index"
    given_articles = [
        article("k", origin=str(kept)),
        article("g", origin=str(gone)),
        article("r1", origin=str(rewritten)),
        article("r2", origin=str(rewritten)),
        article("by hand"),
    ]
    built(given_articles, folder)
    os.unlink(gone)
    assert built([given_articles[2]], folder, prune=True) == (0, 0, 1, 2)
    with open_searcher(folder, encoder=ENCODER) as searcher:
        assert {found.article_id for found in searcher.articles()} == {"k", "r1", "by hand"}


def test_prune_keeps_what_moved_to_another_file(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    new.write_text("x")
    folder = tmp_path / "index"
    built([article("a", origin=str(old))], folder)
    assert built([article("a", origin=str(new))], folder, prune=True) == (0, 0, 1, 0)
    assert built([article("b")], folder, prune=True) == (1, 0, 0, 0)


def test_build_same_id_twice_keeps_the_first_and_says_so(tmp_path):
    report = build(
        [article("a"), article("a", seed=1), article("a")], tmp_path, encoder=ENCODER, progress=False
    )
    assert counts(report) == (1, 0, 0, 0)
    assert len(report.skipped) == 1
    assert "already used" in report.skipped[0].reason


def test_build_article_without_text_is_skipped(tmp_path):
    report = build([article("a"), Article("empty", "t", " \n ")], tmp_path, encoder=ENCODER, progress=False)
    assert counts(report) == (1, 0, 0, 0)
    assert "'empty' has no text" in report.skipped[0].reason


def test_build_odd_text_comes_back_as_it_was(tmp_path):
    odd = "نَصٌّ\u202e قديم 😀 e\u0301\x00 end. " * 30
    built([Article("odd \x00", "t\x7f", odd, extra={"k": ["v", 1]})], tmp_path)
    with open_searcher(tmp_path, encoder=ENCODER) as searcher:
        found = searcher.article("odd \x00")
        assert (found.text, found.title, found.extra) == (odd, "t\x7f", {"k": ["v", 1]})
        for passage in searcher.passages("odd \x00"):
            assert passage.text == odd[passage.start : passage.end]
        for hit in searcher.search("قديم", k=50):
            assert hit.passage.text == odd[hit.passage.start : hit.passage.end]
    assert verify(tmp_path, progress=False) == []


def test_build_with_another_encoder_is_refused(tmp_path):
    built(articles(1), tmp_path)
    with pytest.raises(SnapshotMismatch, match="hashing-32") as caught:
        build(articles(1), tmp_path, encoder=HashingEncoder(dimension=64), progress=False)
    assert "\n" not in str(caught.value)


def test_build_among_other_files_is_refused(tmp_path):
    (tmp_path / "segments").mkdir()
    (tmp_path / "segments" / "holiday.jpg").write_text("x")
    with pytest.raises(SnapshotError, match="not empty"):
        built(articles(1), tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(SnapshotError, match="is a file"):
        built(articles(1), tmp_path / "file")
    assert (tmp_path / "segments" / "holiday.jpg").exists()


def test_build_with_a_broken_encoder_changes_nothing(tmp_path):
    class Broken(HashingEncoder):
        def encode_passages(self, texts, *, progress=None):
            return np.full((len(texts), self.dimension), np.nan, dtype=np.float32)

    built(articles(2), tmp_path)
    with pytest.raises(EncoderError, match="hashing-32"):
        build([article("b")], tmp_path, encoder=Broken(dimension=32), progress=False)
    with open_searcher(tmp_path, encoder=ENCODER) as searcher:
        assert searcher.info().articles == 2
    assert built([article("b")], tmp_path) == (1, 0, 0, 0)


def test_build_report_names_what_was_skipped(tmp_path):
    report = build([article("a"), Article("empty", "t", "")], tmp_path, encoder=ENCODER, progress=False)
    assert "added              1" in str(report)
    assert "'empty' has no text" in str(report)
    assert report.as_json()["skipped"][0]["remedy"] == "give it a text or leave it out"
