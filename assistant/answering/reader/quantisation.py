"""The reader's weights on disk: eight bits a weight, one scale a row, checked before they are read.

A folder holds `reader.safetensors` (its layers and the heads) and `reader.json` (its checksum, and
which encoder's embeddings it stands on). Biases and norms are few and keep 32 bits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import MustanadError

if TYPE_CHECKING:
    import torch

FOLDER = Path(__file__).with_name("weights")  # of the weights that ship, where any do
WEIGHTS, MANIFEST = "reader.safetensors", "reader.json"
FORMAT = 1
SCALE = ".scale"
HEADS = "heads"  # start, end, and the first token's
_LEVELS = 127


class ReaderError(MustanadError):
    """Weights that cannot be used."""


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """`layers` (named as in BertModel's state dict) replace the encoder's from `first_layer` on.

    `heads` is the weight (3, hidden) and the bias (3,) of start, end and window.
    """

    encoder: str
    first_layer: int
    layers: Mapping[str, torch.Tensor]
    heads: tuple[torch.Tensor, torch.Tensor]


def write_weights(
    folder: Path, tensors: Mapping[str, np.ndarray], *, encoder: str, first_layer: int, about: str
) -> Path:
    """Write `tensors` (float32) into `folder`, matrices in eight bits; return the file.

    `about` says in a line what the weights were made from and under which licence they are.
    """
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    packed: dict[str, np.ndarray] = {}
    for name, tensor in tensors.items():
        if tensor.ndim == 2:
            packed[name], packed[name + SCALE] = quantised(tensor)
        else:
            packed[name] = tensor.astype(np.float32)
    path = folder / WEIGHTS
    save_file(packed, path, metadata={"about": about})
    path.chmod(0o644)  # safetensors writes 0600
    manifest = {
        "format": FORMAT,
        "encoder": encoder,
        "first_layer": first_layer,
        "sha256": _sha256(path),
        "bytes": path.stat().st_size,
        "about": about,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return path


def read_weights(folder: Path, *, encoder: str, dtype: torch.dtype) -> ReaderWeights | None:
    """Read the weights in `folder` as `dtype`; None when there are none, or they are another encoder's.

    Raises ReaderError when they are not whole or of another format.
    """
    import torch
    from safetensors.torch import load_file

    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if manifest["encoder"] != encoder:
        return None
    if manifest["format"] != FORMAT:
        raise ReaderError(
            f"{folder / MANIFEST} has format {manifest['format']}, this program reads {FORMAT};"
            " install the weights that came with it, or remove the folder to answer without a reader"
        )
    path = folder / WEIGHTS
    checksum = _sha256(path) if path.exists() else "missing"
    if checksum != manifest["sha256"]:
        raise ReaderError(
            f"{path} is not whole (sha256 {checksum[:12]}, expected {manifest['sha256'][:12]});"
            " install the program again, or remove the folder to answer without a reader"
        )
    stored = load_file(path)
    tensors = {
        name: (tensor.to(torch.float32) * stored[name + SCALE] if name + SCALE in stored else tensor).to(
            dtype
        )
        for name, tensor in stored.items()
        if not name.endswith(SCALE)
    }
    heads = tensors.pop(f"{HEADS}.weight"), tensors.pop(f"{HEADS}.bias")
    return ReaderWeights(encoder, manifest["first_layer"], tensors, heads)


def quantised(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give int8 (rows, columns) and float32 (rows, 1) whose product is about `matrix`."""
    scale = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-12).astype(np.float32) / _LEVELS
    return np.rint(matrix / scale).astype(np.int8), scale


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
