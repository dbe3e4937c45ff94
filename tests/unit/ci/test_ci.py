""".ci/run and .ci/test: what they print last, and their exit codes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.patience import FOR_EVER_SECONDS

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the scripts, in which programs can be replaced."""
    for name in (".ci/run", ".ci/test"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def program(path: Path, script: str) -> None:
    """A shell script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def run(script: Path, *words: str, path: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run it with programs of this folder before all others."""
    search = f"{path}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [script, *words],
        env={"PATH": search, **settings},
        capture_output=True,
        text=True,
        timeout=FOR_EVER_SECONDS,
        check=False,
    )


@pytest.mark.parametrize(
    ("closing", "code"),
    [
        ("===== 12 passed in 3.45s =====", 0),
        ("===== 1 failed, 11 passed, 2 warnings in 63.40s (0:01:03) =====", 2),
        ("===== 3 errors in 0.10s =====", 2),
        ("no tests ran in 0.01s", 2),
    ],
)
def test_ci_ends_with_pytests_closing_line(project: Path, closing: str, code: int) -> None:
    """Whatever make says after it; the exit code is make's."""
    program(project / "bin" / "make", f'echo "{closing}"; echo "make: something else" >&2; exit {code}')
    done = run(project / ".ci" / "run", path=project / "bin")
    assert done.returncode == code
    assert done.stdout.splitlines()[-1] == closing


@pytest.mark.parametrize(("lint", "tests", "code"), [(0, 0, 0), (1, 0, 1), (0, 1, 1), (1, 2, 2), (0, 5, 5)])
def test_lint_does_not_hide_the_tests(project: Path, lint: int, tests: int, code: int) -> None:
    """The tests run in any case and have the last word; what lint found makes a pass a failure."""
    program(project / ".ci" / "lint", f"exit {lint}")
    program(project / ".venv" / "bin" / "python", f'echo "pytest $*"; exit {tests}')
    program(project / ".venv" / "bin" / "npm", "exit 0")
    done = run(project / ".ci" / "test", path=project / "bin")
    assert done.returncode == code
    assert done.stdout.splitlines()[-1].startswith("pytest -m pytest")
    assert ("lint: found something" in done.stdout) is (lint > 0)


@pytest.mark.parametrize(
    ("processors", "lanes", "words"),
    [
        (1, "", "-n 2 --no-loadscope-reorder -x tests/unit"),
        (3, "", "-n 3 --no-loadscope-reorder -x tests/unit"),
        (64, "", "-n 4 --no-loadscope-reorder -x tests/unit"),
        (64, "1", "-x tests/unit"),
    ],
)
def test_several_processes_share_the_tests(project: Path, processors: int, lanes: str, words: str) -> None:
    """As many as the machine can do with, or as somebody wants; arguments are for pytest."""
    program(project / ".ci" / "lint", "exit 0")
    program(project / ".venv" / "bin" / "python", 'echo "$*"')
    program(project / ".venv" / "bin" / "npm", "exit 0")
    program(project / "bin" / "getconf", f"echo {processors}")
    done = run(project / ".ci" / "test", "-x", "tests/unit", path=project / "bin", LANES=lanes)
    assert done.stdout.splitlines()[-1] == f"-m pytest {words}"
