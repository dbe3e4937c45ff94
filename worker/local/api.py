"""The Data API and Auth: a small Node program around @supabase/lite."""

import asyncio
import shutil
import tomllib
from pathlib import Path

from worker.errors import LocalStackError
from worker.local.commands import Command
from worker.local.files import local_folder
from worker.local.folders import StackFolder
from worker.local.keys import StackKeys
from worker.local.node import node_environment, node_program
from worker.local.postgres import DatabaseAddress

_PROGRAMS = ("serve.mjs", "mail.mjs", "postgres_types.mjs")


def api_command(
    folder: StackFolder,
    *,
    packages: Path,
    keys: StackKeys,
    database: DatabaseAddress,
    port: int,
    site_url: str,
    source: Path,
) -> Command:
    """The server, to be run in the foreground. It reads the schema once, when it starts."""
    return Command(
        name="api",
        arguments=(str(node_program()), str(_program(folder, packages))),
        environment=node_environment(
            API_SCHEMAS=",".join(exposed_schemas(source / "config.toml")),
            DATABASE_URL=database.url,
            JWT_SECRET=keys.jwt_secret,
            MAIL_FOLDER=str(folder.mail),
            PORT=str(port),
            PUBLISHABLE_KEY=keys.publishable,
            SECRET_KEY=keys.secret,
            SITE_URL=site_url,
        ),
    )


def exposed_schemas(config: Path) -> list[str]:
    """The schemas that the Data API serves, as the project's Supabase configuration says."""
    try:
        content = tomllib.loads(config.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ["public"]
    except tomllib.TOMLDecodeError as error:
        raise LocalStackError(f"This is not TOML: {error}", where=str(config)) from None
    schemas = content.get("api", {}).get("schemas", ["public"])
    # It serves GraphQL under this name on hosted projects; there is none here.
    return [schema for schema in schemas if schema != "graphql_public"]


async def answers(port: int) -> bool:
    """Wait until something listens on this port. Cancel it to stop waiting."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        return True


def _program(folder: StackFolder, packages: Path) -> Path:
    """A copy beside the installed packages: Node looks for packages where the program lies."""
    programs = folder.path / "programs"
    programs.mkdir(exist_ok=True, mode=0o700)
    for name in _PROGRAMS:
        shutil.copyfile(local_folder() / name, programs / name)
    link = programs / "node_modules"
    link.unlink(missing_ok=True)
    link.symlink_to(packages / "node_modules")
    return programs / _PROGRAMS[0]
