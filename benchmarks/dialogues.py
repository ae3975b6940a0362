"""Follow-up questions: how often does the search find the article, with and without making them stand alone?

    python -m benchmarks.dialogues [--show] [--encoder NAME]

Reads `tests/data/dialogues.jsonl` (written by hand over the seeds and the development articles), answers
every turn but the last by searching and citing the best sentence of the best passage, and searches the
last turn as typed and as `assistant.conversation.standalone` makes it. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answer import Answer, Citation, Source, Turn
from assistant.conversation import resolve
from index.search.hits import Hit
from index.search.searcher import Searcher, open_searcher
from index.text.analysis import analyze
from index.text.sentences import sentence_spans

ROOT = Path(__file__).resolve().parent.parent
DIALOGUES = ROOT / "tests" / "data" / "dialogues.jsonl"
SETS = ROOT.parent / "shared" / "eval"
CORPORA = {
    "seeds": ROOT / "seeds",
    "xquad.en": SETS / "xquad" / "articles.en.jsonl.gz",
    "xquad.ar": SETS / "xquad" / "articles.ar.jsonl.gz",
    "arcd.ar": SETS / "arcd" / "articles.ar.jsonl.gz",
}
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """One dialogue: its last question as typed and as searched, and the article's rank for each.

    A rank is None when the article is not among the first ten hits.
    """

    dialogue: dict[str, Any]
    searched: str
    rank_typed: int | None
    rank_searched: int | None


def dialogues(path: Path = DIALOGUES) -> list[dict[str, Any]]:
    """The written dialogues: `id`, `corpus`, `lang`, `kind` (followup or new), `turns`, `article_ids`."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def play(searcher: Searcher, dialogue: dict[str, Any]) -> Outcome:
    """Plays a dialogue against an index of its corpus."""
    history: list[Turn] = []
    *earlier, last = dialogue["turns"]
    for question in earlier:
        searched = resolve(question, history).question
        history.append(Turn(question, _answer(searcher, question, searched)))
    searched = resolve(last, history).question
    typed_hits = searcher.search(last, k=DEPTH)
    hits = typed_hits if searched == last else searcher.search(searched, k=DEPTH)
    wanted = dialogue["article_ids"]
    return Outcome(dialogue, searched, _rank(typed_hits, wanted), _rank(hits, wanted))


def _rank(hits: Sequence[Hit], wanted: Sequence[str]) -> int | None:
    articles = list(dict.fromkeys(hit.passage.article_id for hit in hits))
    return next((rank for rank, found in enumerate(articles, 1) if found in wanted), None)


def _answer(searcher: Searcher, question: str, searched: str) -> Answer:
    """An answer made of the best sentence of the best passage: what a conversation remembers."""
    hits = tuple(searcher.search(searched, k=DEPTH))
    citations = tuple(_citation(searcher, hits[0], searched)) if hits else ()
    return Answer(
        id="",
        question=question,
        language="",
        kind="answer",
        answerable=bool(citations),
        confidence=1.0,
        text=" ".join(f"«{citation.quote}» [1]" for citation in citations),
        citations=citations,
        hits=hits,
        searched_as=None if searched == question else searched,
    )


def _citation(searcher: Searcher, hit: Hit, searched: str) -> Iterator[Citation]:
    passage, asked = hit.passage, set(analyze(searched))
    spans = sentence_spans(passage.text) or [(0, len(passage.text))]
    start, end = max(spans, key=lambda span: len(asked & set(analyze(passage.text[slice(*span)]))))
    article = searcher.article(passage.article_id)
    yield Citation(
        marker=1,
        source=Source(article.article_id, article.title, language=article.language),
        passage_id=passage.passage_id,
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text[start:end],
        passage_start=passage.start,
        passage_end=passage.end,
    )


def table(outcomes: Sequence[Outcome]) -> str:
    """A Markdown table: share of dialogues whose article comes first, and among the first five."""
    lines = [
        "| dialogues | number | first, typed | first, searched | in five, typed | in five, searched |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    kinds = (("follow-up", "followup", ("ar", "en")), ("new topic", "new", ("ar", "en")))
    groups = [(f"{name}, {language}", kind, (language,)) for name, kind, both in kinds for language in both]
    groups += [(f"**{name}, all**", kind, both) for name, kind, both in kinds]
    for name, kind, languages in groups:
        group = [
            each for each in outcomes if each.dialogue["kind"] == kind and each.dialogue["lang"] in languages
        ]
        if group:
            shares = [
                sum(rank is not None and rank <= depth for rank in ranks) / len(group)
                for depth in (1, 5)
                for ranks in ([each.rank_typed for each in group], [each.rank_searched for each in group])
            ]
            lines.append(
                f"| {name} | {len(group)} | " + " | ".join(f"{share:.1%}" for share in shares) + " |"
            )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table; with `--show`, every dialogue that was changed or missed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.dialogues", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--show", action="store_true", help="print each last question as it was searched")
    parser.add_argument("--encoder", help="a sentence-transformers model, by name or folder")
    options = parser.parse_args(arguments)
    outcomes = list(played(options.encoder))
    for each in outcomes if options.show else ():
        print(f"{each.dialogue['id']} {each.rank_typed}>{each.rank_searched}  {each.dialogue['turns']}")
        print(f"      {each.searched}")
    print(table(outcomes))
    changed = [
        each
        for each in outcomes
        if each.dialogue["kind"] == "new" and each.searched != each.dialogue["turns"][-1]
    ]
    print(f"\nQuestions on a new topic that were changed: {len(changed)}.")
    return 0


def played(encoder_name: str | None = None) -> Iterator[Outcome]:
    """Plays every dialogue whose corpus is there, building each corpus' index in a temporary folder."""
    from index.building import build
    from index.encoder import load_encoder

    encoder = load_encoder(encoder_name)
    known = dialogues()
    for corpus, path in CORPORA.items():
        if not path.exists():
            print(f"{path} is not there: its dialogues are left out", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as folder:
            build([path], Path(folder) / "index", encoder=encoder, progress=False)
            searcher = open_searcher(Path(folder) / "index", encoder=encoder)
            try:
                yield from (play(searcher, each) for each in known if each["corpus"] == corpus)
            finally:
                searcher.close()


if __name__ == "__main__":
    sys.exit(main())
