"""The list of commands, and how one is found without importing the others."""

from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple

import click

from worker.errors import UsageError


class Entry(NamedTuple):
    """A command by name: the module and function that are it, and the first sentence of its help.

    The sentence is repeated here because `baton --help` must not import every command.
    """

    where: str
    help: str


#: Every command, in groups, in the order of `baton --help`.
COMMANDS: dict[str, dict[str, Entry]] = {
    "Test files, no server needed": {
        "init": Entry("worker.cli.init:init", "Write a first suite, ready to run."),
        "run": Entry("worker.cli.run:run", "Run the tests of suite files and folders."),
        "watch": Entry("worker.cli.watch:watch", "Run tests again while their files are written."),
        "lint": Entry("worker.cli.lint:lint", "Say everything that is wrong with suite files."),
        "graph": Entry("worker.cli.graph:graph", "Show which test waits for which."),
        "rerun": Entry("worker.cli.rerun:rerun", "Do a run again, or what of it did not pass."),
        "why": Entry("worker.cli.why:why", "Say why a test waits, and what kept it from passing."),
        "detect-hidden": Entry(
            "worker.cli.detect_hidden:detect_hidden", "Find tests that depend on an undeclared order."
        ),
        "export": Entry("worker.cli.export:export", "Write tests as commands of other tools."),
    },
    "A Supabase on this machine": {
        "up": Entry("worker.cli.up:up", "Start everything on this machine."),
        "down": Entry("worker.cli.down:down", "Stop what `baton up` started."),
        "status": Entry("worker.cli.status:status", "Say what is running on this machine, and where."),
        "db": Entry("worker.cli.db:db", "Look after the schema of a database."),
        "demo": Entry(
            "worker.cli.demo:demo", "Run a sample shop, and Supabase's own API, through the whole path."
        ),
    },
    "A project, here or hosted": {
        "login": Entry("worker.cli.login:login", "Sign in to a Supabase project."),
        "logout": Entry("worker.cli.logout:logout", "Forget the session."),
        "whoami": Entry("worker.cli.whoami:whoami", "Say who is signed in, and where."),
        "push": Entry("worker.cli.push:push", "Put suite files into a project."),
        "pull": Entry("worker.cli.pull:pull", "Put a project's suites into files."),
        "secret": Entry(
            "worker.cli.secret:secret", "Keep secrets of a project's environments, or of local runs."
        ),
        "schedule": Entry("worker.cli.schedule:schedule", "Let runs be requested by the clock."),
        "token": Entry("worker.cli.token:token", "Make, list and revoke tokens of pipelines."),
        "trigger": Entry("worker.cli.trigger:trigger", "Request runs and follow them to their verdict."),
        "worker": Entry("worker.cli.worker:worker", "Take requested runs and execute them."),
        "retention": Entry(
            "worker.cli.retention:retention", "Let what is too old go into archives, and away."
        ),
        "archive": Entry(
            "worker.cli.archive:archive", "List, ask, check and take back what left the database."
        ),
    },
    "This command line": {
        "doctor": Entry("worker.cli.doctor:doctor", "Say what is wrong with a set-up."),
        "completion": Entry(
            "worker.cli.completion:completion", "Print what a shell needs to complete words of `baton`."
        ),
    },
}


def entries() -> Iterator[tuple[str, Entry]]:
    """All commands with their names."""
    for group in COMMANDS.values():
        yield from group.items()


class LazyGroup(click.Group):
    """A group that imports a command when it is called, and no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the help."""
        return [name for name, _ in entries()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        entry = dict(entries()).get(cmd_name)
        return load(entry) if entry else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but a wrong name gets a near one as a hint."""
        if args and not args[0].startswith("-") and args[0] not in dict(entries()):
            raise UsageError(f"there is no command {args[0]!r}", hint=_hint(args))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by group, from the list: nothing is imported."""
        for title, group in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.help) for name, entry in group.items()])


def load(entry: Entry) -> click.Command:
    """The command behind an entry."""
    module, _, function = entry.where.partition(":")
    found = getattr(import_module(module), function)
    if not isinstance(found, click.Command):
        raise TypeError(f"{entry.where} is not a command")
    return found


def _hint(arguments: list[str]) -> str:
    from worker.cli.wrong_usage import command_hint

    return command_hint(arguments[0], arguments, [known for known, _ in entries()])
