"""`baton db check`: whether a database is as the schema says."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.db_address import address_of, db_url_option
from worker.cli.exit_codes import ExitCode
from worker.cli.stack import data_option, say

if TYPE_CHECKING:
    from worker.local.schema_check import Finding


@click.command()
@db_url_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
def check(db_url: str | None, data: Path | None, as_json: bool) -> int:
    """Say where a database is not as the schema of this Baton has it.

    Tables, columns, constraints, indexes, policies, triggers, functions and rights are compared with
    those that the migrations make; row-level security must be on everywhere; and Supabase's own
    advisors are asked. Nothing is changed. The exit code is 0 when nothing was found, else 3.

    \b
      baton db check
      BATON_DB_URL=postgresql://… baton db check --json
    """
    from worker.local.schema_check import check_database

    findings = check_database(address_of(db_url, data), report=say)
    click.echo(_document(findings) if as_json else _text(findings))
    return ExitCode.NOT_CARRIED_OUT if findings else ExitCode.OK


def _document(findings: Sequence["Finding"]) -> str:
    return json.dumps({"version": 1, "findings": [asdict(each) for each in findings]}, indent=2)


def _text(findings: Sequence["Finding"]) -> str:
    if not findings:
        return "The database is as the schema says, and the advisors find nothing."
    lines = [line for each in findings for line in _lines(each)]
    count = f"{len(findings)} finding{'s' if len(findings) != 1 else ''}"
    return "\n".join([*lines, "", f"{count}. `baton db push` applies migrations that are missing."])


def _lines(finding: "Finding") -> list[str]:
    more = [f"    {line}" for line in finding.more.splitlines()]
    shown = more if len(more) <= 6 else [*more[:6], f"    … {len(more) - 6} more lines; --json has them all"]
    return [f"{finding.mistake:<10}  {finding.what}", *shown]
