"""Fetching over HTTP as a guest: asks robots.txt, waits between requests, and never asks twice for the same.

What was fetched is kept in one SQLite file with its ETag and Last-Modified, so that a run that was cut off
goes on where it was, and a later one is answered "not modified" wherever nothing changed.
"""

from __future__ import annotations

import email.utils
import sqlite3
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from index.articles.files.extras import library
from index.articles.files.sources import Unreadable
from index.articles.network.robots import AGENT, Robots

SECONDS_BETWEEN = 1.0  # requests to one host, unless its robots.txt asks for more
DELAY_AT_MOST = 60.0  # seconds, whatever robots.txt or Retry-After say
ANSWER_BYTES_AT_MOST = 64 * 2**20
ROBOTS_BYTES_AT_MOST = 500 * 2**10  # RFC 9309 asks to read as many
REDIRECTS_AT_MOST = 5
ATTEMPTS = 3
TIMEOUT = 30.0  # seconds, for each step of a request
_BUSY = frozenset([429, 502, 503, 504])

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    url TEXT PRIMARY KEY, final_url TEXT NOT NULL, etag TEXT, modified TEXT, stamp TEXT,
    content_type TEXT NOT NULL, body BLOB NOT NULL, fetched REAL NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Response:
    """What an address answered, at the `url` that redirects led to."""

    url: str
    content_type: str
    body: bytes


class Web:
    """Fetches addresses politely; `folder` keeps what was fetched, None forgets it.

    `clock` and `sleep` are given so that tests need not wait. Close it when done.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        seconds_between: float = SECONDS_BETWEEN,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self._httpx = library("httpx", "addresses")
        self._client = self._httpx.Client(
            headers={"User-Agent": AGENT, "Accept-Encoding": "gzip, deflate"},
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=True,
        )
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self._state = sqlite3.connect(":memory:" if folder is None else folder / "web.sqlite")
        self._state.execute("PRAGMA journal_mode=WAL")
        self._state.execute(_SCHEMA)
        self._between, self._clock, self._sleep = seconds_between, clock, sleep
        self._robots: dict[str, Robots | None] = {}
        self._free_at: dict[str, float] = {}

    def close(self) -> None:
        """Close the connections and the file of kept answers."""
        self._client.close()
        self._state.close()

    def fetch(self, url: str, *, stamp: str | None = None) -> Response:
        """Give what `url` answers; kept answers serve where the host says that nothing changed.

        With a `stamp` (a date that a listing gives the page) equal to the one it was kept with, nothing is
        asked at all. Raises Unreadable: forbidden by robots.txt, no such page, no answer, too large.
        """
        kept = self._state.execute(
            "SELECT final_url, etag, modified, stamp, content_type, body FROM answers WHERE url = ?", (url,)
        ).fetchone()
        if kept and stamp and kept[3] == stamp:
            return Response(kept[0], kept[4], zlib.decompress(kept[5]))
        headers = {}
        if kept and kept[1]:
            headers["If-None-Match"] = kept[1]
        if kept and kept[2]:
            headers["If-Modified-Since"] = kept[2]
        status, final_url, answered, body = self._follow(url, headers)
        if status == 304 and kept:
            self._keep("UPDATE answers SET stamp = ?, fetched = ? WHERE url = ?", (stamp, time.time(), url))
            return Response(kept[0], kept[4], zlib.decompress(kept[5]))
        if status != 200:
            raise Unreadable(f"it answered {status}", "open it in a browser, or leave it out")
        content_type = answered.get("content-type", "")
        row = (url, final_url, answered.get("etag"), answered.get("last-modified"), stamp, content_type)
        self._keep(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, zlib.compress(body, 6), time.time()),
        )
        return Response(final_url, content_type, body)

    def _keep(self, sql: str, values: tuple[object, ...]) -> None:
        with self._state:
            self._state.execute(sql, values)

    def _follow(self, url: str, headers: dict[str, str]) -> tuple[int, str, Any, bytes]:
        """Give (status, last address, headers, body), redirects within the site followed."""
        asked = url
        for _ in range(REDIRECTS_AT_MOST + 1):
            self._check_robots(asked)
            status, answered, body = self._ask(asked, headers)
            if status not in (301, 302, 303, 307, 308):
                return status, asked, answered, body
            target = urljoin(asked, answered.get("location", ""))
            if not same_site(url, target):
                raise Unreadable(f"it leads to another site ({target})", "give that address if it is meant")
            asked = target
        raise Unreadable("it redirects in circles", "open it in a browser, or leave it out")

    def _ask(self, url: str, headers: dict[str, str]) -> tuple[int, Any, bytes]:
        for attempt in range(1, ATTEMPTS + 1):
            self._wait(url)
            try:
                with self._client.stream("GET", url, headers=headers) as response:
                    if response.status_code in _BUSY and attempt < ATTEMPTS:
                        self._later(url, _seconds(response.headers.get("retry-after"), 2.0**attempt))
                        continue
                    return response.status_code, response.headers, _body(response)
            except (self._httpx.HTTPError, self._httpx.InvalidURL) as error:
                if attempt == ATTEMPTS or isinstance(
                    error, (self._httpx.InvalidURL, self._httpx.UnsupportedProtocol)
                ):
                    why = str(error) or type(error).__name__
                    raise Unreadable(
                        f"it does not answer ({why})", "check the address and the network"
                    ) from error
                self._later(url, 2.0**attempt)
        raise AssertionError("unreachable")

    def _wait(self, url: str) -> None:
        """Wait until the host may be asked again."""
        host = urlsplit(url).netloc
        wait = self._free_at.get(host, 0.0) - self._clock()
        if wait > 0:
            self._sleep(wait)
        robots = self._robots.get(host)
        asked_for = robots.delay if robots else 0.0
        self._free_at[host] = self._clock() + min(max(self._between, asked_for), DELAY_AT_MOST)

    def _later(self, url: str, seconds: float) -> None:
        self._free_at[urlsplit(url).netloc] = self._clock() + min(seconds, DELAY_AT_MOST)

    def _check_robots(self, url: str) -> None:
        """Raise Unreadable when the host's robots.txt forbids `url`; it is asked for once in a run."""
        parts = urlsplit(url)
        if parts.netloc not in self._robots:
            self._robots[parts.netloc] = None  # robots.txt itself may be asked for
            self._robots[parts.netloc] = self._fetch_robots(f"{parts.scheme}://{parts.netloc}/robots.txt")
        robots = self._robots[parts.netloc]
        if robots is not None and not robots.allows(url):
            raise Unreadable("robots.txt of the site does not allow it", "ask the site, or leave it out")

    def _fetch_robots(self, url: str) -> Robots:
        """Ask for robots.txt as RFC 9309 says: a missing file allows all, a failing server nothing."""
        asked = url
        status, answered, body = self._ask(url, {})
        for _ in range(REDIRECTS_AT_MOST):
            if status not in (301, 302, 303, 307, 308) or not answered.get("location"):
                break
            url = urljoin(url, answered["location"])
            if not same_site(asked, url):
                break
            status, answered, body = self._ask(url, {})
        if status == 200:
            return Robots(body[:ROBOTS_BYTES_AT_MOST].decode("utf-8", "replace"))
        return Robots("User-agent: *\nDisallow: /" if status >= 500 else "")


def same_site(one: str, other: str) -> bool:
    """Tell whether two addresses are of one site: one host and port, with or without `www.`, over HTTP(S)."""
    first, second = urlsplit(one), urlsplit(other)
    if second.scheme not in ("http", "https"):
        return False
    hosts = [parts.hostname.removeprefix("www.") if parts.hostname else "" for parts in (first, second)]
    standard = {None, 80, 443}
    ports_agree = first.port == second.port or {first.port, second.port} <= standard
    return hosts[0] == hosts[1] and ports_agree


def _body(response: Any) -> bytes:
    """Give the body of a response, unpacked within bounds: each layer that `Content-Encoding` names."""
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > ANSWER_BYTES_AT_MOST:
            raise _too_large()
    unpacked = bytes(body)
    layers = [name.strip().lower() for name in response.headers.get("content-encoding", "").split(",")]
    for layer in reversed([name for name in layers if name not in ("", "identity")]):
        unpacked = _unpacked(unpacked, layer)
    return unpacked


def _unpacked(content: bytes, layer: str) -> bytes:
    """Give `content` without one layer of packing.

    Httpx would unpack a bomb before anyone can count its bytes.
    """
    if layer in ("gzip", "x-gzip"):
        if not content.startswith(b"\x1f\x8b"):
            return content  # named twice, packed once
        inflater = zlib.decompressobj(wbits=31)
    elif layer == "deflate":
        is_zlib = len(content) > 1 and content[0] & 15 == 8 and (content[0] << 8 | content[1]) % 31 == 0
        inflater = zlib.decompressobj(wbits=15 if is_zlib else -15)
    else:
        raise Unreadable(f"it is packed as {layer[:40]!r}", "download and unpack it")
    try:
        unpacked = inflater.decompress(content, ANSWER_BYTES_AT_MOST + 1)
    except zlib.error as error:
        raise Unreadable(f"the packed answer is damaged ({error})", "try again later") from error
    if len(unpacked) > ANSWER_BYTES_AT_MOST:
        raise _too_large()
    if not inflater.eof:
        raise Unreadable("the packed answer breaks off", "try again later")
    return unpacked


def _too_large() -> Unreadable:
    return Unreadable(f"it is larger than {ANSWER_BYTES_AT_MOST // 2**20} MiB", "download and split it")


def _seconds(retry_after: str | None, otherwise: float) -> float:
    if not retry_after:
        return otherwise
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, TypeError):
        return otherwise
