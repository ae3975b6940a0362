"""Encoders: prompts, spans from one pass, batches that do not matter, other models."""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoder import HashingEncoder, SentenceTransformerEncoder, load_encoder
from index.encoder.model import prepare_default_model
from index.encoder.running.device import best_precision, physical_cores
from index.encoder.running.runtime import budget_batches
from index.errors import EncoderError

TEXTS = [
    "تأسست جامعة السلطان قابوس عام 1986 في مسقط. وهي أول جامعة حكومية في سلطنة عمان.",
    "Muscat is the capital of Oman. It lies on the Gulf of Oman.",
    "قصير",
    "",
    "😀 emoji and كلمات mixed، with e\u0301 combining marks.",
    "كلمة " * 900,
]


def cosines(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return (left * right).sum(axis=1)


@pytest.fixture(scope="module")
def folder(encoder) -> str:
    return str(prepare_default_model(progress=False))


@pytest.fixture(scope="module")
def reference(folder):
    """sentence-transformers itself on the same folder, float32: the independent implementation."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(folder, device="cpu", local_files_only=True)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, folder) -> Path:
    """Another model: two layers of random weights, [CLS] pooling, no prompts."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    torch.manual_seed(1)
    base = tmp_path_factory.mktemp("base")
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    tokenizer.save_pretrained(base)
    BertModel(
        BertConfig(
            vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
            intermediate_size=64, max_position_embeddings=50, pad_token_id=1,
        )
    ).save_pretrained(base)  # fmt: skip
    module = Transformer(str(base), max_seq_length=50)
    target = tmp_path_factory.mktemp("models") / "tiny"
    SentenceTransformer(modules=[module, Pooling(32, "cls")], device="cpu").save(str(target))
    return target


def test_default_encoder_gives_unit_rows_of_its_dimension(encoder):
    vectors = encoder.encode_passages(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((len(TEXTS), encoder.dimension), np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert encoder.name == "multilingual-e5-small"
    assert encoder.dimension == 384


def test_default_encoder_equals_sentence_transformers(encoder, reference):
    expected = reference.encode_document(TEXTS, show_progress_bar=False)
    assert cosines(encoder.encode_passages(TEXTS), expected).min() >= 0.999
    expected = reference.encode_query(TEXTS, show_progress_bar=False)
    assert cosines(encoder.encode_queries(TEXTS), expected).min() >= 0.999


def test_float32_equals_sentence_transformers_closely(reference, folder):
    exact = SentenceTransformerEncoder(precision="float32", device="cpu")
    expected = reference.encode(["passage: " + text for text in TEXTS], show_progress_bar=False)
    assert cosines(exact.encode_passages(TEXTS), expected).min() >= 0.99999


def test_bundled_model_by_its_folder_gives_the_same_vectors(encoder, folder):
    by_folder = SentenceTransformerEncoder(folder)  # through sentence-transformers, not read directly
    assert (by_folder.name, by_folder.prompts) == (folder, encoder.prompts)
    assert cosines(by_folder.encode_passages(TEXTS), encoder.encode_passages(TEXTS)).min() >= 0.999


def test_prompts_are_applied(encoder):
    assert encoder.prompts == {"query": "query: ", "passage": "passage: "}
    query, passage = encoder.encode_queries(TEXTS[:1]), encoder.encode_passages(TEXTS[:1])
    assert cosines(query, passage)[0] < 0.999


def test_encode_company_in_the_batch_does_not_matter(encoder):
    together = encoder.encode_passages(TEXTS * 7)
    alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
    assert cosines(together, np.tile(alone, (7, 1))).min() >= 0.999


def test_encode_nothing_gives_no_rows(encoder):
    assert encoder.encode_passages([]).shape == (0, 384)
    assert encoder.encode_queries([]).shape == (0, 384)
    assert encoder.encode_tokens([]) == []


def test_encode_lone_surrogate_counts_as_one_unknown_character(encoder):
    text = "نص \ud800 after"
    assert np.isfinite(encoder.encode_passages([text, "نص"])).all()
    [tokens] = encoder.encode_tokens([text])
    assert tokens.ends[-1] == len(text)


def test_encode_passages_tells_progress_of_every_text(encoder):
    told = []
    encoder.encode_passages(TEXTS * 3, progress=told.append)
    assert sum(told) == 3 * len(TEXTS)
    assert min(told) > 0


def test_encode_queries_repeated_question_is_remembered_unchanged(encoder):
    first = encoder.encode_queries([TEXTS[0], TEXTS[1], TEXTS[0]])
    again = encoder.encode_queries([TEXTS[1], TEXTS[0]])
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(first[[1, 0]], again)
    again[0, 0] = 9.0  # a caller's own copy
    assert np.array_equal(encoder.encode_queries([TEXTS[1]])[0], first[1])


def test_encode_many_threads_agree_with_one(encoder):
    questions = [f"ما هي المدينة رقم {number}؟" for number in range(24)]
    expected = encoder.encode_passages(questions)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: encoder.encode_passages([text])[0], questions))
    assert cosines(np.stack(found), expected).min() >= 0.999


def test_encode_tokens_offsets_point_into_the_text(encoder):
    for text, tokens in zip(TEXTS, encoder.encode_tokens(TEXTS), strict=True):
        assert len(tokens.vectors) == len(tokens.starts) == len(tokens.ends)
        assert np.all((tokens.starts >= 0) & (tokens.starts <= tokens.ends) & (tokens.ends <= len(text)))
        assert np.all(np.diff(tokens.starts) >= 0)
        if len(tokens.vectors):
            assert np.allclose(np.linalg.norm(tokens.vectors, axis=1), 1.0, atol=1e-5)
    tokens = encoder.encode_tokens([TEXTS[0]])[0]
    covered = {
        place for start, end in zip(tokens.starts, tokens.ends, strict=True) for place in range(start, end)
    }
    assert covered >= {place for place, char in enumerate(TEXTS[0]) if not char.isspace()}
    words = [TEXTS[0][start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert "جامعة" in words
    assert not any("passage" in word for word in words)


@pytest.mark.parametrize("kind", ["passage", "query"])
def test_encode_with_tokens_gives_both_from_one_pass(encoder, kind):
    texts = [TEXTS[1], TEXTS[0], TEXTS[1]]
    told = []
    vectors, tokens = encoder.encode_with_tokens(texts, kind=kind, progress=told.append)
    alone = encoder.encode_passages(texts) if kind == "passage" else encoder.encode_queries(texts)
    assert cosines(vectors, alone).min() >= 0.999
    assert [len(one.starts) for one in tokens] == [len(one.starts) for one in encoder.encode_tokens(texts)]
    assert sum(told) == (3 if kind == "passage" else 2)  # a repeated question is encoded once
    again, same = encoder.encode_with_tokens(texts, kind=kind)
    assert cosines(vectors, again).min() >= 0.999
    assert (same[0] is tokens[0]) == (kind == "query")


def test_encode_tokens_long_text_is_cut_at_the_models_length(encoder):
    tokens = encoder.encode_tokens([TEXTS[-1]])[0]
    assert 500 <= len(tokens.vectors) <= 510
    assert tokens.ends[-1] < len(TEXTS[-1])


def test_other_model_by_folder_equals_sentence_transformers(tiny):
    from sentence_transformers import SentenceTransformer

    other = SentenceTransformerEncoder(str(tiny), precision="float32", device="cpu")
    plain = SentenceTransformer(str(tiny), device="cpu", local_files_only=True)
    expected = plain.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    assert (other.name, other.dimension) == (str(tiny), 32)
    assert other.prompts == {"query": "", "passage": ""}
    assert cosines(other.encode_passages(TEXTS), expected).min() >= 0.9999
    assert cosines(other.encode_queries(TEXTS), expected).min() >= 0.9999
    passages, _ = other.encode_with_tokens(TEXTS)
    assert cosines(passages, expected).min() >= 0.9999


def test_other_model_own_prompts_are_used(tiny, tmp_path):
    copy = tmp_path / "prompted"
    shutil.copytree(tiny, copy)
    path = copy / "config_sentence_transformers.json"
    configuration = json.loads(path.read_text(encoding="utf-8"))
    configuration["prompts"] = {"query": "search: ", "document": "text: "}
    path.write_text(json.dumps(configuration), encoding="utf-8")
    assert load_encoder(str(copy)).prompts == {"query": "search: ", "passage": "text: "}


def test_static_model_encodes_and_says_that_it_has_no_tokens(tmp_path, folder):
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    torch.manual_seed(2)
    words = StaticEmbedding(Tokenizer.from_file(f"{folder}/tokenizer.json"), embedding_dim=16)
    SentenceTransformer(modules=[words], device="cpu").save(str(tmp_path / "static"))
    static = SentenceTransformerEncoder(str(tmp_path / "static"), precision="float32", device="cpu")
    vectors = static.encode_passages(TEXTS[:3])
    assert vectors.shape == (3, 16)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    with pytest.raises(EncoderError, match="no token vectors"):
        static.encode_tokens(TEXTS[:1])


def test_best_precision_follows_the_processors_instructions():
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    if "flags" not in flags:
        pytest.skip("no /proc/cpuinfo with flags to compare with")
    fast = "avx512_bf16" in flags or "amx_bf16" in flags
    assert best_precision("cpu") == ("bfloat16" if fast else "float32")
    assert 1 <= physical_cores() <= (os.cpu_count() or 1)


@given(st.lists(st.integers(1, 512), max_size=200), st.integers(1, 4096))
def test_budget_batches_cover_every_row_once_within_budget(widths, budget):
    widths = sorted(widths, reverse=True)
    batches = list(budget_batches(widths, budget))
    assert [row for batch in batches for row in batch] == list(range(len(widths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(widths[row] for row in batch) <= budget


@settings(max_examples=50)
@given(st.lists(st.text(max_size=40), max_size=5))
def test_hashing_encoder_any_text_gives_the_same_unit_rows(texts):
    encoder = HashingEncoder(dimension=16)
    vectors = encoder.encode_passages(texts)
    assert vectors.shape == (len(texts), 16)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert np.array_equal(vectors, HashingEncoder(dimension=16).encode_queries(texts))


def test_hashing_encoder_shared_words_are_nearer():
    encoder = HashingEncoder(dimension=256)
    question = encoder.encode_queries(["جامعة السلطان قابوس"])[0]
    near, far = encoder.encode_passages(["تأسست جامعة السلطان قابوس عام 1986", "سعر النفط اليوم"])
    assert question @ near > question @ far
