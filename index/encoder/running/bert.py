"""BERT's forward pass for a processor: packed weights and fused operations, as quick on one thread.

The same arithmetic as `transformers`' BertModel and XLMRobertaModel (Devlin et al. 2019; Liu et al. 2019),
with the weights laid out once as oneDNN's matrix units want them, and with bias, GELU and residual done
inside the matrix products. These oneDNN operations are torch's own, but not public: `fused_operations_work`
tries them first, and who finds them missing or wrong keeps the ordinary model.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

PACKED_FOR_ROWS = 256  # tokens; oneDNN picks its layout for about so many
WORDS = "embeddings.word_embeddings.weight"
AGREEMENT = 0.999  # least cosine to the ordinary model on a trial


@dataclass(frozen=True, slots=True)
class BertShape:
    """What a configuration says beside the weights. `first_position` is the first token's position."""

    layers: int
    heads: int
    epsilon: float
    first_position: int

    @classmethod
    def of(cls, configuration: Mapping[str, Any]) -> BertShape | None:
        """Read the shape that a `config.json` describes; None for a model of another kind."""
        kind = configuration.get("model_type")
        can_be_packed = (
            kind in {"bert", "xlm-roberta"}
            and configuration.get("hidden_act", "gelu") == "gelu"
            and configuration.get("position_embedding_type", "absolute") in {"absolute", None}
            and not configuration.get("is_decoder")
        )
        if not can_be_packed:
            return None
        return cls(
            layers=configuration["num_hidden_layers"],
            heads=configuration["num_attention_heads"],
            epsilon=configuration["layer_norm_eps"],
            # XLM-R counts positions from the padding token's id plus one.
            first_position=configuration["pad_token_id"] + 1 if kind == "xlm-roberta" else 0,
        )


class PackedBert:
    """The encoder of a BertModel or XLMRobertaModel, from weights named as in their state dict.

    The word embeddings may be of another type than the rest: a text's rows are converted as they are taken,
    so that those of a file that is mapped stay in it, in memory once for all processes.
    """

    def __init__(self, shape: BertShape, weights: Mapping[str, torch.Tensor]) -> None:
        self.shape = shape
        self._words = weights[WORDS]
        self._positions = (
            weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = _norm(weights, "embeddings.LayerNorm")
        self._layers = [_Layer(weights, f"encoder.layer.{number}.") for number in range(shape.layers)]
        self.hidden = self._words.shape[1]
        self.dtype = self._positions.dtype

    def with_layers(self, first: int, weights: Mapping[str, torch.Tensor]) -> PackedBert:
        """Give the same embeddings and lower layers, shared in memory, with other layers from `first` on."""
        other = copy.copy(self)
        upper = [_Layer(weights, f"encoder.layer.{number}.") for number in range(first, self.shape.layers)]
        other._layers = [*self._layers[:first], *upper]
        return other

    def together(self, texts: Sequence[Sequence[int]]) -> list[torch.Tensor]:
        """Give the last hidden states, (tokens, hidden), of texts of any lengths, without any padding.

        All tokens go through the products in one go. The same bits as of one text alone come out: where a
        product's sums depend on the number of rows, as the longest one's do, texts go one by one.
        """
        import torch

        lengths = [len(text) for text in texts]
        first = self.shape.first_position
        ids = torch.tensor([token for text in texts for token in text])
        places = torch.cat([torch.arange(first, first + length) for length in lengths])
        states = self._words_of(ids) + self._positions[places]
        states = torch.nn.functional.layer_norm(states, (self.hidden,), *self._norm, self.shape.epsilon)
        for layer in self._layers:
            states = layer.together(states, lengths, self.shape)
        return list(states.split_with_sizes(lengths))

    def __call__(self, ids: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """Give the last hidden states, (n, width, hidden), of token ids (n, width).

        `mask` is boolean (n, width), False on padding; None when there is none.
        """
        import torch

        count, width = ids.shape
        first = self.shape.first_position
        states = self._words_of(ids) + self._positions[first : first + width]
        states = states.view(count * width, self.hidden)
        states = torch.nn.functional.layer_norm(states, (self.hidden,), *self._norm, self.shape.epsilon)
        bias = None
        if mask is not None:
            bias = torch.zeros(mask.shape, dtype=states.dtype).masked_fill_(~mask, float("-inf"))
            bias = bias[:, None, None, :]
        heads = (count, width, self.shape.heads, self.hidden // self.shape.heads)
        for layer in self._layers:
            states = layer(states, heads, bias, self.shape.epsilon)
        return states.view(count, width, self.hidden)

    def _words_of(self, ids: torch.Tensor) -> torch.Tensor:
        return self._words[ids].to(self.dtype)


class _Layer:
    """One transformer layer with packed weights."""

    def __init__(self, weights: Mapping[str, torch.Tensor], prefix: str) -> None:
        parts = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
        self.attention = _packed(weights, *parts)
        self.attention_output = _packed(weights, f"{prefix}attention.output.dense")
        self.attention_norm = _norm(weights, f"{prefix}attention.output.LayerNorm")
        self.intermediate = _packed(weights, f"{prefix}intermediate.dense")
        self.output = _packed(weights, f"{prefix}output.dense")
        self.output_norm = _norm(weights, f"{prefix}output.LayerNorm")

    def __call__(
        self,
        states: torch.Tensor,
        shape: tuple[int, int, int, int],
        bias: torch.Tensor | None,
        epsilon: float,
    ) -> torch.Tensor:
        import torch

        functions, linear = torch.nn.functional, torch.ops.mkldnn._linear_pointwise
        count, width, heads, size = shape
        hidden = heads * size
        mixed = linear(states, *self.attention, "none", [], "")
        queries, keys, values = mixed.view(count, width, 3, heads, size).permute(2, 0, 3, 1, 4)
        attended = functions.scaled_dot_product_attention(queries, keys, values, attn_mask=bias)
        attended = attended.transpose(1, 2).reshape(count * width, hidden)
        states = linear.binary(attended, states, *self.attention_output, "add")
        states = functions.layer_norm(states, (hidden,), *self.attention_norm, epsilon)
        inner = linear(states, *self.intermediate, "gelu", [], "none")
        states = linear.binary(inner, states, *self.output, "add")
        return functions.layer_norm(states, (hidden,), *self.output_norm, epsilon)

    def together(self, states: torch.Tensor, lengths: list[int], shape: BertShape) -> torch.Tensor:
        """Do the same for texts of `lengths` tokens, (all tokens, hidden); attention stays within a text."""
        import torch

        functions, linear = torch.nn.functional, torch.ops.mkldnn._linear_pointwise
        hidden = states.shape[1]
        attended = []
        for mixed in linear(states, *self.attention, "none", [], "").split_with_sizes(lengths):
            parts = mixed.view(1, len(mixed), 3, shape.heads, hidden // shape.heads).permute(2, 0, 3, 1, 4)
            text = functions.scaled_dot_product_attention(*parts)
            attended.append(text.transpose(1, 2).reshape(len(mixed), hidden))
        states = linear.binary(torch.cat(attended), states, *self.attention_output, "add")
        states = functions.layer_norm(states, (hidden,), *self.attention_norm, shape.epsilon)
        inner = linear(states, *self.intermediate, "gelu", [], "none")
        texts = zip(inner.split_with_sizes(lengths), states.split_with_sizes(lengths), strict=True)
        states = torch.cat([linear.binary(*text, *self.output, "add") for text in texts])
        return functions.layer_norm(states, (hidden,), *self.output_norm, shape.epsilon)


def pack(model: Any) -> PackedBert | None:
    """Pack a transformers model that is on the processor.

    None when it is of another kind or does not agree.
    """
    import torch

    configuration = model.config.to_dict()
    shape = BertShape.of(configuration)
    if shape is None or model.device.type != "cpu" or not fused_operations_work(model.dtype):
        return None
    with torch.inference_mode():
        packed = PackedBert(shape, model.state_dict())
        return packed if _agrees(packed, model) else None


def fused_operations_work(dtype: torch.dtype) -> bool:
    """Tell whether torch's fused products are there and give what the plain ones give."""
    import torch

    functions = torch.nn.functional
    generator = torch.Generator().manual_seed(0)
    rows, weight, bias, added = (
        torch.randn(*size, generator=generator).to(dtype) for size in ((16, 64), (32, 64), (32,), (16, 32))
    )
    try:
        linear, packed = torch.ops.mkldnn._linear_pointwise, _reordered(weight)
        fused = (
            linear(rows, packed, bias, "gelu", [], "none"),
            linear.binary(rows, added, packed, bias, "add"),
        )
    except (AttributeError, NotImplementedError, RuntimeError, TypeError):  # another torch
        return False
    plain = functions.linear(rows.float(), weight.float(), bias.float())
    expected = functions.gelu(plain), plain + added.float()
    return all(
        functions.cosine_similarity(made.float(), right, dim=-1).min().item() >= AGREEMENT
        for made, right in zip(fused, expected, strict=True)
    )


def _agrees(packed: PackedBert, model: Any) -> bool:
    """Tell whether both give the same states for two short rows, one of them padded."""
    import torch

    step = max(1, model.config.vocab_size // 40)
    ids = torch.arange(5, 5 + 32 * step, step).remainder(model.config.vocab_size).view(2, 16)
    mask = torch.ones(2, 16, dtype=torch.bool)
    mask[1, 9:] = False
    ids[1, 9:] = model.config.pad_token_id or 0
    expected = model(input_ids=ids, attention_mask=mask.long()).last_hidden_state
    cosine = torch.nn.functional.cosine_similarity(packed(ids, mask).float(), expected.float(), dim=-1)
    return bool(cosine[mask].min() >= AGREEMENT)


def _packed(weights: Mapping[str, torch.Tensor], *names: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Join the products `names`, one under the other, into one packed weight and its bias."""
    import torch

    weight = torch.cat([weights[f"{name}.weight"] for name in names])
    return _reordered(weight), torch.cat([weights[f"{name}.bias"] for name in names])


def _reordered(weight: torch.Tensor) -> torch.Tensor:
    """Lay a weight out as oneDNN's matrix units want it."""
    import torch

    packed: torch.Tensor = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), PACKED_FOR_ROWS)
    return packed


def _norm(weights: Mapping[str, torch.Tensor], name: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Find the weight and bias of a layer norm."""
    return weights[f"{name}.weight"], weights[f"{name}.bias"]
