"""BERT's forward pass for a processor: packed weights, fused operations, one thread.

The same arithmetic as `transformers`' BertModel and XLMRobertaModel (Devlin et al. 2019; Liu et al. 2019),
with the weights laid out once as oneDNN's matrix units want them, and with bias, GELU and residual done
inside the matrix products. A question of 14 tokens takes 7 ms instead of 14 on one core. These oneDNN
operations are torch's own, but not public, so `pack` tries them against the model that it replaces and
gives None when they are missing or disagree: the caller then keeps the ordinary model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

PACKED_FOR_ROWS = 256  # tokens; oneDNN picks its layout for about so many
AGREEMENT = 0.999  # least cosine to the ordinary model on the trial


class PackedBert:
    """A BertModel's or XLMRobertaModel's encoder, ready to run on a processor."""

    def __init__(self, model: Any) -> None:
        config = model.config
        self.heads = config.num_attention_heads
        self.epsilon = config.layer_norm_eps
        # XLM-R counts positions from the padding token's id plus one.
        self.first_position = config.pad_token_id + 1 if config.model_type == "xlm-roberta" else 0
        embeddings = model.embeddings
        self._words = embeddings.word_embeddings.weight.detach()
        self._positions = (
            embeddings.position_embeddings.weight + embeddings.token_type_embeddings.weight[0]
        ).detach()
        self._norm = _norm_weights(embeddings.LayerNorm)
        self._layers = [_Layer(layer) for layer in model.encoder.layer]

    def __call__(self, ids: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """Last hidden states, (n, width, hidden), of token ids (n, width).

        `mask` is boolean (n, width), False on padding; None when there is none.
        """
        import torch

        count, width = ids.shape
        hidden = self._words.shape[1]
        positions = self._positions[self.first_position : self.first_position + width]
        states = (self._words[ids] + positions).view(count * width, hidden)
        states = torch.nn.functional.layer_norm(states, (hidden,), *self._norm, self.epsilon)
        bias = None
        if mask is not None:
            bias = torch.zeros(mask.shape, dtype=states.dtype).masked_fill_(~mask, float("-inf"))
            bias = bias[:, None, None, :]
        for layer in self._layers:
            states = layer(states, (count, width, self.heads, hidden // self.heads), bias, self.epsilon)
        return states.view(count, width, hidden)


class _Layer:
    """One transformer layer with packed weights."""

    def __init__(self, layer: Any) -> None:
        import torch

        attention = layer.attention.self
        parts = [attention.query, attention.key, attention.value]
        self.attention = _packed(
            torch.cat([part.weight for part in parts]), torch.cat([part.bias for part in parts])
        )
        self.attention_output = _packed(
            layer.attention.output.dense.weight, layer.attention.output.dense.bias
        )
        self.attention_norm = _norm_weights(layer.attention.output.LayerNorm)
        self.intermediate = _packed(layer.intermediate.dense.weight, layer.intermediate.dense.bias)
        self.output = _packed(layer.output.dense.weight, layer.output.dense.bias)
        self.output_norm = _norm_weights(layer.output.LayerNorm)

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


def pack(model: Any) -> PackedBert | None:
    """`model` packed, or None when it is of another kind or the packed one does not agree with it."""
    import torch

    config = model.config
    known = (
        config.model_type in {"bert", "xlm-roberta"}
        and config.hidden_act == "gelu"
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and not getattr(config, "is_decoder", False)
        and model.device.type == "cpu"
    )
    if not known:
        return None
    try:
        with torch.inference_mode():
            packed = PackedBert(model)
            return packed if _agrees(packed, model) else None
    except (AttributeError, NotImplementedError, RuntimeError):  # this torch has not these operations
        return None


def _agrees(packed: PackedBert, model: Any) -> bool:
    """Whether both give the same states for two short rows, one of them padded."""
    import torch

    step = max(1, model.config.vocab_size // 40)
    ids = torch.arange(5, 5 + 32 * step, step).remainder(model.config.vocab_size).view(2, 16)
    mask = torch.ones(2, 16, dtype=torch.bool)
    mask[1, 9:] = False
    ids[1, 9:] = model.config.pad_token_id or 0
    expected = model(input_ids=ids, attention_mask=mask.long()).last_hidden_state
    cosine = torch.nn.functional.cosine_similarity(packed(ids, mask).float(), expected.float(), dim=-1)
    return bool(cosine[mask].min() >= AGREEMENT)


def _packed(weight: torch.Tensor, bias: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    import torch

    weight = weight.detach().contiguous()
    return torch.ops.mkldnn._reorder_linear_weight(weight, PACKED_FOR_ROWS), bias.detach().contiguous()


def _norm_weights(norm: Any) -> tuple[torch.Tensor, torch.Tensor]:
    return norm.weight.detach(), norm.bias.detach()
