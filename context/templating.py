"""Templates: `{{ names }}` in the texts of a suite, filled when a test is about to run.

A text that is exactly one `{{ expression }}` becomes the expression's value with its type; anything
else becomes text. Most expressions are plain paths: they are walked here and never reach Jinja2,
which is imported only when a text needs it. Nothing in an error is a value, only names.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn, cast

from context.errors import TemplateError, UndefinedName
from context.filters import as_text
from context.functions import FUNCTION_NAMES, Functions
from context.limits import MAX_TEMPLATE_CHARACTERS, json_value
from context.paths import (
    MISSING,
    ROOTS,
    Path,
    Segment,
    explain_missing,
    format_path,
    near_names,
    parse_path,
    step,
    walk,
)
from context.rewriting import Piece, PieceKind, jinja_source, take_apart, with_subscripts
from context.values import JsonValue

if TYPE_CHECKING:
    from jinja2 import nodes

    from context.sandbox import Program

#: Texts kept compiled. One text of a suite is one entry.
CACHED_TEXTS = 8192

_PLAIN_EXPRESSION = re.compile(r"""\{\{\s*([A-Za-z_][\w.'"/\[\] -]*?)\s*\}\}""")


@dataclass(frozen=True, slots=True)
class NameReference:
    """A name that a template needs, taken apart: `("captured_data", "login", "ids", 0)`.

    The path ends before the first subscript that has to be computed. `optional`: the template says
    itself what happens without it (`x | default(1)`, `x is defined`).
    """

    path: Path
    optional: bool = False

    def __str__(self) -> str:
        return format_path(self.path)


@dataclass(frozen=True, slots=True)
class _PlainText:
    """Texts and plain paths in turn. `parts` holds a str for a text, a tuple for a path."""

    parts: tuple[str | Path, ...]
    whole: Path | None


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A text that needs Jinja2."""

    text: str
    program: "Program"


def has_template(text: str) -> bool:
    """Whether a text is a template at all. All others are taken as they are."""
    return "{{" in text or "{%" in text


def names_in(text: str) -> tuple[NameReference, ...]:
    """The names that a text needs, each once, in the order of the text.

    Names that the template makes itself (`for`, `set`, `with`), functions and filters are not among
    them. Raises TemplateError if the text cannot be read.
    """
    if not has_template(text):
        return ()
    plain = _plain(text)
    if plain is not None:
        return tuple(NameReference(part) for part in dict.fromkeys(plain.parts) if isinstance(part, tuple))
    return _names_in_tree(text)


def render(value: JsonValue, names: Mapping[str, object], *, functions: Functions | None = None) -> JsonValue:
    """`value` with every template in it filled, in lists and objects and their keys too.

    Raises TemplateError, and UndefinedName for a name nobody has set.
    """
    return Renderer(names, functions=functions).render(value)


class Renderer:
    """Fills templates from one set of names. `names` may change between two renderings."""

    __slots__ = ("_functions", "_names")

    def __init__(self, names: Mapping[str, object], *, functions: Functions | None = None) -> None:
        self._names = names
        self._functions = functions or Functions()

    def render(self, value: JsonValue) -> JsonValue:
        """`value` with every template in it filled; the same promise as `render`."""
        if isinstance(value, str):
            return self._text(value) if "{" in value else value
        if isinstance(value, dict):
            return self._object(value)
        if isinstance(value, list | tuple):
            return [self.render(item) for item in value]
        return self._object(value) if isinstance(value, Mapping) else value

    def _object(self, value: Mapping[str, JsonValue]) -> JsonValue:
        filled: dict[str, JsonValue] = {}
        for key, item in value.items():
            name = as_text(self._text(key)) if "{" in key else key
            if name in filled:
                raise TemplateError("two keys of an object become the same", expression=_shown(key))
            filled[name] = self.render(item)
        return filled

    def _text(self, text: str) -> JsonValue:
        if not has_template(text):
            return text
        compiled = _compile(text)
        if isinstance(compiled, _Compiled):
            return self._run(compiled)
        if compiled.whole is not None:
            return json_if_needed(self._follow(compiled.whole))
        return "".join(
            [part if isinstance(part, str) else as_text(self._follow(part)) for part in compiled.parts]
        )

    def _follow(self, path: Path) -> object:
        value: object = self._names
        for position, segment in enumerate(path):
            found = step(value, segment)
            if found is MISSING:
                raise undefined(value, path, position)
            value = found
        return value

    def _run(self, compiled: _Compiled) -> JsonValue:
        from jinja2.exceptions import UndefinedError

        try:
            with _blaming(compiled.text):
                return cast(JsonValue, compiled.program.run(self._names, self._functions.by_name))
        except TemplateError:
            raise
        except UndefinedError as error:
            self._explain_undefined(compiled, str(error.message))
        except RecursionError:
            raise TemplateError("the value is nested too deeply", expression=_shown(compiled.text)) from None
        except Exception as error:
            # Python's own words may quote a value, so only the kind of trouble is passed on.
            raise TemplateError(_trouble(error), expression=_shown(compiled.text)) from None

    def _explain_undefined(self, compiled: _Compiled, message: str) -> NoReturn:
        """Find the name that was missing: what Jinja2 says about it lacks the path."""
        for reference in names_in(compiled.text):
            if not reference.optional and walk(self._names, reference.path) is MISSING:
                self._raise_missing(reference.path)
        raise UndefinedName(message, expression=_shown(compiled.text)) from None

    def _raise_missing(self, path: Path) -> NoReturn:
        self._follow(path)
        raise AssertionError("a missing name was found after all")


def json_if_needed(value: object) -> JsonValue:
    """A plain JSON value as it is; views of the run's names as objects."""
    if value is None or isinstance(value, str | int | float | list | dict):
        return cast(JsonValue, value)
    return json_value(value)


def undefined(holder: object, path: Path, position: int) -> UndefinedName:
    """The error for a path whose segment at `position` is not in `holder`."""
    key = path[position]
    near = near_names(key, holder) if isinstance(holder, Mapping) else ()
    if position == 0:
        what = f"'{key}' is not known"
    else:
        what = explain_missing(holder, key, holder_name=f"'{format_path(path[:position])}'")
    before = [*path[:position]]
    return UndefinedName(
        what,
        expression=format_path(path),
        near=[format_path([*before, name]) for name in near],
        hint=_hint_for(holder, key, path, position),
    )


def _hint_for(holder: object, key: Segment, path: Path, position: int) -> str | None:
    if position == 0 and key in FUNCTION_NAMES:
        return f"call the function: {key}()"
    if isinstance(key, str) and "-" in key and path[0] in ROOTS and isinstance(holder, Mapping):
        before = key.rsplit("-", 1)[0]
        if step(holder, before) is not MISSING:
            return f"'-' belongs to the name here; to subtract from '{before}', put spaces around it"
    return None


def _trouble(error: Exception) -> str:
    if isinstance(error, ZeroDivisionError):
        return "a division by zero"
    if isinstance(error, OverflowError):
        return "the number grows too large"
    if isinstance(error, TypeError):
        return "a function, filter or operator was given what it cannot take"
    return f"it cannot be computed ({type(error).__name__})"


def _shown(text: str) -> str:
    """The template as errors show it: one line, without its braces, not endless."""
    inside = text.strip()
    if inside.startswith("{{") and inside.endswith("}}") and inside.count("{{") == 1:
        inside = inside[2:-2].strip()
    line = " ".join(inside.split()) or text.strip()
    return line if len(line) <= 120 else line[:119] + "…"


@lru_cache(maxsize=CACHED_TEXTS)
def _compile(text: str) -> _PlainText | _Compiled:
    plain = _plain(text)
    return plain if plain is not None else _compile_with_jinja(text)


def _plain(text: str) -> _PlainText | None:
    """The text, if its templates are plain paths only; None if it needs Jinja2."""
    parts: list[str | Path] = []
    for position, part in enumerate(_PLAIN_EXPRESSION.split(text)):
        if position % 2 == 0:
            if has_template(part):
                return None
            parts.append(part)
        else:
            path = parse_path(part)
            if path is None:
                return None
            parts.append(path)
    kept = tuple(part for part in parts if part != "")
    whole = kept[0] if len(kept) == 1 and isinstance(kept[0], tuple) else None
    return _PlainText(kept, whole)


def _pieces(text: str) -> list[Piece]:
    with _blaming(text):
        if len(text) > MAX_TEMPLATE_CHARACTERS:
            raise TemplateError(f"a template may have {MAX_TEMPLATE_CHARACTERS:,} characters at most")
        return list(take_apart(text))


def _compile_with_jinja(text: str) -> _Compiled:
    from context import sandbox

    pieces = _pieces(text)
    with _blaming(text):
        tree = _tree(pieces)
        return _Compiled(text, sandbox.compiled(tree))


def _tree(pieces: list[Piece]) -> "nodes.Node":
    from context import sandbox

    if len(pieces) == 1 and pieces[0].kind is PieceKind.EXPRESSION:
        return sandbox.parse_expression(with_subscripts(_inside(pieces[0])))
    return sandbox.parse_template(jinja_source(pieces))


@contextmanager
def _blaming(text: str) -> Iterator[None]:
    """Errors from here on name this text, unless they name a part of it already."""
    try:
        yield
    except TemplateError as error:
        error.expression = error.expression or _shown(text)
        raise


def _inside(piece: Piece) -> str:
    """The expression without the marks that trim white space around it, of which there is none."""
    text = piece.text
    if text[:1] in ("-", "+") and text[1:2].isspace():
        text = text[1:]
    return text[:-1] if text.endswith("-") else text


@lru_cache(maxsize=CACHED_TEXTS)
def _names_in_tree(text: str) -> tuple[NameReference, ...]:
    from context.references import references

    pieces = _pieces(text)
    needed: dict[Path, bool] = {}
    with _blaming(text):
        found = tuple(references(_tree(pieces)))
    tested = {reference.path for reference in found if reference.is_tested}
    for path, optional in ((reference.path, reference.optional) for reference in found):
        copes = optional or any(path[: len(each)] == each for each in tested)
        needed[path] = needed.get(path, True) and copes
    return tuple(NameReference(path, optional) for path, optional in needed.items())
