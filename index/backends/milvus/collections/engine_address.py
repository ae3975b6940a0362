"""The address of an index in Milvus, as a setting writes it.

    milvus://host:19530/collection
    milvus://user:password@host/database/collection?tls=1&dense=DISKANN&timeout=5

A collection here is an alias: the collections behind it are made and switched by the writer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from index.errors import SettingsError

SCHEME = "milvus://"
PORT = 19530  # Milvus's own
DENSE_KINDS = ("HNSW", "FLAT", "AUTOINDEX", "DISKANN", "IVF_FLAT")
TIMEOUT_S = 5.0  # a search takes some hundredths of a second; a server that is silent for longer is away
_SECONDS = re.compile(r"\d{1,3}(\.\d+)?")
_LOGIN = re.compile(r"//[^/@]*+@")
LONGEST_NAME = 200  # Milvus takes 255 bytes; we add the number of a generation and what is behind it
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_EXAMPLE = "write it as milvus://host:19530/collection"


@dataclass(frozen=True, slots=True)
class EngineAddress:
    """Where an index lies in Milvus. `str` leaves out what is secret."""

    host: str
    collection: str
    port: int = PORT
    database: str = ""
    token: str = field(default="", repr=False)  # user:password, or a key of a hosted service
    tls: bool = False
    dense: str = DENSE_KINDS[0]
    timeout_s: float = TIMEOUT_S

    @classmethod
    def parse(cls, text: str) -> EngineAddress:
        """Read an address; raises SettingsError."""
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port, parts = None, None, urlsplit(SCHEME)
        names = [name for name in parts.path.split("/") if name]
        if not host or not 1 <= len(names) <= 2:
            raise SettingsError(f"the index {_masked(text)} is no address of Milvus; {_EXAMPLE}")
        for name in names:
            if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
                raise SettingsError(
                    f"{name[:LONGEST_NAME]!r} is no name of a collection; use letters, digits and _"
                )
        token = ":".join(unquote(each) for each in (parts.username, parts.password) if each)
        made = cls(host, names[-1], port or PORT, "".join(names[:-1]), token)
        return made._with(dict(parse_qsl(parts.query, keep_blank_values=True)))

    def _with(self, options: dict[str, str]) -> EngineAddress:
        """Take in what stands behind the question mark."""
        changed: dict[str, object] = {}
        for name, value in options.items():
            if name == "tls" and value in ("0", "1"):
                changed["tls"] = value == "1"
            elif name == "dense" and value.upper() in DENSE_KINDS:
                changed["dense"] = value.upper()
            elif name == "timeout" and _SECONDS.fullmatch(value) and float(value) > 0:
                changed["timeout_s"] = float(value)
            else:
                raise SettingsError(
                    f"{name[:40]}={value[:40]} is no option of an index in Milvus; there are tls=1,"
                    f" timeout=SECONDS and dense={'|'.join(DENSE_KINDS)}"
                )
        return replace(self, **changed)  # type: ignore[arg-type]  # each checked above

    @property
    def uri(self) -> str:
        """Give the address as pymilvus reads it, without secrets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    def __str__(self) -> str:
        names = "/".join(name for name in (self.database, self.collection) if name)
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{SCHEME}{host}:{self.port}/{names}"


def _masked(text: str) -> str:
    """Write an address that cannot be read, without what may be a password."""
    return repr(_LOGIN.sub("//…@", text)[:LONGEST_NAME])
