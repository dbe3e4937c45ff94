"""What `baton archive` refuses before it asks a project."""

import pytest

from worker.cli.main import run_command


def test_what_is_no_run_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, in words and not in those of the database."""
    assert run_command(["archive", "restore", "the-last-one"]) == 2
    assert "'RUN': 'the-last-one' is not a valid UUID" in capsys.readouterr().err
