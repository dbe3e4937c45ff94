"""The example suites, as the demo pushes them."""

from dataclasses import replace
from pathlib import Path

from worker.models.suite import Suite
from worker.parsing import load_suites
from worker.project.addresses import pushed_path

#: A wheel carries the examples here; a checkout has them at its top.
_PACKAGED = Path(__file__).parents[1] / "files" / "examples"
_CHECKOUT = Path(__file__).parents[3] / "examples"

#: The examples that the demo runs; the tour is for reading.
_SHOWN = ("shop", "supabase-auth")


def examples_folder() -> Path:
    """Where the examples are on this machine, be Baton a wheel or a checkout."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def example_suites() -> tuple[Suite, ...]:
    """The suites that the demo runs, with paths that are the same on every machine."""
    folder = examples_folder()
    suites = load_suites(folder / name for name in _SHOWN)
    return tuple(replace(suite, path=pushed_path(suite.path, below=folder.parent)) for suite in suites)
