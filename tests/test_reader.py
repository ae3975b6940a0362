"""The reader with tiny random weights, and its parts."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from assistant.answering.reader.extractor import LESS, Reader, load_reader
from assistant.answering.reader.quantisation import (
    MANIFEST,
    WEIGHTS,
    ReaderError,
    quantised,
    read_weights,
    write_weights,
)
from assistant.answering.reader.readings import LONGEST_SPAN, NOTHING, Reading
from assistant.answering.reader.unit_readings import FEWEST, MOST, ROUND, SLOWLY, join, read_best_first
from assistant.answering.reader.windows import LONGEST, LONGEST_HEADING, LONGEST_QUESTION, Window, tokens_of
from assistant.answering.units import Unit
from assistant.computing.turns import Turns
from index.encoder import HashingEncoder
from index.encoder.running.bert import BertShape, PackedBert

HIDDEN, INNER, LAYERS, VOCABULARY = 64, 128, 3, 50
WORDS = "متى تأسست المكتبة في عام 1954 قرب البحر . When was the library founded ?"
PASSAGE = "تأسست المكتبة في عام 1954 . قرب البحر"


@pytest.fixture(scope="module")
def tokenizer():
    words = ["<s>", "<pad>", "</s>", "<unk>", *WORDS.split()]
    vocabulary = {word: number for number, word in enumerate(words)}
    made = Tokenizer(models.WordLevel(vocabulary, "<unk>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return made


def layer_tensors(number, generator):
    shapes = {
        "attention.self.query": (HIDDEN, HIDDEN),
        "attention.self.key": (HIDDEN, HIDDEN),
        "attention.self.value": (HIDDEN, HIDDEN),
        "attention.output.dense": (HIDDEN, HIDDEN),
        "intermediate.dense": (INNER, HIDDEN),
        "output.dense": (HIDDEN, INNER),
    }
    tensors = {}
    for name, shape in shapes.items():
        tensors[f"encoder.layer.{number}.{name}.weight"] = torch.randn(shape, generator=generator) * 0.2
        tensors[f"encoder.layer.{number}.{name}.bias"] = torch.randn(shape[0], generator=generator) * 0.1
    for name in ("attention.output.LayerNorm", "output.LayerNorm"):
        tensors[f"encoder.layer.{number}.{name}.weight"] = torch.ones(HIDDEN)
        tensors[f"encoder.layer.{number}.{name}.bias"] = torch.zeros(HIDDEN)
    return tensors


@pytest.fixture(scope="module")
def bert():
    generator = torch.Generator().manual_seed(3)
    tensors = {
        "embeddings.word_embeddings.weight": torch.randn(VOCABULARY, HIDDEN, generator=generator),
        "embeddings.position_embeddings.weight": torch.randn(LONGEST, HIDDEN, generator=generator),
        "embeddings.token_type_embeddings.weight": torch.zeros(1, HIDDEN),
        "embeddings.LayerNorm.weight": torch.ones(HIDDEN),
        "embeddings.LayerNorm.bias": torch.zeros(HIDDEN),
    }
    for number in range(LAYERS):
        tensors |= layer_tensors(number, generator)
    return PackedBert(BertShape(LAYERS, 2, 1e-12, 0), tensors)


@pytest.fixture(scope="module")
def packed_folder(tmp_path_factory):
    generator = torch.Generator().manual_seed(4)
    tensors = layer_tensors(1, generator) | layer_tensors(2, generator)
    tensors["heads.weight"] = torch.randn(3, HIDDEN, generator=generator)
    tensors["heads.bias"] = torch.zeros(3)
    folder = tmp_path_factory.mktemp("reader")
    arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
    write_weights(folder, arrays, encoder="tiny", first_layer=1, about="random, for tests")
    return folder


@pytest.fixture(scope="module")
def reader(tokenizer, bert, packed_folder):
    return Reader(tokenizer, bert, read_weights(packed_folder, encoder="tiny", dtype=torch.float32))


# windows


def test_tokens_of_window_hold_question_heading_and_passage_in_order(tokenizer):
    (tokens,) = tokens_of(tokenizer, "متى تأسست", [Window("المكتبة", PASSAGE)])
    vocabulary = tokenizer.get_vocab()
    expected = [0, *(vocabulary[word] for word in ("متى", "تأسست")), 2, vocabulary["المكتبة"], 2]
    assert tokens.ids[: tokens.first].tolist() == expected
    assert tokens.ids[-1] == 2
    assert [
        PASSAGE[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)
    ] == PASSAGE.split()


def test_tokens_of_long_parts_are_cut_to_the_longest_window(tokenizer):
    (tokens,) = tokens_of(tokenizer, "متى " * 400, [Window("عام " * 400, "في " * 400)])
    assert len(tokens.ids) == LONGEST
    assert tokens.first == LONGEST_QUESTION + LONGEST_HEADING + 3


def test_tokens_of_bundled_tokenizer_begin_after_white_space():
    from index.encoder.model import prepare_default_model

    made = Tokenizer.from_file(str(prepare_default_model(progress=False) / "tokenizer.json"))
    text = "تعمل الطاقة الشمسية  على تحويل\nأشعة الشمس"
    (tokens,) = tokens_of(made, "ما هي؟", [Window("", text)])
    pieces = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert not any(piece[:1].isspace() for piece in pieces)
    assert "".join(pieces) == "".join(text.split())


# spans


def reading(opens, closes):
    starts = np.arange(len(opens)) * 5
    return Reading(starts, starts + 4, np.array(opens, np.float32), np.array(closes, np.float32))


def test_best_span_is_the_likeliest_pair_in_order():
    span = reading([0, 3, 0, 0], [9, 0, 2, 0]).best_span()
    assert (span.start, span.end, span.log_odds) == (0, 4, 4.5)
    span = reading([0, 3, 0, 0], [-9, 0, 2, 0]).best_span()
    assert (span.start, span.end, span.log_odds) == (5, 14, 2.5)


def test_best_span_within_a_slice_stays_inside_it():
    span = reading([9, 0, 1, 0], [9, 0, 0, 1]).best_span(10, 20)
    assert (span.start, span.end, span.log_odds) == (10, 19, 1.0)


def test_best_span_without_tokens_is_none():
    assert reading([], []).best_span() is None
    assert reading([1, 1], [1, 1]).best_span(100, 200) is None


def test_log_odds_of_a_window_add_up_over_its_tokens():
    one = reading([0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0])
    assert one.log_odds == pytest.approx(np.log(4) + 0.5)


values = st.lists(st.floats(-20, 20, width=32), min_size=1, max_size=60)


@given(st.data(), values)
@settings(max_examples=60, deadline=None)
def test_best_span_agrees_with_trying_every_pair(data, opens):
    closes = data.draw(st.lists(st.floats(-20, 20, width=32), min_size=len(opens), max_size=len(opens)))
    one = reading(opens, closes)
    best = max(
        float(one.opens[first]) + float(one.closes[last])
        for first in range(len(opens))
        for last in range(first, min(len(opens), first + LONGEST_SPAN))
    )
    span = one.best_span()
    assert span.log_odds == pytest.approx(best / 2, abs=1e-4)
    assert 0 <= span.start < span.end <= one.ends[-1]


# joining


class Reads:
    """Gives the readings it was made with, and counts the windows that were asked for."""

    most = MOST

    def __init__(self, *readings):
        self.readings, self.asked = list(readings), 0

    def read(self, question, windows):
        first, self.asked = self.asked, self.asked + len(windows)
        return self.readings[first : self.asked]


def unit(passage, start, end):
    return Unit(passage, start, end, 0, True)


def test_join_gives_every_unit_its_share_of_all_that_was_read():
    one, other = reading([2.0, -1.0], [2.0, -1.0]), reading([0.0, 0.0], [0.0, 0.0])
    units = [unit(0, 100, 104), unit(0, 105, 109), unit(1, 0, 9), unit(2, 0, 9)]
    joined = join([one, other], units, [100, 0, 0])
    whole = 1 + np.exp(2) + np.exp(-1) + 2
    expected = [np.exp(2) / whole, np.exp(-1) / whole, 1 / whole]
    assert np.exp(joined.points[:3]) == pytest.approx(expected, rel=1e-5)
    assert np.exp(joined.none) == pytest.approx(1 / whole, rel=1e-5)
    assert joined.points[3] == NOTHING
    assert (joined.spans[1].start, joined.spans[1].end) == (105, 109)
    assert joined.spans[3] is None


def test_join_of_nothing_read_is_none():
    joined = join([], [unit(0, 0, 5)], [0])
    assert joined.none == pytest.approx(0.0, abs=1e-9)
    assert joined.points.tolist() == [NOTHING]


def test_reading_best_first_stops_once_it_is_sure():
    unsure, sure = reading([0.0], [0.0]), reading([9.0], [9.0])
    windows = [Window("", "")] * 9
    first = Reads(unsure, sure, *[unsure] * 7)
    assert len(read_best_first(first, "?", windows, most=8)) == first.asked == ROUND
    never = Reads(*[unsure] * 9)
    assert len(read_best_first(never, "?", windows, most=8)) == never.asked == 8
    assert read_best_first(Reads(), "?", [], most=8) == []


# weights


@given(st.integers(0, 2**32 - 1), st.floats(1e-3, 1e3))
@settings(max_examples=30, deadline=None)
def test_quantised_matrix_is_off_by_half_a_level_at_most(seed, size):
    matrix = (np.random.RandomState(seed).randn(5, 7) * size).astype(np.float32)
    levels, scale = quantised(matrix)
    assert levels.dtype == np.int8
    assert (np.abs(levels * scale - matrix) <= scale * 0.501).all()


def test_weights_of_another_encoder_are_absent(packed_folder, tmp_path):
    assert read_weights(packed_folder, encoder="another", dtype=torch.float32) is None
    assert read_weights(tmp_path, encoder="tiny", dtype=torch.float32) is None


@pytest.mark.parametrize("damage", ["cut", "gone", "changed"])
def test_damaged_weights_are_refused_with_file_and_remedy(packed_folder, tmp_path, damage):
    content = (packed_folder / WEIGHTS).read_bytes()
    changed = {"cut": content[:-1], "changed": content[:-1] + bytes([content[-1] ^ 1])}
    (tmp_path / MANIFEST).write_bytes((packed_folder / MANIFEST).read_bytes())
    if damage in changed:
        (tmp_path / WEIGHTS).write_bytes(changed[damage])
    with pytest.raises(ReaderError, match=r"reader\.safetensors is not whole .*install .* or remove"):
        read_weights(tmp_path, encoder="tiny", dtype=torch.float32)


def test_weights_of_another_format_are_refused(packed_folder, tmp_path):
    manifest = json.loads((packed_folder / MANIFEST).read_text("utf-8"))
    (tmp_path / MANIFEST).write_text(json.dumps({**manifest, "format": 99}), "utf-8")
    with pytest.raises(ReaderError, match="format 99"):
        read_weights(tmp_path, encoder="tiny", dtype=torch.float32)


# the reader


def test_reader_reads_every_window_in_order_whatever_stands_beside_it(reader):
    question = "When was the library founded ?"
    windows = [Window("", PASSAGE + " قرب البحر" * (number % 5)) for number in range(11)]
    together = reader.read(question, windows)
    assert len(together) == len(windows)
    for window, beside in zip(windows, together, strict=True):
        (alone,) = reader.read(question, [window])
        assert alone.starts.tolist() == beside.starts.tolist()
        assert np.allclose(alone.opens, beside.opens, atol=1e-3)
        assert np.allclose(alone.closes, beside.closes, atol=1e-3)


def test_reader_of_no_windows_reads_nothing(reader):
    assert reader.read("متى ؟", []) == []


def test_reader_of_an_empty_passage_finds_no_span(reader):
    (one,) = reader.read("متى ؟", [Window("", "")])
    assert one.best_span() is None
    assert one.log_odds == NOTHING


def test_fewer_windows_are_read_beside_others_and_none_where_the_line_is_long(reader):
    turns, whole = Turns(2), SLOWLY  # these weights are of 32 bits
    assert reader.most == whole
    with turns.turn():
        assert reader.most == whole
        turns.ask("beside", lambda: None)
        assert reader.most == max(FEWEST, whole - LESS)
        turns.ask("waits", lambda: None)
        assert reader.most == FEWEST
        for number in range(100):
            turns.ask(str(number), lambda: None)
        assert reader.most == 0


def test_reader_leaves_the_encoder_as_it_was(tokenizer, bert, packed_folder):
    ids = torch.arange(4, 20)[None]
    before = bert(ids, None)
    weights = read_weights(packed_folder, encoder="tiny", dtype=torch.float32)
    Reader(tokenizer, bert, weights).read("متى", [Window("", PASSAGE)])
    assert torch.equal(before, bert(ids, None))


def test_with_layers_shares_what_lies_below(bert, packed_folder):
    weights = read_weights(packed_folder, encoder="tiny", dtype=torch.float32)
    other = bert.with_layers(1, weights.layers)
    assert other._words is bert._words
    assert other._layers[0] is bert._layers[0]
    assert other._layers[1] is not bert._layers[1]


def test_reader_is_absent_for_another_encoder():
    assert load_reader(HashingEncoder()) is None
