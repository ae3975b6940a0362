"""Readers on inputs that nobody wrote: whatever the bytes, drafts or one refusal, in bounded time.

`python -m tests.faults.fuzz_readers` gives every reader INPUTS of Hypothesis (structure, shrinking) and as
many of Atheris (coverage). A short run of the same check is part of the tests.

    python -m tests.faults.fuzz_readers --inputs 1000 --engine hypothesis .md .docx
"""

from __future__ import annotations

import argparse
import io
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from index.articles import Article, Skipped
from index.articles.files.sources import Draft, File, Unreadable
from index.articles.reading import ARCHIVE, drafts_of, read_file
from tests.faults.fuzz_samples import PACKED, SAMPLES, TOKENS
from tests.office_files import packed

INPUTS = 100_000  # a reader and an engine
SECONDS_AT_MOST = 4.0  # of processor time for one input of a few kilobytes
_MUTATIONS_AT_MOST = 12
_INTERESTING = b"\x00\xff\x80\xed\xa0\x80\r\n\"'<>&[]{}|*_`#;:,.-=!?/\\()"


class Fault(AssertionError):
    """A reader did what no reader may do."""


def check(suffix: str, content: bytes) -> None:
    """Raises Fault unless a file of this kind and content gives drafts, skipped records, or Unreadable.

    Through the guard the same file must give articles and skipped lines that UTF-8 can hold.
    """
    file = File(f"a{suffix}", "a", suffix, lambda: io.BytesIO(content))
    started = time.thread_time()
    if suffix != ARCHIVE:
        try:
            for item in drafts_of(file):
                if not isinstance(item, (Draft, Skipped)):
                    raise Fault(f"{suffix}: {type(item).__name__} is neither Draft nor Skipped")
        except Unreadable:
            pass  # the one refusal that is allowed
        except Fault:
            raise
        except Exception as error:
            raise Fault(f"{suffix}: {type(error).__name__}: {error}") from error
    for item in read_file(file):
        for text in _texts(item):
            text.encode("utf-8")
        if isinstance(item, Skipped) and len(str(item).splitlines()) != 1:
            raise Fault(f"{suffix}: more than one line: {item}")
    seconds = time.thread_time() - started
    if seconds > SECONDS_AT_MOST:
        raise Fault(f"{suffix}: {seconds:.1f} s for {len(content):,} bytes")


def _texts(item: Article | Skipped) -> Iterator[str]:
    values: list[Any] = [getattr(item, field.name) for field in fields(item)]
    while values:
        value = values.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            values.extend([*value.keys(), *value.values()])
        elif isinstance(value, (list, tuple)):
            values.extend(value)
        elif isinstance(value, float) and value != value:
            raise Fault("a value that is no number reached an article")


def mutated(content: bytes, seed: int, count: int) -> bytes:
    """`content` with `count` changes: bytes overwritten, taken out, doubled, or put in."""
    chance, changed = random.Random(seed), bytearray(content)
    for _ in range(count):
        place = chance.randrange(len(changed) + 1)
        kind, length = chance.randrange(6), chance.choice([1, 1, 2, 4, 16, 64])
        if kind == 0:
            changed[place : place + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del changed[place : place + length]
        elif kind == 2:
            changed[place:place] = changed[place : place + length] * chance.choice([1, 2, 20])
        elif kind == 3:
            changed[place:place] = bytes([chance.choice(_INTERESTING)]) * length
        elif kind == 4 and changed:
            other = chance.randrange(len(changed))
            changed[place:place] = changed[other : other + length]
        else:
            changed[place : place + 1] = bytes([chance.choice(_INTERESTING)])
    return bytes(changed)


def repacked(content: bytes, part: int, change: Callable[[bytes], bytes]) -> bytes:
    """An archive with one of its parts changed; its checksums are right, so that readers see the change."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = sorted(parts)[part % len(parts)]
    return packed({**parts, name: change(parts[name])})


def inputs(suffix: str) -> st.SearchStrategy[bytes]:
    """Files of one kind: samples changed, and tokens of the format in any order."""
    sample, seed = st.sampled_from(SAMPLES[suffix]), st.integers(0, 2**32)
    count = st.integers(1, _MUTATIONS_AT_MOST)
    strategies = [st.builds(mutated, sample, seed, count)]
    if suffix in PACKED:

        def change(content: bytes, part: int, seed: int, count: int) -> bytes:
            return repacked(content, part, lambda inner: mutated(inner, seed, count))

        strategies += [st.builds(change, sample, st.integers(0, 30), seed, count)] * 3
    elif tokens := TOKENS.get(suffix):
        piece = st.one_of(st.sampled_from(tokens), st.sampled_from(tokens), st.text(max_size=6).map(_encoded))
        strategies += [st.lists(piece, max_size=40).map(b"".join)] * 2
    return st.one_of(strategies)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def fuzz_with_hypothesis(suffix: str, count: int) -> None:
    """Checks `count` inputs of Hypothesis; raises Fault with the smallest input that shows one."""

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs(suffix))
    def run(content: bytes) -> None:
        check(suffix, content)

    run()


def fuzz_with_atheris(suffix: str, count: int) -> None:
    """Checks `count` inputs of Atheris; does not return: it ends the process, with status 0 or 77."""
    import atheris

    samples = SAMPLES[suffix]

    def run(content: bytes) -> None:
        if suffix in PACKED and len(content) > 2 and content[0] & 3:
            sample = samples[content[0] % len(samples)]
            content = repacked(sample, content[1], lambda inner: _spliced(inner, content[2:]))
        check(suffix, content)

    # The modules are there already: they are instrumented where they are.
    for name, module in list(sys.modules.items()):
        if name.startswith("index.articles"):
            for value in vars(module).values():
                if (
                    callable(value)
                    and getattr(value, "__module__", "") == name
                    and hasattr(value, "__code__")
                ):
                    atheris.instrument_func(value)
    with tempfile.TemporaryDirectory() as folder:
        for number, sample in enumerate(samples):
            with open(os.path.join(folder, str(number)), "wb") as stream:
                stream.write(sample)
        arguments = [f"-runs={count}", "-max_len=4096", "-timeout=30", "-verbosity=0", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *arguments, f"-artifact_prefix=fuzz{suffix}-", folder], run)
        atheris.Fuzz()


def _spliced(inner: bytes, change: bytes) -> bytes:
    """A part with `change` written somewhere into it."""
    place = int.from_bytes(change[:2], "little") % (len(inner) + 1)
    return inner[:place] + change[2:] + inner[place + len(change) // 2 :]


def main() -> int:
    """Fuzzes the readers named, or all, and says of each how it went; 1 when one has a fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suffixes", nargs="*", metavar="SUFFIX", help=f"of {' '.join(SAMPLES)}; all")
    parser.add_argument("--inputs", type=int, default=INPUTS, help=f"a reader and an engine ({INPUTS:,})")
    parser.add_argument("--engine", choices=["hypothesis", "atheris"], help="one of the two; both")
    options = parser.parse_args()
    if len(options.suffixes) == 1 and options.engine == "atheris":
        fuzz_with_atheris(options.suffixes[0], options.inputs)
    faults = 0
    for suffix in options.suffixes or SAMPLES:
        for engine in [options.engine] if options.engine else ["hypothesis", "atheris"]:
            faults += not _went_well(suffix, engine, options.inputs)
    return int(faults > 0)


def _went_well(suffix: str, engine: str, count: int) -> bool:
    started = time.monotonic()
    problem = ""
    if engine == "hypothesis":
        try:
            fuzz_with_hypothesis(suffix, count)
        except Exception as error:  # a fault, with the input that shows it in its notes
            problem = "\n".join([str(error), *getattr(error, "__notes__", [])])
    else:
        command = [sys.executable, "-m", __spec__.name, "--engine", "atheris", "--inputs", str(count), suffix]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        problem = done.stderr[-3_000:] if done.returncode else ""
    seconds = time.monotonic() - started
    print(
        f"{suffix:<12}{engine:<12}{count:>9,} inputs {seconds:>8.0f} s  {'FAULT' if problem else 'no fault'}"
    )
    if problem:
        print(problem)
    sys.stdout.flush()
    return not problem


if __name__ == "__main__":
    sys.exit(main())
