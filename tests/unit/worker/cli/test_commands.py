"""What every command promises."""

from pathlib import Path

import click
import pytest

from worker.cli.commands import entries, load

COMMANDS = dict(entries())
PAGE = (Path(__file__).parents[4] / "docs" / "command-line.md").read_text(encoding="utf-8")


def _with_subcommands(name: str, command: click.Command) -> list[tuple[str, click.Command]]:
    inner = command.commands.items() if isinstance(command, click.Group) else ()
    return [
        (name, command),
        *(pair for key, found in inner for pair in _with_subcommands(f"{name} {key}", found)),
    ]


ALL = [pair for name, entry in COMMANDS.items() for pair in _with_subcommands(name, load(entry))]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_repeats_the_first_sentence_of_the_help(name: str) -> None:
    """`baton --help` imports no command, so it has the sentence twice; they must agree."""
    help_text = (load(COMMANDS[name]).help or "").strip()
    assert help_text.split("\n\n")[0].replace("\n", " ").startswith(COMMANDS[name].help)


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_every_option_is_explained(name: str, command: click.Command) -> None:
    """An option without help is a riddle."""
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    unexplained = [option.name for option in options if not option.help]
    assert unexplained == []


@pytest.mark.parametrize("name", [name for name, _ in ALL])
def test_every_command_is_in_the_documentation(name: str) -> None:
    """docs/command-line.md has a heading for it."""
    assert f"`baton {name}" in PAGE


@pytest.mark.parametrize("name", ["run", "lint", "graph"])
def test_every_option_of_local_runs_is_in_the_documentation(name: str) -> None:
    """What these can do is written down, option by option."""
    command = load(COMMANDS[name])
    spellings = [option.opts[-1] for option in command.params if isinstance(option, click.Option)]
    assert [spelling for spelling in spellings if spelling not in PAGE] == []
