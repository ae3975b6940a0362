"""The optional login of readers: bearer keys in a file, or a header set by a login proxy.

A key may also come as the password of HTTP Basic authentication, which browsers ask for by themselves and
send along with everything the chat page loads; there is no cookie.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import re
import threading
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.settings import Settings, from_root
from assistant.web.paths import path_of
from assistant.web.phrases import language_of, phrase
from assistant.web.problems import problem_response
from index.errors import SettingsError

log = logging.getLogger(__name__)

SHORTEST_KEY = 16  # characters; drawn by chance, 95 bits
_COMMENT = re.compile(r"(?:^|\s)#")
OPEN = frozenset({"/healthz", "/readyz", "/widget.js"})
OPEN_UNDER = "/widget/"


class ReaderKeys:
    """Keys of a file, one a line, `#` begins a comment; read again when the file changes. Kept as hashes.

    A file that cannot be used raises SettingsError at the start. Later no request fails by it: a key that is
    too short opens nothing and is logged, a file that cannot be read lets nobody in.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._guard = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._hashes: frozenset[bytes] = frozenset()
        self._stamp, text = self._read()
        sound, short = _keys(text)
        if short or not sound:
            fault = f"holds a key shorter than {SHORTEST_KEY} characters" if short else "holds no key"
            raise SettingsError(
                f"MUSTANAD_READER_KEYS: {self._path} {fault};"
                " make one with: python -c 'import secrets; print(secrets.token_urlsafe())'"
            )
        self._hashes = frozenset(map(_hash, sound))

    def accepts(self, key: str) -> bool:
        """Tell whether the file holds `key`. Hashes are compared, so the time says nothing about the keys."""
        self._follow()
        return _hash(key) in self._hashes

    def _follow(self) -> None:
        with self._guard:
            try:
                if _stamp(self._path) == self._stamp:
                    return
                self._stamp, text = self._read()
            except (OSError, SettingsError) as error:
                if self._stamp is not None:
                    log.error("nobody is let in any more: %s", error)
                self._stamp, self._hashes = None, frozenset()
                return
            sound, short = _keys(text)
            if short:
                log.error(
                    "%s holds a key shorter than %d characters; it opens nothing", self._path, SHORTEST_KEY
                )
            self._hashes = frozenset(map(_hash, sound))

    def _read(self) -> tuple[tuple[int, int], str]:
        """Give the file's stamp and its text; raises SettingsError when it cannot be read."""
        try:
            return _stamp(self._path), self._path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError, ValueError) as error:
            raise SettingsError(
                f"MUSTANAD_READER_KEYS: {self._path} cannot be read ({error}); name a text file of keys"
            ) from None


def _stamp(path: Path) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_mtime_ns, status.st_size


def _keys(text: str) -> tuple[list[str], list[str]]:
    """Part the keys of a file into those that are long enough and those that are not."""
    lines = (_COMMENT.split(line, maxsplit=1)[0].strip() for line in text.splitlines())
    keys = [line for line in lines if line]
    return [key for key in keys if len(key) >= SHORTEST_KEY], [key for key in keys if len(key) < SHORTEST_KEY]


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


class ReaderLogin:
    """The check of readers: through come those that hold a key, or that the login proxy names."""

    def __init__(self, app: ASGIApp, *, settings: Settings, keys: ReaderKeys | None) -> None:
        self._app = app
        self._keys = keys
        self._header = settings.trusted_proxy_header
        self._writes = settings.admin_token is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or self._is_open(scope):
            await self._app(scope, receive, send)
            return
        if self._knows(Headers(scope=scope)):
            await self._app(scope, receive, _privately(send))
            return
        challenge = {"WWW-Authenticate": 'Basic realm="Mustanad", charset="UTF-8"'} if self._keys else {}
        detail = phrase("key_needed" if self._keys else "login_needed", language_of(Headers(scope=scope)))
        await problem_response(scope, 401, detail, headers=challenge)(scope, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        path = path_of(scope)
        writes = self._writes and scope.get("method") in ("POST", "DELETE")
        if writes and (path == "/api/build" or path == "/api/articles" or path.startswith("/api/articles/")):
            return True  # these check a token of their own
        if self._writes and (path == "/admin" or path.startswith("/admin/")):
            return True
        return path in OPEN or path.startswith(OPEN_UNDER) or scope.get("method") == "OPTIONS"

    def _knows(self, headers: Headers) -> bool:
        if self._header and headers.get(self._header, "").strip():
            return True
        key = key_of(headers)
        return bool(self._keys and key and self._keys.accepts(key))


def _privately(send: Send) -> Send:
    """Wrap `send` so that it lets no shared cache keep what only a reader who logged in may see."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            directives = [part.strip() for part in headers.get("cache-control", "").split(",")]
            others = [part for part in directives if part and part.lower() not in ("public", "private")]
            if "no-store" not in others:
                headers["Cache-Control"] = ", ".join(["private", *others])
            headers.add_vary_header("Authorization")
        await send(message)

    return sending


def open_keys(settings: Settings) -> ReaderKeys | None:
    """Read the keys that the settings name; raises SettingsError when their file cannot be used."""
    return ReaderKeys(from_root(settings.reader_keys)) if settings.reader_keys else None


def key_of(headers: Headers) -> str | None:
    """Give the key that a request carries: a bearer's, or the password of Basic authentication."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode("utf-8").partition(":")[2]
        except ValueError:  # no Base64, or no UTF-8 in it
            return None
    return None
