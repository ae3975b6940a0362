"""The reader's network for training: the bundled encoder's layers, trained on, and three heads.

Word embeddings, position embeddings and as many of the lower layers as asked stay the encoder's own. Nothing
here is needed to read: `assistant/answering/reader` runs the packed weights in the encoder's own pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

HIDDEN, ATTENTION_HEADS, LAYERS, INNER = 384, 12, 12, 1536
EPSILON = 1e-12
HEADS_OUT = 3  # start, end, and the first token's: how likely the window is to answer at all
DROPOUT = 0.1  # as the encoder was trained
IMPOSSIBLE = -1e4  # the value of a token outside the passage
LARGEST_POWER = 30.0  # of what is summed as exponentials, so that float32 holds the sum
QKV = ("attention.self.query", "attention.self.key", "attention.self.value")
PARTS = {  # a layer's part -> where BertModel keeps it, under `encoder.layer.N.`
    "attention": QKV,
    "attention_output": ("attention.output.dense",),
    "attention_norm": ("attention.output.LayerNorm",),
    "intermediate": ("intermediate.dense",),
    "output": ("output.dense",),
    "output_norm": ("output.LayerNorm",),
}


class Layer(nn.Module):
    """A transformer layer of BertModel's shape, queries, keys and values in one product."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.attention_output = nn.Linear(HIDDEN, HIDDEN)
        self.attention_norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.intermediate = nn.Linear(HIDDEN, INNER)
        self.output = nn.Linear(INNER, HIDDEN)
        self.output_norm = nn.LayerNorm(HIDDEN, EPSILON)

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Give the next states (windows, width, HIDDEN); `mask` (windows, 1, 1, width) is True inside."""
        count, width, _ = states.shape
        mixed = self.attention(states).view(count, width, 3, ATTENTION_HEADS, HIDDEN // ATTENTION_HEADS)
        queries, keys, values = mixed.permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        attended = self.attention_output(attended.transpose(1, 2).reshape(count, width, HIDDEN))
        states = self.attention_norm(states + self._dropped(attended))
        inner = self.output(functional.gelu(self.intermediate(states)))
        return self.output_norm(states + self._dropped(inner))

    def _dropped(self, states: torch.Tensor) -> torch.Tensor:
        return functional.dropout(states, DROPOUT, self.training)


class Network(nn.Module):
    """The encoder with the heads of a reader; the first `frozen` layers and the embeddings stay."""

    def __init__(self, model: Path, *, frozen: int, seed: int) -> None:
        super().__init__()
        from safetensors.torch import load_file

        stored = load_file(model / "model.safetensors")
        self.frozen = frozen
        self.words = nn.Embedding.from_pretrained(stored["embeddings.word_embeddings.weight"].bfloat16())
        positions = stored["embeddings.position_embeddings.weight"].float()
        self.register_buffer(
            "positions", positions + stored["embeddings.token_type_embeddings.weight"][0].float()
        )
        self.norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        torch.manual_seed(seed)
        self.heads = nn.Linear(HIDDEN, HEADS_OUT)
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.zeros_(self.heads.bias)
        with torch.no_grad():
            for kind in ("weight", "bias"):
                getattr(self.norm, kind).copy_(stored[f"embeddings.LayerNorm.{kind}"])
            for number, layer in enumerate(self.layers):
                for part, sources in PARTS.items():
                    for kind in ("weight", "bias"):
                        names = [f"encoder.layer.{number}.{source}.{kind}" for source in sources]
                        getattr(getattr(layer, part), kind).copy_(torch.cat([stored[name] for name in names]))
        for module in (self.norm, *self.layers[:frozen]):
            module.requires_grad_(requires_grad=False)

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Give the values of the heads, float32 (windows, width, 3), of token ids (windows, width) padded."""
        width = ids.shape[1]
        mask = (torch.arange(width, device=ids.device) < lengths[:, None])[:, None, None, :]
        positions = self.get_buffer("positions")
        states = self.norm(self.words(ids).float() + positions[:width])
        for layer in self.layers:
            states = layer(states, mask)
        return self.heads(states).float()

    def trained(self) -> Iterator[tuple[str, torch.Tensor]]:
        """Give what is trained, named as BertModel names it, and the heads under their own name."""
        for number, layer in enumerate(self.layers):
            if number < self.frozen:
                continue
            for part, sources in PARTS.items():
                for kind in ("weight", "bias"):
                    pieces = getattr(getattr(layer, part), kind).detach().chunk(len(sources))
                    for source, piece in zip(sources, pieces, strict=True):
                        yield f"encoder.layer.{number}.{source}.{kind}", piece
        for kind in ("weight", "bias"):
            yield f"heads.{kind}", getattr(self.heads, kind).detach()

    def load_trained(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Take up weights as `trained` names them."""
        with torch.no_grad():
            for name, weight in self.trained():
                weight.copy_(tensors[name])


def loss_of(
    values: torch.Tensor, gold: torch.Tensor, allowed: torch.Tensor, groups: torch.Tensor, count: int
) -> torch.Tensor:
    """Give the loss of each of `count` questions, mean of start and end, all its windows taken together.

    `values` (windows, width, 3) are the heads'; `gold` (windows, width, 2) marks right starts and ends,
    `allowed` (windows, width) the passage's tokens, `groups` (windows,) says whose window it is. The chance
    of a start is `exp(value) / (1 + sum of all in the windows of its question)`: "none" is the 1, so that
    values compare across passages and questions (shared normalisation, Clark and Gardner 2018).
    """
    powers = (values[:, :, :2] + values[:, :1, 2:]).clamp(max=LARGEST_POWER)
    powers = powers.masked_fill(~allowed[:, :, None], IMPOSSIBLE)
    total = _logsumexp_by(torch.logsumexp(powers, 1), groups, count)
    total = torch.logaddexp(total, torch.zeros_like(total))
    right = _logsumexp_by(torch.logsumexp(powers.masked_fill(~gold, IMPOSSIBLE), 1), groups, count)
    answerable = torch.zeros(count, dtype=torch.float32, device=values.device)
    answerable = answerable.scatter_reduce(0, groups, gold.any(1).any(1).float(), "amax") > 0
    return (total - torch.where(answerable[:, None], right, torch.zeros_like(right))).mean(1)


def _logsumexp_by(values: torch.Tensor, groups: torch.Tensor, count: int) -> torch.Tensor:
    """Give (count, 2): logsumexp of the rows of `values` (windows, 2) of each group."""
    index = groups[:, None].expand_as(values)
    empty = values.new_full((count, 2), IMPOSSIBLE)
    top = empty.scatter_reduce(0, index, values.detach(), "amax")
    summed = torch.zeros_like(empty).scatter_add(0, index, torch.exp(values - top[groups]))
    return summed.clamp_min(1e-30).log() + top
