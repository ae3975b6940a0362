from pathlib import Path

import pytest

import app
from assistant.settings import Settings, from_root
from index.errors import SettingsError


def test_settings_without_environment_are_the_defaults():
    settings = Settings.from_environment({"HOME": "/nowhere"})
    assert settings == Settings()
    assert (settings.host, settings.port, settings.index) == ("127.0.0.1", 7860, "data/index")


def test_settings_from_environment_are_typed():
    settings = Settings.from_environment(
        {
            "MUSTANAD_PORT": "8080",
            "MUSTANAD_LLM_TIMEOUT_S": "2.5",
            "MUSTANAD_EMBED_ORIGINS": "https://a.example/, https://b.example:8443",
        }
    )
    assert settings.port == 8080
    assert settings.llm_timeout_s == 2.5
    assert settings.embed_origins == ("https://a.example", "https://b.example:8443")


def test_settings_empty_value_means_the_default():
    assert Settings.from_environment({"MUSTANAD_PORT": " ", "MUSTANAD_ENCODER": ""}) == Settings()


def test_from_root_relative_paths_start_at_the_program_and_a_tilde_is_the_users_folder(tmp_path):
    assert from_root("app.py") == Path(__file__).resolve().parent.parent / "app.py"
    assert from_root("~/feedback.sqlite") == Path.home() / "feedback.sqlite"
    assert from_root(str(tmp_path)) == tmp_path


@pytest.mark.parametrize(
    ("name", "value", "fragment"),
    [
        ("MUSTANAD_PROT", "1", "the nearest known one is MUSTANAD_PORT"),
        ("MUSTANAD_PORT", "http", "MUSTANAD_PORT is 'http'; set it to a whole number from 0 to 65535"),
        ("MUSTANAD_PORT", "70000", "from 0 to 65535"),
        ("MUSTANAD_LLM_TIMEOUT_S", "nan", "from 0.1 to 600"),
        ("MUSTANAD_LLM_UNSUPPORTED", "keep", "one of: mark, drop"),
    ],
)
def test_settings_wrong_value_is_named_with_its_remedy(name, value, fragment):
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: value})
    assert fragment in str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings_secrets_never_show():
    settings = Settings.from_environment(
        {"MUSTANAD_ADMIN_TOKEN": "s3cret-a", "MUSTANAD_LLM_API_KEY": "s3cret-b"}
    )
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("portal.example", False)],
)
def test_settings_loopback_is_told_by_the_address(host, loopback):
    assert Settings(host=host).is_loopback is loopback


def test_settings_describe_names_every_setting():
    names = [name for name, _default, _about in Settings.describe()]
    assert "MUSTANAD_INDEX" in names and len(names) == len(set(names))


def test_program_help_lists_every_setting_and_other_options_are_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        app.main(["--help"])
    shown = capsys.readouterr().out
    assert stopped.value.code == 0 and all(name in shown for name, _default, _about in Settings.describe())
    with pytest.raises(SystemExit) as stopped:
        app.main(["--port", "8000"])
    assert stopped.value.code == 2
