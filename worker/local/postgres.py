"""Postgres 17 in a folder: how to make its data, start it, and know that it is ready."""

import shutil
import signal
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from worker.errors import LocalStackError
from worker.local.commands import Command, clean_environment, run_to_end
from worker.local.folders import StackFolder
from worker.local.keys import StackKeys, make_vault_key
from worker.local.owner import Owner, require_reach
from worker.local.packages import postgres_folder
from worker.local.processes import command_line, end, identify

if TYPE_CHECKING:
    import psycopg

#: Recovery after a crash replays up to a gigabyte or so of log; a minute is ample on a slow disk.
START_LIMIT_SECONDS = 60
_INIT_LIMIT_SECONDS = 120

#: The names are those of hosted projects: the superuser, the owner of migrations, the Realtime server.
ADMIN, OWNER, REALTIME = "supabase_admin", "postgres", "supabase_realtime_admin"

#: What differs from Postgres' defaults, and why.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",  # as hosted; compiling costs more than our small queries
    "log_min_error_statement": "panic",  # a failing statement may hold a secret
    "log_checkpoints": "off",
}
#: For throw-away data only: a power cut would destroy it.
_FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAddress:
    """Where a database answers, and as whom one speaks to it."""

    port: int
    user: str
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        """The address with its password, for tools that take only that."""
        return f"postgresql://{self.user}:{quote(self.password, safe='')}@127.0.0.1:{self.port}/postgres"

    @property
    def parameters(self) -> dict[str, Any]:
        """The same for psycopg."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "dbname": "postgres",
            "sslmode": "disable",
            "gssencmode": "disable",
            "connect_timeout": 10,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """One server: its folder, its binaries, its user. Starts nothing by itself."""

    folder: StackFolder
    packages: Path
    keys: StackKeys = field(repr=False)
    owner: Owner
    fast: bool = False

    def address(self, user: str, *, port: int) -> DatabaseAddress:
        """Where to reach it as one of ADMIN, OWNER, REALTIME."""
        passwords = {
            ADMIN: self.keys.admin_password,
            OWNER: self.keys.owner_password,
            REALTIME: self.keys.realtime_password,
        }
        return DatabaseAddress(port=port, user=user, password=passwords[user])

    def make_data(self) -> None:
        """Make an empty data folder, unless there is one. Half-made data is never left behind."""
        require_reach(self.folder.path, self.owner)
        require_reach(self.packages, self.owner)
        self._give_vault_key()
        if not (self.folder.data / "PG_VERSION").exists():
            self._initialise()
        self._require_version()

    def server_command(self, *, port: int) -> Command:
        """The server, to be run in the foreground. It stops fast but cleanly, also when we die."""
        settings = {**_SETTINGS, "port": str(port), **(_FAST_SETTINGS if self.fast else {})}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Command(
            name="postgres",
            arguments=(self._program("postgres"), "-D", str(self.folder.data), *options),
            environment=clean_environment(LC_ALL="C"),
            owner=self.owner,
            stop_signal=signal.SIGINT,
        )

    def _program(self, name: str) -> str:
        return str(postgres_folder(self.packages) / "bin" / name)

    def _give_vault_key(self) -> None:
        make_vault_key(self.folder.vault_key)
        self.owner.owns(self.folder.vault_key)

    def _initialise(self) -> None:
        shutil.rmtree(self.folder.data, ignore_errors=True)
        half = Path(tempfile.mkdtemp(dir=self.folder.path, prefix=".data-"))
        self.owner.owns(half)
        try:
            self._run_initdb(half)
            half.rename(self.folder.data)
        finally:
            shutil.rmtree(half, ignore_errors=True)

    def _run_initdb(self, data: Path) -> None:
        password = self.folder.path / ".initdb-password"
        password.touch(mode=0o600)
        password.write_text(self.keys.admin_password, encoding="ascii")
        self.owner.owns(password)
        try:
            done = run_to_end(self._initdb_command(data, password), time_limit=_INIT_LIMIT_SECONDS)
        finally:
            password.unlink()
        if done.returncode != 0:
            raise LocalStackError(
                f"Postgres could not make its data folder: {done.stderr.strip()[-1000:]}", where=str(data)
            )

    def _initdb_command(self, data: Path, password: Path) -> Command:
        # Text sorts by ICU's English rules, as on hosted projects.
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US")
        access = (f"--username={ADMIN}", f"--pwfile={password}", "--auth=scram-sha-256")
        durability = ("--no-sync",) if self.fast else ("--data-checksums",)
        return Command(
            name="initdb",
            arguments=(
                self._program("initdb"),
                f"--pgdata={data}",
                "--no-instructions",
                *locale,
                *access,
                *durability,
            ),
            environment=clean_environment(LC_ALL="C"),
            owner=self.owner,
        )

    def _require_version(self) -> None:
        found = (self.folder.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != "17":
            raise LocalStackError(
                f"This data was made by Postgres {found}; Baton brings Postgres 17",
                where=str(self.folder.data),
                hint="Start it with the Baton that made it, or delete the data with `baton db reset`.",
            )


def can_connect(address: DatabaseAddress) -> bool:
    """Whether the server takes connections now."""
    import psycopg

    try:
        with psycopg.connect(**address.parameters):
            return True
    except psycopg.OperationalError:
        return False


def end_orphan(data: Path) -> None:
    """Stop a server that still runs on this folder although nobody supervises it any more.

    Also forgets a number in `postmaster.pid` that meanwhile belongs to something else: Postgres would
    take it for another server. A number that belongs to nobody is left to Postgres, which then also
    looks for backends that outlived their server.
    """
    pid_file = data / "postmaster.pid"
    try:
        process = identify(int(pid_file.read_text(encoding="utf-8").splitlines()[0]))
    except (FileNotFoundError, ValueError, IndexError):
        return
    if process is None:
        return
    if str(data) in command_line(process.pid):
        end(process, stop_signal=signal.SIGINT, patience=START_LIMIT_SECONDS)
    else:
        pid_file.unlink(missing_ok=True)


def connect(address: DatabaseAddress) -> "psycopg.Connection[tuple[Any, ...]]":
    """A connection that commits when its `with` block ends well."""
    import psycopg

    return psycopg.connect(**address.parameters, options="-c client_min_messages=warning")
