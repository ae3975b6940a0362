"""What a network in training finds in rows that it was not trained on.

About half of AQAD's Arabic spans are wrong. A row is kept where the likeliest span of its passage shares at
least half of its words with the row's answer; training then takes those rows with their spans. A reader that
has learnt to refuse may also be believed where it is sure and the row's answer is another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import torch
from tokenizers import Tokenizer

from assistant.answering.reader.readings import LONGEST_SPAN
from benchmarks.reader.batches import TokenGroup, batch_of, token_groups
from benchmarks.reader.examples import GoldWindow, Group, Row
from benchmarks.reader.network import IMPOSSIBLE, Network
from benchmarks.reader.words import overlap
from index.articles import Article
from index.passages import Passage, split_article

LEAST = 0.5  # F1 of the words of both answers
WINDOWS = 256  # read together


def agreeing(
    network: Network, tokenizer: Tokenizer, rows: Sequence[Row], *, device: torch.device, sure: float | None
) -> dict[str, tuple[tuple[int, int], ...]]:
    """Give, by id, the answers of the rows in whose passages the network finds about the row's answer.

    With `sure`, also those where its own answer has that log-odds, with that answer.
    """
    kept: dict[str, tuple[tuple[int, int], ...]] = {}
    for row, span, odds in _read(network, tokenizer, rows, device=device):
        text = row.context[slice(*span)]
        if any(overlap(text, row.context[start:end]) >= LEAST for start, end in row.answers):
            kept[row.row_id] = row.answers
        elif sure is not None and odds >= sure:
            kept[row.row_id] = (span,)
    return kept


def measure(
    network: Network, tokenizer: Tokenizer, rows: Sequence[Row], *, device: torch.device
) -> dict[str, str]:
    """Give a line for each set: F1 of the likeliest spans, and how often "none" is likelier."""
    scores: dict[str, Counter[str]] = {}
    for row, span, odds in _read(network, tokenizer, rows, device=device):
        text = row.context[slice(*span)]
        counts = scores.setdefault(row.source, Counter())
        kind = "answerable" if row.answers else "unanswerable"
        counts[kind] += 1
        counts[f"{kind} refused"] += odds < 0
        if row.answers:
            gold = [row.context[start:end] for start, end in row.answers]
            counts["f1"] += round(1000 * max(overlap(text, answer) for answer in gold))
    return {
        name: f"F1 {counts['f1'] / 1000 / max(1, counts['answerable']):.3f} of {counts['answerable']},"
        f" refused {counts['answerable refused']};"
        f" unanswerable {counts['unanswerable']}, refused {counts['unanswerable refused']}"
        for name, counts in sorted(scores.items())
    }


def _read(
    network: Network, tokenizer: Tokenizer, rows: Sequence[Row], *, device: torch.device
) -> Iterator[tuple[Row, tuple[int, int], float]]:
    """Give every row with the likeliest span of its context and the log-odds of an answer there.

    An answerable row's passage is the one that holds the answer, where one does; else the first.
    """
    pairs = [(row, passage) for row in rows if (passage := _passage(row)) is not None]
    pairs.sort(key=lambda pair: len(pair[1].text))
    for start in range(0, len(pairs), WINDOWS):
        part = pairs[start : start + WINDOWS]
        groups = [next(iter(token_groups([_group(row, passage)], tokenizer)), None) for row, passage in part]
        whole = [(pair, group) for pair, group in zip(part, groups, strict=True) if group is not None]
        if whole:
            spans = _likeliest(network, [group for _, group in whole], device)
            for ((row, passage), _), (first, last, odds) in zip(whole, spans, strict=True):
                yield row, (passage.start + first, passage.start + last), odds


def _group(row: Row, passage: Passage) -> Group:
    return Group(row.question, (GoldWindow(row.title, passage.text),))


def _passage(row: Row) -> Passage | None:
    passages = split_article(Article("", "", row.context))
    right = [passage for passage in passages
             if any(passage.start <= start and end <= passage.end for start, end in row.answers)]  # fmt: skip
    if right or not row.answers:
        return (right or passages or [None])[0]
    return None


def _likeliest(
    network: Network, groups: Sequence[TokenGroup], device: torch.device
) -> list[tuple[int, int, float]]:
    width = max(group.width for group in groups)
    batch = batch_of(groups, width).to(device)
    with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16):
        values = network(batch.ids, batch.lengths)
    values = (values[:, :, :2] + values[:, :1, 2:]).masked_fill(~batch.allowed[:, :, None], IMPOSSIBLE)
    pairs = values[:, :, None, 0] + values[:, None, :, 1]
    band = torch.ones(width, width, dtype=torch.bool, device=device).triu().tril(LONGEST_SPAN - 1)
    pairs = pairs.masked_fill(~band, 2 * IMPOSSIBLE).flatten(1)
    odds = torch.logsumexp(values, 1).mean(1)
    best = pairs.argmax(1).tolist()
    spans = []
    for group, pair, log_odds in zip(groups, best, odds.tolist(), strict=True):
        tokens = group.windows[0]
        first, last = pair // width - tokens.first, pair % width - tokens.first
        spans.append((int(tokens.starts[first]), int(tokens.ends[last]), log_odds))
    return spans
