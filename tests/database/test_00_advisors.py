"""What Supabase's own advisors say about the schema, through the official command line."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.database.conftest import Server
from worker.local.node import node_environment, node_program

#: Findings of the lowest level that are meant, each with its reason. Everything else is a mistake.
EXCEPTIONS = {
    "unused_index": "the database is new: nothing was used yet",
    "unindexed_foreign_keys": "an index on its first columns serves it; a test of the schema holds that",
    "rls_enabled_no_policy": "closed to everybody: private tables, and partitions behind their parents",
}


def test_the_advisors_find_nothing_that_we_do_not_mean(server: Server, tmp_path: Path) -> None:
    """No error and no warning; of the notes only those with a reason, about tables out of reach."""
    findings = _advisors(server, tmp_path)
    assert [finding for finding in findings if finding["name"] not in EXCEPTIONS] == []
    closed = [finding["metadata"] for finding in findings if finding["name"] == "rls_enabled_no_policy"]
    assert {table["schema"] for table in closed} == {"private", "partitions", "public"}
    # Of the operator: members ask list_workers().
    assert [table["name"] for table in closed if table["schema"] == "public"] == ["workers"]


def _advisors(server: Server, folder: Path) -> list[dict[str, Any]]:
    database = server.copy()
    with server.connect("template1", autocommit=True) as connection:
        # The advisors look for what the API shows, and learn it from this setting.
        connection.execute(f"alter database {database} set pgrst.db_schemas = 'public'".encode())
    address = server.postgres.admin
    done = subprocess.run(
        [
            str(node_program()),
            str(server.postgres.packages / "node_modules" / "supabase" / "dist" / "supabase.js"),
            *("db", "advisors", "--yes", "--level", "info", "--output-format", "json"),
            f"--remote=postgresql://{address.user}@127.0.0.1:{address.port}/{database}",
            f"--workdir={folder}",
        ],
        env=node_environment(
            HOME=str(folder), SUPABASE_HOME=str(folder), PGPASSWORD=address.password, PGSSLMODE="disable"
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    results: list[dict[str, Any]] = json.loads(done.stdout)["results"]
    assert results, "the advisors always have something to say about a new database"
    return results
