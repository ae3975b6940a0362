"""What the machine offers a model: a device, a precision it runs fast, cores."""

from __future__ import annotations

import functools
import os
from pathlib import Path


def best_device() -> str:
    """Name the device: "cuda" when torch sees a GPU, else "cpu"."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def best_precision(device: str) -> str:
    """Name the fastest of "bfloat16", "float16" and "float32" that the device has instructions for."""
    import torch

    if device.startswith("cuda"):
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
    probes = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    has_bfloat16 = any(getattr(torch.cpu, probe, bool)() for probe in probes)
    return "bfloat16" if device == "cpu" and has_bfloat16 else "float32"


@functools.cache
def physical_cores() -> int:
    """Count the cores this process may use, two threads of one core counted once.

    Never more than torch was told.
    """
    import torch

    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    cores = set()
    for number in allowed:
        siblings = Path(f"/sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list")
        try:
            cores.add(siblings.read_text(encoding="ascii"))
        except OSError:
            cores.add(str(number))
    return max(1, min(len(cores), torch.get_num_threads()))
