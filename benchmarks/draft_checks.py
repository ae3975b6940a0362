"""Checking drafts: false alarms over genuine quotations, and what is missed among false ones.

    python -m benchmarks.draft_checks [--drafts 200] [--seed 1]

Makes drafts by rule out of the seeds, the slice of news and the English development articles: sentences in
all kinds of quotation marks, block quotes, pairs of sentences, reported speech, each with its outlet; and
drafts with one word, figure, negation or name of every quotation changed (`benchmarks.quote_changes`). The 30
drafts of `tests/data/check_drafts.jsonl` are written by hand, with the verdict that each quotation must get.
Ends with 1 when a written verdict is wrong or more than a hundredth of the genuine quotations give an alarm.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.assistant import Assistant
from assistant.checking import check_draft
from benchmarks.quote_cases import is_false
from benchmarks.quote_changes import FALSE, word_spans
from benchmarks.quote_integrity import SETS
from index.articles import Article
from index.articles.reading import read_articles
from index.building import build
from index.encoder.hashing import HashingEncoder
from index.text.sentences import sentence_spans

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
QUOTES_A_DRAFT = 5
LEAST_WORDS = 6
ENGLISH_ARTICLES = 150
FALSE_ALARMS_AT_MOST = 0.01
OUTLETS = {"ar": "صحيفة الاختبار", "en": "The Test Gazette"}
FRAMES = {
    "ar": {
        "guillemets": "وكتبت {outlet}: «{quote}»",
        "curly": "وجاء في {outlet} “{quote}” أمس",
        "straight": 'وذكرت {outlet}: "{quote}"',
        "block": "\n> {quote}\n",
        "reported": "\nوذكرت {outlet} أن {quote}\n",
        "after": "«{quote}»، كما كتبت {outlet}",
    },
    "en": {
        "guillemets": "{outlet} wrote: «{quote}»",
        "curly": "“{quote}” {outlet} reported",
        "straight": '{outlet} said: "{quote}"',
        "block": "\n> {quote}\n",
        "reported": "\n{outlet} reported that {quote}\n",
        "after": "“{quote},” according to {outlet}",
    },
}


@dataclass(frozen=True, slots=True)
class Made:
    """A draft made by rule, its quotations all genuine or all false."""

    language: str
    text: str
    quotes: int


def benchmark_articles() -> list[Article]:
    """The seeds, the slice of news and English development articles, with an outlet each."""
    paths = [str(ROOT / "seeds"), str(DATA / "news_slice.jsonl.gz")]
    english = SETS / "xquad" / "articles.en.jsonl.gz"
    articles = list(read_articles(paths))
    if english.is_file():
        articles += list(read_articles([str(english)]))[:ENGLISH_ARTICLES]
    return [replace(each, source=OUTLETS.get(each.language)) for each in articles if each.language in OUTLETS]


def drafts(articles: Sequence[Article], count: int, seed: int, *, tampered: bool) -> Iterator[Made]:
    """Drafts of `QUOTES_A_DRAFT` quotations; the same seed gives the same ones, changed where `tampered`."""
    languages = sorted({each.language for each in articles})
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        language = languages[number % len(languages)]
        of_language = [each for each in articles if each.language == language]
        pieces: list[str] = []
        while len(pieces) < QUOTES_A_DRAFT:
            article = rng.choice(of_language)
            quote = _quote(rng, article.text)
            frame = rng.choice(sorted(FRAMES[language].values()))
            change = rng.choice(sorted(FALSE))
            if quote and tampered:
                changed = FALSE[change](rng, quote, language)
                quote = changed if changed and is_false(changed, article.text, change) else ""
            if quote and not any(mark in quote for mark in "«»“”\"'’‘()\n>:"):
                pieces.append(frame.format(quote=quote, outlet=OUTLETS[language]))
        yield Made(language, "\n\n".join(pieces), len(pieces))


def _quote(rng: random.Random, text: str) -> str:
    spans = [span for span in sentence_spans(text) if len(word_spans(text[slice(*span)])) >= LEAST_WORDS]
    if not spans:
        return ""
    at = rng.randrange(len(spans))
    end = spans[at + 1][1] if rng.random() < 0.2 and at + 1 < len(spans) else spans[at][1]
    return text[spans[at][0] : end]


def written(assistant: Assistant) -> tuple[int, int]:
    """Quotations of the drafts written by hand, and how many of them get another verdict."""
    total = wrong = 0
    for line in (DATA / "check_drafts.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        verdicts = [finding.verdict for finding in check_draft(case["draft"], assistant).findings]
        total += len(case["verdicts"])
        if verdicts != case["verdicts"]:
            wrong += sum(a != b for a, b in zip(verdicts, case["verdicts"], strict=False)) or 1
            print(f"{case['id']}: {verdicts}, not {case['verdicts']}", file=sys.stderr)
    return total, wrong


def measured(
    made: Sequence[Made], assistant: Assistant, *, shown: bool | None
) -> tuple[Counter[str], Counter[str], float]:
    """Verdicts of the drafts' quotations, how many are sound by language, and milliseconds a quotation."""
    verdicts: Counter[str] = Counter()
    sound: Counter[str] = Counter()
    started = time.perf_counter()
    for draft in made:
        for finding in check_draft(draft.text, assistant).findings:
            verdicts[finding.verdict] += 1
            sound[draft.language] += finding.is_sound
            if shown is not None and finding.is_sound is shown:
                print(f"{finding.verdict} {finding.reason}: {finding.quote!r}", file=sys.stderr)
    seconds = time.perf_counter() - started
    return verdicts, sound, 1000 * seconds / max(1, sum(verdicts.values()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a table; 0 when both goals are met."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.draft_checks", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--drafts", type=int, default=200, help="made by rule (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="of the drafts (default: 1)")
    parser.add_argument("--show", action="store_true", help="print false alarms, and what is missed")
    options = parser.parse_args(arguments)
    articles = benchmark_articles()
    by_hand = list(read_articles([str(DATA / "check_articles.jsonl")]))
    encoder = HashingEncoder(dimension=64)
    with tempfile.TemporaryDirectory() as folder:
        build([*articles, *by_hand], folder, encoder=encoder, progress=False)
        with Assistant(folder, encoder=encoder) as assistant:
            genuine = list(drafts(articles, options.drafts, options.seed, tampered=False))
            false = list(drafts(articles, options.drafts, options.seed, tampered=True))
            total, wrong = written(assistant)
            verdicts, sound, each_ms = measured(genuine, assistant, shown=False if options.show else None)
            missed_of, missed, false_ms = measured(false, assistant, shown=True if options.show else None)
    quotes = sum(verdicts.values())
    alarms = quotes - sum(sound.values())
    print("| drafts | quotations | verdicts | wrong |")
    print("| --- | ---: | --- | ---: |")
    print(f"| {options.drafts} by rule, genuine | {quotes:,} | {_listed(verdicts)} | {alarms:,} |")
    falsified = sum(missed_of.values())
    print(f"| {options.drafts} falsified | {falsified:,} | {_listed(missed_of)} | {sum(missed.values()):,} |")
    print(f"| 30 by hand | {total:,} | | {wrong:,} |")
    print(
        f"\n{len(articles):,} articles, seed {options.seed}, {each_ms:.1f} and {false_ms:.1f} ms a quotation."
    )
    return 0 if not wrong and alarms <= FALSE_ALARMS_AT_MOST * quotes else 1


def _listed(verdicts: Counter[str]) -> str:
    return ", ".join(f"{verdict} {count:,}" for verdict, count in verdicts.most_common())


if __name__ == "__main__":
    sys.exit(main())
