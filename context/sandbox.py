"""Jinja2, locked up: expressions over JSON values, and nothing of Python behind them.

What Jinja2's own sandbox refuses one by one is here impossible by construction: a dot or a
subscript finds items of objects, lists and texts, never an attribute; only our functions can be
called; only the filters listed here exist; statements are limited to if, for, set and with. What
remains is bounded by context/limits.py.

This module imports Jinja2 (60 ms): compiling.py imports it when a text first needs it.
"""

import operator
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from jinja2 import filters as jinja_filters
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, LoopContext, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing

from context.errors import TemplateError, did_you_mean
from context.filters import FILTERS, as_text
from context.limits import MAX_NUMBER_BITS, bounded_number, bounded_text, json_value
from context.paths import MISSING, explain_missing, kind_of, near_names, step

#: Jinja2's own filters that can neither reach Python nor grow without bound.
JINJA_FILTERS = (
    "abs",
    "capitalize",
    "count",
    "d",
    "default",
    "dictsort",
    "first",
    "groupby",
    "items",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "reverse",
    "round",
    "select",
    "selectattr",
    "sort",
    "title",
    "trim",
    "unique",
    "upper",
)
JINJA_TESTS_LEFT_OUT = ("callable", "escaped", "filter", "sameas", "test")

#: Called functions get this before their name, so that a variable of the same name is no obstacle.
#: No variable begins with it: names of captures and variables are plain letters, digits and _.
CALLED = "ƒ_"

_LOOP_WORDS = frozenset(
    {"index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem"}
)


class Missing(StrictUndefined):
    """What stands for a name that is not there: any use of it is an error that tells names only."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        if self._undefined_obj is missing:
            return f"'{self._undefined_name}' is not known"
        key = self._undefined_name
        if key is None:
            # A subscript that was computed may itself be a secret.
            return f"a subscript finds nothing in {kind_of(self._undefined_obj)}"
        near = near_names(key, self._undefined_obj) if isinstance(self._undefined_obj, Mapping) else ()
        hint = did_you_mean(near)
        said = explain_missing(self._undefined_obj, key, holder_name="the value")
        return f"{said} ({hint})" if hint else said


class TemplateScope(Context):
    """What the names in a template stand for: the run's names, and our functions when called."""

    names: Mapping[str, object]
    functions: Mapping[str, Callable[..., object]]

    def resolve_or_missing(self, key: str) -> Any:
        """The value of a name."""
        if key in self.vars:
            return self.vars[key]
        if key.startswith(CALLED):
            return self.functions[key[len(CALLED) :]]
        found = step(self.names, key)
        return missing if found is MISSING else found


class _Generator(CodeGenerator):
    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        """`a ~ b` goes through us, because a chain of them doubles a text as fast as `*` does."""
        self.write("environment.concatenate((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class SafeEnvironment(SandboxedEnvironment):
    """Jinja2 with our filters, without its globals, and without any way to an attribute."""

    code_generator_class = _Generator
    context_class = TemplateScope
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self) -> None:
        super().__init__(
            undefined=Missing,
            finalize=as_text,
            autoescape=False,
            # Computing constants while compiling would do so outside the limits.
            optimized=False,
            keep_trailing_newline=True,
            # YAML has comments of its own, and {# occurs in URI templates: it is plain text.
            comment_start_string="{#\ue000",
            comment_end_string="\ue000#}",
        )
        self.globals = {}
        ours = {name: _bounded(function) for name, function in FILTERS.items()}
        self.filters = ours | {name: _bounded(jinja_filters.FILTERS[name]) for name in JINJA_FILTERS}
        for name in JINJA_TESTS_LEFT_OUT:
            del self.tests[name]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Items only, never attributes; but an attribute's name may be told."""
        found = self.getitem(obj, attribute)
        if isinstance(found, Missing) and found is not obj:
            return self.undefined(obj=obj, name=attribute)
        return found

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Items of objects, lists and texts; parts of lists and texts; the counters of a loop."""
        if isinstance(obj, Missing):
            return obj
        if isinstance(obj, LoopContext) and argument in _LOOP_WORDS:
            return getattr(obj, argument)
        if isinstance(argument, slice) and isinstance(obj, list | tuple | str):
            return obj[argument]
        found = step(obj, argument) if isinstance(argument, str | int) else MISSING
        return self.undefined(obj=obj) if found is MISSING else found

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Only our functions get this far: programs.py has seen to it."""
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        return __obj(*args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on numbers; `+` also joins two texts or two lists."""
        return _calculate(operator, left, right)

    def concatenate(self, parts: tuple[Any, ...]) -> str:
        """`a ~ b`, bounded."""
        return bounded_text("".join([as_text(part) for part in parts]))


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)  # keeps the marks that tell Jinja2 to pass the context
    def bounded(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        return bounded_text(result) if isinstance(result, str) else result

    return bounded


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}


def _calculate(symbol: str, left: Any, right: Any) -> Any:
    for value in (left, right):
        if isinstance(value, Missing):
            value._fail_with_undefined_error()
    if _is_number(left) and _is_number(right):
        if symbol == "**" and abs(right) * max(1, int(abs(left)).bit_length()) > MAX_NUMBER_BITS:
            raise TemplateError("the number grows beyond three hundred digits")
        return bounded_number(_ARITHMETIC[symbol](left, right))
    if symbol == "+" and isinstance(left, str) and isinstance(right, str):
        return bounded_text(left + right)
    if symbol == "+" and isinstance(left, list) and isinstance(right, list):
        return json_value(left + right)
    raise TemplateError(
        f"'{symbol}' cannot take {kind_of(left)} and {kind_of(right)}",
        hint="'~' joins anything as text" if symbol == "+" else None,
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


ENVIRONMENT = SafeEnvironment()
