"""The optional login of readers: bearer keys in a file, or a header set by a login proxy.

A key may also come as the password of HTTP Basic authentication, which browsers ask for by themselves and
send along with everything the chat page loads; there is no cookie.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import threading
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.settings import Settings, from_root
from assistant.web.paths import path_of
from assistant.web.phrases import language_of, phrase
from assistant.web.problems import problem_response
from index.errors import SettingsError

SHORTEST_KEY = 16
OPEN = frozenset({"/healthz", "/readyz", "/widget.js"})
OPEN_UNDER = "/widget/"


class ReaderKeys:
    """Keys of a file, one a line, `#` begins a comment; read again when the file changes. Kept as hashes."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._guard = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._hashes: frozenset[bytes] = frozenset()
        self._follow()

    def accepts(self, key: str) -> bool:
        """Whether the file holds `key`. Hashes are compared, so the time says nothing about the keys."""
        self._follow()
        return _hash(key) in self._hashes

    def _follow(self) -> None:
        with self._guard:
            try:
                status = os.stat(self._path)
                stamp = (status.st_mtime_ns, status.st_size)
                if stamp != self._stamp:
                    self._hashes, self._stamp = self._read(), stamp
            except (OSError, UnicodeDecodeError) as error:
                if self._stamp is None:
                    raise SettingsError(
                        f"MUSTANAD_READER_KEYS: {self._path} cannot be read ({error});"
                        " name a text file of keys"
                    ) from None
                self._hashes = frozenset()  # a file that went away accepts nobody

    def _read(self) -> frozenset[bytes]:
        lines = [line.split("#")[0].strip() for line in self._path.read_text("utf-8").splitlines()]
        keys = [line for line in lines if line]
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise SettingsError(
                f"MUSTANAD_READER_KEYS: {self._path} holds a key shorter than {SHORTEST_KEY} characters;"
                " make one with: python -c 'import secrets; print(secrets.token_urlsafe())'"
            )
        return frozenset(map(_hash, keys))


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


class ReaderLogin:
    """Lets through readers that hold a key, or that the login proxy names."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._keys = ReaderKeys(from_root(settings.reader_keys)) if settings.reader_keys else None
        self._header = settings.trusted_proxy_header
        self._writes = settings.admin_token is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_open(scope) or self._knows(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        challenge = {"WWW-Authenticate": 'Basic realm="Mustanad", charset="UTF-8"'} if self._keys else {}
        detail = phrase("key_needed" if self._keys else "login_needed", language_of(Headers(scope=scope)))
        await problem_response(scope, 401, detail, headers=challenge)(scope, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        path = path_of(scope)
        writes = self._writes and scope["method"] in ("POST", "DELETE")
        if writes and (path == "/api/build" or path == "/api/articles" or path.startswith("/api/articles/")):
            return True  # these check a token of their own
        return path in OPEN or path.startswith(OPEN_UNDER) or scope["method"] == "OPTIONS"

    def _knows(self, headers: Headers) -> bool:
        if self._header and headers.get(self._header, "").strip():
            return True
        key = key_of(headers)
        return bool(self._keys and key and self._keys.accepts(key))


def key_of(headers: Headers) -> str | None:
    """The key that a request carries: a bearer's, or the password of Basic authentication."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode("utf-8").partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return None
    return None
