"""What a model wrote, read claim by claim as it arrives; its markup, links and thoughts taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.llm.prompt import NO_ANSWER
from index.errors import WriterError

MOST_REPLY_CHARACTERS = 20_000  # some five times the longest reply that is asked for
_MARKER = r"[\[【［]\s*\d{1,3}(?:\s*[,،]\s*\d{1,3})*\s*[\]】］]"
_MARKERS = re.compile(_MARKER)
_NUMBER = re.compile(r"\d+")
_LETTER = re.compile(r"\w")
_QUOTED = re.compile(r"«([^«»]+)»|“([^“”]+)”|\"([^\"]+)\"|„([^„“”]+)[“”]|‹([^‹›]+)›")
# A marker and the quotes that follow it; an open quotation mark at the line's end counts as closed.
_CITED = re.compile(
    rf"(?P<markers>{_MARKER}(?:\s*{_MARKER})*)\s*[:\-–—.،,]?\s*"
    r"(?P<quote>(?:«[^«»]+(?:»|$)|“[^“”]+(?:”|$)|\"[^\"]+(?:\"|$)|„[^„“”]+(?:[“”]|$))\s*[.،,؛;]?)?"
)
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_THINKS = re.compile(r"<think", re.IGNORECASE)
_THOUGHT_ENDS = re.compile(r"</think", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^)]*\)?")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^)]*\)?")
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.\-]{0,40}://|www\.|(?:javascript|data|mailto):)\S+", re.IGNORECASE)
_TAG = re.compile(r"<[/!?|]{0,2}[A-Za-z][^<>\n]{0,300}>")
_SPACE_BEFORE_STOP = re.compile(r" (?=[.,;:!?،؛؟])")
_DECORATION = re.compile(r"[*_`#~]{2,}|(?<!\w)[*_`]|[*_`](?!\w)|^\s*(?:[-•*]|\d{1,2}[.)])\s+|^\s*#+\s*")


@dataclass(frozen=True, slots=True)
class Claimed:
    """One claim: its words, and (passage number, quote) for each citation it shows, from 1."""

    words: str
    citations: tuple[tuple[int, str], ...]


def claims(pieces: Iterable[str]) -> Iterator[Claimed]:
    """Give the claims of a streamed reply, each as soon as its line is whole.

    A reply that says that the passages do not answer gives no claim. Raises WriterError when the reply
    grows past all measure.
    """
    for line in _lines(pieces):
        if is_no_answer(line):
            return
        claim = read_claim(line)
        if claim is not None:
            yield claim


def is_no_answer(line: str) -> bool:
    """Tell whether the line says that the passages do not answer."""
    return plain_words(line).strip(" .!\"'«»").upper() == NO_ANSWER


def read_claim(line: str) -> Claimed | None:
    """Give the claim that a line holds; None when it holds no word."""
    line = _IMAGE.sub("", line)
    line = _LINK.sub(lambda cited: f"[{cited[1]}]" if cited[1].isdigit() else cited[1], line)
    citations: list[tuple[int, str]] = []
    words, at = [], 0
    for cited in _CITED.finditer(line):
        words.append(line[at : cited.start()])
        at = cited.end()
        quote = cited["quote"] or ""
        quoted = next((part for match in _QUOTED.finditer(quote) for part in match.groups() if part), None)
        quote = quoted or quote.strip('«»“”"„ ')
        for number in _NUMBER.findall(cited["markers"]):
            citations.append((int(number), quote.strip()))
    words.append(line[at:])
    said = plain_words(" ".join(words))
    return Claimed(said, tuple(citations)) if _LETTER.search(said) else None


def plain_words(text: str) -> str:
    """Give `text` without images, links, addresses, tags and Markdown: words only, on one line."""
    text = _IMAGE.sub("", text)
    text = _LINK.sub(r"\1", text)
    for pattern in (_TAG, _ADDRESS, _MARKERS, _DECORATION):
        text = pattern.sub("", text)
    text = text.replace("<", "‹").replace(">", "›")
    text = "".join(each for each in text if each.isprintable() or each.isspace())
    return _SPACE_BEFORE_STOP.sub("", " ".join(text.split()))


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """Give whole lines of the stream, thoughts left out."""
    kept, total = "", 0
    waiting: list[str] = []
    for piece in pieces:
        total += len(piece)
        if total > MOST_REPLY_CHARACTERS:
            raise WriterError(
                f"the language model wrote more than {MOST_REPLY_CHARACTERS} characters; check it"
            )
        waiting.append(piece)
        # What neither ends a line nor a tag changes nothing: it waits, so that no letter is read twice.
        if "\n" not in piece and ">" not in piece:
            continue
        kept += "".join(waiting)
        waiting.clear()
        if _THINKS.search(kept) and not _THOUGHT_ENDS.search(kept):
            continue
        kept = _THOUGHT.sub("", kept)
        *whole, kept = kept.split("\n")
        yield from whole
    yield from _THOUGHT.sub("", kept + "".join(waiting)).split("\n")
