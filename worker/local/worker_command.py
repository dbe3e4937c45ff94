"""A worker as a part of the local stack."""

import sys

from worker.local.spec import ExtraCommand


def worker_command() -> ExtraCommand:
    """A worker that takes the runs of the stack it runs beside."""
    return ExtraCommand(
        name="worker",
        arguments=(sys.executable, "-m", "worker.cli.main", "worker"),
        environment={"BATON_URL": "{url}", "BATON_SECRET_KEY": "{secret_key}"},
    )
