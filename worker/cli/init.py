"""`baton init`: a first suite, ready to run."""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from worker.errors import UsageError

if TYPE_CHECKING:
    from worker.cli.starting import NewFile


@click.command()
@click.argument("folder", default="api-tests", type=click.Path(path_type=Path, file_okay=False))
@click.option("--url", metavar="URL", help="The API to test; without it an example is written, too.")
@click.option("--ci", type=click.Choice(["github", "gitlab"]), help="Write a workflow for this CI as well.")
@click.option("--force", is_flag=True, help="Write over files that are there already.")
def init(folder: Path, url: str | None, ci: str | None, force: bool) -> None:
    """Write a first suite, ready to run.

    FOLDER is api-tests if nothing else is said. Without --url the suite comes with a small API to
    run it against, made of Python's own library. Files that are there already are left alone.

    \b
      baton init
      baton init tests/api --url https://staging.example.com
      baton init --ci github
    """
    from worker.cli.starting import first_files, is_written

    _check(url)
    files = list(first_files(folder, url=url.rstrip("/") if url else None, ci=ci))
    _refuse_to_destroy(files, force=force)
    for file in files:
        is_new = not is_written(file)
        if is_new:
            _write(file)
        click.echo(f"  {'wrote' if is_new else 'kept '}  {file.path}")
    click.echo("\n".join(["", *_what_now(folder, url, ci)]))


def _check(url: str | None) -> None:
    if url is not None and not url.startswith(("http://", "https://")):
        raise UsageError(
            f"{url!r} is not an address", where="--url", hint="It begins with http:// or https://."
        )


def _refuse_to_destroy(files: "Sequence[NewFile]", *, force: bool) -> None:
    from worker.cli.starting import is_written

    kept = [file for file in files if file.path.exists() and not (file.ours or file.joined)]
    changed = [str(file.path) for file in kept if not is_written(file)]
    if changed and not force:
        raise UsageError(
            f"{', '.join(changed)} {'is' if len(changed) == 1 else 'are'} there already, and different",
            hint="Name another folder, or say --force to write over. Nothing was written.",
        )


def _write(file: "NewFile") -> None:
    from worker.cli.starting import write

    try:
        write(file)
    except OSError as error:
        raise UsageError(
            f"the file cannot be written: {error.strerror or error}", where=str(file.path)
        ) from error


def _what_now(folder: Path, url: str | None, ci: str | None) -> list[str]:
    shown = quote(folder.as_posix())
    if url is not None:
        lines = ["Next:", f"  baton run {shown}", f"  baton watch {shown}"]
    else:
        lines = [
            "Next, in two terminals, or with an & behind the first line:",
            f"  python3 {shown}/example_api.py",
            f"  baton run {shown} --secrets-file {shown}/secrets.env",
        ]
    if ci is not None:
        lines += ["", "The workflow wants to know where Baton comes from: see INSTALL_BATON_FROM in it."]
    return lines
