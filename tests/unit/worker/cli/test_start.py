"""What a run in a terminal does not pay for."""

import subprocess
import sys

PROGRAM = """
import sys
import worker.cli.main, worker.cli.run, worker.cli.local_run
import worker.cli.graph, worker.cli.lint, worker.graph.pipeline
import worker.engine, worker.graph, worker.parsing, worker.reports
rare = ("graphql", "cryptography", "httpx", "h2", "lxml", "jsonschema_rs", "jmespath", "faker", "redis")
print(*[name for name in rare if name in sys.modules])
heavy = ("pydantic", "supabase", "psycopg", "networkx", "worker.records", "worker.database", "worker.local")
print(*[name for name in heavy if name in sys.modules])
"""


def imported() -> tuple[str, str]:
    """What is there once a run could begin: of what few suites need, and of the platform."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    rare, platform = done.stdout.splitlines()
    return rare, platform


def test_a_run_imports_nothing_of_the_platform() -> None:
    """No pydantic, no client, no database driver: they are not installed with the plain package, and
    `baton run` starts in a blink."""
    assert imported()[1] == ""


def test_a_run_imports_nothing_that_few_suites_need() -> None:
    """GraphQL, XML, schemas, encrypted keys: whoever uses none of them does not wait for them."""
    assert imported()[0] == ""
