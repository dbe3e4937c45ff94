"""`{{ row.x }}` and `{{ params.x }}` that are a whole value become that value while the file is read.

So a row may say what status is expected, and a parameter what a list holds. Values with templates of
their own stay names: they are filled when the test runs, once for all places that use them.
"""

import re
from collections.abc import Mapping

from context.paths import parse_path
from context.values import JsonValue
from worker.parsing.mistake import has_template
from worker.parsing.place import Place

_WHOLE = re.compile(r"\s*\{\{\s*((?:row|params)[.\[][^{}]*?)\s*\}\}\s*")


#: How deep a test may be nested with all that is put into it; a file alone has no more either.
MOST_LEVELS = 100


def is_deep(place: Place) -> bool:
    """Whether the values of a place are nested deeper than anything in a test may be."""
    level = [place]
    for _ in range(MOST_LEVELS):
        level = [child for each in level for child in (*each.keyed().values(), *each.listed())]
        if not level:
            return False
    return True


def bind(place: Place, values: Mapping[str, Place], *, whatever: bool = False) -> Place:
    """The place with these values put in, and the same place where there is nothing to put in.

    `whatever`: also values that hold templates.
    """
    if isinstance(place.children, dict):
        changed = {
            name: bound
            for name, child in place.children.items()
            if (bound := bind(child, values, whatever=whatever)) is not child
        }
        return place.with_children({**place.children, **changed}) if changed else place
    if isinstance(place.children, list):
        parts = [bind(part, values, whatever=whatever) for part in place.children]
        same = all(new is old for new, old in zip(parts, place.children, strict=True))
        return place if same else place.with_children(parts)
    if isinstance(place.data, str) and "{{" in place.data:
        found = _value(place.data, values, whatever)
        return place if found is None else found.used_at(place)
    return place


def _value(text: str, values: Mapping[str, Place], whatever: bool) -> Place | None:
    found = _WHOLE.fullmatch(text)
    path = parse_path(found[1]) if found else None
    place = values.get(str(path[0])) if path else None
    for step in path[1:] if path and place else ():
        place = place.child(step) if place else None
    return place if place is not None and (whatever or not holds_template(place.data)) else None


def holds_template(value: JsonValue) -> bool:
    """Whether there is a template anywhere in this value."""
    if isinstance(value, dict):
        return any(has_template(key) or holds_template(part) for key, part in value.items())
    if isinstance(value, list | tuple):
        return any(map(holds_template, value))
    return has_template(value)
