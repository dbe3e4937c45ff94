"""Jinja2, locked up: expressions over JSON values, and nothing of Python behind them.

What Jinja2's own sandbox refuses one by one is here impossible by construction: a dot or a
subscript finds items of objects, lists and texts, never an attribute; only our functions can be
called; only the filters listed here exist; statements are limited to if, for, set and with. What
remains is bounded by context/limits.py.

This module imports Jinja2 (60 ms): templating.py imports it when a text first needs it.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, cast

from jinja2 import filters as jinja_filters
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import TemplateSyntaxError
from jinja2.parser import Parser
from jinja2.runtime import Context, LoopContext, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing

from context.errors import TemplateError, did_you_mean
from context.filters import FILTERS, as_text
from context.functions import FUNCTION_NAMES
from context.limits import MAX_NUMBER_BITS, LoopBudget, bounded_number, bounded_text, check_length, json_value
from context.paths import MISSING, explain_missing, kind_of, near_names, step
from context.values import JsonValue

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

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Assign, nodes.With,
    nodes.Const, nodes.Name, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair, nodes.Keyword,
    nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Test, nodes.Call, nodes.Compare,
    nodes.Operand, nodes.Concat, nodes.CondExpr, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div,
    nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Not, nodes.Neg, nodes.Pos, nodes.And, nodes.Or,
)  # fmt: skip

#: Called functions get this before their name, so that a variable of the same name is no obstacle.
#: No variable begins with it: names of captures and variables are plain letters, digits and _.
_CALLED = "ƒ_"
_LOOP = f"{_CALLED}loop_passes"
_NAMED = f"{_CALLED}named_value"
_RESULT = "_ƒ_result"

_LOOP_WORDS = frozenset(
    {"index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem"}
)

#: Inside a template that holds carriage returns they are written as this, because Jinja2 would
#: turn every line ending into a line feed.
_CARRIAGE_RETURN = "\ue00d"


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


class Scope(Context):
    """What the names in a template stand for: the run's names, and our functions when called."""

    names: Mapping[str, object]
    functions: Mapping[str, Callable[..., object]]

    def resolve_or_missing(self, key: str) -> Any:
        """The value of a name."""
        if key in self.vars:
            return self.vars[key]
        if key.startswith(_CALLED):
            return self.functions[key[len(_CALLED) :]]
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


class _Environment(SandboxedEnvironment):
    code_generator_class = _Generator
    context_class = Scope
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
        """Only our functions get this far: `_check` has seen to it."""
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


ENVIRONMENT = _Environment()


class Program:
    """A template or an expression, compiled."""

    __slots__ = ("_is_expression", "_template")

    def __init__(self, tree: nodes.Template, *, is_expression: bool) -> None:
        self._template = ENVIRONMENT.from_string(tree)
        self._is_expression = is_expression

    def run(self, names: Mapping[str, object], functions: Mapping[str, Callable[..., object]]) -> object:
        """The value of the expression, or the text of the template.

        Raises UndefinedError, TemplateError, and whatever arithmetic and filters raise.
        """
        budget = LoopBudget()
        scope = Scope(ENVIRONMENT, {}, None, {})
        scope.names = names
        scope.functions = {**functions, "loop_passes": budget.spend_on, "named_value": _plain_value}
        pieces = self._template.root_render_func(scope)
        if self._is_expression:
            for _ in pieces:
                pass
            return _plain_value(scope.vars[_RESULT])
        return _joined(pieces)


def _plain_value(value: object) -> JsonValue:
    if isinstance(value, Missing):
        value._fail_with_undefined_error()
    return json_value(value)


def _joined(pieces: Iterator[str]) -> str:
    kept: list[str] = []
    length = 0
    for piece in pieces:
        kept.append(piece)
        length += len(piece)
        check_length(length)
    return "".join(kept).replace(_CARRIAGE_RETURN, "\r")


def parse_expression(source: str) -> nodes.Expr:
    """The tree of one expression. Raises TemplateError."""
    return cast(nodes.Expr, _guarded(_parse_expression, source))


def _parse_expression(source: str) -> nodes.Expr:
    parser = Parser(ENVIRONMENT, source, state="variable")
    expression = parser.parse_expression()
    if not parser.stream.eos:
        raise TemplateSyntaxError("something follows the end of the expression", 1)
    expression.set_environment(ENVIRONMENT)
    return expression


def parse_template(source: str) -> nodes.Template:
    """The tree of a text with expressions and statements. Raises TemplateError."""
    return cast(nodes.Template, _guarded(ENVIRONMENT.parse, source.replace("\r", _CARRIAGE_RETURN)))


def _guarded(parse: Callable[[str], Any], source: str) -> Any:
    try:
        tree = parse(source)
        _check(tree)
        return tree
    except TemplateSyntaxError as error:
        raise TemplateError(f"the template cannot be read: {error.message}") from None
    except RecursionError:
        raise TemplateError("the template is nested too deeply") from None


def compiled(tree: nodes.Node) -> Program:
    """A program from a tree that one of the two functions above gave. Changes the tree."""
    _prepare(tree)
    whole = tree if isinstance(tree, nodes.Template) else _giving(tree)
    whole.set_environment(ENVIRONMENT)
    try:
        return Program(whole, is_expression=whole is not tree)
    except TemplateSyntaxError as error:
        raise TemplateError(f"the template cannot be read: {error.message}") from None
    except (RecursionError, SyntaxError, MemoryError):
        raise TemplateError("the template is nested too deeply") from None


def _giving(expression: nodes.Node) -> nodes.Template:
    assignment = nodes.Assign(nodes.Name(_RESULT, "store"), expression, lineno=1)
    return nodes.Template([assignment], lineno=1)


def _every_node(tree: nodes.Node) -> Iterator[nodes.Node]:
    yield tree
    for child in tree.iter_child_nodes():
        yield from _every_node(child)


def _check(tree: nodes.Node) -> None:
    """Refuse what a template has no business with."""
    for node in _every_node(tree):
        if not isinstance(node, _ALLOWED):
            word = type(node).__name__.lower()
            raise TemplateError(f"'{word}' is not possible here", hint="statements are if, for, set and with")
        if isinstance(node, nodes.Call):
            _check_call(node)
        elif isinstance(node, nodes.For) and node.recursive:
            raise TemplateError("a loop cannot be recursive")
        elif isinstance(node, nodes.Filter):
            _check_known("filter", node.name, ENVIRONMENT.filters)
        elif isinstance(node, nodes.Test):
            _check_known("test", node.name, ENVIRONMENT.tests)


def _check_call(call: nodes.Call) -> None:
    if call.dyn_args is not None or call.dyn_kwargs is not None:
        raise TemplateError("'*' and '**' are not possible in a call")
    if isinstance(call.node, nodes.Name):
        _check_known("function", call.node.name, FUNCTION_NAMES)
    elif isinstance(call.node, nodes.Getattr):
        raise TemplateError(
            f"'.{call.node.attr}()' cannot be called", hint=f"values have filters: '| {call.node.attr}'"
        )
    else:
        raise TemplateError("only functions can be called")


def _check_known(kind: str, name: str, known: Any) -> None:
    if name not in known:
        raise TemplateError(f"there is no {kind} '{name}'", hint=did_you_mean(near_names(name, known)))


def _prepare(tree: nodes.Node) -> None:
    """Put our names and our limits into a tree that has been checked and read."""
    for node in list(_every_node(tree)):
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
            node.node.name = _CALLED + node.node.name
        elif isinstance(node, nodes.For):
            node.iter = _call(_LOOP, node.iter)
        elif isinstance(node, nodes.Assign):
            node.node = _call(_NAMED, node.node)
        elif isinstance(node, nodes.With):
            node.values = [_call(_NAMED, value) for value in node.values]


def _call(name: str, argument: nodes.Node) -> nodes.Call:
    return nodes.Call(nodes.Name(name, "load"), [argument], [], None, None, lineno=argument.lineno)
