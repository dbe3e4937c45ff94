"""`baton up`: start everything on this machine."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from worker.local import ExtraCommand, StackFolder, StackInfo


@click.command()
@click.option("--no-worker", is_flag=True, help="Only the Supabase, no worker beside it.")
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="PORT", help="Where it listens; 0 takes a free one."
)
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Keep its data here, and not under BATON_DATA_HOME or in its usual place.",
)  # fmt: skip
@click.option("--no-dashboard", is_flag=True, help="Without the dashboard, which is built the first time.")
@click.option("--show-secret", is_flag=True, help="Print the secret key, too. It opens everything.")
def up(no_worker: bool, port: int | None, data: Path | None, no_dashboard: bool, show_secret: bool) -> None:
    """Start everything on this machine.

    A real Postgres, Auth, the Data API and Realtime, as a Supabase project has them, the dashboard,
    and a worker that executes requested runs. No Docker is needed; everything listens on 127.0.0.1 only. The
    first time its parts are installed, later it takes a second or two. It goes on until `baton down`.

    \b
      baton up
      baton up --port 0 --no-worker
    """
    from worker.cli.stack import say, stack_folder
    from worker.local import StackOptions
    from worker.local import up as start

    options = StackOptions(folder=stack_folder(data), extras=_extras(data, no_worker))
    if not no_dashboard:
        options = replace(options, static_folder=_dashboard(options.folder))
    if port is not None:
        options = replace(options, port=port)
    info = start(Path.cwd(), options=options, report=say)
    click.echo("\n".join(addresses(info, show_secret=show_secret)))


def addresses(info: "StackInfo", *, show_secret: bool) -> list[str]:
    """Where it is and what opens it; the secret key only on demand."""
    secret = info.secret_key if show_secret else "hidden; `baton status --show-secret` prints it"
    return [
        "The stack was running already." if info.was_running else "The stack is up.",
        "",
        *([f"  Dashboard        {info.url}"] if info.has_dashboard else []),
        f"  API              {info.url}",
        f"  Publishable key  {info.publishable_key}",
        f"  Secret key       {secret}",
        f"  Database         127.0.0.1:{info.ports.database}",
        f"  Data             {info.folder}",
        f"  Running          {', '.join(sorted(info.pids))}",
        *(f"  Note             {note}" for note in info.notes),
        "",
        "`baton down` stops it; its data stays.",
    ]


def _dashboard(folder: "StackFolder | None") -> Path | None:
    from worker.cli.stack import say
    from worker.local import StackFolder
    from worker.local.dashboard import dashboard_or_none

    return dashboard_or_none(folder or StackFolder.of_project(Path.cwd()), report=say)


def _extras(data: Path | None, no_worker: bool) -> "tuple[ExtraCommand, ...] | None":
    """A worker, unless there is one already: whatever else runs beside it then stays."""
    from worker.cli.stack import stack_folder
    from worker.local import status
    from worker.local.worker_command import worker_command

    if no_worker:
        return ()
    running = status(Path.cwd(), folder=stack_folder(data)).info
    return None if running and "worker" in running.pids else (worker_command(),)
