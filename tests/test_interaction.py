"""Calibration and late interaction: packing, scores against a plain computation, and the default encoder."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoder import HashingEncoder
from index.encoder.calibration import Calibration, read_bank
from index.encoder.words.late import LateEncoder
from index.encoder.words.word_codes import pack, rotation, unpack, width
from index.search.interaction import interaction
from index.text.tashkeel import unvowelled
from tests.vowelling import stretched, vowelled


@pytest.fixture(scope="module")
def late(encoder):
    """The default encoder's late encoder."""
    return LateEncoder.of(encoder, Calibration.of(encoder))


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def some_words(count, *, dimension=384, seed=0):
    return unit(np.random.RandomState(seed).standard_normal((count, dimension)))


def test_rotation_keeps_inner_products():
    turned = rotation(384)
    assert np.abs(turned @ turned.T - np.eye(384)).max() < 1e-5


@pytest.mark.parametrize("dimension", [4, 6, 64, 384, 1023])
def test_pack_takes_two_bits_a_dimension_and_keeps_directions(dimension):
    vectors = some_words(20, dimension=dimension)
    packed = pack(vectors)
    assert packed.dtype == np.uint8 and packed.shape == (20, width(dimension))
    back = unpack(packed, dimension)
    cosines = np.einsum("ij,ij->i", unit(back), vectors @ rotation(dimension))
    assert cosines.min() > (0.9 if dimension >= 64 else 0.6)


def test_interaction_is_the_mean_of_each_tokens_best_word():
    question = some_words(5, seed=1) @ rotation(384)
    passages = [pack(some_words(count, seed=count)) for count in (3, 1, 7)]
    expected = [(question @ unit(unpack(each, 384)).T).max(axis=1).mean() for each in passages]
    assert interaction(question, passages) == pytest.approx(expected, abs=1e-5)


def test_interaction_passage_without_words_scores_nothing():
    question = some_words(2)
    scores = interaction(
        question, [np.empty((0, 0), np.uint8), pack(some_words(2)), np.empty((0, 96), np.uint8)]
    )
    assert scores[0] == scores[2] == 0 and scores[1] != 0
    assert interaction(question, []).tolist() == []


def test_bank_holds_as_many_sentences_as_every_mean_needs():
    bank = read_bank()
    assert {"ar", "en"} <= set(bank) and all(len(listed) >= 10 for listed in bank.values())


def test_calibration_of_an_encoder_without_tokens_allows_no_interaction(tmp_path):
    encoder = HashingEncoder(dimension=32)
    calibration = Calibration.of(encoder)
    assert not calibration.has_tokens and LateEncoder.of(encoder, calibration) is None
    calibration.save(tmp_path / "calibration.npz")
    again = Calibration.load(tmp_path / "calibration.npz")
    vectors = encoder.encode_passages(["قصر الحمراء", "a palace"])
    assert np.array_equal(calibration.centre_passages(vectors), again.centre_passages(vectors))
    assert np.linalg.norm(again.centre_queries(vectors), axis=1) == pytest.approx([1, 1], abs=1e-5)


def test_interaction_default_encoder_orders_a_right_passage_first(encoder):
    calibration = Calibration.of(encoder)
    late = LateEncoder.of(encoder, calibration)
    passages = [
        "افتتح الوزير المستشفى الجديد في مدينة صلالة يوم الأحد.",
        "فاز الفريق بالبطولة بعد مباراة صعبة في العاصمة.",
        "ارتفعت أسعار النفط في الأسواق العالمية هذا الأسبوع.",
    ]
    vectors, words = np.zeros((3, encoder.dimension)), [np.empty(0)] * 3
    for rows, some, own in late.encode_passages(passages):
        vectors[rows] = some
        for row, each in zip(rows, own, strict=True):
            words[row] = each
    assert all(len(each) > 4 for each in words)
    for question in ("متى افتتح الوزير المستشفى؟", "Which hospital did the minister open?"):
        vector, tokens = late.encode_query(question)
        assert np.argmax(interaction(tokens, words)) == 0
        assert np.argmax(vectors @ vector) == 0


TEXTS = [
    "عنوان المقال\nقال د. أحمد: «تنافس 216 مشروعًا»، ثم مضى.",
    "A plain sentence, with U.S. figures (1,200) and café.",
    "東京は日本の首都です。 Tokyo's metro",
    "!!! 🙂",
    "",
]


def test_stored_words_are_located_in_their_texts(encoder):
    late = LateEncoder.of(encoder, Calibration.of(encoder))
    packed = [np.empty((0, 96), np.uint8)] * len(TEXTS)
    for rows, _vectors, own in late.encode_passages(TEXTS):
        for row, each in zip(rows, own, strict=True):
            packed[row] = each
    located = late.passage_words(TEXTS, packed)
    for text, words, found in zip(TEXTS, packed, located, strict=True):
        assert len(found.vectors) == len(found.starts) == len(found.ends) == len(words)
        for start, end in zip(found.starts, found.ends, strict=True):
            assert any(map(str.isalnum, text[start:end])) and not text[start:end][0].isspace()
        assert np.allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-5)
    said = [TEXTS[1][start:end] for start, end in zip(located[1].starts, located[1].ends, strict=True)]
    assert said[:3] == ["A", "plain", "sentence"] and said[-1] == "café"


def test_words_of_another_text_are_left_out(encoder):
    late = LateEncoder.of(encoder, Calibration.of(encoder))
    [(_rows, _vectors, own)] = late.encode_passages(TEXTS[:1])
    [found] = late.passage_words(["نص آخر"], own)
    assert not len(found.vectors) and not len(found.starts)


def test_question_tokens_are_located_and_compared_in_the_words_space(encoder):
    late = LateEncoder.of(encoder, Calibration.of(encoder))
    question = "كم مشروعا تنافس؟"
    tokens = late.query_tokens(question)
    assert np.array_equal(tokens.vectors, late.encode_query(question)[1])
    assert all(question[start:end].strip() for start, end in zip(tokens.starts, tokens.ends, strict=True))
    [(_rows, _vectors, own)] = late.encode_passages(TEXTS[:1])
    [words] = late.passage_words(TEXTS[:1], own)
    best = (tokens.vectors @ words.vectors.T).max(axis=1).mean()
    assert best == pytest.approx(float(interaction(tokens.vectors, own)[0]), abs=1e-4)


ARABIC_TEXTS = st.lists(
    st.text(alphabet="ابتدرسعمنويةأإؤئى .،\n2aéה漢", max_size=60).filter(str.strip), min_size=1, max_size=3
)


def stored_words(late, texts):
    """The packed words of each text, as an index would hold them."""
    packed = [np.empty((0, 96), np.uint8)] * len(texts)
    for rows, _vectors, own in late.encode_passages(texts):
        for row, each in zip(rows, own, strict=True):
            packed[row] = each
    return packed


@settings(max_examples=40)
@given(ARABIC_TEXTS, st.randoms())
def test_stored_words_of_vowelled_text_cover_the_letters_of_the_plain_ones(late, texts, random):
    marked = [stretched(vowelled(text, random=random), random=random) for text in texts]
    plain = late.passage_words(texts, stored_words(late, texts))
    for text, bare, words, expected in zip(
        marked, texts, late.passage_words(marked, stored_words(late, marked)), plain, strict=True
    ):
        assert np.array_equal(words.vectors, expected.vectors)
        spans = zip(words.starts.tolist(), words.ends.tolist(), strict=True)
        said = [bare[start:end] for start, end in zip(expected.starts, expected.ends, strict=True)]
        assert [unvowelled(text[start:end]) for start, end in spans] == said
        tokens, usual = late.query_tokens(text), late.query_tokens(bare)
        assert np.array_equal(tokens.vectors, usual.vectors)
        for start, end, first, last in zip(tokens.starts, tokens.ends, usual.starts, usual.ends, strict=True):
            assert unvowelled(text[start:end]) == bare[first:last]
