"""Detection of languages, ours beside py3langid alone: how many texts of each language are told right.

    python -m benchmarks.language [--texts N] [--sets ../shared]

The texts are those of `benchmarks/language.txt` and of the calibration's bank, whole and sentence by
sentence, and up to N texts and questions of each language in the sets, where they are there. `und` is
neither right nor wrong: a language that is not told. Milliseconds are of one article of 900 letters.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from index.encoder.calibration import read_bank
from index.text.language import common_words, detect_language
from index.text.sentences import sentence_spans

TEXTS = Path(__file__).with_name("language.txt")
SHORTEST = 20  # code points of a text that is asked about
ALIKE = {"nb": "no", "nn": "no", "zh-Hant": "zh"}  # of one language under two codes
Told = Callable[[str], str]


def sections(path: Path) -> Iterator[tuple[str, str]]:
    """Give (language, text) for each line under a `[language]`."""
    language = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
        elif line and not line.startswith("#"):
            yield language, line


def in_sentences(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Give each text, and its sentences where there are several."""
    for language, text in texts:
        yield language, text
        spans = sentence_spans(text)
        if len(spans) > 1:
            yield from ((language, text[start:end]) for start, end in spans)


def of_sets(folder: Path, most: int) -> Iterator[tuple[str, str]]:
    """Give up to `most` contexts and as many questions of every language and file below the folder."""
    for path in sorted(folder.glob("train/*.jsonl.gz")) + sorted(folder.glob("eval/*/*.jsonl.gz")):
        counts: Counter[tuple[str, str]] = Counter()
        named = path.name.split(".")[1] if "eval" in path.parts else None
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                language = row.get("lang") or named
                if "afriqa" in path.name or "-" in str(named) or not language:
                    continue  # question and passage are in two languages
                for key in ("context", "question", "text"):
                    if key in row and counts[language, key] < most:
                        counts[language, key] += 1
                        yield language, row[key][:900]
                if counts and min(counts.values()) >= most and path.name.count("_") < 3:
                    break


def measure(texts: Iterable[tuple[str, str]], detect: Told) -> dict[str, list[int]]:
    """Give language -> right, not told, wrong."""
    counts: dict[str, list[int]] = {}
    for language, text in texts:
        answer = detect(text)
        right = ALIKE.get(answer, answer) == ALIKE.get(language, language)
        counts.setdefault(language, [0, 0, 0])[0 if right else 1 if answer == "und" else 2] += 1
    return counts


def main(arguments: list[str] | None = None) -> int:
    """Print the table, languages that ours has words for first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.language", description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, default=100, metavar="N", help="of each language and set (100)")
    parser.add_argument("--sets", type=Path, default=Path("../shared"), metavar="DIR")
    options = parser.parse_args(arguments)
    import py3langid

    bank = [(language, text) for language, listed in read_bank().items() for text in listed]
    texts = [*in_sentences(sections(TEXTS)), *bank, *of_sets(options.sets, options.texts)]
    texts = [(language, text) for language, text in texts if len(text) >= SHORTEST]
    ours = measure(texts, detect_language)
    theirs = measure(texts, lambda text: py3langid.classify(text)[0])
    print("| language | texts | ours: right, not told, wrong | py3langid: right, wrong |")
    print("| --- | ---: | ---: | ---: |")
    for language in sorted(ours, key=lambda code: (not common_words(code), code)):
        row, other = ours[language], theirs[language]
        print(f"| {language} | {sum(row)} | {row[0]}, {row[1]}, {row[2]} | {other[0]}, {other[2]} |")
    for name, counts in (("ours", ours), ("py3langid", theirs)):
        shares = [[each / sum(row) for each in row] for row in counts.values()]
        means = [100 * sum(share[place] for share in shares) / len(shares) for place in range(3)]
        print(f"{name}: mean over {len(shares)} languages: right {means[0]:.1f}%, not told {means[1]:.1f}%,"
              f" wrong {means[2]:.1f}%")  # fmt: skip
    articles = [text for _language, text in texts if len(text) > 600][:200]
    for name, detect in (("ours", detect_language), ("py3langid", lambda text: py3langid.classify(text)[0])):
        started = time.perf_counter()
        for article in articles:
            detect(article)
        print(f"{name}: {(time.perf_counter() - started) * 1e3 / max(1, len(articles)):.2f} ms an article")
    return 0


if __name__ == "__main__":
    sys.exit(main())
