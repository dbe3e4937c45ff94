"""The dashboard, built once for its sources and served by every stack of a user."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from worker.errors import LocalStackError
from worker.local.files import dashboard_folder
from worker.local.folders import StackFolder, data_home, make_passage
from worker.local.locks import locked
from worker.local.node import node_environment, node_program
from worker.local.packages import Report, install_packages

#: What a build is made from; what else lies in the folder is for those who work on it.
_SOURCES = ("index.html", "package.json", "package-lock.json", "public", "src", "types", "vite.config.ts")

_BUILD_LIMIT_SECONDS = 300


def place_dashboard(stack: StackFolder, *, report: Report, source: Path | None = None) -> Path:
    """Where the stack finds its dashboard: a link to a build, made now if there is none of these sources.

    A stack that runs serves the new one at once. Raises LocalStackError when it cannot be built.
    """
    build = build_dashboard(source or dashboard_folder(), report=report)
    stack.make()
    link = stack.dashboard
    if not link.is_symlink() or link.readlink() != build:
        fresh = link.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(build)
        fresh.replace(link)
    return link


def dashboard_or_none(stack: StackFolder, *, report: Report, source: Path | None = None) -> Path | None:
    """The same, but without one where it cannot be built: everything else works without it."""
    try:
        return place_dashboard(stack, report=report, source=source)
    except LocalStackError as error:
        report(f"going on without the dashboard: {error}")
        return None


def build_dashboard(source: Path, *, report: Report, home: Path | None = None) -> Path:
    """The folder with the built files of these sources. Safe when two ask at once."""
    builds = (home or data_home()) / "dashboard"
    folder = builds / fingerprint(source)
    if folder.is_dir():
        return folder
    make_passage(builds.parent)
    make_passage(builds)
    packages = install_packages(
        source,
        report=report,
        home=home,
        named="the parts that the dashboard is built with (once; about 240 MB)",
    )
    with locked(builds / "build.lock", waiting=lambda: report("waiting for another build of the dashboard")):
        if not folder.is_dir():
            report("building the dashboard")
            _build(source, folder, packages=packages)
    return folder


def fingerprint(source: Path) -> str:
    """The same for the same sources, wherever they lie."""
    digest = hashlib.sha256()
    for file in _files(source):
        digest.update(f"{file.relative_to(source)}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _files(source: Path) -> Iterator[Path]:
    for name in _SOURCES:
        path = source / name
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.is_file())
        else:
            yield path


def _build(source: Path, folder: Path, *, packages: Path) -> None:
    """In a copy: the sources may lie where nobody may write, and have no packages beside them."""
    workshop = folder.with_suffix(".half")
    shutil.rmtree(workshop, ignore_errors=True)
    for file in _files(source):
        copy = workshop / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    (workshop / "node_modules").symlink_to(packages / "node_modules")
    _run_vite(workshop)
    (workshop / "dist").rename(folder)
    shutil.rmtree(workshop)


def _run_vite(workshop: Path) -> None:
    vite = workshop / "node_modules" / "vite" / "bin" / "vite.js"
    try:
        done = subprocess.run(
            [str(node_program()), str(vite), "build", "--logLevel", "warn"],
            cwd=workshop,
            env=node_environment(NODE_ENV="production", NO_COLOR="1"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_BUILD_LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LocalStackError("The dashboard was not built in time", where=str(workshop)) from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[:600]
        raise LocalStackError(f"The dashboard could not be built: {said}", where=str(workshop))
