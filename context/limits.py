"""What a template may cost. A worker fills the templates of many tenants in one process."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from context.errors import TemplateError
from context.values import JsonValue

#: The longest text that holds templates. A body larger than this is data, not a template.
MAX_TEMPLATE_CHARACTERS = 1_000_000
#: The longest expression or statement, between its braces.
MAX_EXPRESSION_CHARACTERS = 20_000
#: The longest text that may come out, or exist on the way.
MAX_TEXT_CHARACTERS = 8_000_000
#: Loop passes of one template, all its loops together.
MAX_LOOP_PASSES = 100_000
#: Elements of one `range()`.
MAX_RANGE = 10_000
#: Values in the result of one template, and in a value that gets a name inside one.
MAX_VALUES = 250_000
#: Size of a whole number, in bits: three hundred digits.
MAX_NUMBER_BITS = 1_024


def bounded_text(text: str) -> str:
    """The same text, unless it is too long."""
    check_length(len(text))
    return text


def check_length(characters: int) -> None:
    """Refuse a text of this length; asked before such a text is put together."""
    if characters > MAX_TEXT_CHARACTERS:
        raise TemplateError(f"the text grows beyond {MAX_TEXT_CHARACTERS:,} characters")


def bounded_number(number: int | float) -> int | float:
    """The same number, unless it is too large or not a number."""
    if isinstance(number, int) and number.bit_length() > MAX_NUMBER_BITS:
        raise TemplateError("the number grows beyond three hundred digits")
    return number


def bounded_range(*bounds: int) -> list[int]:
    """`range()` as a list, unless it is too long."""
    numbers = range(*bounds)
    if len(numbers) > MAX_RANGE:
        raise TemplateError(f"range() gives more than {MAX_RANGE:,} numbers")
    return list(numbers)


class LoopBudget:
    """The loop passes that one template has left."""

    def __init__(self) -> None:
        self._left = MAX_LOOP_PASSES

    def spend_on(self, values: Iterable[object]) -> Iterator[object]:
        """The same values, until the budget is used up."""
        for value in values:
            self._left -= 1
            if self._left < 0:
                raise TemplateError(f"the loops make more than {MAX_LOOP_PASSES:,} passes")
            yield value


def json_value(value: object) -> JsonValue:
    """A template's result as a JSON value: tuples and what `map` and `select` give become lists."""
    left = MAX_VALUES

    def convert(value: object) -> JsonValue:
        nonlocal left
        left -= 1
        if left < 0:
            raise TemplateError(f"the result holds more than {MAX_VALUES:,} values")
        if isinstance(value, str):
            return bounded_text(str(value))
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float):
            return _finite(value)
        if isinstance(value, Mapping):
            return {_key(key): convert(item) for key, item in value.items()}
        if isinstance(value, Iterator | Sequence) and not isinstance(value, bytes):
            return [convert(item) for item in value]
        # A name that is missing says so when it is made a text.
        str(value)
        raise TemplateError(f"the result is {_python_kind(value)}, which JSON cannot say")

    return convert(value)


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise TemplateError("the result is not a finite number")
    return number


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    raise TemplateError("an object's key is not a text")


def _python_kind(value: object) -> str:
    return "a function without its ()" if callable(value) else f"a {type(value).__name__}"
