"""The command `mustanad`: everything that the other command lines offer, in one parser."""

import re
import subprocess
import sys

import pytest

import assistant.__main__
import index.__main__
from assistant.__main__ import mustanad
from assistant.settings import Settings
from tests.conftest import ROOT

INDEX_COMMANDS = (
    "build",
    "remove",
    "info",
    "search",
    "run",
    "evaluate",
    "verify",
    "backup",
    "restore",
    "texts",
    "encode",
    "publish",
    "refresh",
)
COMMANDS = (
    *INDEX_COMMANDS,
    *("ask", "check", "answer", "evaluate-answers", "feedback", "mcp", "serve"),
    *("settings", "doctor", "gaps"),
)
HEAVY = {"torch", "faiss", "transformers", "numpy", "gradio"}
PROGRAMS = {"index": index.__main__.main, "assistant": assistant.__main__.main}
TWINS = {("assistant", "evaluate"): "evaluate-answers"}  # others have the same name
README = (ROOT / "README.md").read_text(encoding="utf-8")


def help_of(program, arguments, capsys) -> str:
    with pytest.raises(SystemExit) as stopped:
        program([*arguments, "--help"])
    assert stopped.value.code == 0
    return capsys.readouterr().out


def options_of(shown: str) -> list[str]:
    return sorted(set(re.findall(r"--?[a-z][a-z-]*", shown.partition("options:")[2])))


def test_mustanad_help_lists_every_command(capsys):
    shown = help_of(mustanad, [], capsys)
    listed = re.findall(r"^    ([a-z][a-z-]*)", shown, re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)


@pytest.mark.parametrize(
    ("module", "command"), sorted(set(re.findall(r"python -m (assistant|index) (\w+)", README)))
)
def test_readme_command_has_a_twin_with_the_same_options(module, command, capsys):
    shown = help_of(PROGRAMS[module], [command], capsys)
    twin = help_of(mustanad, [TWINS.get((module, command), command)], capsys)
    assert options_of(twin) == options_of(shown)


def test_mustanad_serve_tells_the_settings_as_the_program_does(capsys):
    shown = help_of(mustanad, ["serve"], capsys)
    assert all(name in shown for name, _default, _about in Settings.describe())


def test_mustanad_command_with_bad_input_is_one_line(tmp_path, capsys):
    assert mustanad(["info", "--index", str(tmp_path / "none")]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("mustanad: ") and said.err.count("\n") == 1


@pytest.mark.parametrize(
    "program", ["index.__main__ import main", "assistant.__main__ import mustanad as main"]
)
def test_help_lists_the_commands_and_needs_no_heavy_library(program):
    code = (
        f"import sys\nfrom {program}\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"sys.exit(str(sorted({HEAVY} & set(sys.modules)) or ''))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stderr.strip() in ("", "[]")
    assert all(name in run.stdout for name in INDEX_COMMANDS)
