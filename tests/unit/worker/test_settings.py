"""What the surroundings say."""

from pathlib import Path

import pytest

from worker.errors import SettingsError
from worker.settings import LogFormat, read_settings


def test_nothing_set_is_a_setting_too() -> None:
    """Everything has a default, or is said to be missing where it is needed."""
    settings = read_settings({})
    assert settings.url is None
    assert settings.profile == "default"
    assert settings.log_format is LogFormat.TEXT
    assert settings.session_path == Path.home() / ".config" / "baton" / "session.json"


def test_an_empty_variable_is_not_set() -> None:
    """Pipelines set what they do not have to nothing."""
    assert read_settings({"BATON_URL": "", "BATON_SECRET_KEY": "", "BATON_PROFILE": ""}).secret_key is None


def test_a_token_that_is_empty_was_meant_to_be_one() -> None:
    """That is how a CI keeps its secrets from a job; it counts as not set, and is told where it is missed."""
    assert not read_settings({}).is_token_empty
    assert not read_settings({"BATON_TOKEN": "baton_1"}).is_token_empty
    for empty in ("", " ", "\n"):
        settings = read_settings({"BATON_TOKEN": empty})
        assert (settings.token, settings.is_token_empty) == (None, True)


def test_an_address_loses_its_last_slash() -> None:
    """With and without it is the same project."""
    assert read_settings({"BATON_URL": "https://x.example/"}).url == "https://x.example"


def test_what_is_no_address_is_said() -> None:
    """With the variable's name and what it should be."""
    with pytest.raises(SettingsError) as error:
        read_settings({"BATON_URL": "localhost:54321"})
    assert error.value.where == "BATON_URL"
    assert error.value.hint


def test_an_unknown_log_format_is_said_with_those_there_are() -> None:
    """text or json."""
    with pytest.raises(SettingsError) as error:
        read_settings({"BATON_LOG_FORMAT": "xml"})
    assert error.value.hint == "text or json"


def test_the_folder_follows_the_rules_for_folders(tmp_path: Path) -> None:
    """An absolute XDG_CONFIG_HOME counts, a relative one does not."""
    assert read_settings({"XDG_CONFIG_HOME": str(tmp_path)}).config_folder == tmp_path / "baton"
    assert read_settings({"XDG_CONFIG_HOME": "here"}).config_folder == Path.home() / ".config" / "baton"


def test_keys_are_not_in_a_repr() -> None:
    """Settings may end up in a traceback."""
    names = ("BATON_KEY", "BATON_SECRET_KEY", "BATON_REDIS_KEY")
    given = {**dict.fromkeys(names, "canary"), "BATON_REDIS_URL": "redis://:canary@127.0.0.1:6379"}
    assert "canary" not in repr(read_settings(given))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("redis://h:6379/1", "redis://h:6379/1"),
        ("valkey://:p@h", "redis://:p@h"),
        ("valkeys://h", "rediss://h"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"),
        ("", None),
    ],
)
def test_an_address_of_a_redis(written: str, meant: str | None) -> None:
    """A Valkey is addressed like a Redis, or by its own name."""
    assert read_settings({"BATON_REDIS_URL": written}).redis_url == meant


@pytest.mark.parametrize("written", ["127.0.0.1:6379", "http://:canary@h", "redis://", ":canary@h"])
def test_what_is_no_address_of_a_redis_is_said_without_repeating_it(written: str) -> None:
    """It may hold a password."""
    with pytest.raises(SettingsError) as error:
        read_settings({"BATON_REDIS_URL": written})
    assert error.value.where == "BATON_REDIS_URL"
    assert "canary" not in f"{error.value} {error.value.hint}"
