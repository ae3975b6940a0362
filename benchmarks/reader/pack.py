"""Packs the weights of a training run into the folder that ships.

python -m benchmarks.reader.pack CHECKPOINT FOLDER
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import torch
from index.model import NAME

from assistant.answering.reader.weights import HEADS, write_weights
from benchmarks.reader.network import HIDDEN, SOURCES, views

LICENCE = Path(__file__).with_name("WEIGHTS-LICENSE")
ABOUT = (
    "Fine-tuned from intfloat/multilingual-e5-small (MIT) on the sets listed in docs/reader.md; CC BY-SA 4.0"
)


def pack(checkpoint: Path, folder: Path) -> Path:
    """The packed file of a checkpoint that `train` kept."""
    stored = torch.load(checkpoint, weights_only=True)
    frozen = int(stored["frozen"])
    trained = views(stored["flat"].float(), frozen)
    tensors: dict[str, np.ndarray] = {}
    for name, tensor in trained.items():
        number, _, rest = name.partition(".")
        if number == HEADS:
            tensors[name] = tensor.numpy()
            continue
        part, _, kind = rest.partition(".")
        pieces = tensor.split(HIDDEN) if part == "attention" else (tensor,)
        for source, piece in zip(SOURCES[part], pieces, strict=True):
            tensors[f"encoder.layer.{number}.{source}.{kind}"] = piece.numpy()
    path = write_weights(folder, tensors, encoder=NAME, first_layer=frozen, about=ABOUT)
    shutil.copyfile(LICENCE, folder / "LICENSE")
    return path


def main() -> None:
    """Packs the checkpoint that is named."""
    path = pack(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
