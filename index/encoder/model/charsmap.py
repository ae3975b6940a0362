"""A table of replacements as SentencePiece's compiled character map (`tokenizers`' `Precompiled`).

The map is a byte trie in a double array (the unit layout of darts-clone, which the reader expects)
followed by the replacements, each ended by a zero byte: the value of a key is where its replacement
starts. Units are 32 bits: the label in bits 0 to 7, "has a value" in bit 8, the offset to the
children from bit 10; a unit that is a value has bit 31 set.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

_HAS_VALUE = 1 << 8
_IS_VALUE = 1 << 31
_BLOCKS_OPEN = 4
_BLOCK = 256  # children lie at base ^ label, so never outside the base's block


# A byte of a key to the node after it; 0 to where the replacement stands.
Trie = dict[int, Any]


def compile_charsmap(table: Mapping[int, str]) -> bytes:
    """Compile the map of `table` (code point to replacement, maybe empty)."""
    pool = bytearray()
    starts: dict[str, int] = {}
    trie: Trie = {}
    for code_point, replacement in sorted(table.items()):
        if replacement not in starts:
            starts[replacement] = len(pool)
            pool += replacement.encode("utf-8") + b"\0"
        node = trie
        for byte in chr(code_point).encode("utf-8"):
            node = node.setdefault(byte, {})
        node[0] = starts[replacement]  # no key holds a zero byte
    units = _double_array(trie)
    return struct.pack("<I", 4 * len(units)) + struct.pack(f"<{len(units)}I", *units) + bytes(pool)


def _double_array(trie: Trie) -> list[int]:
    """Lay a trie out as the units of a double array."""
    units = [0] * _BLOCK
    used = {0}  # the root's own place
    bases: set[int] = set()
    pending = [(0, trie)]
    while pending:
        position, node = pending.pop()
        # Older blocks are given up on, as darts-clone does: their last holes fit next to nothing.
        base = _free_base(node, used=used, bases=bases, start=max(1, len(units) - _BLOCKS_OPEN * _BLOCK))
        bases.add(base)
        while len(units) <= base | (_BLOCK - 1):
            units.extend([0] * _BLOCK)
        units[position] |= (position ^ base) << 10
        for label, child in node.items():
            unit = base ^ label
            used.add(unit)
            if label == 0:
                units[position] |= _HAS_VALUE
                units[unit] = child | _IS_VALUE
            else:
                units[unit] = label
                pending.append((unit, child))
    return units


def _free_base(node: Trie, *, used: set[int], bases: set[int], start: int) -> int:
    """Find the first base whose children's places are all free and that no other node has."""
    labels = list(node)
    candidate = start
    while True:
        base = candidate ^ labels[0]
        if base not in bases and not any(base ^ label in used for label in labels):
            return int(base)
        candidate += 1
