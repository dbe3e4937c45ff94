"""What must never be in a file of the project."""

import re

import pytest

from tests.architecture.project import ROOT, text_of, tracked_files

# Put together here, so that this file does not contain what it looks for.
REGISTRIES = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "npmjs" + ".org",
    "index" + "-url =",
]
MACHINE_PATHS = r"(?<![\w.$~-])/(?:" + "work|root|tmp/(?!baton-)\\w+" + r")/\w"


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_file_names_a_registry(host: str) -> None:
    """Packages come from wherever the machine is told to get them: no index is written down."""
    assert [str(path.relative_to(ROOT)) for path in tracked_files() if host in text_of(path)] == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    """A path that exists on one machine only has no place in the project."""
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked_files()
        for match in re.finditer(MACHINE_PATHS, text_of(path))
    ]
    assert found == []


def test_no_test_uses_a_mock() -> None:
    """What can be started is started, and what cannot has a twin in memory."""
    mocks = re.compile(r"unittest\.mock|from unittest import mock|\bMagicMock\b|\bmocker\b")
    this = ROOT / "tests" / "architecture" / "test_tree.py"
    files = [path for path in tracked_files() if path.suffix == ".py" and path != this]
    assert [str(path.relative_to(ROOT)) for path in files if mocks.search(text_of(path))] == []


def test_the_lock_file_has_hashes_and_nothing_else() -> None:
    """Every line of requirements.lock is a pinned package or one of its hashes."""
    line = re.compile(r"^(?:[a-z0-9._-]+==\S+(?: ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?)$")
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert [wrong for wrong in text.splitlines() if not line.match(wrong)] == []
