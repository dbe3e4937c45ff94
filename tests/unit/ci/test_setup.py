""".ci/setup: what it says when it cannot, and that it does nothing when there is nothing to do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.patience import FOR_EVER_SECONDS

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with what .ci/setup looks at, and a `bin` that will be its whole PATH."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / ".ci" / "setup", tmp_path / ".ci")
    (tmp_path / "dashboard").mkdir()
    for name in (
        "requirements.lock",
        "pyproject.toml",
        "dashboard/package.json",
        "dashboard/package-lock.json",
    ):
        (tmp_path / name).write_text(name, encoding="utf-8")
    for name in ("cat", "cksum", "dirname", "grep", "rm", "sh"):
        found = shutil.which(name)
        assert found
        (tmp_path / "bin" / name).symlink_to(found)
    return tmp_path


def program(path: Path, script: str) -> Path:
    """A shell script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def set_up(project: Path, python: str = "no-such-python") -> "subprocess.CompletedProcess[str]":
    """Run .ci/setup there, with this Python as the only one to be found."""
    return subprocess.run(
        [project / ".ci" / "setup"],
        env={"PATH": str(project / "bin"), "PYTHON": python},
        cwd=os.sep,
        capture_output=True,
        text=True,
        timeout=FOR_EVER_SECONDS,
        check=False,
    )


def test_an_old_python_is_no_python(project: Path) -> None:
    """Nothing is made, and the hint says how to get or to name a newer one."""
    old = program(project / "bin" / "old-python", "exit 1")
    done = set_up(project, str(old))
    assert done.returncode == 3
    assert "Baton needs Python 3.11 or newer" in done.stderr
    assert "PYTHON=/path/to/python make setup" in done.stderr
    assert not (project / ".venv").exists()


def test_a_python_without_venv_names_the_package(project: Path) -> None:
    """Debian keeps that part apart; the hint says what it is called there."""
    half = program(project / "bin" / "half-python", 'case "$2" in *ensurepip*) exit 1 ;; esac')
    done = set_up(project, str(half))
    assert done.returncode == 3
    assert "cannot make virtual environments" in done.stderr
    assert "apt-get install python3-venv" in done.stderr


def test_the_second_time_nothing_happens(project: Path) -> None:
    """Where the environment is what the lock file says, not a word is said; a change is noticed."""
    program(project / "python", f'echo "$@" >>{project}/calls')
    program(project / "npm", f"mkdir -p {project}/dashboard/node_modules")
    maker = program(
        project / "bin" / "new-python",
        f"""case "$*" in
        "-m venv --clear "*) mkdir -p {project}/.venv/bin
                             cp {project}/python {project}/.venv/bin/python
                             cp {project}/python {project}/.venv/bin/baton
                             cp {project}/npm {project}/.venv/bin/npm ;;
        esac""",
    )
    for name in ("mkdir", "cp"):
        (project / "bin" / name).symlink_to(shutil.which(name) or "")

    first, second = set_up(project, str(maker)), set_up(project, str(maker))
    assert (first.returncode, second.returncode) == (0, 0)
    assert "done." in first.stdout
    assert second.stdout == second.stderr == ""

    (project / "requirements.lock").write_text("other", encoding="utf-8")
    assert "packages" in set_up(project, str(maker)).stdout
    (project / "dashboard" / "package-lock.json").write_text("other", encoding="utf-8")
    assert "dashboard" in set_up(project, str(maker)).stdout
