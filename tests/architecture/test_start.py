"""What a run of one simple suite imports: everything else would be waited for at every start."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.architecture.project import ROOT
from tests.patience import FOR_EVER_SECONDS

#: Packages of others that every run needs.
NEEDED = {"click", "pyreqwest", "yaml", "_yaml"}

#: Names in Python's own list of imports that are none, or that its surroundings bring along.
NOT_OURS = {"imported package", "_distutils_hack", "org", "sitecustomize", "apport_python_hook"}

#: Modules of Python's own that few suites need, and that take milliseconds each.
RARE_OF_PYTHON = {
    "bz2",
    "csv",
    "difflib",
    "email",
    "hmac",
    "lzma",
    "secrets",
    "shutil",
    "sqlite3",
    "statistics",
    "tempfile",
    "unittest",
    "xml",
    "zipfile",
}

#: Parts of ours that few suites need: fixtures that are made up, contracts, other ways to send.
RARE_OF_OURS = {
    "context.fakes",
    "context.xml",
    "worker.assertions.expression",
    "worker.assertions.graphql",
    "worker.assertions.openapi",
    "worker.assertions.schema",
    "worker.assertions.snapshot",
    "worker.assertions.xml",
    "worker.contracts.operations",
    "worker.fixtures.generated",
    "worker.http.digest",
    "worker.http.httpx_sender",
    "worker.http.oauth2",
    "worker.http.sigv4",
    "worker.reports.html",
    "worker.reports.junit",
}

SUITE = """\
suite: simple
tests:
  hello:
    GET: /hello
    expect: { status: 200 }
"""


def answer_once(server: socket.socket) -> None:
    """Answer one request with an empty 200."""
    connection, _ = server.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The modules that were imported by the end of a run of one GET."""
    folder: Path = tmp_path_factory.mktemp("simple")
    (folder / "suite.yaml").write_text(SUITE)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer_once, args=(server,), daemon=True).start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        command = ["-m", "worker.cli.main", "run", str(folder / "suite.yaml"), "--base-url", address]
        done = subprocess.run(
            [sys.executable, "-X", "importtime", *command],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=FOR_EVER_SECONDS,
            check=False,
            env={"PATH": os.environ["PATH"], "BATON_DATA_HOME": str(folder / "data")},
        )
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return frozenset(line.rpartition("|")[2].strip() for line in lines)


def test_a_simple_run_needs_few_packages_of_others(imported: frozenset[str]) -> None:
    """A parser of YAML, one of options, a client: a further one is waited for at every start."""
    tops = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names
    ours = {"context", "worker"}
    assert tops - ours - NEEDED - NOT_OURS == set()


def test_a_simple_run_needs_little_of_python(imported: frozenset[str]) -> None:
    """What few suites need is imported where it is needed."""
    assert imported & RARE_OF_PYTHON == set()


def test_a_simple_run_leaves_out_what_few_suites_need(imported: frozenset[str]) -> None:
    """The same goes for our own modules; whoever renames one of these renames it here."""
    assert imported & RARE_OF_OURS == set()
    assert all((ROOT / f"{name.replace('.', '/')}.py").exists() or _is_package(name) for name in RARE_OF_OURS)


def _is_package(name: str) -> bool:
    return (ROOT / name.replace(".", "/") / "__init__.py").exists()
