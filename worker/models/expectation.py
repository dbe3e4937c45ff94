"""What can be expected of a response."""

from dataclasses import dataclass
from enum import StrEnum

from context.values import JsonValue
from worker.models.problem import Location


class ExpectationKind(StrEnum):
    """The part of a response that an expectation is about. One module in worker/assertions each."""

    STATUS = "status"  # the status code
    HEADER = "header"  # one header
    JSON = "json"  # one place in a JSON body
    TIME = "time"  # how long the answer took


class Operator(StrEnum):
    """How actual and expected are compared. These are the words of the file format."""

    EQUALS = "equals"  # the same JSON value
    NOT = "not"  # any other JSON value
    CONTAINS = "contains"  # a text in a text, an element in a list, a key in an object
    MATCHES = "matches"  # a regular expression, searched
    TYPE = "type"  # string, number, integer, boolean, array, object, null
    LENGTH = "length"  # of a text, a list or an object
    GREATER = "greater"  # than this number
    LESS = "less"  # than this number
    BETWEEN = "between"  # [low, high], both included
    ONE_OF = "one_of"  # one of these JSON values
    EXISTS = "exists"  # true: it is there; false: it is not
    UNIQUE = "unique"  # no element twice
    SORTED = "sorted"  # ascending or descending
    STATUS_CLASS = "class"  # 2xx, 4xx …


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that must hold. `subject` is a header's name or a JSONPath; empty for the others.

    `expected` may hold templates. Times are in seconds.
    """

    kind: ExpectationKind
    operator: Operator
    expected: JsonValue
    where: Location
    subject: str = ""
