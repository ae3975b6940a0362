"""Loads a model in the form that `runtime` runs.

Any sentence-transformers model comes through that library. The bundled one, whose every detail we wrote
ourselves, is read straight from its folder where the processor runs it: that spares five seconds of imports
at every start, and gives the same vectors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from index.encoder.running.bert import WORDS, BertShape, PackedBert, fused_operations_work, pack
from index.encoder.running.hub import load_named

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

Together: TypeAlias = "Callable[[Sequence[Sequence[int]]], list[tuple[torch.Tensor, torch.Tensor]]]"


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model ready to run.

    `states(ids, mask)` takes token ids and a boolean mask, both (n, width), and gives the tokens' last
    states (n, width, hidden) and the texts' vectors (n, dimension), not yet of unit length. Without
    `tokenizer` (the model is no text transformer, or has a slow one) only `encode` works: texts to unit rows.
    `longest` is the most tokens of a text; `weights` counts those that every token meets, which is all but
    the embeddings. `together`, where there is one, takes the ids of short texts of any lengths and gives what
    `states` gives of each of them alone. `bert` is the bundled model itself, for what stands on its weights.
    """

    dimension: int
    prompts: Mapping[str, str]
    tokenizer: Tokenizer | None
    padding: int
    longest: int
    weights: int
    states: Callable[[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]
    encode: Callable[[list[str]], np.ndarray] | None
    together: Together | None = None
    bert: PackedBert | None = None


def load_bundled(folder: Path, *, precision: str) -> LoadedModel | None:
    """Load the default model from the folder that we wrote.

    None where torch lacks the operations it needs.
    """
    import torch
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    dtype = getattr(torch, precision)
    configuration = _read_json(folder / "config.json")
    shape = BertShape.of(configuration)
    if shape is None or not fused_operations_work(dtype):
        return None
    with torch.inference_mode():
        stored = load_file(folder / "model.safetensors")
        weights = {name: stored[name] if name == WORDS else stored[name].to(dtype) for name in stored}
        bert = PackedBert(shape, weights)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    longest = configuration["max_position_embeddings"]
    tokenizer.enable_truncation(max_length=longest)
    return LoadedModel(
        dimension=bert.hidden,
        prompts=_read_json(folder / "config_sentence_transformers.json")["prompts"],
        tokenizer=tokenizer,
        padding=configuration["pad_token_id"],
        longest=longest,
        weights=sum(weight.numel() for name, weight in stored.items() if name.startswith("encoder.")),
        states=lambda ids, mask: _mean_pooled(bert, ids, mask),
        encode=None,
        together=lambda texts: _pooled_together(bert, texts),
        bert=bert,
    )


def load_any(name: str, *, device: str, precision: str) -> LoadedModel:
    """Load a sentence-transformers model by folder or hub's name; EncoderError when it cannot be had."""
    model = _sentence_transformer(name, device=device, precision=precision)
    longest = int(min(model.max_seq_length or 512, 2**15))  # some models say that they have no limit
    tokenizer = _fast_tokenizer(model, longest)
    packed = pack(model[0].auto_model) if tokenizer is not None and device == "cpu" else None
    mean = _pooling_is_mean(model)

    def states(ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if packed is not None and mean:
            return _mean_pooled(packed, ids, mask)
        features: dict[str, Any] = {"input_ids": ids.to(device), "attention_mask": mask.long().to(device)}
        modules = list(model)  # slicing the model itself would build another one
        if packed is not None:
            features["token_embeddings"] = packed(ids, None if bool(mask.all()) else mask)
            modules = modules[1:]
        for module in modules:
            features = module(features)
        return features["token_embeddings"], features["sentence_embedding"]

    return LoadedModel(
        dimension=int(model.get_embedding_dimension() or 0),
        prompts=model.prompts,
        tokenizer=tokenizer,
        padding=getattr(getattr(model, "tokenizer", None), "pad_token_id", None) or 0,
        longest=longest,
        weights=_weights(model),
        states=states,
        encode=lambda texts: model.encode(texts, show_progress_bar=False, normalize_embeddings=True),
        together=(lambda texts: _pooled_together(packed, texts)) if packed is not None and mean else None,
    )


def _mean_pooled(
    bert: PackedBert, ids: torch.Tensor, mask: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Give the tokens' states and, as the vector of each text, their mean without the padding."""
    states = bert(ids, None if bool(mask.all()) else mask)
    return states, _mean(states, mask)


def _pooled_together(
    bert: PackedBert, texts: Sequence[Sequence[int]]
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Do the same for texts without padding, each (1, tokens, hidden) and (1, hidden)."""
    tokens = [states[None] for states in bert.together(texts)]
    return [(states, _mean(states, states.new_ones(states.shape[:2]))) for states in tokens]


def _mean(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    kept = mask[:, :, None].float()
    return (states.float() * kept).sum(1) / kept.sum(1)


def _sentence_transformer(name: str, *, device: str, precision: str) -> Any:
    """Load a SentenceTransformer; Any, because the kinds of its modules decide what they have."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    model_kwargs = {"dtype": getattr(torch, precision)}

    def load(local_only: bool) -> Any:
        model = SentenceTransformer(
            name, device=device, local_files_only=local_only, model_kwargs=model_kwargs
        )
        return model.eval()

    return load_named(name, load, what="encoder")


def _fast_tokenizer(model: Any, longest: int) -> Tokenizer | None:
    """Find the Rust tokenizer behind a text transformer, set to cut and not to pad; None for other models."""
    backend: Tokenizer | None = getattr(getattr(model, "tokenizer", None), "backend_tokenizer", None)
    if backend is None or not hasattr(model[0], "auto_model"):
        return None
    backend.no_padding()
    backend.enable_truncation(max_length=longest)
    return backend


def _pooling_is_mean(model: Any) -> bool:
    """Tell whether a text's vector is the plain mean of its tokens' vectors, prompt included."""
    kinds = [type(module).__name__ for module in model]
    if kinds[1:] not in (["Pooling"], ["Pooling", "Normalize"]):
        return False
    settings = model[1].get_config_dict()
    return settings.get("pooling_mode") == "mean" and bool(settings.get("include_prompt", True))


def _weights(model: Any) -> int:
    """Count the weights that every token meets: all but the embeddings."""
    import torch

    embedded = {id(module.weight) for module in model.modules() if isinstance(module, torch.nn.Embedding)}
    return sum(weight.numel() for weight in model.parameters() if id(weight) not in embedded)


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
