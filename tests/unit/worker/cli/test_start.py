"""What a run in a terminal does not pay for."""

import subprocess
import sys

PROGRAM = """
import sys
import worker.cli.main, worker.cli.run, worker.cli.local_run
import worker.cli.graph, worker.cli.lint, worker.graph.pipeline
import worker.engine, worker.graph, worker.parsing, worker.reports
heavy = ("pydantic", "supabase", "psycopg", "networkx", "worker.records", "worker.database", "worker.local")
print(*[name for name in heavy if name in sys.modules])
"""


def test_a_run_imports_nothing_of_the_platform() -> None:
    """No pydantic, no client, no database driver: they are not installed with the plain package, and
    `baton run` starts in a blink."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
