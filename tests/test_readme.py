"""The README against the program: its settings, commands, links and pictures."""

import re
from pathlib import Path

import pytest

from assistant.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_lists_every_setting_as_the_program_has_it():
    for name, default, about in Settings.describe():
        assert f"| `{name}` | {f'`{default}`' if default else ''} | {about} |" in README


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_readme_links_lead_somewhere(target):
    assert (ROOT / target).exists()


@pytest.mark.parametrize(
    ("module", "command"),
    sorted(set(re.findall(r"python -m (assistant|index) (\w+)", README))),
)
def test_readme_commands_exist(module, command, capsys):
    import importlib

    main = importlib.import_module(f"{module}.__main__").main
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert command in capsys.readouterr().out
