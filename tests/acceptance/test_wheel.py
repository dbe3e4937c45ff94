"""Baton out of a wheel, in a folder where no checkout is: what is in it, and that it goes."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.acceptance.commands import Done, surroundings
from tests.targets import Target
from worker.local.dashboard import fingerprint
from worker.local.files import dashboard_folder, supabase_folder
from worker.local.folders import StackFolder, data_home
from worker.local.scratch import throw_away_folder
from worker.local.stack import down

ROOT = Path(__file__).parents[2]

#: What of a checkout the stack for one machine is made of.
_OF_THE_STACK = ("config.toml", "migrations", "local", "seed")

#: What work in a checkout leaves there, and git knows to ignore.
_LEFT_BEHIND = frozenset({"__pycache__", "node_modules", ".baton"})


@pytest.fixture(scope="module")
def site_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a wheel of this checkout leaves behind where it is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site-packages")
    return folder / "site-packages"


def _baton(site_packages: Path, *words: str, home: Path, **settings: str) -> Done:
    """A command of the wheel; packages of others are those of the tests."""
    return subprocess.run(
        [sys.executable, "-m", "worker.cli.main", *words],
        env=surroundings(home, PYTHONPATH=str(site_packages), PYTHONDONTWRITEBYTECODE="1", **settings),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_a_run_and_its_reports_need_nothing_else(site_packages: Path, tmp_path: Path, target: Target) -> None:
    """Scripts of a page, templates of a first project: files beside the code are in the wheel."""
    assert _baton(site_packages, "init", "--ci", "gitlab", home=tmp_path).returncode == 0
    (tmp_path / "s.yaml").write_text("suite: s\ntests:\n  a: { GET: /status/200 }\n")
    reports = ("--report", "html=run.html", "--report", "junit=junit.xml")
    done = _baton(site_packages, "run", "s.yaml", "--base-url", target.base_url, *reports, home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "<script" in (tmp_path / "run.html").read_text(encoding="utf-8")
    where = _baton(site_packages, "doctor", home=tmp_path).stdout
    assert str(site_packages) in where
    assert str(ROOT) not in where.replace(sys.executable, "")


def test_what_the_stack_is_made_of_is_in_the_wheel(site_packages: Path) -> None:
    """Schema, programs, seed, examples; and the sources that the dashboard is built from, byte for byte."""
    inside = site_packages / "worker" / "local" / "files"
    for part in _OF_THE_STACK:
        there, here = inside / "supabase" / part, supabase_folder() / part
        assert _contents(there) == _contents(here), part
    assert _contents(inside / "examples") == _contents(ROOT / "examples")
    assert fingerprint(inside / "dashboard") == fingerprint(dashboard_folder())


def _contents(path: Path) -> dict[str, bytes]:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    kept = [file for file in files if not _LEFT_BEHIND & set(file.parts)]
    return {str(file.relative_to(path)): file.read_bytes() for file in kept}


@pytest.mark.stack
def test_the_stack_comes_up_out_of_a_wheel(site_packages: Path) -> None:
    """With its schema and its dashboard, in a folder of one's own."""
    with throw_away_folder() as scratch:
        home = scratch.path.parents[1]
        project = home / "project"
        project.mkdir()
        # A data home of its own, but no second installation of what npm brings, nor a second build.
        for shared in ("node", "dashboard"):
            (data_home() / shared).mkdir(parents=True, exist_ok=True)
            (home / shared).symlink_to(data_home() / shared)
        settings = {"BATON_DATA_HOME": str(home)}
        try:
            up = _baton(site_packages, "up", "--port", "0", "--no-worker", home=project, **settings)
            assert up.returncode == 0, up.stdout + up.stderr
            assert "Dashboard" in up.stdout
            check = _baton(site_packages, "db", "status", home=project, **settings)
            assert check.returncode == 0, check.stdout + check.stderr
            folder = StackFolder.of_project(project, home=home)
            assert (folder.dashboard / "index.html").is_file()
            assert _baton(site_packages, "down", home=project, **settings).returncode == 0
        finally:
            down(project, folder=StackFolder.of_project(project, home=home))
    assert not os.path.exists(scratch.path)
