"""The command line: its help, its output for people and programs, its errors."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.__main__ import main
from index.articles import Article
from index.building import build
from index.commands.environment import encoder_name, index_place
from index.encoder import HashingEncoder
from tests.conftest import ROOT, SEEDS
from tests.small_corpus import article, articles

COMMANDS = ("build", "remove", "info", "search", "verify", "backup", "restore")


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "index"
    build(articles(5), place, encoder=HashingEncoder(dimension=16), progress=False)
    return place


def program(*arguments: str, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "index", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, **options)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_tells_its_options(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "--index DIR" in capsys.readouterr().out


def test_info_tells_people_and_programs(folder, capsys):
    assert main(["info", "--index", str(folder)]) == 0
    assert "hashing-16" in capsys.readouterr().out
    assert main(["info", "--index", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["articles"], found["generation"], found["dense"]) == (5, 1, "Flat")


def test_search_and_info_send_no_control_character_to_the_terminal(tmp_path, capsys):
    evil = Article("a", "bridge \x1b[2J", "The bridge \x1b]0;x\x07 is open.", source="the \x9b31m paper")
    build([evil], tmp_path, encoder=HashingEncoder(dimension=16), progress=False)
    for command in (["search", "bridge", "--mode", "sparse"], ["info"]):
        assert main([*command, "--index", str(tmp_path)]) == 0
        shown = capsys.readouterr().out
        assert shown.replace("\n", "").isprintable() and ("bridge" in shown or "paper" in shown)


def test_search_sparse_needs_no_model(folder, capsys):
    assert main(["search", "نهر a2", "--mode", "sparse", "-k", "2", "--index", str(folder), "--json"]) == 0
    hits = json.loads(capsys.readouterr().out)
    assert [hit["rank"] for hit in hits] == [1, 2]
    assert hits[0]["passage"]["article_id"] in hits[0]["passage"]["passage_id"]
    assert main(["search", "xyzzy", "--mode", "sparse", "--index", str(folder)]) == 0
    assert capsys.readouterr().out == "nothing found\n"


def test_search_takes_filters(folder, capsys):
    common = ["search", "a2 نهر", "--mode", "sparse", "--index", str(folder), "--json", "-k", "50"]
    assert (
        main([*common, "--language", "ar", "--source", "source 2", "--from", "2025-01", "--to", "2025"]) == 0
    )
    some = {hit["passage"]["article_id"] for hit in json.loads(capsys.readouterr().out)}
    assert main(common) == 0
    everything = {hit["passage"]["article_id"] for hit in json.loads(capsys.readouterr().out)}
    assert some < everything


def test_search_takes_articles_and_further_fields(tmp_path, capsys):
    made = [
        article(f"a{n}", extra={"section": "sport" if n % 2 else "art", "tags": [f"t{n}"]}) for n in range(4)
    ]
    build(made, tmp_path / "index", encoder=HashingEncoder(dimension=16), progress=False)
    common = ["search", "نهر river", "--mode", "sparse", "--index", str(tmp_path / "index"), "--json"]

    def found(*more: str) -> set[str]:
        assert main([*common, "-k", "50", *more]) == 0
        return {hit["passage"]["article_id"] for hit in json.loads(capsys.readouterr().out)}

    assert found("--where", "section=sport") == {"a1", "a3"}
    assert found("--where", "section=sport", "--where", "tags=t1", "--where", "tags=t2") == {"a1"}
    assert found("--article", "a0", "--article", "a1", "--article", "nobody") == {"a0", "a1"}


def test_remove_reports_what_it_did(folder, capsys):
    assert main(["remove", "a1", "a2", "--index", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["removed"] == 2
    assert main(["verify", "--index", str(folder)]) == 0
    assert capsys.readouterr().out == "no damage found\n"


def test_verify_of_a_damaged_index_names_the_damage(folder, capsys):
    [vectors] = folder.glob("segments/*/vectors.npy")
    vectors.unlink()
    assert main(["verify", "--index", str(folder), "--json"]) == 2
    [finding] = json.loads(capsys.readouterr().out)["damage"]
    assert finding.endswith("vectors.npy: is missing")


def test_backup_and_restore_go_through_one_file(folder, tmp_path, capsys):
    assert main(["backup", str(tmp_path / "copy.tar"), "--index", str(folder)]) == 0
    assert main(["restore", str(tmp_path / "copy.tar"), "--index", str(tmp_path / "again")]) == 0
    assert main(["verify", "--index", str(tmp_path / "again")]) == 0
    assert "generation 1 restored" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (["info"], "there is no index in"),
        (["search", "x"], "there is no index in"),
        (["remove", "x"], "there is no index in"),
        (["verify"], "there is no index in"),
        (["backup", "copy.tar"], "there is no index in"),
        (["restore", "nothing.tar"], "there is no backup"),
    ],
)
def test_without_an_index_every_command_says_so(arguments, fragment, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([*arguments, "--index", str(tmp_path / "index")]) == 2
    told = capsys.readouterr()
    assert fragment in told.err and told.err.count("\n") == 1 and told.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (["search", " ", "--mode", "sparse"], "the query is empty"),
        (["search", "س" * 100_000, "--mode", "sparse"], "100,000 characters"),
        (["search", "x", "--mode", "sparse", "-k", "0"], "k is 0"),
        (["search", "x", "--mode", "sparse", "--from", "yesterday"], "is no date"),
        (["search", "x", "--mode", "sparse", "--where", "sport"], "write --where section=sport"),
        (["remove", "nobody"], "'nobody'"),
    ],
)
def test_bad_input_is_one_line(folder, arguments, fragment, capsys):
    assert main([*arguments, "--index", str(folder)]) == 2
    told = capsys.readouterr().err
    assert fragment in told and told.count("\n") == 1 and told.startswith("mustanad: ")


def copied_program(tmp_path):
    """An installation of its own: what a relative setting leads to is in its folder."""
    for name in ("index", "assistant"):
        shutil.copytree(
            ROOT / name, tmp_path / "program" / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "app.py", tmp_path / "program" / "app.py")
    return tmp_path / "program"


def test_every_command_reads_the_settings_and_relative_ones_start_at_the_program(tmp_path):
    place = copied_program(tmp_path)
    code = (
        "import os, sys\nfrom index.__main__ import main\nfrom index.building import build\n"
        "from index.encoder import HashingEncoder\nfrom index.commands.environment import index_place\n"
        "from assistant.settings import Settings, from_root\nfrom tests.small_corpus import articles\n"
        "assert index_place(os.environ) == from_root(Settings.from_environment(os.environ).index)\n"
        "if sys.argv[1] == 'build':\n"
        "    encoder = HashingEncoder(dimension=16)\n"
        "    build(articles(2), index_place(os.environ), encoder=encoder, progress=False)\n"
        "else:\n    sys.exit(main(sys.argv[1:]))\n"
    )
    environment = {**os.environ, "MUSTANAD_INDEX": "elsewhere/", "PYTHONPATH": f"{place}{os.pathsep}{ROOT}"}

    def run(*arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    assert run("build").returncode == 0
    assert (place / "elsewhere" / "manifest.json").is_file() and not (place / "data").exists()
    assert json.loads(run("info", "--json").stdout)["articles"] == 2
    assert json.loads(run("search", "نهر", "--mode", "sparse", "--json").stdout)
    assert json.loads(run("remove", "a0", "--json").stdout)["removed"] == 1
    assert run("verify").stdout == "no damage found\n"
    assert run("backup", "copy.tar").returncode == 0
    assert not (tmp_path / "elsewhere").exists() and not (tmp_path / "data").exists()
    # What is typed wins, and starts where one is.
    assert "there is no index in other" in run("info", "--index", "other").stderr


def test_encoder_of_the_settings_is_read_and_a_typed_one_wins(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("MUSTANAD_ENCODER", "./no-such-model")
    text = tmp_path / "a.txt"
    text.write_text("عنوان\n\nنص قصير عن نهر.", encoding="utf-8")
    command = ["build", str(text), "--index", str(tmp_path / "index"), "--quiet"]
    assert main(command) == 2
    assert "encoder './no-such-model' cannot be loaded" in capsys.readouterr().err
    assert main([*command, "--encoder", "./neither"]) == 2
    assert "encoder './neither' cannot be loaded" in capsys.readouterr().err


def test_paths_of_the_settings_are_the_same_wherever_one_is(tmp_path, monkeypatch):
    for here in (ROOT, tmp_path):
        monkeypatch.chdir(here)
        assert index_place({}) == ROOT / "data" / "index"
        assert index_place({"MUSTANAD_INDEX": "elsewhere/"}) == ROOT / "elsewhere"
        assert index_place({"MUSTANAD_INDEX": " "}) == ROOT / "data" / "index"
        assert index_place({"MUSTANAD_INDEX": str(tmp_path)}) == tmp_path
        assert index_place({"MUSTANAD_INDEX": "~/index"}) == Path.home() / "index"
        assert encoder_name({"MUSTANAD_ENCODER": "seeds"}) == str(ROOT / "seeds")  # a folder that is there
        assert encoder_name({"MUSTANAD_ENCODER": "owner/model"}) == "owner/model"
        assert encoder_name({}) is None


def test_build_of_a_missing_path_is_one_line_and_makes_nothing(tmp_path):
    run = program("build", str(tmp_path / "nothing"), "--index", str(tmp_path / "index"))
    assert run.returncode == 2
    assert run.stderr.startswith("mustanad: ") and run.stderr.count("\n") == 1
    assert not (tmp_path / "index").exists()


def test_build_and_search_with_the_default_model(tmp_path, capsys):
    index = ["--index", str(tmp_path / "index")]
    run = program("build", str(SEEDS), *index, "--json")
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    assert (report["added"], report["skipped"]) == (5, [])
    assert main(["build", str(SEEDS), *index, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == 5
    assert main(["search", "smart cities award", "-k", "3", *index, "--json"]) == 0
    hits = json.loads(capsys.readouterr().out)
    assert len(hits) == 3 and all(hit["dense"] is not None for hit in hits)


def test_interrupt_ends_with_one_line(tmp_path):
    command = [sys.executable, "-m", "index", "build", str(SEEDS), "--index", str(tmp_path / "index")]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell's background jobs, and all they start, ignore the interrupt.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as run:
        deadline = time.monotonic() + 300
        while not (tmp_path / "index" / "lock").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(run.pid, signal.SIGINT)
        _out, error = run.communicate(timeout=300)
    assert run.returncode == 130
    assert "interrupted" in error.splitlines()[-1] and "Traceback" not in error
