"""A sandboxed expression over the answer and the run's names, such as `json.total == price * 2`."""

from collections.abc import Iterator, Mapping

from context.errors import TemplateError
from context.paths import MISSING, Path, format_path, walk
from context.sensitive import SENSITIVE_HEADERS, is_sensitive
from context.templating import json_if_needed, names_in, render
from context.values import MASK, JsonValue
from worker.assertions.answer import answer_names
from worker.assertions.finding import Finding
from worker.assertions.scene import Scene
from worker.assertions.values import show
from worker.models.exchange import Response
from worker.models.expectation import Expectation

#: Names that say nothing true of a body that was cut.
_OF_WHOLE_BODIES = ("body", "size")

#: Names whose values are shown where an expression does not hold.
NAMES_SHOWN = 6


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Whether the expression is true, or anything that is not empty, null or zero."""
    expression = str(expected)
    template = f"{{{{ {expression} }}}}"
    if response.truncated and any(each.path[0] in _OF_WHOLE_BODIES for each in names_in(template)):
        return Finding(complaint=f"{expression}: the body was cut after {len(response.body):,} bytes")
    names = answer_names(response)
    try:
        value = scene.render(template, names) if scene.render else render(template, names)
    except TemplateError as error:
        return Finding(complaint=f"{expression}: {_why(error, response, template)}")
    if value:
        return Finding(actual=value)
    said = "it does not hold" if value is False else f"it gives {show(value)}"
    return Finding(
        actual=value,
        complaint=f"{expression}: {said}",
        difference="\n".join(_values_of(template, names, scene)),
    )


def _why(error: TemplateError, response: Response, template: str) -> str:
    if any(reference.path[0] == "json" for reference in names_in(template)):
        try:
            response.json()
        except ValueError as reason:
            return str(reason)
    return f"{error.what} ({error.hint})" if error.hint else error.what


def _values_of(template: str, names: Mapping[str, object], scene: Scene) -> Iterator[str]:
    """What the names in the expression stand for."""
    for reference in names_in(template)[:NAMES_SHOWN]:
        value = _value_of(reference.path, names, scene)
        if value is not MISSING:
            shown = MASK if _is_private(reference.path) else show(json_if_needed(value))
            yield f"{format_path(reference.path)} is {shown}"


def _is_private(path: Path) -> bool:
    """Whether a value is nobody's business because of its name."""
    last = str(path[-1]).lower()
    return path[0] == "cookies" or (path[0] == "headers" and last in SENSITIVE_HEADERS) or is_sensitive(last)


def _value_of(path: Path, names: Mapping[str, object], scene: Scene) -> object:
    if path[0] in names:
        return walk(names, path)
    if scene.render is None:
        return MISSING
    try:
        return scene.render(f"{{{{ {format_path(path)} }}}}", names)
    except TemplateError:
        return MISSING
