"""Growth: how the time of something grows with the text it is given, and texts made to slow a pattern.

A time is the thread's own, so that what else the machine does hardly shows; what is judged is the ratio of
two times, never seconds. The largest size is 64 KiB: a square too small to be seen there takes a second for a
megabyte at most. Another is set in the environment by `GROWTH_SIZE`, a megabyte by `make fuzz`.
"""

from __future__ import annotations

import ast
import importlib
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]  # the parse of a pattern has no public name
from typing import Any

import regex

ROOT = Path(__file__).parents[2]
PACKAGES = ("assistant", "index")
SMALL = 1 << 9  # code points: the first size
MIDDLE = 1 << 14  # where the square of a size can no longer hide
LARGE = int(os.environ.get("GROWTH_SIZE", 1 << 16))  # code points or bytes: the last size
FLOOR_S = 0.004  # below it, a ratio says more of the clock than of the code
RATIO = 3.0  # per doubling: a line gives 2, a square 4
METHODS = frozenset(["search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn"])
# One of each class of characters that patterns tell apart.
SINGLES = (
    " \n\t\ra"
    + "Az19٣_مواَـ?؟!.…,،;؛:-–—'’\"«»“”„()[]{}<>/\\|&#*`~=+%$€@^中ก\u200f\u200b\u2028\u00a0\x00\ud800"
)
BREAKS = ("", "!", "\x00", "x", "\nx\nx")
WORST = 12  # of the texts for one pattern that are tried at larger sizes
NAMED_BREAKS = 8  # signs of a pattern itself that are tried as breaks too

Text = Callable[[int], str]
Pattern = Any  # of `re` or of `regex`


# Time


def taken(task: Callable[[str], object], text: str) -> float:
    """Seconds of this thread that `task` takes for `text`."""
    started = time.thread_time()
    task(text)
    return time.thread_time() - started


def first_steep(
    task: Callable[[str], object], text: Text, *, first: int = SMALL, last: int = LARGE, enough_s: float = 1.0
) -> int | None:
    """The size at which two doublings in a row have each cost over RATIO times; None when none does.

    No larger size is tried once a call has taken `enough_s`: the sizes so far have shown the curve.
    """
    times: list[float] = []
    size = first
    while size <= last:
        times.append(taken(task, text(size)))
        if len(times) > 2 and _steep(times) and _steep(times := _again(task, text, size)):
            return size
        if times[-1] > enough_s:
            break
        size *= 2
    return None


def _steep(times: list[float]) -> bool:
    before, middle, after = times[-3:]
    return after > FLOOR_S and after > RATIO * middle and middle > RATIO * before


def _is_square(task: Callable[[str], object], text: Text, size: int) -> bool:
    """Whether the time at `size` grew faster than the text, measured again at smaller sizes of it."""
    times = _again(task, text, size)
    return times[1] > RATIO * times[0] and times[2] > RATIO * times[1]


def _again(task: Callable[[str], object], text: Text, size: int) -> list[float]:
    """The best of three at the last three sizes: what a busy machine added is gone."""
    return [min(taken(task, text(step)) for _ in range(3)) for step in (size // 4, size // 2, size)]


# Texts


def repeated(unit: str, *, before: str = "", after: str = "") -> Text:
    """Texts of any size: `unit` again and again, between `before` and `after`."""
    return lambda size: before + unit * (max(0, size - len(before) - len(after)) // len(unit)) + after


def adversaries(pattern: Pattern) -> dict[tuple[str, str, str], Text]:
    """Texts that could slow `pattern`: (before, unit, after) and the texts of any size made of them.

    Single characters; whole samples of what it matches, and such cut short; and for each repeat without end,
    samples of what stands before it, the repeat's own body many times, then a break.
    """
    source = pattern.pattern
    as_text = source if isinstance(source, str) else source.decode("latin-1")
    parts = {("", single, "") for single in (*SINGLES, *_literals(as_text))}
    parts |= {("", single, "x") for single in SINGLES}
    parts |= {("", f"{single} ", "x") for single in SINGLES}
    if isinstance(pattern, re.Pattern):
        tree = _parser.parse(source, pattern.flags & ~re.DEBUG)
        for sample in _samples(tree):
            parts |= {
                ("", unit, after) for unit in (sample, sample[:-1], sample + " ") for after in ("", "x")
            }
        named = sorted({each for each in as_text if not each.isalnum() and each not in "\\|^+*{}:"})
        breaks = (*BREAKS, *named[-NAMED_BREAKS:])
        for before, body in _pumps(tree):
            parts |= {(before, body, after) for after in breaks}
            parts |= {("", before + body, after) for after in breaks}
            parts.add((before + body, before, "x"))
    return {part: repeated(part[1], before=part[0], after=part[2]) for part in sorted(parts) if part[1]}


def _literals(source: str) -> set[str]:
    """The words in the source of a pattern, and the signs that it names."""
    return {each for each in source if not each.isalnum()} | {
        word for word in re.findall(r"[^\W\d_]{2,}", source) if len(word) < 12
    }


def _samples(tree: Any) -> list[str]:
    """A few texts that a parsed pattern matches, more or less: look-around is left out."""
    return [_sample(tree, choice) for choice in range(4)]


def _sample(tree: Any, choice: int) -> str:
    return "".join(_of_node(str(operator), argument, choice) for operator, argument in tree)


def _of_node(operator: str, argument: Any, choice: int) -> str:
    """One text for a node; `choice` picks among alternatives, members and counts."""
    match operator:
        case "LITERAL":
            return chr(argument)
        case "NOT_LITERAL":
            return next(each for each in "aب" if ord(each) != argument)
        case "ANY":
            return "aم 1"[choice % 4]
        case "IN":
            return _member(argument, choice)
        case "BRANCH":
            branches = argument[1]
            return _sample(branches[choice * 5 % len(branches)], choice)
        case "SUBPATTERN":
            return _sample(argument[3], choice)
        case "ATOMIC_GROUP":
            return _sample(argument, choice)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, body = argument
            return _sample(body, choice) * min(int(most), max(int(least), choice % 3))
    return ""


def _member(argument: Any, choice: int) -> str:
    """A character of a class."""
    members = [each for each in SINGLES if _is_member(argument, each)]
    members += [chr(value) for operator, value in argument if str(operator) == "LITERAL"]
    members += [chr(value[0]) for operator, value in argument if str(operator) == "RANGE"]
    negated = str(argument[0][0]) == "NEGATE"
    members = [each for each in members if _is_member(argument, each)] if negated else members
    return members[choice * 3 % len(members)] if members else ""


def _is_member(argument: Any, character: str) -> bool:
    code, negated, inside = ord(character), False, False
    for operator, value in argument:
        match str(operator):
            case "NEGATE":
                negated = True
            case "LITERAL":
                inside |= code == value
            case "RANGE":
                inside |= value[0] <= code <= value[1]
            case "CATEGORY":
                name = str(value).removeprefix("CATEGORY_")
                kind = {"SPACE": str.isspace, "DIGIT": str.isdecimal}.get(
                    name.removeprefix("NOT_"), lambda each: each.isalnum() or each == "_"
                )
                inside |= kind(character) != name.startswith("NOT_")
    return inside != negated


def _pumps(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """(a text for what stands before, a text for its body) of each repeat without end."""
    for operator, argument in tree:
        name = str(operator)
        if name.endswith("_REPEAT"):
            body = argument[2]
            if int(argument[1]) > 50:
                bodies = [_sample(body, choice) for choice in range(6)]
                if len(body) == 1 and str(body[0][0]) == "IN":
                    bodies += [each for each in " \n?x.و" if _is_member(body[0][1], each)]
                yield from ((before, each) for each in dict.fromkeys(bodies) if each)
            yield from _pumps(body, before)
        elif name == "SUBPATTERN":
            yield from _pumps(argument[3], before)
        elif name == "ATOMIC_GROUP":
            yield from _pumps(argument, before)
        elif name == "BRANCH":
            for branch in argument[1]:
                yield from _pumps(branch, before)
        elif name.startswith("ASSERT"):
            yield from _pumps(argument[1], before)
        before += _of_node(name, argument, 0) or _of_node(name, argument, 1)


# Patterns


def module_names(*packages: str) -> list[str]:
    """Every module of the packages by its dotted name, without the entries that run when imported."""
    files = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files]
    return [name.removesuffix(".__init__") for name in names]


def patterns_of(name: str) -> dict[str, tuple[Pattern, frozenset[str]]]:
    """The patterns that live in a module, by name, each with the methods that are called on it.

    Those of its globals, be they in tuples, dictionaries or classes; and those that its functions hand to
    `re` as text.
    """
    module = importlib.import_module(name)
    called = _methods_called()
    elsewhere = called.get(f"{name}:", frozenset()) or METHODS
    found: dict[str, tuple[Pattern, frozenset[str]]] = {}
    for label in sorted(_assigned(name)):
        for path, pattern in _held(label, vars(module).get(label)):
            key = f"{name}:{label}" if label.startswith("_") else label
            methods = called.get(key, METHODS) if path == label else elsewhere
            found[path] = (pattern, methods)
    for function, method, pattern in in_functions(name):
        found[f"{function}(): {pattern.pattern!r}"] = (pattern, frozenset([method]))
    return found


def _held(path: str, value: object, deepest: int = 4) -> Iterator[tuple[str, Pattern]]:
    if isinstance(value, re.Pattern | regex.Pattern):
        yield path, value
    elif deepest and isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _held(f"{path}[{key!r}]", inner, deepest - 1)
    elif deepest and isinstance(value, tuple | list | set | frozenset):
        for place, inner in enumerate(value):
            yield from _held(f"{path}[{place}]", inner, deepest - 1)
    elif deepest and isinstance(value, type):
        for key, inner in vars(value).items():
            if not key.startswith("__"):
                yield from _held(f"{path}.{key}", inner, deepest - 1)


def _assigned(name: str) -> set[str]:
    """The globals that a module makes, not those that it imports."""
    body = _tree(name).body
    classes = {node.name for node in body if isinstance(node, ast.ClassDef)}
    targets = [node.targets for node in body if isinstance(node, ast.Assign)]
    targets += [[node.target] for node in body if isinstance(node, ast.AnnAssign)]
    inner = [each for some in targets for target in some for each in ast.walk(target)]
    return classes | {each.id for each in inner if isinstance(each, ast.Name)}


def in_functions(name: str) -> Iterator[tuple[str, str, Pattern]]:
    """(function, method, pattern) of each call of `re` or `regex` inside a function of a module.

    A pattern that is no literal is given as that of an empty text.
    """
    for function in ast.walk(_tree(name)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and (method := _called_on(call, ("re", "regex"))) and call.args:
                first = call.args[0]
                literal = first.value if isinstance(first, ast.Constant) else ""
                module = {"re": re, "regex": regex}[call.func.value.id]
                pattern = module.compile(literal, _flags(call))
                yield function.name, "search" if method == "compile" else method, pattern


def called_at_import(name: str) -> set[str]:
    """The functions of a module that its own statements call, and no other function of it."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    inside, outside = (
        {
            call.func.id
            for statement in _tree(name).body
            if isinstance(statement, functions) is within
            for call in ast.walk(statement)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        }
        for within in (True, False)
    )
    return outside - inside


def _flags(call: ast.Call) -> int:
    names = [node.attr for node in ast.walk(call) if isinstance(node, ast.Attribute) and node.attr.isupper()]
    return sum(
        {int(getattr(re, name)) for name in names if isinstance(getattr(re, name, None), re.RegexFlag)}
    )


def _called_on(call: ast.Call, receivers: tuple[str, ...]) -> str | None:
    function = call.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return None
    is_method = function.attr in METHODS or function.attr == "compile"
    return function.attr if function.value.id in receivers and is_method else None


@cache
def _methods_called() -> dict[str, frozenset[str]]:
    """The methods called on each global by its name, behind `module:` where that is private to the module.

    Under `module:` alone, those called on anything else.
    """
    called: dict[str, set[str]] = {}
    for name in module_names(*PACKAGES):
        for call in ast.walk(_tree(name)):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            receiver, method = call.func.value, call.func.attr
            if method in METHODS and isinstance(receiver, ast.Name) and receiver.id not in ("re", "regex"):
                label = receiver.id if receiver.id.upper() == receiver.id else ""
                label = label if label and not label.startswith("_") else f"{name}:{label}"
                called.setdefault(label, set()).add(method)
    return {label: frozenset(methods) for label, methods in called.items()}


@cache
def _tree(name: str) -> ast.Module:
    folder = ROOT.joinpath(*name.split("."))
    path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    return ast.parse(path.read_text(encoding="utf-8"))


def use(pattern: Pattern, method: str) -> Callable[[str], object]:
    """What calls `method` of a pattern with a text, to the end of all matches."""
    convert = (lambda text: text.encode("utf-8", "replace")) if isinstance(pattern.pattern, bytes) else str
    empty = b"" if isinstance(pattern.pattern, bytes) else ""
    if method in ("search", "match", "fullmatch"):
        bound = getattr(pattern, method)
        return lambda text: bound(convert(text))
    if method in ("sub", "subn"):
        return lambda text: pattern.sub(empty, convert(text))
    return lambda text: [None for _ in pattern.finditer(convert(text))]


def steepest(pattern: Pattern, method: str) -> tuple[str, int] | None:
    """The first text on which a pattern's time grows faster than the text, and at which size; else None.

    Each text is tried at SMALL, the slowest ones where a square stands out, the slowest of all up to LARGE.
    """
    task = use(pattern, method)
    texts = {}
    for part, text in adversaries(pattern).items():
        seconds = taken(task, text(SMALL))
        if seconds > FLOOR_S and _is_square(task, text, SMALL):
            return repr(part), SMALL
        texts[part] = (seconds, text)
    slowest = sorted(texts, key=lambda part: -texts[part][0])[:WORST]
    for part in slowest:
        before, text = texts[part]
        for size in (SMALL * 4, SMALL * 16, MIDDLE):  # a square shows before it takes long
            after = taken(task, text(size))
            if after > FLOOR_S and after > 1.5 * RATIO * before and _is_square(task, text, size):
                return repr(part), size
            if after < 1.2 * RATIO * before:
                break
            before = after
    text = texts[slowest[0]][1]
    size = first_steep(task, text, first=MIDDLE, last=LARGE, enough_s=0.25)
    return (repr(slowest[0]), size) if size else None
