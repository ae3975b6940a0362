"""Packs the weights of a training run into the folder that ships.

python -m benchmarks.reader.pack CHECKPOINT FOLDER
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import torch

from assistant.answering.reader.quantisation import FOLDER, write_weights
from index.encoder.model import NAME

LICENCE = FOLDER / "LICENSE"  # which names the sets
ABOUT = (
    "Fine-tuned from intfloat/multilingual-e5-small (MIT) on the sets listed in docs/reader.md; CC BY-SA 4.0"
)


def pack(checkpoint: Path, folder: Path) -> Path:
    """Write the packed file of the weights that `train` wrote into a folder; give its path."""
    stored = torch.load(checkpoint, weights_only=True)
    tensors = {name: tensor.float().numpy() for name, tensor in stored["tensors"].items()}
    path = write_weights(folder, tensors, encoder=NAME, first_layer=int(stored["frozen"]), about=ABOUT)
    if folder.resolve() != FOLDER.resolve():
        shutil.copyfile(LICENCE, folder / "LICENSE")
    return path


def main() -> None:
    """Packs the checkpoint that is named."""
    path = pack(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
