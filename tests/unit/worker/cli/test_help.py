"""Every command's help shows how it is typed."""

import re

import click
import pytest

from worker.cli.commands import COMMANDS, entries, load
from worker.cli.main import run_command


def commands() -> dict[str, click.Command]:
    """Every command and subcommand by its words."""
    found: dict[str, click.Command] = {}
    for name, entry in entries():
        command = load(entry)
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {inner}": each for inner, each in command.commands.items()}
    return found


#: What these do takes no words, or is told by the group they belong to.
_PLAIN = {"db", "down", "logout", "whoami", "demo"}


@pytest.mark.parametrize("name", [name for name in commands() if name.split()[0] not in _PLAIN])
def test_help_has_an_example(name: str) -> None:
    """A line that can be typed says more than a paragraph."""
    assert re.search(rf"^\s+(?:.*\| )?baton {name}\b", commands()[name].help or "", re.MULTILINE) or (
        f'"$(baton {name}' in (commands()[name].help or "")
    )


@pytest.mark.parametrize("name", commands())
def test_help_is_printed_without_doing_anything(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With 0, and with the words of the command in it."""
    assert run_command([*name.split(), "--help"]) == 0
    assert f"Usage: baton {name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted(commands()))
def test_what_an_option_takes_has_a_name(name: str) -> None:
    """SECONDS or N say what is meant; INTEGER RANGE says what we have programmed."""
    context = click.Context(commands()[name])
    shown = [parameter.make_metavar(context) for parameter in commands()[name].params]
    assert [each for each in shown if "RANGE" in each or "..." in each or each == "INTEGER"] == []


def test_no_line_of_the_list_is_too_long() -> None:
    """`baton --help` is a table."""
    assert all(len(entry.help) <= 84 for group in COMMANDS.values() for entry in group.values())
