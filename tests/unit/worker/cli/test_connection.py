"""Proxy and certificates on the command line."""

from pathlib import Path

import pytest

from worker.cli.connection import connection_of, connection_words
from worker.errors import UsageError
from worker.models.request import Connection


def given(**said: object) -> dict[str, object]:
    """The options as click gives them; those that were said by name."""
    return {"proxy": None, "ca": None, "certificate": None, "key": None, "insecure": False, **said}


def test_nothing_said_is_nothing() -> None:
    """The suites and the environment decide."""
    assert connection_of(given()) == Connection()
    assert connection_words(Connection()) == []


def test_what_was_said_is_known_and_can_be_said_again(tmp_path: Path) -> None:
    """A proxy's password is not said again: the words are shown."""
    path = tmp_path / "a.pem"
    path.touch()
    connection = connection_of(
        given(proxy="http://ada:canary@p:1", ca=path, certificate=path, key=path, insecure=True)
    )
    assert connection == Connection(
        proxy="http://ada:canary@p:1", verify=False, ca=str(path), certificate=str(path), key=str(path)
    )
    assert connection_words(connection) == [
        *("--proxy", "http://p:1", "--cacert", str(path), "--cert", str(path), "--key", str(path)),
        "--insecure",
    ]


def test_none_is_no_proxy() -> None:
    """Not even that of the surroundings."""
    assert connection_of(given(proxy="none")).proxy == ""
    assert connection_words(Connection(proxy="")) == ["--proxy", "none"]


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"proxy": "canary@p:1"}, "--proxy"),
        ({"ca": Path("gone.pem")}, "--cacert"),
        ({"certificate": Path("gone.pem")}, "--cert"),
        ({"key": Path(__file__)}, "--key"),
    ],
)
def test_what_cannot_be_is_refused(said: dict[str, object], where: str) -> None:
    """With the option, and without quoting a proxy."""
    with pytest.raises(UsageError) as caught:
        connection_of(given(**said))
    assert caught.value.where == where
    assert caught.value.hint
    assert "canary" not in str(caught.value)
