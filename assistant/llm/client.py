"""The endpoint: one method, streamed text, and every failure as one `WriterError` without a secret in it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, Protocol, TypedDict
from urllib.parse import urlsplit

from assistant.computing.turns import aside
from index.errors import WriterError

# A reply may take this many times the wait for its next piece.
PATIENCE = 4


class Message(TypedDict):
    """One message of a chat, as OpenAI-compatible endpoints take it."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatModel(Protocol):
    """A model that answers a chat. Its one method is all that Mustanad needs of it."""

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str]:
        """Give the reply, piece by piece; raises WriterError when it fails, is too slow or is cut off."""
        ...


class OpenAIChat:
    """Any OpenAI-compatible endpoint: llama.cpp, Ollama, vLLM, or a hosted one.

    `timeout_s` is the longest wait for the connection and for each piece of the reply; the whole reply
    may take four times that. The key is kept out of `repr`, of errors and of what is logged here.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key: str | None = None,
        timeout_s: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self.host = _host(base_url)
        self._base_url = base_url
        self._key = api_key
        self._timeout_s = timeout_s
        self._clock = clock
        self._client: Any = None

    def __repr__(self) -> str:
        return f"OpenAIChat(host={self.host!r}, model={self.model!r})"

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str]:
        """Give the reply, piece by piece; raises WriterError when it fails, is too slow or is cut off."""
        import httpx
        import openai

        deadline = self._clock() + PATIENCE * self._timeout_s
        try:
            # Others compute meanwhile: reading a reply costs next to nothing.
            with aside():
                chunks = self._open().chat.completions.create(
                    model=self.model,
                    messages=list(messages),
                    max_tokens=max_tokens,
                    temperature=0,
                    stream=True,
                )
                with chunks:
                    yield from self._pieces(chunks, deadline)
        except (openai.APIError, httpx.HTTPError, httpx.StreamError, OSError) as error:
            raise WriterError(self._message(error)) from None
        except (json.JSONDecodeError, UnicodeDecodeError, AttributeError, TypeError, ValueError):
            raise WriterError(
                f"{self._where} sent what is no chat stream; check that it speaks the API"
            ) from None

    def _open(self) -> Any:
        """Give the client, made on first use: importing it takes a second that `--help` should not."""
        if self._client is None:
            import openai

            self._client = openai.OpenAI(
                base_url=self._base_url,
                api_key=self._key or "none",  # local servers want none, the client wants some
                timeout=self._timeout_s,
                max_retries=0,  # the reader waits: the quotes are there at once
            )
            # Not ours to tell: the client takes them from the environment.
            self._client.organization = None
            self._client.project = None
        return self._client

    def _pieces(self, chunks: Any, deadline: float) -> Iterator[str]:
        finish = None
        for chunk in chunks:
            if self._clock() > deadline:
                raise WriterError(f"{self._where} did not finish in time; raise MUSTANAD_LLM_TIMEOUT_S")
            for choice in (chunk.choices or [])[:1]:
                if choice.delta is not None and choice.delta.content:
                    yield choice.delta.content
                finish = choice.finish_reason or finish
        if finish == "length":
            raise WriterError(f"{self._where} wrote past its limit; ask for less or raise the context size")
        if finish == "content_filter":
            raise WriterError(f"{self._where} refused to go on; the answer is made of quotes instead")
        if finish is None:
            raise WriterError(f"{self._where} broke off in mid-answer; check the endpoint")

    @property
    def _where(self) -> str:
        return f"the language model {self.model} at {self.host}"

    def _message(self, error: Exception) -> str:
        """Write one line about `error`, in our own words: what the endpoint said may echo the key."""
        import httpx
        import openai

        if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
            return f"{self._where} was silent for {self._timeout_s:g} s; raise MUSTANAD_LLM_TIMEOUT_S"
        if isinstance(error, openai.APIStatusError):
            return (
                f"{self._where} answered {error.status_code}; {_REMEDIES.get(error.status_code, 'check it')}"
            )
        if isinstance(error, openai.APIConnectionError):
            return f"{self._where} cannot be reached; check MUSTANAD_LLM_BASE_URL"
        return f"{self._where} broke off in mid-answer; check the endpoint"


_REMEDIES = {
    400: "check MUSTANAD_LLM_MODEL and MUSTANAD_LLM_CONTEXT_TOKENS",
    401: "check MUSTANAD_LLM_API_KEY",
    403: "check MUSTANAD_LLM_API_KEY",
    404: "check MUSTANAD_LLM_BASE_URL and MUSTANAD_LLM_MODEL",
    429: "its quota is used up, wait or raise it",
}


def _host(base_url: str) -> str:
    """Give host and port, without a user, a password or a query that may hold a secret."""
    try:
        parts = urlsplit(base_url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise WriterError("the endpoint's address is no URL; set MUSTANAD_LLM_BASE_URL to one") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WriterError("the endpoint's address is no http URL; set MUSTANAD_LLM_BASE_URL to one")
    return f"{parts.hostname}{port}"
