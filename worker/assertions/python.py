"""A function of the user's own, in runs that he started himself."""

import inspect
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from context.errors import TemplateError
from context.extract import body_text
from context.values import JsonValue
from worker.assertions.answer import Headers, answer_names, cookies_of
from worker.assertions.finding import Finding
from worker.assertions.scene import FunctionRefused, Scene
from worker.assertions.values import shorten, show
from worker.models.exchange import Response
from worker.models.expectation import Expectation

#: Characters of what a function says that are shown.
WIDTH = 500


class Answer:
    """The answer as a function of the user's own sees it."""

    def __init__(self, response: Response) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = Headers(response)
        self.body = response.body
        self.text = body_text(response)
        self.time_ms = round(response.seconds * 1000, 3)
        self.size = len(response.body)
        self.cookies = {name: cookie.value for name, cookie in cookies_of(response).items()}
        self.url = response.url
        self._response = response

    def json(self) -> JsonValue:
        """The body as JSON. Raises ValueError with a sentence when it is none."""
        return self._response.json()


class Names:
    """The run's names as the test sees them: `names["captured_data.login.id"]`."""

    def __init__(self, scene: Scene, response: Response) -> None:
        self._scene = scene
        self._response = response

    def __getitem__(self, name: str) -> JsonValue:
        """The value of a name, or of a template's expression. Raises KeyError."""
        if self._scene.render is None:
            raise KeyError(name)
        try:
            return self._scene.render(f"{{{{ {name} }}}}", answer_names(self._response))
        except TemplateError as error:
            raise KeyError(error.what) from None

    def get(self, name: str, default: JsonValue = None) -> JsonValue:
        """The value of a name, or the default."""
        try:
            return self[name]
        except KeyError:
            return default


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
        raise FunctionRefused(f"importing '{module_name}' raised {_in_words(error)}") from None
    if not callable(found):
        raise FunctionRefused(f"'{reference}' is no function")
    return found


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Call the function with the answer and, if it takes two arguments, the run's names.

    It holds when the function returns None or true. A text that it returns is what is wrong.
    """
    reference = expectation.subject
    try:
        function = scene.tools.functions.load(reference)
    except FunctionRefused as error:
        return Finding(complaint=f"{reference}: {error}")
    try:
        said = function(*_arguments(function, response, scene))
    except AssertionError as error:
        return Finding(complaint=f"{reference}: {shorten(str(error) or 'its assertion failed', width=WIDTH)}")
    except Exception as error:
        return Finding(complaint=f"{reference}: it raised {_in_words(error)}")
    return _judged(reference, said)


def _arguments(function: Callable[..., object], response: Response, scene: Scene) -> tuple[object, ...]:
    answer = Answer(response)
    try:
        wanted = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return (answer,)
    positional = [
        each
        for each in wanted
        if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD, each.VAR_POSITIONAL)
    ]
    return (answer, Names(scene, response)) if len(positional) > 1 else (answer,)


def _judged(reference: str, said: object) -> Finding:
    if said is None or said is True:
        return Finding()
    if inspect.iscoroutine(said):
        said.close()
        return Finding(complaint=f"{reference}: it is asynchronous, and checks are not; write it with 'def'")
    if said is False:
        return Finding(complaint=f"{reference}: it returned False")
    if isinstance(said, str):
        return Finding(complaint=f"{reference}: {shorten(said, width=WIDTH)}" if said else "")
    return Finding(complaint=f"{reference}: it returned {show(repr(said))}, not None, true, false or a text")


def _in_words(error: Exception) -> str:
    said = shorten(str(error), width=WIDTH)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
