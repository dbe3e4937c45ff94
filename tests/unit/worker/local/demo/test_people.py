"""The demo's passwords."""

import stat
from pathlib import Path

import pytest

from worker.errors import LocalStackError
from worker.local.demo.people import demo_secrets, password_file


def test_passwords_are_made_once(tmp_path: Path) -> None:
    """Whoever asks again gets the same; another stack has others, and none is like another."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first, again, other = (demo_secrets(tmp_path / name) for name in ("one", "one", "two"))
    assert first == again
    assert len({first.member, first.shop, first.people, other.member, other.shop, other.people}) == 6


def test_passwords_are_private(tmp_path: Path) -> None:
    """Their files can be read by their owner alone, and no repr tells them."""
    known = demo_secrets(tmp_path)
    assert [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()] == [0o600, 0o600]
    assert not any(word in repr(known) for word in (known.member, known.shop, known.people))


def test_the_members_password_has_a_file_of_its_own(tmp_path: Path) -> None:
    """It can be handed to `baton login --password-stdin` as it is, also after somebody removed it."""
    known = demo_secrets(tmp_path)
    password_file(tmp_path).unlink()
    assert demo_secrets(tmp_path) == known
    assert password_file(tmp_path).read_text(encoding="utf-8") == known.member + "\n"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"member": "a"}', "\x00"])
def test_a_spoilt_file_is_explained(tmp_path: Path, content: str) -> None:
    """It is neither guessed at nor replaced: the accounts it belongs to are still there."""
    path = tmp_path / "demo.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LocalStackError, match="passwords of the demo cannot be read") as refusal:
        demo_secrets(tmp_path)
    assert refusal.value.where == str(path)
    assert path.read_text(encoding="utf-8") == content
