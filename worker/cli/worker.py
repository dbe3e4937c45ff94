"""`baton worker`: take requested runs and execute them."""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from worker.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from worker.service import WorkerOptions
    from worker.settings import Settings


@click.command()
@click.option("--once", is_flag=True, help="Take the runs that wait now, then stop.")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="Runs at the same time.",
)
@click.option(
    "--poll",
    type=click.FloatRange(0.1, 3600),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="Look for runs at least this often; a message usually comes first.",
)
@click.option(
    "--lease",
    type=click.IntRange(5, 3600),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="A worker that is silent for this long has lost its run.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0, 3600),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="What tests in flight get to finish when the worker shall stop.",
)
@click.option("--verbose", "-v", is_flag=True, help="Log each test.")
def worker(once: bool, concurrency: int, poll: float, lease: int, patience: float, verbose: bool) -> int:
    """Take requested runs and execute them.

    BATON_URL and BATON_SECRET_KEY say for which project; without them it is the local stack.
    Locks and limits of environments hold for the runs of this worker; with BATON_REDIS_URL they hold
    for all workers that name the same Redis.

    SIGTERM or Ctrl-C stops it in good order; a second one does not wait for the tests in flight.
    What is not over goes to another worker.

    \b
      baton worker
      baton worker --concurrency 4
    """
    from worker.cli.local_stack import or_local
    from worker.service import WorkerOptions, configure_logging
    from worker.settings import read_settings
    from worker.wiring import worker_name

    settings = or_local(read_settings(os.environ))
    secrets = (settings.secret_key, settings.key, settings.redis_url, settings.redis_key)
    configure_logging(settings.log_format, secrets=[each or "" for each in secrets], verbose=verbose)
    options = WorkerOptions(
        name=worker_name(),
        once=once,
        concurrency=concurrency,
        poll_seconds=poll,
        lease_seconds=lease,
        patience_seconds=patience,
    )
    asyncio.run(_work(settings, options))
    return ExitCode.OK


async def _work(settings: "Settings", options: "WorkerOptions") -> None:
    from worker.service import Worker
    from worker.wiring import worker_parts

    parts = await worker_parts(settings)
    try:
        working = Worker(parts, options)
        _on_signals(working.drain, working.hurry)
        await working.work()
    finally:
        await parts.close()


def _on_signals(first: Callable[[], None], second: Callable[[], None]) -> None:
    """The first signal asks politely, every further one less so."""
    answers = iter((first,))

    def answer() -> None:
        next(answers, second)()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, answer)
