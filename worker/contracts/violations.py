"""A document against a JSON Schema: every rule that it breaks, as facts. Words are made elsewhere.

The validator is written in Rust: it compiles in microseconds, fetches nothing, and its regular
expressions have a limit, so that a schema from a suite cannot hang a worker.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from context.values import JsonValue
from worker.contracts.cost import Effort, effort_for
from worker.contracts.discriminator import ALTERNATIVES, RULE, Choice, choice_of

if TYPE_CHECKING:
    import jsonschema_rs

#: Violations looked for; the rest of a broken document says nothing new.
LIMIT = 100
#: Steps back that a regular expression of a schema may take; an honest one takes none or a few.
BACKTRACKING = 100_000

#: The rule of a violation of which nothing more can be said.
UNTOLD = "untold"

Path = tuple[str | int, ...]


class BadSchema(ValueError):
    """This is not a JSON Schema, or looking at a document with it takes too long. The message is a
    sentence without values of the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A rule that is broken: where in the document, which rule (a keyword) and where in the schema.

    `facts` are the rule's own, such as `limit`. `nearest` are the violations of the alternative that
    fits best, where none of several fits.
    """

    path: Path
    rule: str
    schema_path: Path
    value: JsonValue
    facts: Mapping[str, Any] = field(default_factory=dict)
    nearest: tuple["Violation", ...] = ()


class Schema:
    """A JSON Schema, compiled. Raises BadSchema if it is none. Without `$schema` it is 2020-12."""

    def __init__(self, schema: Any) -> None:
        import jsonschema_rs

        if not isinstance(schema, dict | bool):
            raise BadSchema("a JSON Schema is a mapping, or true or false")
        self._schema = schema
        try:
            self._validator = jsonschema_rs.validator_for(
                schema,
                offline=True,
                validate_formats=True,
                pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACKING),
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            raise BadSchema(_complaint(error)) from None
        except ValueError as error:
            raise BadSchema(f"this is not a JSON Schema: {_first_line(error)}") from None

    def violations(self, document: JsonValue) -> list[Violation]:
        """Every rule that the document breaks, up to a limit; of a very large one the first, of one with
        very many alternatives only that it breaks one. Raises BadSchema if even that takes too long."""
        effort = effort_for(self._schema, document)
        if effort is Effort.NOTHING:
            raise BadSchema("the schema has too many alternatives inside of alternatives to be checked")
        if self._validator.is_valid(document):
            return []
        if effort is Effort.WHETHER:
            return [Violation(path=(), rule=UNTOLD, schema_path=(), value=document)]
        errors = self._validator.iter_errors(document) if effort is Effort.ALL else self._first(document)
        return [self._violation(error) for error in islice(errors, LIMIT)]

    def _first(self, document: JsonValue) -> Iterator["jsonschema_rs.ValidationError"]:
        import jsonschema_rs

        try:
            self._validator.validate(document)
        except jsonschema_rs.ValidationError as error:
            yield error

    def _violation(self, error: "jsonschema_rs.ValidationError") -> Violation:
        facts = {name: value for name, value in error.kind.as_dict().items() if name != "context"}
        return Violation(
            path=tuple(error.instance_path),
            rule=_rule(error),
            schema_path=tuple(error.schema_path),
            value=cast(JsonValue, error.instance),
            facts=facts,
            nearest=self._nearest(error),
        )

    def _nearest(self, error: "jsonschema_rs.ValidationError") -> tuple[Violation, ...]:
        """The violations of the alternative that is meant: the one that a discriminator names, else the one
        that fits best, which goes deepest and has the fewest."""
        context = error.kind.as_dict().get("context")
        alternatives = [list(each) for each in context or () if each]
        if not alternatives or len(alternatives) < len(context or ()):
            return ()  # several fit, which is the violation
        choice = None
        if error.kind.name in ALTERNATIVES:
            choice = choice_of(self._schema, error.schema_path, cast(JsonValue, error.instance))
        if choice is None or (choice.index is not None and choice.index >= len(alternatives)):
            meant = min(alternatives, key=lambda errors: _distance(error, errors))
        elif choice.index is None:
            return (_no_choice(error, choice),)
        else:
            meant = alternatives[choice.index]
        return tuple(self._violation(each) for each in meant)


def _distance(error: "jsonschema_rs.ValidationError", errors: list[Any]) -> tuple[bool, int]:
    wrong_kind = any(
        each.kind.name == "type" and each.instance_path == error.instance_path for each in errors
    )
    return wrong_kind, len(errors)


def _no_choice(error: "jsonschema_rs.ValidationError", choice: Choice) -> Violation:
    """The property that says which alternative is meant is missing, or says none of them."""
    path = tuple(error.instance_path)
    return Violation(
        path=path if choice.is_missing else (*path, choice.property),
        rule="required" if choice.is_missing else RULE,
        schema_path=(*error.schema_path[:-1], RULE),
        value=cast(JsonValue, error.instance) if choice.is_missing else choice.value,
        facts={"property": choice.property, "options": choice.names},
    )


def _rule(error: "jsonschema_rs.ValidationError") -> str:
    """The keyword. Some kinds of errors stand for several, which the schema's path tells apart."""
    name = error.kind.name
    last = error.schema_path[-1] if error.schema_path else name
    return last if name == "contains" and isinstance(last, str) else name


def _complaint(error: Exception) -> str:
    said = _first_line(error)
    if "Retrieval is disabled" in said or "not present in a registry" in said:
        where = said.split("'")[1] if "'" in said else "another document"
        return f"it refers to {where}, and schemas are never fetched; put it under $defs"
    path = "/".join(map(str, getattr(error, "instance_path", ())))
    place = f" at {path}" if path else ""
    return f"this is not a JSON Schema{place}: {said}"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def flat(violations: list[Violation]) -> Iterator[Violation]:
    """Violations with those of the nearest alternative in the place of "fits none"."""
    for violation in violations:
        if violation.rule in ("anyOf", "oneOf") and violation.nearest:
            yield from flat(list(violation.nearest))
        else:
            yield violation
