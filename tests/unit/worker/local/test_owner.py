"""Who Postgres runs as."""

import os
from pathlib import Path

import pytest

from worker.errors import LocalStackError
from worker.local.owner import Owner, postgres_owner, require_reach

STRANGER = Owner(name="stranger", uid=54321, gid=54321)


def test_postgres_never_runs_as_root() -> None:
    """Ordinary people run it themselves, root as another user."""
    owner = postgres_owner()
    assert owner.uid != 0
    assert (owner.uid == os.geteuid()) is (os.geteuid() != 0)


def test_a_closed_folder_on_the_way_is_named(tmp_path: Path) -> None:
    """The first one that is in the way, from the inside out, and what to do."""
    inner = tmp_path / "closed" / "inner"
    inner.mkdir(parents=True)
    inner.chmod(0o711)
    inner.parent.chmod(0o700)
    with pytest.raises(LocalStackError) as refusal:
        require_reach(inner / "not made yet", STRANGER)
    assert refusal.value.where == str(inner.parent)
    assert "BATON_DATA_HOME" in str(refusal.value.hint)


def test_oneself_reaches_what_is_ones_own(tmp_path: Path) -> None:
    """An ordinary user's folders are private, and that is right."""
    tmp_path.chmod(0o700)
    myself = Owner(name="me", uid=os.geteuid(), gid=os.getegid())
    require_reach(tmp_path, myself)
