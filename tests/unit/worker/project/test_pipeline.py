"""What is refused before anything is asked of a project."""

from pathlib import Path

import pytest

from tests.manual_clock import ManualClock
from worker.errors import NotSignedIn, SettingsError
from worker.project.pipeline import open_caller
from worker.settings import Settings


async def test_a_pipeline_does_not_come_with_a_secret_key(tmp_path: Path) -> None:
    """It opens everything: a token would be for nothing."""
    settings = Settings(
        url="http://127.0.0.1:9", key="sb_secret_canary", token="baton_1", config_folder=tmp_path
    )
    with pytest.raises(SettingsError, match="this is a secret key") as error:
        await open_caller(settings, profile=None, clock=ManualClock())
    assert error.value.where == "BATON_KEY"


async def test_an_empty_token_is_told_where_nobody_is_signed_in(tmp_path: Path) -> None:
    """To say "sign in" to a pull request of a fork would lead nowhere."""
    settings = Settings(is_token_empty=True, config_folder=tmp_path)
    with pytest.raises(NotSignedIn) as error:
        await open_caller(settings, profile=None, clock=ManualClock())
    assert "BATON_TOKEN is empty" in (error.value.hint or "")
    with pytest.raises(NotSignedIn) as error:
        await open_caller(Settings(config_folder=tmp_path), profile=None, clock=ManualClock())
    assert error.value.hint == "sign in with `baton login`"
