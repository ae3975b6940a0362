"""Training of the reader: what must hold before hours are spent on it."""

import random

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers

from benchmarks.reader.batches import TOKENS, WIDTHS, batches_of
from benchmarks.reader.examples import GoldWindow, Group, Library, Row, groups_of
from benchmarks.reader.network import HIDDEN, _attended, _attended_forward, loss_of
from benchmarks.reader.train import RATE, WARMUP, rate_at
from benchmarks.reader.typing_habits import as_typed


def values_of(*windows):
    """(windows, width, 3) of rows (start, end) with a first token that adds nothing."""
    return torch.tensor([[[0.0, 0.0, 0.0], *[[start, end, 0.0] for start, end in rows]] for rows in windows])


def marks(windows, width, *places):
    gold = torch.zeros(windows, width, 2, dtype=torch.bool)
    for window, first, last in places:
        gold[window, first, 0] = gold[window, last, 1] = True
    return gold


def test_loss_takes_the_windows_of_a_question_together():
    values = values_of([(1.0, 0.0), (0.0, 2.0)], [(0.5, 0.5), (0.5, 0.5)])
    allowed = torch.tensor([[False, True, True]] * 2)
    loss = loss_of(values, marks(2, 3, (0, 1, 2)), allowed, torch.tensor([0, 0]), 1)
    whole_starts = 1 + np.exp(1.0) + np.exp(0.0) + 2 * np.exp(0.5)
    whole_ends = 1 + np.exp(0.0) + np.exp(2.0) + 2 * np.exp(0.5)
    expected = (np.log(whole_starts) - 1.0 + np.log(whole_ends) - 2.0) / 2
    assert loss.tolist() == pytest.approx([expected])


def test_loss_of_a_question_without_answer_is_that_of_none():
    values = values_of([(1.0, 0.0), (0.0, 2.0)], [(5.0, 5.0), (5.0, 5.0)])
    allowed = torch.tensor([[False, True, True]] * 2)
    loss = loss_of(values, marks(2, 3), allowed, torch.tensor([0, 1]), 1)  # the second window is filling
    expected = (np.log(1 + np.e + 1) + np.log(1 + 1 + np.exp(2.0))) / 2
    assert loss.tolist() == pytest.approx([expected])


def test_attention_gives_the_values_and_slopes_of_torch():
    generator = torch.Generator().manual_seed(1)
    mixed = torch.randn(2, 16, 3 * HIDDEN, generator=generator, requires_grad=True)
    bias = torch.zeros(2, 1, 1, 16)
    bias[1, ..., 9:] = -1e4
    slope = torch.randn(2, 16, HIDDEN, generator=generator)
    found, expected = _attended(mixed, bias), _attended_forward(mixed, bias)
    assert torch.allclose(found, expected, atol=1e-5)
    (ours,) = torch.autograd.grad(found, mixed, slope)
    (theirs,) = torch.autograd.grad(expected, mixed, slope)
    assert torch.allclose(ours, theirs, atol=1e-5)


def test_rate_rises_stays_and_falls_to_nothing():
    rates = [rate_at(step, decay=100, stop=1000) for step in range(1001)]
    assert rates[0] == pytest.approx(RATE / WARMUP)
    assert set(rates[WARMUP:900]) == {RATE}
    assert rates[950] == pytest.approx(RATE / 2)
    assert rates[1000] == 0.0
    assert rate_at(10**6, decay=0, stop=10**9) == RATE


@pytest.fixture
def tokenizer():
    made = Tokenizer(models.WordLevel({"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}, "<unk>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return made


def test_batches_mark_the_tokens_of_the_answer(tokenizer):
    text = "one two three four " * 10
    group = Group("when ?", (GoldWindow("a title", text, ((4, 13),)), GoldWindow("a title", "nothing of it")))
    (batch,) = batches_of([group] * 12, tokenizer, source=random.Random(1))
    assert batch.ids.shape == (TOKENS // WIDTHS[0], WIDTHS[0])
    assert batch.count == 12
    first = 1 + 2 + 1 + 2 + 1
    assert batch.gold[0].nonzero().tolist() == [[first + 1, 0], [first + 2, 1]]
    assert not batch.gold[1].any()
    assert batch.allowed[0].sum() == 40
    assert batch.groups[:4].tolist() == [0, 0, 1, 1]
    assert set(batch.groups[24:].tolist()) <= {12}


def test_groups_are_the_same_wherever_a_run_is_taken_up():
    rows = [
        Row("heq_he", str(number), "he", "t", f"word{number} is here. " * 40, "what is here?", ((0, 5),))
        for number in range(12)
    ]
    library = Library(rows)
    plan = library.plan(seed=1, epoch=0)
    whole = list(groups_of(library, plan, seed=1, epoch=0, short=0.5))
    parts = [*groups_of(library, plan[:5], seed=1, epoch=0, short=0.5),
             *groups_of(library, plan[5:], seed=1, epoch=0, short=0.5)]  # fmt: skip
    assert whole == parts
    assert all(any(window.answers for window in group.windows) for group in whole)
    assert library.plan(seed=1, epoch=1) != plan


def test_typed_question_keeps_its_words_for_some_and_loses_marks_for_others():
    question = "متى تأسّست مدينة الإسكندرية؟"
    typed = {as_typed(question, "ar", random.Random(seed)) for seed in range(300)}
    assert question in typed
    assert any("الاسكندرية" in each or "الاسكندريه" in each for each in typed)
    assert any(each.startswith(("امتى", "إمتى", "ايمتى")) for each in typed)
    assert all(each.strip() for each in typed)
