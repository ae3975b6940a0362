"""The reranker slot, on a tiny cross-encoder with random weights."""

from pathlib import Path

import numpy as np
import pytest

from index.errors import EncoderError
from index.model import prepare_default_model
from index.reranker import CrossEncoderReranker, load_reranker

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
