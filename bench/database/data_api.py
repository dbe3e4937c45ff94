"""The Data API in front of a scratch Postgres, asked as signed-in members ask it."""

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from time import perf_counter, time
from urllib.parse import quote
from uuid import UUID

import jwt

from bench.database.queries import Query
from bench.database.tenants import Place
from worker.local.api import api_command
from worker.local.files import supabase_folder
from worker.local.keys import StackKeys
from worker.local.ports import HOST, a_held_port
from worker.local.processes import wait_for
from worker.local.scratch import ScratchPostgres, throw_away_folder

_START_LIMIT_SECONDS = 60
_STOP_LIMIT_SECONDS = 10
_TOKEN_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, and how long it took, to the last byte."""

    milliseconds: float
    rows: int
    #: What it says instead of rows.
    refusal: str = ""


class DataApi:
    """A running server, and one connection to it."""

    def __init__(self, *, port: int, keys: StackKeys) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=120)
        self._keys = keys

    def ask(self, query: Query, place: Place) -> Answer:
        """One question of a member."""
        headers = {
            "apikey": self._keys.publishable,
            "Authorization": f"Bearer {_token(place.member_id, self._keys)}",
            "Accept": "application/json",
        }
        began = perf_counter()
        self._connection.request("GET", f"/rest/v1/{path_of(query, place)}", headers=headers)
        response = self._connection.getresponse()
        content = response.read()
        milliseconds = (perf_counter() - began) * 1000
        if response.status != 200:
            return Answer(milliseconds=milliseconds, rows=0, refusal=content.decode(errors="replace")[:300])
        return Answer(milliseconds=milliseconds, rows=len(json.loads(content)))

    def close(self) -> None:
        self._connection.close()


def path_of(query: Query, place: Place) -> str:
    """The question with the place's ids in it."""
    words = {name: quote(_word(value), safe="") for name, value in place.values.items()}
    quarter_ago = datetime.now(UTC).date() - timedelta(days=90)
    return query.path.format(**words, quarter_ago=quarter_ago.isoformat())


@contextmanager
def data_api(postgres: ScratchPostgres) -> Iterator[DataApi]:
    """Start the server that `baton up` starts, and end it. It reads the schema when it starts."""
    with a_held_port() as port, throw_away_folder() as folder:
        command = api_command(
            folder,
            packages=postgres.packages,
            keys=postgres.keys,
            database=postgres.admin,
            port=port,
            site_url=f"http://{HOST}:{port}",
            source=supabase_folder(),
        )
        with subprocess.Popen(
            command.launch_arguments(),
            env=dict(command.environment),
            cwd=command.folder,
            # It ends when its standard input does: an empty one would end it at once, without a word.
            stdin=subprocess.PIPE,
        ) as process:
            try:
                _require_ready(process, port)
                api = DataApi(port=port, keys=postgres.keys)
                yield api
                api.close()
            finally:
                _stop(process)


def _require_ready(process: "subprocess.Popen[bytes]", port: int) -> None:
    wait_for(lambda: process.poll() is not None or _listens(port), time_limit=_START_LIMIT_SECONDS)
    if not _listens(port):
        raise SystemExit(f"the Data API does not answer; its exit code is {process.poll()}")


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_STOP_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _token(user_id: UUID, keys: StackKeys) -> str:
    claims = {"sub": str(user_id), "role": "authenticated", "exp": int(time()) + _TOKEN_SECONDS}
    return jwt.encode(claims, keys.jwt_secret, algorithm="HS256")


def _word(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
