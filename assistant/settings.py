"""Settings: one frozen object, read from the environment once, at the edge.

Every setting is optional and named `MUSTANAD_` plus the field's name in capitals.
"""

from __future__ import annotations

import difflib
import ipaddress
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, TypeVar

from index.commands.environment import from_root
from index.errors import SettingsError

__all__ = ["PREFIX", "Settings", "from_root"]

PREFIX = "MUSTANAD_"


_Value = TypeVar("_Value")


def _setting(default: _Value, about: str, **checks: object) -> _Value:
    """Make a field of `Settings` with its one-line description and the checks its value must pass."""
    return field(default=default, metadata={"about": about, **checks})


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs. Secrets never show in `repr`."""

    index: str = field(
        default="data/index",
        repr=False,  # the address of an engine may hold a password
        metadata={"about": "folder of the index, or milvus://host:port/collection"},
    )
    index_token: str | None = field(
        default=None, repr=False, metadata={"about": "user:password, or key, of that engine", "secret": True}
    )
    articles: str = _setting("seeds", "files or folder the index is first built from")
    encoder: str | None = _setting(None, "a sentence-transformers model, by name or folder")
    reranker: str | None = _setting(None, "a sentence-transformers CrossEncoder, by name or folder")
    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(7860, "port to listen on", least=0, most=65535)
    workers: int = _setting(1, "processes that answer behind the port", least=1, most=64)
    title: str = _setting("مستند", "name shown at the top of the page")
    llm_base_url: str | None = _setting(None, "an OpenAI-compatible endpoint; without it answers are quotes")
    llm_model: str | None = _setting(None, "the endpoint's model")
    llm_api_key: str | None = field(
        default=None, repr=False, metadata={"about": "the endpoint's key", "secret": True}
    )
    llm_timeout_s: float = _setting(30.0, "seconds to wait for the endpoint", least=0.1, most=600)
    llm_context_tokens: int = _setting(
        4096, "tokens the endpoint's model can read", least=512, most=10_000_000
    )
    llm_unsupported: str = _setting(
        "mark", "what happens to a claim without a verified quote", choices=("mark", "drop")
    )
    embed_origins: tuple[str, ...] = _setting(
        (), "origins that may embed the chat, parted by spaces or commas"
    )
    admin_token: str | None = field(
        default=None, repr=False, metadata={"about": "token that allows writing over HTTP", "secret": True}
    )
    reader_keys: str | None = _setting(None, "file of reader keys, one a line; then asking needs one")
    trusted_proxy_header: str | None = _setting(None, "header in which a login proxy names the reader")
    trusted_proxies: tuple[str, ...] = _setting(
        (), "addresses or networks of the proxies whose headers are believed, parted by spaces or commas"
    )
    hosts: tuple[str, ...] = _setting(
        (), "names the server answers to beside this machine's own, parted by spaces or commas"
    )
    questions_per_minute: int = _setting(
        60, "questions a minute from one address; 0: no limit", least=0, most=1_000_000
    )
    questions_per_minute_per_origin: int = _setting(
        600, "questions a minute from all readers of one embedding site; 0: no limit", least=0, most=1_000_000
    )
    question_log: str | None = field(
        default=None,
        repr=False,  # the address of a database may hold a password
        metadata={"about": "file or postgresql:// that keeps what is asked, not who asks; none: nothing"},
    )
    question_log_days: int = _setting(90, "days that a question is kept", least=1, most=3650)
    log: str = _setting(
        "errors", "what is logged: errors, a JSON line a request, or its question too",
        choices=("errors", "requests", "questions"),
    )  # fmt: skip
    feedback: str = field(
        default="data/feedback.sqlite",
        repr=False,
        metadata={"about": "file or postgresql:// that keeps readers' feedback"},
    )

    @property
    def is_loopback(self) -> bool:
        """Tell whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read `environment`; raises SettingsError for an unknown name or a wrong value."""
        settings = {PREFIX + setting.name.upper(): setting for setting in fields(cls)}
        values: dict[str, Any] = {}  # of the type that each field names: see `_parse`
        for name, text in environment.items():
            if not name.startswith(PREFIX):
                continue
            if name not in settings:
                raise SettingsError(_unknown(name, list(settings)))
            if text.strip():
                values[settings[name].name] = _parse(name, text.strip(), settings[name])
        return cls(**values)

    @classmethod
    def describe(cls) -> list[tuple[str, str, str]]:
        """List (name in the environment, default as text, description) for every setting."""
        return [
            (PREFIX + setting.name.upper(), _default_text(setting), str(setting.metadata["about"]))
            for setting in fields(cls)
        ]


def _unknown(name: str, settings: list[str]) -> str:
    """Say that no setting has this name, and which comes nearest."""
    nearest = difflib.get_close_matches(name, settings, n=1, cutoff=0)
    return f"unknown setting {name}; the nearest known one is {nearest[0]}"


def _parse(name: str, text: str, setting: Field[Any]) -> object:
    """Give a setting's value of its type; raises SettingsError for text that is none."""
    kind = str(setting.type)
    if kind.startswith("tuple"):
        return tuple(origin.rstrip("/") for origin in text.replace(",", " ").split())
    if kind in ("int", "float"):
        return _number(name, text, kind, setting.metadata)
    choices = setting.metadata.get("choices")
    if choices and text not in choices:
        raise SettingsError(f"{name} is {text!r}; set it to one of: {', '.join(choices)}")
    return text


def _number(name: str, text: str, kind: str, limits: Mapping[str, float]) -> float:
    """Give a number within its limits; raises SettingsError for any other text."""
    least, most = limits["least"], limits["most"]
    wanted = "a whole number" if kind == "int" else "a number"
    try:
        value = int(text) if kind == "int" else float(text)
    except ValueError:
        raise SettingsError(f"{name} is {text!r}; set it to {wanted} from {least} to {most}") from None
    if not least <= value <= most:
        raise SettingsError(f"{name} is {text}; set it to {wanted} from {least} to {most}")
    return value


def _default_text(setting: Field[Any]) -> str:
    """Give a default as it would be written in the environment."""
    if setting.default is MISSING or setting.default is None:
        return ""
    if isinstance(setting.default, tuple):
        return " ".join(setting.default)
    return str(setting.default)
