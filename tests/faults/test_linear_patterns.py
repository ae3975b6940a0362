"""Every pattern of the program against texts made to slow it: its time grows as the text does."""

from __future__ import annotations

import pytest

from tests.faults.growth import PACKAGES, in_functions, module_names, patterns_of, steepest

NAMES = [name for name in module_names(*PACKAGES) if not name.endswith("__main__")]
# Patterns of readers whose time is still the square of the text. An entry that has become linear fails.
NOT_YET_LINEAR: dict[str, frozenset[str]] = {
    "index.articles.books": frozenset(["_HEADING", r"_chapter(): '(?is)\\A.*?<body\\b[^>]*>'"]),
    "index.articles.bylines": frozenset(
        ["_INLINE_AGENCY", "_NAME_WORD", "_PAIR", "_PARTS", "_SOURCE", "_WRITER", "_WRITER_INLINE"]
        + [r"_of_writer(): '\\s*[,،|–—]\\s*|\\s+-\\s+'"]
    ),
    "index.articles.dates": frozenset(["_FORMS[2]", "_WHOLE[0]", "_WHOLE[1]", "_WHOLE[2]", "_WHOLE[3]"]),
    "index.articles.markup": frozenset([r"text(): '[ \\t]*\\n[ \\t]*'"]),
    "index.articles.pdf": frozenset(["_PAGE_NUMBER"]),
    "index.articles.plain": frozenset(["_BLANK"]),
}


@pytest.mark.parametrize("name", NAMES)
def test_every_pattern_on_growing_text_takes_linear_time(name: str) -> None:
    awaited = NOT_YET_LINEAR.get(name, frozenset())
    steep = {
        label: f"{method} on {worst[0]} at {worst[1]:,}"
        for label, (pattern, methods) in patterns_of(name).items()
        for method in sorted(methods)
        if (worst := steepest(pattern, method))
    }
    assert {label: worst for label, worst in steep.items() if label not in awaited} == {}
    assert awaited <= set(steep), "linear now: take it out of NOT_YET_LINEAR"


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("index.articles")])
def test_patterns_outside_readers_are_compiled_with_their_module(name: str) -> None:
    assert [f"{function}: {pattern.pattern}" for function, _method, pattern in in_functions(name)] == []
