"""The writer: streams an answer claim by claim, each with the citation its verified quote has earned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.answer import Citation, RejectedCitation
from assistant.citations import Located, NotLocated, Numbering, Quotable, Quotation, Reason, locate
from assistant.llm.client import ChatModel, OpenAIChat
from assistant.llm.parsing import Claimed, claims
from assistant.llm.prompt import pack, prompt, reply_tokens
from assistant.llm.support import doubt
from assistant.settings import Settings
from assistant.words import LANGUAGES, say
from index.errors import WriterError

# What the reader is told when the endpoint failed and quotes stand in for its answer.
FALLBACK_NOTICE = {language: say("writer.failed", language) for language in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Written:
    """A model's answer, checked.

    `text` is plain text, a claim a line, markers after each claim; `unsupported` are the spans of the
    claims without a verified quote. `answered` is False when the model says that the passages do not
    answer; all else is empty then.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    rejected: tuple[RejectedCitation, ...] = ()
    unsupported: tuple[tuple[int, int], ...] = ()
    answered: bool = True


@dataclass(slots=True)
class _Draft:
    """What is written so far."""

    text: str = ""
    numbering: Numbering = field(default_factory=Numbering)
    rejected: list[RejectedCitation] = field(default_factory=list)
    unsupported: list[tuple[int, int]] = field(default_factory=list)

    def add(self, words: str, markers: Sequence[int]) -> str:
        """Add a claim; give the piece of text that it adds."""
        start = len(self.text) + (1 if self.text else 0)
        piece = words + "".join(f" [{marker}]" for marker in markers)
        if not markers:
            self.unsupported.append((start, start + len(words)))
        piece = f"\n{piece}" if self.text else piece
        self.text += piece
        return piece


class LLMWriter:
    """Answers in a model's words; every claim shows a quote that was located exactly, or is marked."""

    def __init__(
        self,
        model: ChatModel,
        *,
        context_tokens: int = 4096,
        unsupported: Literal["mark", "drop"] = "mark",
    ) -> None:
        self.model = model
        self._context_tokens = context_tokens
        self._unsupported = unsupported

    def write(self, question: str, evidence: Sequence[Quotable], *, language: str) -> Iterator[str | Written]:
        """Give the answer's text piece by piece, then the whole, last; the pieces joined are its text.

        `evidence` comes best first; what does not fit the context is left out. Raises WriterError, maybe
        after some pieces, when the endpoint fails or writes nothing that can be trusted.
        """
        shown = pack(question, evidence, context_tokens=self._context_tokens)
        packed = [quotable for quotable, _ in shown]
        messages = prompt(question, shown, language=language)
        pieces = self.model.stream(messages, max_tokens=reply_tokens(self._context_tokens))
        draft, said = _Draft(), 0
        # Claims before the first supported one: nothing is shown that may be nonsense.
        waiting: list[str] = []
        for claim in claims(pieces):
            said += 1
            markers = self._markers(claim, packed, draft, question)
            if not markers and self._unsupported == "drop":
                continue
            waiting.append(draft.add(claim.words, markers))
            if draft.numbering.citations:
                yield from waiting
                waiting.clear()
        if not said:
            yield Written("", answered=False)
            return
        if not draft.numbering.citations:
            raise WriterError(
                "the language model showed no quote that stands in the articles; quotes answer instead"
            )
        yield Written(draft.text, draft.numbering.citations, tuple(draft.rejected), tuple(draft.unsupported))

    def _markers(self, claim: Claimed, packed: Sequence[Quotable], draft: _Draft, question: str) -> list[int]:
        """Give the markers a claim has earned; what it claimed in vain is noted as rejected."""
        markers: list[int] = []
        failed: dict[str, RejectedCitation] = {}
        located: set[str] = set()  # quotes found in one of several passages named for them
        for number, quote in claim.citations:
            quotation = _quotation(quote or claim.words, number, packed)
            if isinstance(quotation, Quotation):
                reason = doubt(
                    claim.words, quotation.text[quotation.start : quotation.end], question=question
                )
            else:
                reason = quotation if quote else "empty"
            if reason is None and isinstance(quotation, Quotation):
                located.add(quote)
                marker = draft.numbering.add(quotation)
                markers += [marker] if marker not in markers else []
            elif reason is not None:
                rank = len(draft.rejected) + len(failed) + 1
                failed[quote] = _rejected(rank, number, quote, reason, packed)
        draft.rejected.extend(rejected for quote, rejected in failed.items() if quote not in located)
        return markers


def _quotation(quote: str, number: int, packed: Sequence[Quotable]) -> Quotation | Reason:
    """Give the span that `quote` has in the passage it names, or else in the one other that holds it."""
    if not 1 <= number <= len(packed):
        return "no_source"
    quotation = _located(quote, packed[number - 1])
    if isinstance(quotation, Quotation):
        return quotation
    elsewhere = [quotable for quotable in packed if quotable is not packed[number - 1]]
    located = (_located(quote, quotable) for quotable in elsewhere)
    others = [other for other in located if isinstance(other, Quotation)]
    spans = {(other.source.article_id, other.start, other.end) for other in others}
    return others[0] if len(spans) == 1 else quotation.reason


def _located(quote: str, evidence: Quotable) -> Quotation | NotLocated:
    passage = evidence.passage
    location = locate(quote, evidence.text, within=(passage.start, passage.end), widen=True)
    if isinstance(location, Located):
        return Quotation(
            evidence.source,
            passage,
            evidence.text,
            location.start,
            location.end,
            twins=evidence.twins,
            content_hash=evidence.content_hash,
            extra=evidence.extra,
        )
    return location


def _rejected(
    rank: int, number: int, quote: str, reason: Reason, packed: Sequence[Quotable]
) -> RejectedCitation:
    named = packed[number - 1].passage if 1 <= number <= len(packed) else None
    return RejectedCitation(
        marker=rank,
        article_id=named.article_id if named else "",
        passage_id=named.passage_id if named else "",
        quote=quote,
        reason=reason,
    )


def open_writer(settings: Settings) -> LLMWriter | None:
    """Open the writer that the settings name, None without an endpoint; WriterError for a bad address."""
    if not settings.llm_base_url:
        return None
    model = OpenAIChat(
        settings.llm_base_url,
        settings.llm_model or "default",
        api_key=settings.llm_api_key,
        timeout_s=settings.llm_timeout_s,
    )
    return LLMWriter(
        model,
        context_tokens=settings.llm_context_tokens,
        unsupported="drop" if settings.llm_unsupported == "drop" else "mark",
    )
