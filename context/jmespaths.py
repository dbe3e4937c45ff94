"""JMESPath over JSON, with limits: its functions and projections can double a value in a few characters."""

from functools import lru_cache
from typing import Any, cast

from context.budget import Budget, TooMuchWork
from context.outcomes import Found, NotFound
from context.values import JsonValue

#: The longest expression, in characters.
LONGEST_EXPRESSION = 2_000


class BadExpression(ValueError):
    """A text is not a JMESPath expression. The message says why."""


def find(document: JsonValue, expression: str) -> Found | NotFound:
    """What the expression makes of the document. null, which is JMESPath for nothing, is NotFound."""
    try:
        value = _search(document, expression)
    except (BadExpression, TooMuchWork) as error:
        return NotFound(f"{expression}: {error}")
    return NotFound(f"{expression}: nothing matches") if value is None else Found(value)


def check(expression: str) -> None:
    """Raise BadExpression unless the expression can be read."""
    _compiled(expression)


def _search(document: JsonValue, expression: str) -> JsonValue:
    from jmespath.exceptions import JMESPathError

    compiled = _compiled(expression)
    try:
        return cast(JsonValue, _interpreter(document).visit(compiled.parsed, document))
    except JMESPathError as error:
        raise BadExpression(_first_line(error)) from None
    except RecursionError:
        raise BadExpression("the expression or the document is nested too deeply") from None
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
        # The library's functions trust their arguments more than they should.
        raise BadExpression("a function of it was given what it cannot take") from None


@lru_cache(maxsize=512)
def _compiled(expression: str) -> Any:
    import jmespath
    from jmespath.exceptions import JMESPathError

    if len(expression) > LONGEST_EXPRESSION:
        raise BadExpression(f"an expression may have {LONGEST_EXPRESSION:,} characters at most")
    try:
        return jmespath.compile(expression)
    except JMESPathError as error:
        raise BadExpression(_first_line(error)) from None
    except RecursionError:
        raise BadExpression("the expression is nested too deeply") from None


def _first_line(error: Exception) -> str:
    """What is wrong, without the drawing below it and without values, which may be secret."""
    said = str(error).splitlines()[0].rstrip(":.") if str(error) else type(error).__name__
    if "invalid type for value" in said:
        said = said.split(" invalid type for value")[0] + " a value of another type than it takes"
    return said[:1].lower() + said[1:]


def _interpreter(document: JsonValue) -> Any:
    from jmespath.visitor import TreeInterpreter

    class Limited(TreeInterpreter):
        """Counts steps and what they give."""

        def __init__(self) -> None:
            super().__init__()
            self.budget = Budget("this JMESPath expression", document)

        def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
            self.budget.spend()
            value = super().visit(node, *args, **kwargs)
            if isinstance(value, list | str):
                # What was there already costs nothing; what is made may double at each step.
                self.budget.spend(len(value) // 16 if node["type"] in ("field", "current") else len(value))
            return value

    return Limited()
