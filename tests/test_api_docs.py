"""The pages on the interface and the widget name everything there is, and nothing else."""

import re
from pathlib import Path

from tests.api_site import make_app

ROOT = Path(__file__).resolve().parent.parent
API = (ROOT / "docs" / "api.md").read_text("utf-8")
WIDGET = (ROOT / "docs" / "widget.md").read_text("utf-8")
SCRIPT = (ROOT / "assistant" / "widget" / "widget.js").read_text("utf-8")
TYPES = (ROOT / "assistant" / "widget" / "mustanad.d.ts").read_text("utf-8")


def test_every_operation_is_in_the_document():
    for path in make_app(admin_token="token").openapi()["paths"]:
        assert path.removesuffix("/{name}") in API, path


def test_every_option_of_the_widget_is_documented_and_typed():
    [listed] = re.findall(r"const OPTIONS = \[(.*?)\];", SCRIPT, re.DOTALL)
    options = re.findall(r'"(\w+)"', listed)
    documented = re.findall(r"^\| `data-[\w-]+` \| `(\w+)` \|", WIDGET, re.MULTILINE)
    [body] = re.findall(r"export interface Options \{(.*?)\n\}", TYPES, re.DOTALL)
    typed = re.findall(r"^  (\w+)\?:", body, re.MULTILINE)
    assert sorted(options) == sorted(documented) == sorted(typed)


def test_every_event_of_the_widget_is_documented_and_typed():
    [listed] = re.findall(r"const EVENTS = \[(.*?)\];", SCRIPT)  # those of the frame; two are the widget's
    events = {*re.findall(r'"(\w+)"', listed), "open", "close"}
    assert set(re.findall(r'"mustanad:(\w+)": CustomEvent', TYPES)) == events
    for event in events:
        assert f"`mustanad:{event}`" in WIDGET


def test_settings_named_in_the_documents_exist():
    from assistant.settings import Settings

    names = {name for name, _default, _about in Settings.describe()}
    assert set(re.findall(r"MUSTANAD_[A-Z_]+", API + WIDGET)) <= names
