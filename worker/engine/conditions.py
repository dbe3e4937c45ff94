"""`when` and `until`: expressions that say whether something is done."""

from collections.abc import Mapping
from types import MappingProxyType

from context.execution import ExecutionContext
from context.values import JsonValue
from worker.models.suite import Test

#: Texts that mean no, as variables of an environment and the command line have them.
_NO = frozenset(("", "0", "false", "no", "none", "null", "off"))

Names = Mapping[str, object]

#: For whom the names of the run are enough.
NO_NAMES: Names = MappingProxyType({})


def is_true(value: JsonValue) -> bool:
    """Whether a condition's value means yes. Texts such as `false`, `no` and `0` mean no."""
    return value.strip().lower() not in _NO if isinstance(value, str) else bool(value)


def holds(condition: str, context: ExecutionContext, test: Test, names: Names) -> bool:
    """Whether a condition of a test is true; `names` are nearer than the run's. Raises ContextError."""
    return is_true(context.render(condition, suite=test.suite, test=test.key, extra=names))


def given_names(
    written: Mapping[str, JsonValue], context: ExecutionContext, test: Test, *, known: Names
) -> dict[str, object]:
    """`row` and `params` with their own templates filled, once for all who use them.

    Parameters may be made of those before them. Raises ContextError.
    """
    names: dict[str, object] = dict(known)
    for root in ("row", "params"):
        values = written.get(root)
        if isinstance(values, Mapping):
            _fill(root, values, names, context, test)
    return names


def _fill(
    root: str,
    values: Mapping[str, JsonValue],
    names: dict[str, object],
    context: ExecutionContext,
    test: Test,
) -> None:
    filled: dict[str, JsonValue] = {}
    names[root] = filled
    for name, value in values.items():
        filled[name] = context.render(value, suite=test.suite, test=test.key, extra=names)
