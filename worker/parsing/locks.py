"""`locks:` — names that are settled while the file is read, because they are needed before a test runs."""

import re
from collections.abc import Iterable, Mapping

from context.compiling import shown
from context.paths import MISSING, parse_path, step
from context.values import JsonValue
from worker.models.problem import ProblemKind
from worker.parsing.mistake import has_template
from worker.parsing.place import Place
from worker.parsing.source import Source

_EXPRESSION = re.compile(r"\{\{([^{}]*)\}\}")


def read_locks(
    said: Iterable[tuple[Place, str]], names: Mapping[str, JsonValue], source: Source
) -> tuple[str, ...]:
    """The names of the locks, each once, with values of the test's row and parameters (`names`) put in."""
    found = [_filled(place, text, names, source) if has_template(text) else text for place, text in said]
    return tuple(dict.fromkeys(name for name in found if name))


def _filled(place: Place, text: str, names: Mapping[str, JsonValue], source: Source) -> str:
    unknown = next((each for each in _EXPRESSION.findall(text) if _value(each, names) is None), None)
    # What else looks like a template is more than a name.
    if unknown is not None or has_template(_EXPRESSION.sub("", text)):
        told = shown(text) if unknown is None else f"{{{{ {unknown.strip()} }}}}"
        what = f"the name of a lock cannot hold '{told}'"
        hint = "locks are taken before a test runs: they know texts and numbers of row.… and params.…"
        source.add(ProblemKind.BAD_TEMPLATE, what, place.location(source), hint=hint)
        return ""
    return _EXPRESSION.sub(lambda found: _value(found[1], names) or "", text)


def _value(expression: str, names: Mapping[str, JsonValue]) -> str | None:
    path = parse_path(expression.strip())
    value: object = names if path else MISSING
    for each in path or ():
        value = step(value, each)
    is_plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value) if is_plain and not has_template(str(value)) else None
