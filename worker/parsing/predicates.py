"""A mapping of operators under `expect:`, taken apart into single expectations."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from context.values import JsonValue
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.problem import ProblemKind
from worker.parsing.http_values import read_scalar
from worker.parsing.mistake import Mistake, has_template, wrong_type
from worker.parsing.operands import (
    BODY_OPERATORS,
    DESCRIBING_OPERATORS,
    HEADER_OPERATORS,
    NUMBER_OPERATORS,
    read_operand,
)
from worker.parsing.place import Place
from worker.parsing.readers import note
from worker.parsing.source import Source
from worker.parsing.suggest import hint_for


@dataclass(frozen=True, slots=True)
class About:
    """What is asked of: the kind, what a person calls it, the operators that make sense. `describe`
    notes the mistakes in the operand of an operator that describes elements."""

    kind: ExpectationKind
    name: str
    operators: tuple[str, ...]
    options: Mapping[str, JsonValue] = field(default_factory=dict)
    describe: Callable[[Place, Source], None] | None = None


ABOUT_HEADER = About(ExpectationKind.HEADER, "a header", HEADER_OPERATORS)
ABOUT_BODY = About(ExpectationKind.BODY, "a body", BODY_OPERATORS)
ABOUT_SIZE = About(ExpectationKind.SIZE, "a size", NUMBER_OPERATORS)
ABOUT_COOKIE = About(ExpectationKind.COOKIE, "a cookie", HEADER_OPERATORS)


def predicates(place: Place, about: About, subject: str, source: Source) -> Iterator[Expectation]:
    """An expectation for each operator of the mapping. What is wrong is noted."""
    if not place.keyed():
        what = "a mapping of operators with nothing in it"
        hint = (
            "write for example { exists: true }"
            if "exists" in about.operators
            else "write for example { equals: 1 }"
        )
        source.add(ProblemKind.BAD_VALUE, what, place.location(source), hint=hint)
    for word, child in place.keyed().items():
        if word not in about.operators:
            source.add(
                ProblemKind.UNKNOWN_KEY,
                f"{word!r} cannot be asked of {about.name}",
                child.key_location(source),
                hint=hint_for(word, about.operators, otherwise=f"one of: {', '.join(about.operators)}"),
            )
            continue
        try:
            if about.describe is not None and word in DESCRIBING_OPERATORS:
                about.describe(child, source)
            expected = read_operand(Operator(word), child.data)
        except Mistake as mistake:
            note(source, child, mistake)
            continue
        yield expectation(about, subject, Operator(word), expected, child, source)


def text_or_predicates(place: Place, about: About, subject: str, source: Source) -> Iterator[Expectation]:
    """The exact text (numbers and booleans are taken for their text), or a mapping of operators."""
    if isinstance(place.children, dict):
        yield from predicates(place, about, subject, source)
        return
    try:
        expected = read_scalar(place.data)
    except Mistake as mistake:
        note(source, place, mistake)
        return
    yield expectation(about, subject, Operator.EQUALS, expected, place, source)


def number_or_predicates(place: Place, about: About, subject: str, source: Source) -> Iterator[Expectation]:
    """The exact whole number, or a mapping of operators."""
    if isinstance(place.children, dict):
        yield from predicates(place, about, subject, source)
    elif has_template(place.data) or (isinstance(place.data, int) and not isinstance(place.data, bool)):
        yield expectation(about, subject, Operator.EQUALS, place.data, place, source)
    else:
        hint = "write for example 0, or { less: 10000 }"
        note(source, place, wrong_type("a whole number", place.data, hint=hint))


def expectation(
    about: About, subject: str, operator: Operator, expected: JsonValue, place: Place, source: Source
) -> Expectation:
    """One expectation that stands at this place."""
    return Expectation(
        kind=about.kind,
        operator=operator,
        expected=expected,
        subject=subject,
        options=about.options,
        where=place.location(source),
    )
