"""Writes the default model as an ordinary sentence-transformers folder.

A BertModel in safetensors, an XLM-R tokenizer (unigram pieces with their scores, the package's
normalisation), mean pooling, normalisation to unit length, and the prompts of the E5 models.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.encoder.model.charsmap import compile_charsmap
from index.encoder.model.source import ModelSource

if TYPE_CHECKING:
    from tokenizers import Tokenizer

QUERY_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "
# Name in the package's file -> name in BertModel, for the embeddings and for each layer.
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def write_folder(source: ModelSource, folder: Path, *, advance: Callable[[], None]) -> None:
    """Write every file of the model into `folder`; calls `advance` after each of `steps(source)`."""
    from safetensors.numpy import save_file

    weights = {}
    for name in source.tensors:
        target, shape = _weight_of(source, name)
        # Half the disk of float32, and 11 bits of mantissa for weights that were stored with 4.
        weights[target] = source.tensor(name).reshape(shape).astype(np.float16)
        advance()
    # Mean pooling never uses BERT's pooler; it is there so that no loader misses a weight.
    weights["pooler.dense.weight"] = np.zeros((source.hidden, source.hidden), np.float16)
    weights["pooler.dense.bias"] = np.zeros(source.hidden, np.float16)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    advance()
    _write_tokenizer(source, folder)
    advance()
    _write_configuration(source, folder)
    advance()


def steps(source: ModelSource) -> int:
    """Tell how often `write_folder` calls `advance`."""
    return len(source.tensors) + 3


def _weight_of(source: ModelSource, name: str) -> tuple[str, tuple[int, ...]]:
    """Give BertModel's name of the tensor `name`, and its shape."""
    if name in _EMBEDDINGS:
        target = _EMBEDDINGS[name]
        return target, (source.hidden,) if "LayerNorm" in target else (-1, source.hidden)
    layer, part, kind = name.split(".")
    target = f"encoder.layer.{layer[1:]}.{_LAYER[part]}.{'weight' if kind == 'w' else 'bias'}"
    if kind == "b" or part.endswith("ln"):
        return target, (-1,)
    return target, (-1, source.feed_forward if part == "fo" else source.hidden)


def _write_tokenizer(source: ModelSource, folder: Path) -> None:
    """Write the tokenizer and what names its special tokens."""
    from tokenizers import AddedToken

    bos, eos = source.pieces[source.bos], source.pieces[source.eos]
    specials = {
        "bos_token": bos,
        "eos_token": eos,
        "cls_token": bos,
        "sep_token": eos,
        "pad_token": source.pieces[source.pad],
        "unk_token": source.pieces[source.unknown],
        "mask_token": "<mask>",
    }
    tokenizer = _tokenizer(source)
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in dict.fromkeys(specials.values())]
    )
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    _write_json(folder / "special_tokens_map.json", specials)
    _write_json(
        folder / "tokenizer_config.json",
        {
            **specials,
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": source.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
        },
    )


def _tokenizer(source: ModelSource) -> Tokenizer:
    """Make a tokenizer with XLM-R's steps.

    The package's normalisation, words marked by a low line, unigram pieces.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(
        models.Unigram(list(zip(source.pieces, source.scores, strict=True)), source.unknown, False)
    )
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(compile_charsmap(source.normalisation)),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    bos, eos = source.pieces[source.bos], source.pieces[source.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, source.bos), (eos, source.eos)],
    )
    return tokenizer


def _write_configuration(source: ModelSource, folder: Path) -> None:
    """Write what says how the model is built, pooled and prompted."""
    transformer = "sentence_transformers.models"
    _write_json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": source.hidden,
            "num_hidden_layers": source.layers,
            "num_attention_heads": source.heads,
            "intermediate_size": source.feed_forward,
            "hidden_act": "gelu",
            "max_position_embeddings": source.positions,
            "type_vocab_size": source.token_types,
            "vocab_size": source.vocabulary,
            "layer_norm_eps": source.epsilon,
            "pad_token_id": source.pad,
            "dtype": "float32",
        },
    )
    _write_json(
        folder / "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": f"{transformer}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{transformer}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{transformer}.Normalize"},
        ],
    )
    _write_json(
        folder / "sentence_bert_config.json", {"max_seq_length": source.positions, "do_lower_case": False}
    )
    (folder / "1_Pooling").mkdir()
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": source.hidden, "pooling_mode_mean_tokens": True},
    )
    (folder / "2_Normalize").mkdir()
    _write_json(
        folder / "config_sentence_transformers.json",
        {
            "prompts": {"query": QUERY_PROMPT, "document": PASSAGE_PROMPT, "passage": PASSAGE_PROMPT},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
