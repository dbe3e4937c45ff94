"""Templates: `{{ names }}` in the texts of a suite, filled when a test is about to run.

A text that is exactly one `{{ expression }}` becomes the expression's value with its type; anything
else becomes text. Most expressions are plain paths: they are walked here and never reach Jinja2,
which is imported only when a text needs it. Nothing in an error is a value, only names.
"""

from collections import ChainMap
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, NoReturn, cast

from context.compiling import (
    CACHED_TEXTS,
    CompiledText,
    blaming,
    compile_text,
    has_template,
    plain_text,
    shown,
    tree_of,
)
from context.errors import TemplateError, UndefinedName
from context.filters import as_text
from context.functions import FUNCTION_NAMES, Functions
from context.limits import json_value
from context.paths import (
    MISSING,
    ROOTS,
    Path,
    Segment,
    explain_missing,
    format_path,
    near_names,
    step,
    walk,
)
from context.values import JsonValue

__all__ = ["NameReference", "Renderer", "has_template", "may_have_templates", "names_in", "render"]

# Tuples, because a union is made anew each time it is asked.
_LISTS = (list, tuple)
_NUMBERS = (int, float)
_JSON = (str, int, float, list, dict)


class NameReference(NamedTuple):
    """A name that a template needs, taken apart: `("captured_data", "login", "ids", 0)`.

    The path ends before the first subscript that has to be computed. `optional`: the template says
    itself what happens without it (`x | default(1)`, `x is defined`).
    """

    path: Path
    optional: bool = False

    def __str__(self) -> str:
        return format_path(self.path)


def may_have_templates(value: JsonValue) -> bool:
    """Whether there may be anything to fill in this value: a quick look that most values do not pass."""
    if isinstance(value, str):
        return "{" in value
    return value is not None and not isinstance(value, _NUMBERS)


def names_in(text: str) -> tuple[NameReference, ...]:
    """The names that a text needs, each once, in the order of the text.

    Names that the template makes itself (`for`, `set`, `with`), functions and filters are not among
    them. Raises TemplateError if the text cannot be read.
    """
    if not has_template(text):
        return ()
    plain = plain_text(text)
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

    def nearer(self, names: Mapping[str, object]) -> "Renderer":
        """The same with more names, which hide those that are there already."""
        # A ChainMap wants to be able to write into its first part; templates never do.
        layers = ChainMap(dict(names), cast(dict[str, object], self._names))
        return Renderer(layers, functions=self._functions)

    def render(self, value: JsonValue) -> JsonValue:
        """`value` with every template in it filled; the same promise as `render`."""
        if isinstance(value, str):
            return self._text(value) if "{" in value else value
        if isinstance(value, dict):
            return self._object(value)
        if isinstance(value, _LISTS):
            return [self.render(item) for item in value]
        return self._object(value) if isinstance(value, Mapping) else value

    def _object(self, value: Mapping[str, JsonValue]) -> JsonValue:
        filled: dict[str, JsonValue] = {}
        for key, item in value.items():
            name = as_text(self._text(key)) if "{" in key else key
            if name in filled:
                raise TemplateError("two keys of an object become the same", expression=shown(key))
            filled[name] = self.render(item)
        return filled

    def _text(self, text: str) -> JsonValue:
        if not has_template(text):
            return text
        compiled = compile_text(text)
        if isinstance(compiled, CompiledText):
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

    def _run(self, compiled: CompiledText) -> JsonValue:
        from jinja2.exceptions import UndefinedError

        try:
            with blaming(compiled.text):
                return cast(JsonValue, compiled.program.run(self._names, self._functions.by_name))
        except TemplateError:
            raise
        except UndefinedError as error:
            self._explain_undefined(compiled, str(error.message))
        except RecursionError:
            raise TemplateError("the value is nested too deeply", expression=shown(compiled.text)) from None
        except Exception as error:
            # Python's own words may quote a value, so only the kind of trouble is passed on.
            raise TemplateError(_trouble(error), expression=shown(compiled.text)) from None

    def _explain_undefined(self, compiled: CompiledText, message: str) -> NoReturn:
        """Find the name that was missing: what Jinja2 says about it lacks the path."""
        for reference in names_in(compiled.text):
            if not reference.optional and walk(self._names, reference.path) is MISSING:
                self._raise_missing(reference.path)
        raise UndefinedName(message, expression=shown(compiled.text)) from None

    def _raise_missing(self, path: Path) -> NoReturn:
        self._follow(path)
        raise AssertionError("a missing name was found after all")


def json_if_needed(value: object) -> JsonValue:
    """A plain JSON value as it is; views of the run's names as objects."""
    if value is None or isinstance(value, _JSON):
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


@lru_cache(maxsize=CACHED_TEXTS)
def _names_in_tree(text: str) -> tuple[NameReference, ...]:
    from context.references import references

    needed: dict[Path, bool] = {}
    with blaming(text):
        found = tuple(references(tree_of(text)))
    tested = {reference.path for reference in found if reference.is_tested}
    for path, optional in ((reference.path, reference.optional) for reference in found):
        copes = optional or any(path[: len(each)] == each for each in tested)
        needed[path] = needed.get(path, True) and copes
    return tuple(NameReference(path, optional) for path, optional in needed.items())
