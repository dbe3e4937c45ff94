"""Functions that users wrote, imported where a run was started by themselves."""

import sys
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from worker.assertions.scene import FunctionRefused
from worker.assertions.values import shorten

#: Characters of an error that are shown.
WIDTH = 500


class LocalFunctions:
    """Functions that can be imported here, from the current directory too."""

    def load(self, reference: str) -> Callable[..., object]:
        """The function `package.module:name`. Raises FunctionRefused."""
        return _imported(reference, str(Path.cwd()))


@lru_cache(maxsize=256)
def _imported(reference: str, folder: str) -> Callable[..., object]:
    module_name, _, name = reference.partition(":")
    if folder not in sys.path:
        # As `python -m` has it: what lies beside the suites can be imported.
        sys.path.insert(0, folder)
    try:
        found: object = import_module(module_name)
        for part in name.split("."):
            found = getattr(found, part)
    except ModuleNotFoundError as error:
        raise FunctionRefused(f"there is no module '{error.name}' to import") from None
    except AttributeError:
        raise FunctionRefused(f"the module '{module_name}' has no '{name}'") from None
    except Exception as error:
        raise FunctionRefused(f"importing '{module_name}' raised {in_words(error)}") from None
    if not callable(found):
        raise FunctionRefused(f"'{reference}' is no function")
    return found


def in_words(error: Exception) -> str:
    """An error of somebody else's code on one line."""
    said = shorten(str(error), width=WIDTH)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
