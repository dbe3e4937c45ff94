"""Where one signs in."""

from pathlib import Path

import pytest

from worker.database import Session, SessionFile
from worker.errors import SettingsError
from worker.project.session import where_to_sign_in
from worker.settings import Settings

LOCAL = ("http://127.0.0.1:54321", "sb_publishable_local")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Nothing is set."""
    return Settings(config_folder=tmp_path)


def signed_in_before(settings: Settings) -> None:
    """A sign-in is kept from the last time."""
    SessionFile(settings.session_path).save(
        "default",
        Session(
            url="https://before.example",
            key="key-before",
            email="ada@example.com",
            user_id="ada",
            access_token="a",
            refresh_token="r",
            expires_at=0,
        ),
    )


def where(
    settings: Settings, *, url: str | None = None, key: str | None = None, local: bool = False
) -> tuple[str, str]:
    """Address and key for the default profile."""
    return where_to_sign_in(settings, url=url, key=key, local=LOCAL if local else None, profile="default")


def test_what_is_said_counts_most(settings: Settings) -> None:
    """Before what was kept, and before the local stack."""
    signed_in_before(settings)
    assert where(settings, url="https://x.example", key="k", local=True) == ("https://x.example", "k")


def test_the_environment_counts_next(tmp_path: Path) -> None:
    """BATON_URL and BATON_KEY."""
    settings = Settings(url="https://env.example", key="env-key", config_folder=tmp_path)
    assert where(settings, local=True) == ("https://env.example", "env-key")


def test_the_project_of_the_last_time_is_meant_when_nothing_is_said(settings: Settings) -> None:
    """Signing in again needs no address."""
    signed_in_before(settings)
    assert where(settings, local=True) == ("https://before.example", "key-before")


def test_the_local_stack_needs_no_words(settings: Settings) -> None:
    """When it is up, and nobody signed in before."""
    assert where(settings, local=True) == LOCAL


def test_the_address_of_the_local_stack_needs_no_key(settings: Settings) -> None:
    """The stack tells it."""
    assert where(settings, url=LOCAL[0], local=True) == LOCAL


def test_an_address_without_a_key_is_said(settings: Settings) -> None:
    """With where a key comes from."""
    with pytest.raises(SettingsError) as error:
        where(settings, url="https://x.example")
    assert error.value.hint is not None
    assert "BATON_KEY" in error.value.hint


def test_nothing_at_all_is_said_with_what_could_be(settings: Settings) -> None:
    """An address, or a local stack."""
    with pytest.raises(SettingsError) as error:
        where(settings)
    assert error.value.hint is not None
    assert "baton up" in error.value.hint
