"""A function of the user's own, in runs that he started himself."""

import inspect
from collections.abc import Callable, Mapping

from context.errors import TemplateError
from context.extract import body_text
from context.values import JsonValue
from worker.assertions.answer import Headers, answer_names, cookies_of
from worker.assertions.finding import Finding
from worker.assertions.functions import in_words
from worker.assertions.scene import FunctionRefused, Scene
from worker.assertions.values import shorten
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
        return Finding(complaint=f"{reference}: it raised {in_words(error)}")
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
    return Finding(
        complaint=f"{reference}: it returned {shorten(repr(said))}, not None, true, false or a text"
    )
