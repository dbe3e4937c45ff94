"""The words for a broken rule of a schema: where in the document, what is wrong, which rule says so."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from worker.assertions.values import is_list, kind_of, show, step
from worker.contracts.discriminator import RULE as DISCRIMINATOR
from worker.contracts.schemas import READ_ONLY, WRITE_ONLY
from worker.contracts.violations import UNTOLD, Violation, flat

#: Violations shown; the rest is counted.
SHOWN = 12


def sentences(violations: Sequence[Violation]) -> list[str]:
    """A line for each violation, up to a limit, and how many more there are."""
    lines = [sentence(violation) for violation in flat(list(violations))]
    more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return [*lines[:SHOWN], *more]


def sentence(violation: Violation) -> str:
    """One violation: `$.user.age: expected at least 0, got -1 (rule: User/properties/age/minimum)`."""
    place = path_of(violation)
    if violation.facts.get("expected_value") == READ_ONLY:
        return f"{place}: it is read-only, so it must not be sent ({_rule(violation)})"
    if violation.facts.get("expected_value") == WRITE_ONLY:
        return f"{place}: it is write-only, so it must not be in an answer ({_rule(violation)})"
    words = _WORDS.get(violation.rule, _unknown)
    rule = f" ({_rule(violation)})" if violation.schema_path else ""
    return f"{place}: {words(violation)}{rule}"


def path_of(violation: Violation) -> str:
    """The JSONPath of the place; of what is missing or should not be there, its own place."""
    path = "$" + "".join(f"[{each}]" if isinstance(each, int) else step(each) for each in violation.path)
    if violation.rule == "required" and isinstance(violation.facts.get("property"), str):
        return path + step(violation.facts["property"])
    names = violation.facts.get("unexpected")
    if violation.rule in _UNEXPECTED and is_list(names) and len(names) == 1:
        return path + step(str(names[0]))
    return path


def _rule(violation: Violation) -> str:
    """The place in the schema, from the definition that holds the rule."""
    path = [str(each) for each in violation.schema_path]
    while "$defs" in path[:-1]:
        path = path[path.index("$defs") + 1 :]
    return f"rule: {'/'.join(path)}"


_UNEXPECTED = ("additionalProperties", "unevaluatedProperties")

Words = Callable[[Violation], str]


def _got(violation: Violation) -> str:
    return f"got the {kind_of(violation.value)} {show(violation.value)}"


def _type(violation: Violation) -> str:
    types = violation.facts.get("types", [])
    return f"expected {' or '.join(map(str, types))}, {_got(violation)}"


def _limit(words: str) -> Words:
    def say(violation: Violation) -> str:
        return f"expected {words} {show(violation.facts.get('limit'))}, got {show(violation.value)}"

    return say


def _count(words: str, unit: str) -> Words:
    def say(violation: Violation) -> str:
        limit = violation.facts.get("limit")
        found = len(violation.value) if isinstance(violation.value, str | Mapping | list) else 0
        return f"expected {words} {limit} {unit}, got {found}: {show(violation.value)}"

    return say


def _unexpected(violation: Violation) -> str:
    names: Iterable[Any] = violation.facts.get("unexpected") or ()
    listed = ", ".join(map(str, names))
    if isinstance(violation.value, Mapping) and len(list(names)) == 1 and listed in violation.value:
        return f"the schema does not know this property; it is {show(violation.value[listed])}"
    return f"the schema does not know these properties: {listed}"


def _options(violation: Violation) -> str:
    options: Iterable[Any] = violation.facts.get("options") or ()
    return f"expected one of {', '.join(map(show, options))}; got {show(violation.value)}"


def _alternatives(violation: Violation) -> str:
    return f"it fits none of the alternatives, {_got(violation)}"


def _unknown(violation: Violation) -> str:
    return f"it breaks the rule '{violation.rule}', {_got(violation)}"


def _of_fact(words: str, fact: str) -> Words:
    def say(violation: Violation) -> str:
        return f"{words} {show(violation.facts.get(fact))}, {_got(violation)}"

    return say


_WORDS: Mapping[str, Words] = {
    "type": _type,
    "required": lambda violation: "missing, and it is required",
    "additionalProperties": _unexpected,
    "unevaluatedProperties": _unexpected,
    "enum": _options,
    DISCRIMINATOR: _options,
    "const": _of_fact("expected", "expected_value"),
    "format": _of_fact("expected the format", "format"),
    "pattern": _of_fact("expected a text that matches", "pattern"),
    "minimum": _limit("at least"),
    "maximum": _limit("at most"),
    "exclusiveMinimum": _limit("more than"),
    "exclusiveMaximum": _limit("less than"),
    "multipleOf": _of_fact("expected a multiple of", "multiple_of"),
    "minLength": _count("at least", "characters"),
    "maxLength": _count("at most", "characters"),
    "minItems": _count("at least", "elements"),
    "maxItems": _count("at most", "elements"),
    "minProperties": _count("at least", "properties"),
    "maxProperties": _count("at most", "properties"),
    "uniqueItems": lambda violation: f"an element is there twice: {show(violation.value)}",
    "contains": lambda violation: f"no element is as it should be: {show(violation.value)}",
    "minContains": lambda violation: f"too few elements are as they should be: {show(violation.value)}",
    "maxContains": lambda violation: f"too many elements are as described: {show(violation.value)}",
    "falseSchema": lambda violation: f"nothing may be here, {_got(violation)}",
    "not": lambda violation: f"it is what it must not be: {show(violation.value)}",
    "anyOf": _alternatives,
    UNTOLD: lambda violation: "it does not fit, and the schema has too many alternatives to say where",
    "oneOf": lambda violation: f"it fits several of the alternatives, {_got(violation)}",
    "additionalItems": lambda violation: f"there are more elements than described: {show(violation.value)}",
    "unevaluatedItems": lambda violation: f"there are more elements than described: {show(violation.value)}",
    "propertyNames": lambda violation: f"a property has a wrong name: {show(violation.value)}",
}
