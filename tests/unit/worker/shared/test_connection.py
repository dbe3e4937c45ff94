"""A Redis by its address."""

import sys

import pytest

from worker.errors import SettingsError
from worker.shared import Connection
from worker.shared.connection import address_of


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://user:canary@h:6379/1", "redis://h:6379/1"),
        ("rediss://:canary@h", "rediss://h"),
        ("unix://:canary@/run/redis.sock?password=canary", "unix:///run/redis.sock"),
        ("redis://:can@ary@h:1?password=canary", "redis://h:1"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    """Wherever in the address it stands."""
    assert address_of(url) == shown


def test_without_the_client_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra: a worker alone does without."""
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(SettingsError, match="the client is not installed") as caught:
        Connection("redis://h")
    assert caught.value.hint == "pip install 'baton[redis]'"


@pytest.mark.parametrize("url", ["redis://h:port", "redis://:canary@h:port"])
def test_an_address_that_means_nothing_is_refused_without_repeating_it(url: str) -> None:
    """It may hold a password."""
    with pytest.raises(SettingsError, match="not an address of a Redis") as caught:
        Connection(url)
    assert "canary" not in f"{caught.value!r} {caught.value.hint}"
