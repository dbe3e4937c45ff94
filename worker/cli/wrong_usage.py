"""What was probably meant by a word that no command knows: hints for people who come from other tools."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

#: Options of other tools, and ours for the same thing.
_ELSEWHERE: Mapping[str, str] = {
    "--cacerts": "--cacert",
    "--concurrency": "--jobs",
    "--dryrun": "--dry-run",
    "--environment": "--env",
    "--exitfirst": "--fail-fast",
    "--filter": "--only",
    "--globals": "--env-file",
    "--grep": "--only",
    "--k": "--only",
    "--keyword": "--only",
    "--max-failures": "--bail",
    "--maxfail": "--bail",
    "--output": "--report",
    "--parallel": "--jobs",
    "--random": "--shuffle",
    "--reporter": "--report",
    "--reporters": "--report",
    "--retry-failed": "--only",
    "--secret": "--secrets-file",
    "--stop-on-failure": "--fail-fast",
    "--suite": "--only",
    "--tags": "--tag",
    "--test": "--only",
    "--tests": "--only",
    "--threads": "--jobs",
    "--update": "--update-snapshots",
    "--url": "--base-url",
    "--variable": "--var",
    "--variables-file": "--env-file",
    "--verify": "--insecure",
    "--workers": "--jobs",
    "-n": "--jobs",
    "-k": "--only",
    "-t": "--tag",
    "-u": "--update-snapshots",
    "-x": "--fail-fast",
}

_SUITE_ENDINGS = (".yaml", ".yml", ".json")


def with_hint(error: click.UsageError) -> click.UsageError:
    """The error with what was probably meant, where click did not find it by itself."""
    if isinstance(error, click.NoSuchOption) and error.ctx is not None:
        ours = _ELSEWHERE.get(error.option_name)
        if ours in _options(error.ctx.command):
            # Click drops a possibility that does not look like what was typed.
            return click.UsageError(f"{error.message} Did you mean {ours!r}?", ctx=error.ctx)
    return error


def command_hint(word: str, arguments: Sequence[str], known: Sequence[str]) -> str:
    """What to type instead of a command that is not there."""
    from worker.parsing.suggest import nearest

    if word.endswith(_SUITE_ENDINGS) or os.sep in word or Path(word).is_dir():
        return f"To run suite files: `baton run {' '.join(arguments)}`"
    near = nearest(word, known)
    return f"Did you mean `baton {near}`?" if near else "`baton --help` lists all commands."


def _options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts}
