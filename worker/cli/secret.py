"""`baton secret`: secrets of a project's environments, and of files for local runs."""

import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from worker.cli.in_project import ProjectPlace, project_options
from worker.cli.json_output import json_option, print_document
from worker.cli.run_options import together
from worker.errors import UsageError

if TYPE_CHECKING:
    from worker.database import Database
    from worker.project.find import Project

Answer = TypeVar("Answer")

#: What templates can name, as the database has it.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")

_where_options = together(
    click.option("-e", "--env", "environment", metavar="NAME", help="The project's environment."),
    project_options,
    click.option(
        "--local", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
        help="A file for --secrets-file of local runs, instead of a project.",
    ),
)  # fmt: skip


@click.group()
def secret() -> None:
    """Keep secrets of a project's environments, or of local runs.

    \b
      baton secret set password -e staging --project shop
      baton secret set password --local secrets.env
      baton secret list -e staging --project shop

    A value is asked for, or read from standard input; never an argument, which other people on the
    machine could see. Nobody reads a project's secret back: only workers get it.
    """


@secret.command(name="set")
@click.argument("name")
@_where_options
def set_(name: str, **where: Any) -> None:
    """Set a secret, or replace it.

    \b
      baton secret set password -e staging --project shop
      pass show shop | baton secret set password -e staging --project shop
      baton secret set password --local secrets.env
    """
    place = _place(where)
    _check(name)
    value = _value(name)
    if place.file is not None:
        from worker.cli.secrets_file import put

        put(place.file, name, value)
        click.echo(f"{name} is in {place.file}; nobody else can read the file")
        return
    place.with_project(lambda database, environment: _set(database, environment, name, value))
    click.echo(f"{name} is set in {place.environment} of {place.inside.project}")


@secret.command(name="list")
@_where_options
@json_option
def list_(*, as_json: bool, **where: Any) -> None:
    """Name the secrets, and say when each was changed; never what it is.

    \b
      baton secret list -e staging --project shop
      baton secret list --local secrets.env
    """
    place = _place(where)
    if place.file is not None:
        from worker.cli.secrets_file import names_in

        found: list[tuple[str, datetime | None]] = [(name, None) for name in names_in(place.file)]
    else:
        from worker.project.secrets import list_secrets

        found = [(each.name, each.changed_at) for each in place.with_project(list_secrets)]
    if as_json:
        print_document({"secrets": [{"name": name, "changed_at": moment} for name, moment in found]})
        return
    width = max((len(name) for name, _ in found), default=0)
    lines = [f"{name:<{width}}  {moment:%Y-%m-%d %H:%M} UTC" if moment else name for name, moment in found]
    for line in lines or ["no secrets"]:
        click.echo(line)


@secret.command()
@click.argument("name")
@_where_options
def remove(name: str, **where: Any) -> None:
    """Remove a secret for good.

    \b
      baton secret remove password -e staging --project shop
      baton secret remove password --local secrets.env
    """
    place = _place(where)
    if place.file is not None:
        from worker.cli.secrets_file import take_out

        take_out(place.file, name)
    else:
        place.with_project(lambda database, environment: _remove(database, environment, name))
    click.echo(f"{name} is removed")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where secrets are kept: in a file, or in an environment of a project."""

    file: Path | None = None
    inside: ProjectPlace = field(default_factory=lambda: ProjectPlace(project=""))
    environment: str = ""

    def with_project(self, do: "Callable[[Database, str], Awaitable[Answer]]") -> Answer:
        """Do something with the environment, as the member who is signed in."""

        async def work(database: "Database", project: "Project") -> Answer:
            from worker.project.secrets import find_environment

            return await do(database, await find_environment(database, project, self.environment))

        return self.inside.do(work)


def _place(where: dict[str, Any]) -> _Place:
    """Raises UsageError where it is not said, or said twice."""
    if where["local"] is not None:
        if where["environment"] or where["project"]:
            raise UsageError("--local is a file, and has no project or environment", where="--local")
        return _Place(file=where["local"])
    missing = [
        option for option, name in (("--project", "project"), ("-e", "environment")) if not where[name]
    ]
    if missing:
        raise UsageError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing",
            hint="Say --project SLUG and -e NAME, or --local FILE for local runs.",
        )
    return _Place(inside=ProjectPlace.of(where), environment=where["environment"])


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        # What was typed stays out of the message: it may be the secret itself.
        hint = "Letters, digits and _, such as api_key; the value is asked for, and never an argument."
        raise UsageError("this is no name of a secret", where="NAME", hint=hint)


def _value(name: str) -> str:
    if sys.stdin.isatty():
        answer: str = click.prompt(f"Value of {name}", hide_input=True, err=True)
        return answer
    text = sys.stdin.read()
    value = text.removesuffix("\n").removesuffix("\r")
    if not value:
        raise UsageError("there is no value on standard input", hint=f"… | baton secret set {name} …")
    return value


async def _set(database: "Database", environment: str, name: str, value: str) -> None:
    from worker.project.secrets import set_secret

    await set_secret(database, environment, name=name, value=value)


async def _remove(database: "Database", environment: str, name: str) -> None:
    from worker.project.secrets import remove_secret

    await remove_secret(database, environment, name=name)
