"""Every pattern of the program against texts made to slow it: its time grows as the text does."""

from __future__ import annotations

import pytest

from tests.faults.growth import PACKAGES, called_at_import, in_functions, module_names, patterns_of, steepest

NAMES = [name for name in module_names(*PACKAGES) if not name.endswith("__main__")]


@pytest.mark.parametrize("name", NAMES)
def test_every_pattern_on_growing_text_takes_linear_time(name: str) -> None:
    steep = {
        label: f"{method} on {worst[0]} at {worst[1]:,}"
        for label, (pattern, methods) in patterns_of(name).items()
        for method in sorted(methods)
        if (worst := steepest(pattern, method))
    }
    assert steep == {}


# Compiles for the modules that name its patterns, while these are imported.
COMPILER = "assistant.language.patterns"
OUTSIDE_READERS = [name for name in NAMES if not name.startswith("index.articles") and name != COMPILER]


@pytest.mark.parametrize("name", OUTSIDE_READERS)
def test_patterns_outside_readers_are_compiled_with_their_module(name: str) -> None:
    late = [
        f"{function}: {pattern.pattern}"
        for function, _method, pattern in in_functions(name)
        if function not in called_at_import(name)
    ]
    assert late == []
