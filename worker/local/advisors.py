"""What Supabase's own advisors say of a database, asked with the official command line."""

import asyncio
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.errors import LocalStackError
from worker.local.children import run_in_background
from worker.local.commands import Command
from worker.local.node import node_environment, node_program
from worker.local.remote import split_password

_LIMIT_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One finding. `name` is the advisor's own, such as rls_disabled_in_public."""

    name: str
    what: str
    hint: str


def advise(url: str, *, packages: Path) -> tuple[Advice, ...]:
    """Findings of the levels warning and error about the database at `url`. Raises LocalStackError."""
    target, password = split_password(url)
    with tempfile.TemporaryDirectory(prefix="baton-advisors-") as folder:
        command = _command(target, password=password, packages=packages, folder=folder)
        try:
            done = asyncio.run(run_in_background(command, time_limit=_LIMIT_SECONDS))
        except TimeoutError:
            raise LocalStackError("the advisors did not answer in time", where=target) from None
    if done.code != 0:
        raise LocalStackError("the advisors could not be asked", where=target, hint=done.output[-1000:])
    return tuple(_advice(result) for result in _results(done.output))


def _command(target: str, *, password: str, packages: Path, folder: str) -> Command:
    environment = {"PGPASSWORD": password} if password else {}
    return Command(
        name="advisors",
        arguments=(
            str(node_program()),
            str(packages / "node_modules" / "supabase" / "dist" / "supabase.js"),
            *("db", "advisors", "--yes", "--level", "warn", "--output-format", "json"),
            f"--remote={target}",
            f"--workdir={folder}",
        ),
        environment=node_environment(HOME=folder, SUPABASE_HOME=folder, **environment),
    )


def _results(output: str) -> list[dict[str, Any]]:
    # The command says where it goes before it answers.
    answer, _ = json.JSONDecoder().raw_decode(output[output.index("{") :])
    results: list[dict[str, Any]] = answer["results"]
    return results


def _advice(result: dict[str, Any]) -> Advice:
    name = result["name"]
    return Advice(name=name, what=f"{name}: {result['detail']}", hint=result["remediation"])
