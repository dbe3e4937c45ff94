"""The options of commands that run tests on this machine."""

from pathlib import Path
from typing import Any, Unpack

import click
import pytest

from worker.cli.main import run_command
from worker.cli.run_options import (
    FILE,
    Given,
    ShufflingCommand,
    choice_options,
    connection_options,
    flow_options,
    request_of,
    value_options,
)
from worker.cli.run_request import RunRequest
from worker.errors import UsageError


def asked(*words: str) -> RunRequest:
    """What these words ask for."""
    found: list[RunRequest] = []

    @click.command(cls=ShufflingCommand)
    @click.argument("paths", nargs=-1, type=FILE)
    @value_options
    @connection_options
    @choice_options
    @flow_options
    def command(paths: tuple[Path, ...], **given: Unpack[Given]) -> None:
        found.append(request_of(paths, given))

    command.main(args=list(words), standalone_mode=False)
    return found[0]


def test_a_seed_may_be_left_out() -> None:
    """`--shuffle tests/` shuffles the tests of that folder; it is not a seed."""
    request = asked("--shuffle", "tests/")
    assert request.paths == (Path("tests"),)
    assert request.shuffle is not None
    assert request.shuffle.isdecimal()


@pytest.mark.parametrize("words", [["--shuffle", "7", "a"], ["--shuffle=7", "a"], ["a", "--shuffle", "7"]])
def test_a_number_is_a_seed(words: list[str]) -> None:
    """The one that an earlier run has told."""
    request = asked(*words)
    assert (request.shuffle, request.paths) == ("7", (Path("a"),))


def test_shuffle_may_stand_last() -> None:
    """Then there is no seed either."""
    assert asked("a", "--shuffle").shuffle


@pytest.mark.parametrize("seed", ["abc", "", "-3", "4.5"])
def test_a_seed_is_a_number(seed: str) -> None:
    """Whatever else is written behind the = was meant for something else."""
    with pytest.raises(UsageError, match="is no seed") as caught:
        asked("a", f"--shuffle={seed}")
    assert "--shuffle 42" in str(caught.value.hint)


def test_without_shuffle_the_order_is_ours() -> None:
    """The longest chain first."""
    assert asked("a").shuffle is None


@pytest.mark.parametrize(
    ("words", "bail"),
    [([], None), (["--fail-fast"], 1), (["--bail", "3"], 3)],
)
def test_bail_is_a_number_of_tests(words: list[str], bail: int | None) -> None:
    """`--fail-fast` is short for one."""
    assert asked("a", *words).bail == bail


def test_two_answers_to_one_question_are_refused() -> None:
    """The stricter one is not silently left out."""
    assert asked("--bail", "1", "--fail-fast").bail == 1
    with pytest.raises(UsageError, match="--fail-fast says 1, and --bail says 2"):
        asked("--bail", "2", "--fail-fast")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--dry-run", "--json"], "with --dry-run nothing is run\n  at --json\n"),
        (["--list", "--report", "junit=out.xml"], "with --list nothing is run\n  at --report\n"),
        (["--dry-run", "--record", "--project", "x"], "with --dry-run nothing is run\n  at --record\n"),
        (["--json", "--report", "json=-"], "a report and events cannot both be printed\n  at --json\n"),
    ],
)
def test_what_would_tell_nothing_is_refused(
    words: list[str], what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever waits for a report of a run that is none learns it at once."""
    file = tmp_path / "shop.yaml"
    file.write_text("suite: shop\ntests:\n  a: { GET: http://127.0.0.1:9/ }\n", encoding="utf-8")
    assert run_command(["run", str(file), *words]) == 2
    assert what in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["shop.yaml"]


def test_an_address_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    """A host alone would be a path."""
    assert run_command(["run", "x.yaml", "--base-url", "shop.test"]) == 2
    assert "begins with http://" in capsys.readouterr().err


SUITE = """
suite: s
environments: { here: { base_url: "http://127.0.0.1:1" } }
tests:
  a: { GET: /a }
  b: { GET: /b, needs: [a], tags: [x] }
"""


def lines(capsys: pytest.CaptureFixture[str], *words: Any) -> list[str]:
    """What a run prints that is listed only."""
    assert run_command(["run", *map(str, words), "--list"]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_list_is_names_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For scripts: what would run, what others need included, one name a line."""
    path = tmp_path / "s.yaml"
    path.write_text(SUITE, encoding="utf-8")
    assert lines(capsys, path) == ["s/a", "s/b"]
    assert lines(capsys, path, "--only", "a") == ["s/a"]
    assert lines(capsys, path, "--tag", "x") == ["s/a", "s/b"]
