"""`baton pull`: a project's suites into files."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from worker.cli.exit_codes import ExitCode
from worker.errors import UsageError

if TYPE_CHECKING:
    from worker.project.pull import PulledFile

#: Lines of a difference that are shown of one file.
_LINES_SHOWN = 60


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--project", required=True, metavar="SLUG", help="The project to pull from.")
@click.option("--organization", metavar="SLUG", help="Its organization, where several have such a project.")
@click.option("--suite", "suites", multiple=True, metavar="KEY", help="Only this suite. May be repeated.")
@click.option("--force", is_flag=True, help="Write over files that nobody has pushed.")
@click.option("--dry-run", is_flag=True, help="Show what would be different; write nothing.")
@click.option("--profile", help="Which sign-in; otherwise BATON_PROFILE, or `default`.")
def pull(
    folder: Path,
    project: str,
    organization: str | None,
    suites: tuple[str, ...],
    force: bool,
    dry_run: bool,
    profile: str | None,
) -> int:
    """Put a project's suites into files.

    Each goes where it was pushed from, below FOLDER, the current one if nothing is said, and so do the
    files that it names. A file that is an older version is written over; one with changes that nobody
    has pushed is shown, and then nothing at all is written. Hidden files are left out.

    \b
      baton pull --project shop
      baton pull tests/ --project shop --suite checkout --dry-run
    """
    wish = _Wish(project=project, organization=organization, suites=suites, folder=folder)
    files, hidden = asyncio.run(_read(wish, profile=profile))
    for path in hidden:
        click.echo(f"{path}: left out, because it is hidden or leads elsewhere", err=True)
    if dry_run:
        _show(files)
        return ExitCode.OK
    _refuse_changed(files, force=force)
    for file in files:
        _write(file)
    return ExitCode.OK


class _Wish(NamedTuple):
    """What somebody wants to have, and where."""

    project: str
    organization: str | None
    suites: Sequence[str]
    folder: Path


async def _read(wish: _Wish, *, profile: str | None) -> "tuple[Sequence[PulledFile], Sequence[str]]":
    """The files to write, and the paths of those that are not."""
    from worker.database.member import open_member
    from worker.project.find import find_project
    from worker.project.pull import left_out, plan_files, read_contents, read_suites
    from worker.settings import read_settings

    database = await open_member(read_settings(os.environ), profile=profile)
    try:
        project = await find_project(database, wish.project, organization=wish.organization)
        suites = await read_suites(database, project, keys=wish.suites)
        files = await read_contents(database, project, plan_files(suites, wish.folder))
        return files, left_out(suites)
    finally:
        await database.close()


def _refuse_changed(files: "Sequence[PulledFile]", *, force: bool) -> None:
    from worker.project.pull import FileState

    changed = [file for file in files if file.state is FileState.CHANGED]
    if not changed or force:
        return
    for file in changed:
        click.echo("\n".join([*_difference(file), ""]), err=True)
    names = ", ".join(str(file.path) for file in changed)
    raise UsageError(
        f"nobody has pushed what {names} {'says' if len(changed) == 1 else 'say'}",
        hint="`baton push` keeps it as a version; --force writes over it. Nothing was written.",
    )


def _show(files: "Sequence[PulledFile]") -> None:
    for file in files:
        click.echo(f"{file.path}: {_state(file)}")
        for line in _difference(file):
            click.echo(line)
    click.echo("nothing was written")


def _write(file: "PulledFile") -> None:
    from worker.project.pull import FileState

    if file.state is not FileState.SAME:
        beside = file.path.with_name(f".{file.path.name}.{os.getpid()}.part")
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(file.content)
            os.replace(beside, file.path)
        except OSError as error:
            raise UsageError(
                f"the file cannot be written: {error.strerror or error}", where=str(file.path)
            ) from error
    click.echo(f"{file.path}: {_state(file)}")


def _state(file: "PulledFile") -> str:
    from worker.project.pull import FileState

    version = _version(file)
    told = {
        FileState.NEW: f"new, {version}",
        FileState.SAME: f"unchanged, {version}",
        FileState.OLDER: f"was older, {version}",
        FileState.CHANGED: f"had changes that nobody pushed, {version}",
    }[file.state]
    edited = file.suite.is_edited and file.digest is None
    return f"{told}, edited in the project" if edited else told


def _version(file: "PulledFile") -> str:
    return f"version {file.suite.version}" if file.digest is None else f"named by {file.suite.key}"


def _difference(file: "PulledFile") -> Iterator[str]:
    """What the file would lose and get, as `diff -u` shows it."""
    from difflib import unified_diff

    from worker.project.pull import FileState

    if file.state in (FileState.SAME, FileState.NEW):
        return
    if b"\0" in file.there + file.content:
        yield f"  {len(file.there)} bytes here, {len(file.content)} in the project"
        return
    lines = list(
        unified_diff(
            file.there.decode("utf-8", "replace").splitlines(),
            file.content.decode("utf-8", "replace").splitlines(),
            fromfile=str(file.path),
            tofile=_version(file),
            lineterm="",
        )
    )
    yield from lines[:_LINES_SHOWN]
    if len(lines) > _LINES_SHOWN:
        yield f"… and {len(lines) - _LINES_SHOWN} more lines"
