"""A template's text made into a program: read, checked, given our limits, compiled by Jinja2.

Only what is listed here can be in a template; what a check has let through, sandbox.py executes.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard, cast

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.parser import Parser

from context.errors import TemplateError, did_you_mean
from context.functions import FAKE, FUNCTION_NAMES
from context.limits import LoopBudget, check_length, json_value
from context.paths import near_names
from context.sandbox import CALLED, ENVIRONMENT, Missing, TemplateScope
from context.values import JsonValue

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Assign, nodes.With,
    nodes.Const, nodes.Name, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair, nodes.Keyword,
    nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Test, nodes.Call, nodes.Compare,
    nodes.Operand, nodes.Concat, nodes.CondExpr, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div,
    nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Not, nodes.Neg, nodes.Pos, nodes.And, nodes.Or,
)  # fmt: skip

_LOOP = f"{CALLED}loop_passes"
_NAMED = f"{CALLED}named_value"
_RESULT = "_ƒ_result"

#: Inside a template that holds carriage returns they are written as this, because Jinja2 would
#: turn every line ending into a line feed.
_CARRIAGE_RETURN = "\ue00d"


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
        scope = TemplateScope(ENVIRONMENT, {}, None, {})
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
    elif _is_fake(call.node):
        from context.fakes import check_fake_name

        check_fake_name(call.node.attr)
    elif isinstance(call.node, nodes.Getattr):
        raise TemplateError(
            f"'.{call.node.attr}()' cannot be called", hint=f"values have filters: '| {call.node.attr}'"
        )
    else:
        raise TemplateError("only functions can be called")


def _is_fake(called: nodes.Expr) -> TypeGuard[nodes.Getattr]:
    """Whether this is `fake.something`."""
    return (
        isinstance(called, nodes.Getattr) and isinstance(called.node, nodes.Name) and called.node.name == FAKE
    )


def _check_known(kind: str, name: str, known: Any) -> None:
    if name not in known:
        raise TemplateError(f"there is no {kind} '{name}'", hint=did_you_mean(near_names(name, known)))


def _prepare(tree: nodes.Node) -> None:
    """Put our names and our limits into a tree that has been checked and read."""
    for node in list(_every_node(tree)):
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
            node.node.name = CALLED + node.node.name
        elif isinstance(node, nodes.Call) and _is_fake(node.node):
            node.args.insert(0, nodes.Const(node.node.attr, lineno=node.lineno))
            node.node = nodes.Name(CALLED + FAKE, "load", lineno=node.lineno)
        elif isinstance(node, nodes.For):
            node.iter = _call(_LOOP, node.iter)
        elif isinstance(node, nodes.Assign):
            node.node = _call(_NAMED, node.node)
        elif isinstance(node, nodes.With):
            node.values = [_call(_NAMED, value) for value in node.values]


def _call(name: str, argument: nodes.Node) -> nodes.Call:
    return nodes.Call(nodes.Name(name, "load"), [argument], [], None, None, lineno=argument.lineno)
