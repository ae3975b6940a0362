"""The bundled encoder's pass as torch, ONNX Runtime and numpy run it, for `benchmarks.encoder_runtimes`.

The ONNX graph is made from the weights that `index.encoder.model` writes, of the fused operations that ONNX
Runtime's own optimiser would put in. The 4-bit one holds the very 4-bit blocks of the package.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from index.encoder.model import find_source
from index.encoder.model.source import BLOCK, BLOCK_BYTES, ModelSource, read_source

# What the products are called in the model's folder, and in the package's file.
IN_PACKAGE = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "intermediate.dense": "fi",
    "output.dense": "fo",
}
# Ids (n, width) to the tokens' last states, float32 (n, width, hidden).
Forward = Callable[[np.ndarray], np.ndarray]


def load_torch(model: Path, precision: str, threads: int) -> Forward:
    """The program's own pass."""
    import torch

    from index.encoder.running.loading import load_bundled

    torch.set_num_threads(threads)
    loaded = load_bundled(model, precision=precision)
    if loaded is None:
        raise SystemExit(f"encoder_runtimes: this torch has no packed products in {precision}")
    bert = loaded.bert

    def forward(ids: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return bert(torch.from_numpy(ids), None).float().numpy()

    return forward


class Embeddings:
    """The sum of word, position and type embeddings; words are read from the mapped file."""

    def __init__(self, model: Path) -> None:
        from safetensors import safe_open

        path = model / "model.safetensors"
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            words = json.loads(file.read(size))["embeddings.word_embeddings.weight"]
        self.words = np.memmap(path, "<f2", "r", 8 + size + words["data_offsets"][0], tuple(words["shape"]))
        with safe_open(str(path), "np") as weights:
            positions = weights.get_tensor("embeddings.position_embeddings.weight").astype(np.float32)
            types = weights.get_tensor("embeddings.token_type_embeddings.weight").astype(np.float32)
        self.positions = positions + types[0]

    def __call__(self, ids: np.ndarray) -> np.ndarray:
        return self.words[ids].astype(np.float32) + self.positions[: ids.shape[1]]


def load_onnx(model: Path, graph: Path, threads: int) -> Forward:
    """A session over a graph that `write_graphs` wrote."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    embeddings = Embeddings(model)
    return lambda ids: session.run(None, {"embedded": embeddings(ids)})[0]


def load_numpy(model: Path) -> Forward:
    """The same arithmetic written out; numpy's BLAS does the products."""
    from safetensors.numpy import load_file
    from scipy.special import erf

    embeddings, shape = Embeddings(model), read_shape(model)
    stored = load_file(model / "model.safetensors")
    weights = {name: part.astype(np.float32) for name, part in stored.items() if name.startswith("encoder.")}
    norm = [stored[f"embeddings.LayerNorm.{part}"].astype(np.float32) for part in ("weight", "bias")]
    del stored
    heads, epsilon = shape["num_attention_heads"], np.float32(shape["layer_norm_eps"])

    def normalised(states: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
        states = states - states.mean(-1, keepdims=True)
        return states / np.sqrt(np.square(states).mean(-1, keepdims=True) + epsilon) * weight + bias

    def forward(ids: np.ndarray) -> np.ndarray:
        count, width = ids.shape
        states = normalised(embeddings(ids).reshape(count * width, -1), *norm)
        for number in range(shape["num_hidden_layers"]):
            of = f"encoder.layer.{number}."

            def linear(rows: np.ndarray, name: str, of: str = of) -> np.ndarray:
                return rows @ weights[f"{of}{name}.weight"].T + weights[f"{of}{name}.bias"]

            def norm_of(name: str, of: str = of) -> tuple[np.ndarray, np.ndarray]:
                return weights[f"{of}{name}.LayerNorm.weight"], weights[f"{of}{name}.LayerNorm.bias"]

            query, key, value = (
                linear(states, f"attention.self.{part}")
                .reshape(count, width, heads, -1)
                .transpose(0, 2, 1, 3)
                for part in ("query", "key", "value")
            )
            scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(query.shape[-1]))
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            mixed = (scores / scores.sum(-1, keepdims=True)) @ value
            mixed = mixed.transpose(0, 2, 1, 3).reshape(count * width, -1)
            states = normalised(
                states + linear(mixed, "attention.output.dense"), *norm_of("attention.output")
            )
            inner = linear(states, "intermediate.dense")
            inner *= np.float32(0.5) * (1 + erf(inner * np.float32(np.sqrt(0.5))))
            states = normalised(states + linear(inner, "output.dense"), *norm_of("output"))
        return states.reshape(count, width, -1)

    return forward


def write_graphs(model: Path, folder: Path) -> None:
    """Write the graphs of the three ONNX ways into `folder`."""
    import logging

    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    plain = folder / "onnx float32.onnx"
    onnx.save(graph_of(model), plain)
    onnx.save(graph_of(model, read_source(find_source())), folder / "onnx 4bit.onnx")
    logging.disable(logging.WARNING)  # it recommends a preparation that these graphs have no need of
    quantize_dynamic(
        plain, folder / "onnx int8.onnx", per_channel=True, weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
    )  # fmt: skip
    logging.disable(logging.NOTSET)


def graph_of(model: Path, source: ModelSource | None = None) -> object:
    """The encoder's layers as an ONNX model: `embedded` (n, width, hidden) to `states` of the same shape.

    With `source` the products hold its 4-bit blocks.
    """
    from onnx import TensorProto, helper, numpy_helper
    from safetensors.numpy import load_file

    weights, shape = load_file(model / "model.safetensors"), read_shape(model)
    hidden, epsilon = shape["hidden_size"], shape["layer_norm_eps"]
    nodes, constants = [], []

    def constant(name: str, value: np.ndarray) -> str:
        constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def stored(*names: str) -> str:
        return constant(names[0], np.concatenate([weights[name] for name in names]).astype(np.float32))

    def node(
        kind: str, inputs: list[str], outputs: list[str], domain: str = "com.microsoft", **more: object
    ) -> str:
        nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **more))
        return outputs[0]

    def product(rows: str, *names: str) -> str:
        weight = np.concatenate([weights[f"{name}.weight"] for name in names]).astype(np.float32)
        if source is None:
            return node("MatMul", [rows, constant(names[0], weight.T)], [f"{names[0]}.out"], "")
        blocks = [four_bits(source, name, size=weight.shape[1]) for name in names]
        codes, scales = (np.concatenate(part) for part in zip(*blocks, strict=True))
        parts = [constant(f"{names[0]}.codes", codes), constant(f"{names[0]}.scales", scales.ravel())]
        size = {
            "N": weight.shape[0],
            "K": weight.shape[1],
            "bits": 4,
            "block_size": BLOCK,
            "accuracy_level": 4,
        }
        return node("MatMulNBits", [rows, *parts], [f"{names[0]}.out"], **size)

    norm = [stored(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
    states = node("LayerNormalization", ["embedded", *norm], ["start"], "", epsilon=epsilon, axis=-1)
    for number in range(shape["num_hidden_layers"]):
        of = f"encoder.layer.{number}."

        def joined(made: str, before: str, name: str, of: str = of) -> str:
            norm = [stored(f"{of}{name}.LayerNorm.{part}") for part in ("weight", "bias")]
            bias = stored(f"{of}{name}.dense.bias")
            into = [f"{of}{name}.states"]
            return node("SkipLayerNormalization", [made, before, *norm, bias], into, epsilon=epsilon)

        parts = [f"{of}attention.self.{part}" for part in ("query", "key", "value")]
        split = [f"{part}.split" for part in parts]
        node("Split", [product(states, *parts)], split, "", num_outputs=3, axis=-1)
        bias = stored(*(f"{part}.bias" for part in parts))
        heads = shape["num_attention_heads"]
        mixed = node("MultiHeadAttention", [*split, bias], [f"{of}mixed"], num_heads=heads)
        states = joined(product(mixed, f"{of}attention.output.dense"), states, "attention.output")
        inner = [product(states, f"{of}intermediate.dense"), stored(f"{of}intermediate.dense.bias")]
        inner = node("BiasGelu", inner, [f"{of}inner"])
        states = joined(product(inner, f"{of}output.dense"), states, "output")
    node("Identity", [states], ["states"], "")
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", "width", hidden])
        for name in ("embedded", "states")
    ]
    graph = helper.make_graph(nodes, "encoder", ends[:1], ends[1:], constants)
    versions = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=versions, ir_version=9)


def four_bits(source: ModelSource, name: str, *, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes, uint8 (rows, blocks, 16), and scales, float32 (rows, blocks), of a product over `size`.

    The package's byte j holds weights j and j + 16 of its block; ONNX Runtime's holds 2j and 2j + 1.
    """
    _encoder, _layer, number, product = name.split(".", 3)
    [entry] = [
        source.tensors[each] for each in source.tensors if each[1:] == f"{number}.{IN_PACKAGE[product]}.w"
    ]
    blocks = source.content[entry.offset : entry.offset + entry.size // BLOCK * BLOCK_BYTES]
    blocks = blocks.reshape(-1, size // BLOCK, BLOCK_BYTES)
    codes = np.concatenate([blocks[..., 2:] & 0x0F, blocks[..., 2:] >> 4], axis=-1)
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2")[..., 0].astype(np.float32)
    return codes[..., ::2] | codes[..., 1::2] << 4, scales


def read_shape(model: Path) -> dict[str, int | float]:
    """What `config.json` says."""
    return json.loads((model / "config.json").read_text(encoding="utf-8"))
