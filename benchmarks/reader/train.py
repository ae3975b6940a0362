"""Trains the reader: minutes on a graphics processor, many hours without one.

    python -m benchmarks.reader.train --sets DIR --output DIR [--questions N] [--last WEIGHTS]

Three stages. The first reads the clean sets alone and keeps those rows of the noisy set whose answers it
finds too; the second begins anew, with these. The last goes on at half the rate, with the Arabic questions
balanced and the noisy set's answers where it is sure of them; `--last WEIGHTS` begins there. In each the
learning rate rises, then falls to nothing with the last question. `OUTPUT/weights.pt` is the result.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import count
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from benchmarks.reader.agreement import agreeing, measure
from benchmarks.reader.batches import Batch, batches_of
from benchmarks.reader.examples import LAST_SHARES, SHARES, Group, Library, groups_of, load_library
from benchmarks.reader.network import Network, loss_of

SEED = 13
FROZEN = 0  # lower layers that stay the encoder's
RATE = 2e-4
WARMUP = 0.03  # of the questions
DECAY = 0.01
CLIP = 1.0
TOKENS = 49_152  # of a step, padding counted: about 130 questions
QUESTIONS = 900_000
FIRST, LAST = 0.25, 0.45  # of the questions, for the first and the last stage
SURE = 0.5  # log-odds from which the second reader is believed where the noisy set says otherwise
HELD_OUT = 64  # one question of so many is never trained on
LOG_EVERY = 100  # steps


class Examples(IterableDataset[Batch]):
    """Batches without end, epoch after epoch, the examples dealt to the loader's workers."""

    def __init__(
        self, library: Library, shares: Mapping[str, float], tokenizer: Path, *, tokens: int
    ) -> None:
        self.library, self.shares, self.tokenizer, self.tokens = library, shares, tokenizer, tokens

    def __iter__(self) -> Iterator[Batch]:
        """Give this worker's batches."""
        worker = get_worker_info()
        first, workers = (0, 1) if worker is None else (worker.id, worker.num_workers)
        torch.set_num_threads(1)
        tokenizer = Tokenizer.from_file(str(self.tokenizer))
        yield from batches_of(self._groups(first, workers), tokenizer, tokens=self.tokens)

    def _groups(self, first: int, workers: int) -> Iterator[Group]:
        for epoch in count():
            plan = self.library.plan(self.shares, seed=SEED, epoch=epoch)
            yield from groups_of(self.library, plan[first::workers], seed=SEED, epoch=epoch)


def train(
    network: Network,
    library: Library,
    *,
    shares: Mapping[str, float],
    highest: float,
    model: Path,
    questions: int,
    workers: int,
    tokens: int,
    device: torch.device,
) -> Network:
    """Train a network on so many questions; the rate rises to `highest`, and is nothing at the last."""
    network = network.to(device)
    weights = [weight for weight in network.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(
        weights, lr=highest, betas=(0.9, 0.98), weight_decay=DECAY, fused=device.type == "cuda"
    )
    examples = Examples(library, shares, model / "tokenizer.json", tokens=tokens)
    loader = DataLoader(
        examples, batch_size=None, num_workers=workers, pin_memory=device.type == "cuda",
        prefetch_factor=16 if workers else None,
    )  # fmt: skip
    network.train()
    seen, since, started = 0, 0, time.monotonic()
    read = torch.zeros((), device=device)
    for step, batch in enumerate(loader):
        done = seen / questions
        rate = highest * min(done / WARMUP + 0.01, 1 - done)
        if rate <= 0:
            break
        batch = batch.to(device)
        with torch.autocast(device.type, torch.bfloat16):
            values = network(batch.ids, batch.lengths)
        loss = loss_of(values, batch.gold, batch.allowed, batch.groups, batch.count).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, CLIP)
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        seen += batch.count
        since += batch.ids.numel()
        read += loss.detach()
        if step % LOG_EVERY == LOG_EVERY - 1:
            speed = since / (time.monotonic() - started)
            print(f"{seen:,} of {questions:,} questions, loss {float(read) / LOG_EVERY:.3f},"
                  f" {speed:,.0f} tokens/s", flush=True)  # fmt: skip
            read.zero_()
    return network.eval()


def main() -> None:
    """Trains, and writes the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sets", type=Path, required=True, help="the folder of the training sets")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument(
        "--questions", type=int, default=QUESTIONS, help=f"to train on (default {QUESTIONS:,})"
    )
    parser.add_argument("--tokens", type=int, default=TOKENS, help=f"of a step (default {TOKENS:,})")
    parser.add_argument("--workers", type=int, default=2, help="processes that make examples (default 2)")
    parser.add_argument("--last", type=Path, help="weights of the second stage, to begin with the last")
    parser.add_argument("--model", type=Path, help="the encoder's folder (default: the bundled model's)")
    parsed = parser.parse_args()
    if parsed.model is None:
        from index.encoder.model import prepare_default_model

        parsed.model = prepare_default_model()
    parsed.output.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    run = partial(train, model=parsed.model, workers=parsed.workers, tokens=parsed.tokens, device=device)
    tokenizer = Tokenizer.from_file(str(parsed.model / "tokenizer.json"))

    network = Network(parsed.model, frozen=FROZEN, seed=SEED)
    measured = partial(report, tokenizer=tokenizer, device=device)
    if parsed.last is None:
        library = load_library(parsed.sets, held_out=HELD_OUT)
        first = run(network, library, questions=round(parsed.questions * FIRST), shares=SHARES, highest=RATE)
        kept = agreeing(first, tokenizer, library.noisy, device=device, sure=None)
        print(f"{len(kept):,} of {len(library.noisy):,} noisy rows kept", flush=True)
        library = load_library(parsed.sets, held_out=HELD_OUT, kept=kept)
        network = Network(parsed.model, frozen=FROZEN, seed=SEED)
        network = run(network, library, questions=parsed.questions, shares=SHARES, highest=RATE)
        save(network, parsed.output / "second.pt")
        measured(network, library)
    else:
        network.load_trained(torch.load(parsed.last, weights_only=True)["tensors"])
    network = network.to(device).eval()
    library = load_library(parsed.sets, held_out=HELD_OUT)
    kept = agreeing(network, tokenizer, library.noisy, device=device, sure=SURE)
    print(f"{len(kept):,} of {len(library.noisy):,} noisy rows kept", flush=True)
    library = load_library(parsed.sets, held_out=HELD_OUT, kept=kept)
    questions = round(parsed.questions * LAST)
    network = run(network, library, questions=questions, shares=LAST_SHARES, highest=RATE / 2)
    save(network, parsed.output / "weights.pt")
    measured(network, library)


def save(network: Network, path: Path) -> None:
    """Write what was trained, as half-precision floats, for `pack`."""
    tensors = {name: tensor.half().cpu() for name, tensor in network.trained()}
    torch.save({"tensors": tensors, "frozen": network.frozen}, path)


def report(network: Network, library: Library, *, tokenizer: Tokenizer, device: torch.device) -> None:
    """Print how the rows that were kept back are read, by set."""
    for name, line in measure(network, tokenizer, library.held_out, device=device).items():
        print(f"{name:28} {line}", flush=True)


if __name__ == "__main__":
    main()
