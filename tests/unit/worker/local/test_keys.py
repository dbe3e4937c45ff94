"""Keys and passwords of a stack."""

import re
import stat
from dataclasses import astuple
from pathlib import Path

import pytest

from worker.errors import LocalStackError
from worker.local.keys import StackKeys, keys_of, make_vault_key


def test_keys_are_random_and_made_once(tmp_path: Path) -> None:
    """Two stacks share nothing; one stack keeps its own."""
    first, second = keys_of(tmp_path / "first"), keys_of(tmp_path / "second")
    assert not set(astuple(first)) & set(astuple(second))
    assert keys_of(tmp_path / "first") == first
    assert stat.S_IMODE((tmp_path / "first").stat().st_mode) == 0o600


def test_keys_look_like_those_of_the_platform() -> None:
    """Clients and servers tell them by their beginning; the end is a checksum."""
    keys = StackKeys.new()
    assert re.fullmatch(r"sb_publishable_[\w-]{22}_[\w-]{8}", keys.publishable)
    assert re.fullmatch(r"sb_secret_[\w-]{22}_[\w-]{8}", keys.secret)


def test_only_the_publishable_key_shows() -> None:
    """Keys end up in tracebacks."""
    keys = StackKeys.new()
    shown = repr(keys)
    assert [value for value in astuple(keys) if value in shown] == [keys.publishable]


@pytest.mark.parametrize("text", ["", "{}", '{"publishable": "x"}', '{"other": 1}'])
def test_keys_that_cannot_be_read_are_not_replaced(tmp_path: Path, text: str) -> None:
    """New ones would open nothing: the passwords are in the data. The error says where and what to do."""
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(LocalStackError) as refusal:
        keys_of(path)
    assert (refusal.value.where, path.read_text()) == (str(path), text)
    assert "baton db reset" in str(refusal.value.hint)


def test_the_vaults_key_is_made_once(tmp_path: Path) -> None:
    """256 bits in a private file; a second call must not lock away what the first encrypted."""
    path = tmp_path / "vault.key"
    make_vault_key(path)
    key = path.read_text()
    make_vault_key(path)
    assert path.read_text() == key
    assert len(bytes.fromhex(key)) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
