"""Words out of tokens, against a plain computation text by text."""

import numpy as np
import regex
from hypothesis import given
from hypothesis import strategies as st

from index.encoder import TokenBatch
from index.encoder.words.word_vectors import word_vectors

SPACED = regex.compile(r"[\p{L}\p{N}\p{M}]+")
UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")


def batch(tokens):
    """A batch of texts given as lists of (vector, start, end)."""
    owners = np.array([place for place, own in enumerate(tokens) for _ in own], np.int64)
    flat = [token for own in tokens for token in own]
    return TokenBatch(
        rows=np.arange(len(tokens)),
        sentences=np.zeros((len(tokens), 2), np.float32),
        vectors=np.array([vector for vector, _start, _end in flat], np.float32).reshape(-1, 2),
        owners=owners,
        starts=np.array([start for _vector, start, _end in flat], np.int64),
        ends=np.array([end for _vector, _start, end in flat], np.int64),
    )


def plain(text, tokens):
    """Word after word, character by character."""
    owner = [-1] * len(text)
    for number, found in enumerate(SPACED.finditer(text)):
        owner[found.start() : found.end()] = [number] * len(found[0])
    for found in UNSPACED.finditer(text):
        owner[found.start()] = len(text) + found.start()
    words = {}
    for vector, start, end in tokens:
        if end > start and owner[end - 1] >= 0:
            words.setdefault(owner[end - 1], []).append(vector)
    return [np.mean(words[number], axis=0).tolist() for number in sorted(words)]


def test_word_vectors_pools_tokens_of_a_word_and_leaves_punctuation_out():
    tokens = [([0, 1], 0, 3), ([2, 3], 3, 5), ([4, 5], 5, 6), ([6, 7], 7, 8), ([8, 9], 8, 9)]
    vectors, counts = word_vectors(["", "مرحبا، 日本!"], batch([[], tokens]))
    assert vectors.tolist() == [[1, 2], [6, 7], [8, 9]]
    assert counts.tolist() == [0, 3]


def test_word_vectors_of_nothing_are_none():
    for texts in ([], [""], ["", " ،"]):
        vectors, counts = word_vectors(texts, batch([[] for _text in texts]))
        assert vectors.shape == (0, 2) and counts.tolist() == [0] * len(texts)


texts = st.text(alphabet="ab ,漢字ا١e\u0301ไ๏\ud800", max_size=12)


@given(st.lists(texts, min_size=1, max_size=4), st.randoms())
def test_word_vectors_agree_with_the_plain_computation(texts, random):
    tokens = []
    for text in texts:
        ends = sorted((random.randint(0, len(text)), random.randint(0, len(text))) for _ in range(6))
        tokens.append([([random.randint(0, 8), 1], min(span), max(span)) for span in ends])
    vectors, counts = word_vectors(texts, batch(tokens))
    expected = [plain(*pair) for pair in zip(texts, tokens, strict=True)]
    assert counts.tolist() == [len(words) for words in expected]
    assert np.allclose(vectors, np.array([word for words in expected for word in words]).reshape(-1, 2))
