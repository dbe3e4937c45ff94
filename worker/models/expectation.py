"""What can be expected of a response."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from context.values import JsonValue
from worker.models.problem import Location


class ExpectationKind(StrEnum):
    """The part of a response that an expectation is about. One module in worker/assertions each."""

    STATUS = "status"  # the status code
    HEADER = "header"  # one header
    JSON = "json"  # one place in a JSON body
    TIME = "time"  # how long the answer took
    BODY = "body"  # the whole body as text
    SIZE = "size"  # the length of the body, in bytes
    COOKIE = "cookie"  # one cookie that the answer sets, or an attribute of it
    REDIRECTS = "redirects"  # the answers that led to this one
    XML = "xml"  # one place in an XML or HTML body, or all of it
    SCHEMA = "schema"  # the JSON body against a JSON Schema
    OPENAPI = "openapi"  # request and answer against the API's own description
    SNAPSHOT = "snapshot"  # the body against the one of an earlier run
    CHECK = "check"  # an expression over the answer and the run's names
    PYTHON = "python"  # a function of the user's own, in local runs
    GRAPHQL = "graphql"  # errors in an answer of GraphQL, or the complexity of what was sent


class Operator(StrEnum):
    """How actual and expected are compared. These are the words of the file format."""

    EQUALS = "equals"  # the same JSON value
    NOT = "not"  # any other JSON value
    CONTAINS = "contains"  # a text in a text, an element in a list, a key in an object
    MATCHES = "matches"  # a regular expression, searched
    TYPE = "type"  # string, number, integer, boolean, array, object, null
    LENGTH = "length"  # of a text, a list or an object
    NOT_CONTAINS = "not_contains"  # the opposite of `contains`
    STARTS_WITH = "starts_with"  # a text that begins with this one
    ENDS_WITH = "ends_with"  # a text that ends with this one
    IS_EMPTY = "is_empty"  # true: nothing in a text, a list or an object; false: something
    GREATER = "greater"  # than this number
    LESS = "less"  # than this number
    AT_LEAST = "at_least"  # this number or more
    AT_MOST = "at_most"  # this number or less
    BETWEEN = "between"  # [low, high], both included
    CLOSE_TO = "close_to"  # [number, tolerance]
    ONE_OF = "one_of"  # one of these JSON values
    EXISTS = "exists"  # true: it is there; false: it is not
    UNIQUE = "unique"  # no element twice
    SORTED = "sorted"  # ascending or descending
    EVERY = "every"  # each element is as described
    SOME = "some"  # at least one element is as described
    NONE = "none"  # no element is as described
    STATUS_CLASS = "class"  # 2xx, 4xx …


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that must hold. `subject` is a header's or a cookie's name, a JSONPath or an XPath, the
    name of a snapshot or a function, the path of a file; empty for the others.

    `expected` may hold templates. Times are in seconds. `options` are what else the kind knows: they
    have no templates.
    """

    kind: ExpectationKind
    operator: Operator
    expected: JsonValue
    where: Location
    subject: str = ""
    options: Mapping[str, JsonValue] = field(default_factory=dict)
