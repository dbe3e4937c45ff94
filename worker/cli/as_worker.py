"""What commands of the operator have in common: they speak to a project with its secret key."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from worker.errors import SettingsError

if TYPE_CHECKING:
    from worker.retention.records import RetentionRecords
    from worker.retention.storage import ArchiveStorage

Answer = TypeVar("Answer")

storage_option = click.option(
    "--to", "address", metavar="PLACE",
    help="Where archives lie: a folder, or s3://bucket/folder; otherwise BATON_ARCHIVES.",
)  # fmt: skip


def with_records(work: "Callable[[RetentionRecords], Awaitable[Answer]]") -> Answer:
    """Do something as a worker of the project that the settings name, or else of the local stack."""
    return asyncio.run(_with_records(work))


async def _with_records(work: "Callable[[RetentionRecords], Awaitable[Answer]]") -> Answer:
    from worker.cli.local_stack import or_local
    from worker.database import open_database
    from worker.retention.records import RetentionRecords
    from worker.settings import read_settings
    from worker.wiring import secret_access

    database = await open_database(*secret_access(or_local(read_settings(os.environ))))
    try:
        return await work(RetentionRecords(database))
    finally:
        await database.close()


def the_storage(address: str | None) -> "ArchiveStorage":
    """The storage that is named here or by BATON_ARCHIVES. Raises SettingsError."""
    from worker.retention.storage import open_storage
    from worker.settings import read_settings

    place = address or read_settings(os.environ).archives
    if place is None:
        raise SettingsError(
            "it is not said where archives lie",
            where="BATON_ARCHIVES",
            hint="a folder, or s3://bucket/folder with AWS_ENDPOINT_URL and keys; or say --to PLACE",
        )
    return open_storage(place, os.environ)


def who() -> str:
    """Under which name the turn is taken."""
    return f"{socket.gethostname()}-{os.getpid()}"
