"""The reranker slot, on a tiny cross-encoder with random weights."""

import json
from pathlib import Path

import numpy as np
import pytest

from index.__main__ import main
from index.articles import Article
from index.building import build
from index.encoder import HashingEncoder
from index.encoder.model import prepare_default_model
from index.errors import EncoderError
from index.passages import Passage
from index.search.hits import Hit
from index.search.reranker import CrossEncoderReranker, RerankingSearcher, load_reranker, rerank
from index.search.searcher import open_searcher

QUESTION = "متى تأسست جامعة السلطان قابوس؟"
TEXTS = ["تأسست الجامعة عام 1986.", "سعر النفط اليوم.", "Muscat is the capital of Oman.", "", "كلمة " * 600]


def make_cross_encoder(folder: Path, *, labels: int) -> Path:
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(3)
    tokenizer = AutoTokenizer.from_pretrained(prepare_default_model(progress=False), local_files_only=True)
    tokenizer.model_max_length = 64
    tokenizer.save_pretrained(folder)
    configuration = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=64, pad_token_id=1, num_labels=labels,
    )  # fmt: skip
    BertForSequenceClassification(configuration).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return make_cross_encoder(tmp_path_factory.mktemp("rerankers") / "tiny", labels=1)


def test_scores_equal_the_cross_encoders_own(folder):
    from sentence_transformers import CrossEncoder

    reranker = CrossEncoderReranker(str(folder), device="cpu", precision="float32")
    plain = CrossEncoder(str(folder), device="cpu", local_files_only=True)
    found = reranker.scores(QUESTION, TEXTS)
    assert (found.shape, found.dtype) == ((len(TEXTS),), np.float32)
    for text, score in zip(TEXTS, found, strict=True):
        assert abs(float(plain.predict([(QUESTION, text)])[0]) - float(score)) < 1e-5
    assert reranker.name == str(folder)


def test_scores_default_precision_is_near_float32(folder):
    reranker = load_reranker(str(folder))
    exact = CrossEncoderReranker(str(folder), device="cpu", precision="float32").scores(QUESTION, TEXTS)
    assert np.abs(reranker.scores(QUESTION, TEXTS) - exact).max() < 0.02
    assert reranker.scores(QUESTION, []).shape == (0,)


def test_load_reranker_folder_without_model_is_one_line(tmp_path):
    with pytest.raises(EncoderError, match="without a config.json") as raised:
        load_reranker(str(tmp_path))
    assert "\n" not in str(raised.value)


def test_load_reranker_classifier_of_pairs_is_refused(tmp_path):
    with pytest.raises(EncoderError, match="gives 3 numbers for a pair"):
        load_reranker(str(make_cross_encoder(tmp_path / "classes", labels=3)))


# In place


class ByLength:
    """A reranker that prefers long texts, and keeps what it was given."""

    name = "by length"

    def __init__(self):
        self.read = []

    def scores(self, query, texts):
        self.read += texts
        return np.array([len(text) for text in texts], np.float32)


@pytest.fixture(scope="module")
def small_index(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("reranked") / "index"
    texts = ["النفط.", "النفط في الخليج اليوم.", "سعر النفط.", "النفط والغاز في عمان وقطر والكويت."]
    found = [Article(f"a{number}", f"خبر {number}", text) for number, text in enumerate(texts)]
    build(found, folder, encoder=HashingEncoder(dimension=64), progress=False)
    return folder


def test_rerank_orders_the_best_and_leaves_the_rest():
    hits = [
        Hit(Passage(f"a{place}#0-1", f"a{place}", 0, 1, "x" * (place % 3)), 1.0 - place / 10, place + 1)
        for place in range(6)
    ]
    reranker = ByLength()
    found = rerank("q", hits, reranker, titles={"a0": "عنوان"}, depth=4)
    assert [hit.passage.article_id for hit in found] == ["a0", "a2", "a1", "a3", "a4", "a5"]
    assert reranker.read == ["عنوان\n", "x", "xx", ""]
    assert [(hit.score, hit.rank) for hit in found] == [(hit.score, hit.rank) for hit in hits]
    assert [hit.reranked for hit in found] == [6.0, 2.0, 1.0, 0.0, None, None]
    assert rerank("q", [], reranker, titles={}) == []


def test_reranking_searcher_reads_more_than_is_asked_for(small_index):
    with open_searcher(small_index, encoder=HashingEncoder(dimension=64)) as searcher:
        plain = searcher.search("النفط", k=4, mode="sparse")
        found = RerankingSearcher(searcher, ByLength()).search("النفط", k=2, mode="sparse")
        assert RerankingSearcher(searcher, ByLength()).article("a0") == searcher.article("a0")
    assert [hit.passage.article_id for hit in found] == ["a3", "a1"]
    assert [hit.score for hit in found] == [hit.score for hit in plain[:2]]


def test_search_command_with_a_reranker_shows_its_scores(folder, small_index, capsys):
    arguments = ["search", "النفط", "--index", str(small_index), "--mode", "sparse", "--json"]
    assert main([*arguments, "--reranker", str(folder)]) == 0
    found = json.loads(capsys.readouterr().out)
    scores = [hit["reranked"] for hit in found]
    assert scores == sorted(scores, reverse=True) and len(scores) == 4


def test_evaluate_command_with_a_reranker_shows_what_it_adds_and_costs(folder, small_index, tmp_path, capsys):
    questions = tmp_path / "q.jsonl"
    questions.write_text(
        json.dumps({"id": "q", "question": "النفط", "article_ids": ["a2"]}), encoding="utf-8"
    )
    arguments = ["evaluate", "--index", str(small_index), "--questions", str(questions), "--mode", "sparse"]
    assert main([*arguments, "--reranker", str(folder), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report["latency_ms"]) == {"sparse", "sparse+reranker"}
    assert [each["theirs"] for each in report["differences"]] == ["sparse+reranker"]
    assert main([*arguments, "--reranker", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_assistant_with_the_setting_reranks_and_shows_the_time_it_took(folder, small_index):
    from assistant.commands.opening import open_assistant
    from assistant.settings import Settings

    settings = Settings.from_environment({"MUSTANAD_RERANKER": str(folder)})
    with open_assistant(small_index, encoder=HashingEncoder(dimension=64), settings=settings) as assistant:
        answer = assistant.ask("ما سعر النفط في الخليج؟")
        assert answer.timings_ms["rerank"] > 0
        assert answer.hits and all(hit.reranked is not None for hit in answer.hits)
        assert all(hit.reranked is not None for hit in assistant.search("النفط", k=3))
