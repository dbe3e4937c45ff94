"""How numbers are compared, one function an operator."""

from context.values import JsonValue
from worker.assertions.values import is_list, is_number, kind_of, show

HOLDS = ""


def greater(actual: JsonValue, expected: JsonValue) -> str:
    """More than this number."""
    if not (is_number(actual) and is_number(expected)):
        return _no_numbers("greater than", actual, expected)
    return HOLDS if actual > expected else f"expected more than {show(expected)}, got {show(actual)}"


def less(actual: JsonValue, expected: JsonValue) -> str:
    """Less than this number."""
    if not (is_number(actual) and is_number(expected)):
        return _no_numbers("less than", actual, expected)
    return HOLDS if actual < expected else f"expected less than {show(expected)}, got {show(actual)}"


def at_least(actual: JsonValue, expected: JsonValue) -> str:
    """This number or more."""
    if not (is_number(actual) and is_number(expected)):
        return _no_numbers("of at least", actual, expected)
    return HOLDS if actual >= expected else f"expected at least {show(expected)}, got {show(actual)}"


def at_most(actual: JsonValue, expected: JsonValue) -> str:
    """This number or less."""
    if not (is_number(actual) and is_number(expected)):
        return _no_numbers("of at most", actual, expected)
    return HOLDS if actual <= expected else f"expected at most {show(expected)}, got {show(actual)}"


def between(actual: JsonValue, expected: JsonValue) -> str:
    """From low to high, both included."""
    if not is_list(expected) or len(expected) != 2:
        return f"between needs [low, high], not {show(expected)}"
    low, high = expected
    if not (is_number(actual) and is_number(low) and is_number(high)):
        return _no_numbers("between", actual, expected)
    return HOLDS if low <= actual <= high else f"expected {show(low)} to {show(high)}, got {show(actual)}"


def close_to(actual: JsonValue, expected: JsonValue) -> str:
    """[number, tolerance]: not further away than that, counted as people count decimals."""
    if not is_list(expected) or len(expected) != 2:
        return f"close_to needs [number, tolerance], not {show(expected)}"
    wanted, tolerance = expected
    if not (is_number(actual) and is_number(wanted) and is_number(tolerance)):
        return _no_numbers("close to", actual, expected)
    from decimal import Decimal

    # As decimals: as binary fractions 1.1 is more than 0.1 away from 1.
    distance = abs(Decimal(str(actual)) - Decimal(str(wanted)))
    if distance <= Decimal(str(tolerance)):
        return HOLDS
    return f"expected {show(wanted)} ± {show(tolerance)}, got {show(actual)}, which is {distance:f} away"


def _no_numbers(relation: str, actual: JsonValue, expected: JsonValue) -> str:
    if is_number(actual):
        return f"{relation} needs numbers, not {show(expected)}"
    return f"expected a number {relation} {show(expected)}, got the {kind_of(actual)} {show(actual)}"
