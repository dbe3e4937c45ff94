"""What was probably meant by a word that no command knows."""

from pathlib import Path

import pytest

from worker.cli.main import run_command


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["run", "--tgas", "x", "a"], "'--tag'"),
        (["run", "--parallel", "3", "a"], "'--jobs'"),
        (["run", "a", "-x"], "'--fail-fast'"),
        (["run", "a", "-k", "login"], "'--only'"),
        (["lint", "--form", "json", "a"], "'--format'"),
    ],
)
def test_an_option_of_another_tool_gets_ours(
    words: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where no letter of it is the same."""
    assert run_command(words) == 2
    assert f"Did you mean {meant}?" in capsys.readouterr().err


def test_an_option_that_this_command_lacks_is_not_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    """`lint` runs nothing, so it has no jobs."""
    assert run_command(["lint", "--parallel", "a"]) == 2
    assert "--jobs" not in capsys.readouterr().err


def test_a_path_in_place_of_a_command_is_to_be_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nearly every other tool takes files at once."""
    assert run_command(["shop.yaml", "-v"]) == 2
    assert "`baton run shop.yaml -v`" in capsys.readouterr().err
    assert run_command([str(tmp_path)]) == 2
    assert f"`baton run {tmp_path}`" in capsys.readouterr().err
