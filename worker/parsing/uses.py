"""The names that a test's templates need, and where each of them is written."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TypeGuard

from context.errors import TemplateError
from context.templating import has_template, names_in
from worker.models.dependency import NameUse
from worker.models.problem import Location, ProblemKind
from worker.parsing.place import Place
from worker.parsing.source import Source

_PLAIN_STEP = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_REST_OF_PATH = re.compile(r"(?:[\w.\-]|\[[^\[\]]*\])*")


#: What expressions about an answer know besides the names of the run.
ANSWER_NAMES = frozenset(("status", "headers", "json", "body", "time_ms", "size", "cookies"))

_NOTHING: frozenset[str] = frozenset()


def find_uses(place: Place, field: str, source: Source, own: Collection[str] = _NOTHING) -> Iterator[NameUse]:
    """Every name that a template in this value (its keys included) needs, but those in `own`. Templates
    that cannot be read are noted."""
    if isinstance(place.children, dict):
        for key, child in place.children.items():
            if has_template(key):
                yield from _in_text(key, field, child.key_location(source), source)
            if child.children or _is_template(child.data):  # most values are neither
                yield from find_uses(child, f"{field}{_step(key)}", source, own)
    elif isinstance(place.children, list):
        for position, part in enumerate(place.children):
            yield from find_uses(part, f"{field}[{position}]", source, own)
    elif _is_template(place.data):
        yield from (use for use in _in_value(place, place.data, field, source) if use.path[0] not in own)


def _is_template(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and has_template(value)


def expression_uses(
    place: Place, field: str, source: Source, own: Collection[str] = _NOTHING
) -> Iterator[NameUse]:
    """Every name that an expression (or each of a list of them) needs, with or without braces around it."""
    for part in place.children if isinstance(place.children, list) else [place]:
        if isinstance(part.data, str) and part.data.strip():
            text = part.data if has_template(part.data) else f"{{{{ {part.data} }}}}"
            yield from (use for use in _in_value(part, text, field, source) if use.path[0] not in own)


def _step(key: str) -> str:
    return f".{key}" if _PLAIN_STEP.fullmatch(key) else f"[{key!r}]"


def _in_text(text: str, field: str, where: Location, source: Source) -> Iterator[NameUse]:
    try:
        references = names_in(text)
    except TemplateError as error:
        _note(error, where, source)
        return
    for reference in references:
        yield NameUse(path=reference.path, field=field, where=where, optional=reference.optional)


def _in_value(place: Place, text: str, field: str, source: Source) -> Iterator[NameUse]:
    try:
        references = names_in(text)
    except TemplateError as error:
        where = _locate(place, error.expression, source) or place.location(source)
        _note(error, where, source)
        return
    for reference in references:
        where = _locate_path(place, reference.path, source) or place.location(source)
        yield NameUse(path=reference.path, field=field, where=where, optional=reference.optional)


def _note(error: TemplateError, where: Location, source: Source) -> None:
    what = f"this template cannot be read: {error.what.removeprefix('the template cannot be read: ')}"
    hint = error.hint or "between '{{' and '}}' stands one expression, such as user_id or user.id"
    source.add(ProblemKind.BAD_TEMPLATE, what, where, hint=hint)


def _locate_path(place: Place, path: tuple[str | int, ...], source: Source) -> Location | None:
    """Where this path stands inside the value's text: by its first two names, else by the first."""
    written = _written(place, source)
    first = str(path[0])
    for text in (f"{first}.{path[1]}", first) if len(path) > 1 else (first,):
        offset = _find_name(written, text)
        if offset >= 0:
            rest = _REST_OF_PATH.match(written, offset + len(text))
            end = rest.end() if rest else offset + len(text)
            return _place_of(place, written, offset, end - offset, source)
    return None


def _locate(place: Place, text: str, source: Source) -> Location | None:
    """Where this text stands inside the value's text."""
    written = _written(place, source)
    offset = written.find(text) if text else -1
    return _place_of(place, written, offset, len(text), source) if offset >= 0 else None


def _written(place: Place, source: Source) -> str:
    return place.home(source).written(*place.span())


def _find_name(written: str, name: str) -> int:
    """Where `name` stands as a name of its own, not as a part of another one; -1 if nowhere."""
    offset = written.find(name)
    while offset >= 0:
        before, behind = written[offset - 1 : offset], written[offset + len(name) :][:1]
        if not (before.isalnum() or before in ("_", ".")) and not (behind.isalnum() or behind in ("_", "-")):
            return offset
        offset = written.find(name, offset + 1)
    return -1


def _place_of(place: Place, written: str, offset: int, length: int, source: Source) -> Location:
    """The location of a part of a value that begins `offset` characters after it."""
    source = place.home(source)
    line, column = place.starts_at()
    before = written[:offset]
    if "\n" not in before and "\r" not in before:
        return source.location(line, column + offset, length)
    return source.location_of_index(place.span()[0] + offset, length)


class VariableUses:
    """What a suite's own variables need in turn: `greeting: "Hello {{ user_name }}"`."""

    def __init__(self, place: Place | None, source: Source) -> None:
        variables: Mapping[str, Place] = place.keyed() if place is not None else {}
        self._uses = {
            name: tuple(find_uses(value, f"variables.{name}", source)) for name, value in variables.items()
        }

    def with_variables(self, uses: Iterator[NameUse]) -> tuple[NameUse, ...]:
        """These uses, each followed by what the variable that it names needs itself."""
        waiting = list(uses)
        if not any(self._uses.values()):
            return tuple(waiting)
        found: list[NameUse] = []
        seen: set[str | int] = set()
        while waiting:
            use = waiting.pop(0)
            found.append(use)
            name = use.path[0]
            if isinstance(name, str) and name in self._uses and name not in seen:
                seen.add(name)
                waiting.extend(self._uses[name])
        return tuple(found)
