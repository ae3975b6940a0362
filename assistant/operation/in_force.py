"""The settings in force: each with its value and where it came from; secrets and passwords are hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from assistant.settings import PREFIX, Settings
from assistant.web.storage.database import is_address, without_password

Origin = Literal["environment", "default"]
HIDDEN = "(set; hidden)"


@dataclass(frozen=True, slots=True)
class InForce:
    """One setting: its name in the environment, its value as text, and where that came from."""

    name: str
    value: str
    origin: Origin
    about: str


def in_force(environment: Mapping[str, str]) -> list[InForce]:
    """List the settings as `environment` sets them; raises SettingsError as Settings does."""
    settings = Settings.from_environment(environment)
    listed = []
    for field in fields(Settings):
        name = PREFIX + field.name.upper()
        origin: Origin = "environment" if environment.get(name, "").strip() else "default"
        value = getattr(settings, field.name)
        text = " ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        text = without_password(text) if is_address(text) else text
        hidden = bool(field.metadata.get("secret")) and bool(text)
        listed.append(InForce(name, HIDDEN if hidden else text, origin, str(field.metadata["about"])))
    return listed
