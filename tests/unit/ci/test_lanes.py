"""tests/lanes.py: which tests stay in one process, and which begin."""

from pathlib import Path

import pytest

from tests.lanes import FIRST, TOGETHER, group_of, place_of

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("one", "other", "are_together"),
    [
        ("tests/database/test_10.py::test_a", "tests/database/test_99.py::test_b[x::y]", True),
        ("tests/unit/test_a.py::test_a", "tests/unit/test_a.py::test_b[x/y::z]", True),
        ("tests/unit/test_a.py::test_a", "tests/unit/test_b.py::test_a", False),
    ],
)
def test_tests_that_share_something_stay_together(one: str, other: str, are_together: bool) -> None:
    """Those of a file, and those of a folder that shares a server."""
    assert (group_of(one) == group_of(other)) is are_together


def test_what_takes_longest_begins() -> None:
    """What nobody named comes last."""
    nodes = ("tests/unit/test_a.py::t", "tests/acceptance/test_a.py::t", "tests/database/test_a.py::t")
    assert sorted(nodes, key=place_of) == list(reversed(nodes))


def test_every_folder_that_is_named_is_there() -> None:
    """A folder that was moved would quietly stay together no longer."""
    assert [name for name in (*TOGETHER, *FIRST) if not (ROOT / name).is_dir()] == []
