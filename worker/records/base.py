"""What all models of the border have in common: they are checked, frozen, and quiet about secrets."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from worker.errors import PlatformError, UsageError

#: A JSON object, whatever is in it.
JsonObject = dict[str, JsonValue]


class Record(BaseModel):
    """A value that crosses the border. Fields that a newer database adds are ignored.

    What was wrong with it is said by field; the values themselves, which may be secret, are not.
    """

    # Built when first used: a command uses a few of them, and all together take longer than many commands.
    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, protected_namespaces=(), defer_build=True
    )


class Row(Record):
    """A row of a table or view, all columns of it. A test compares each with the real schema."""

    #: The table or view in the schema `public`.
    table: ClassVar[str]


class Argument(Record):
    """What we send. A field that the database does not know is a mistake of ours, and refused here."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def checked(cls, **fields: object) -> Self:
        """Of these fields. Raises UsageError, which names the field that cannot be what it is."""
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise UsageError(f"this cannot be asked for: {_first_mistake(error)}") from None

    def document(self) -> JsonObject:
        """As JSON has it; what was not given is left out."""
        return self.model_dump(mode="json", exclude_none=True)


_Answer = TypeVar("_Answer", bound=Record)


def read_answer(kind: type[_Answer], answer: Any, *, what: str) -> _Answer:
    """An answer of the project as this kind. `what` is what was asked, such as "claim_run".

    Raises PlatformError when it has another shape; it names the fields, never their values.
    """
    try:
        return kind.model_validate(answer)
    except ValidationError as error:
        raise PlatformError(
            f"the answer has another shape than this Baton knows: {_first_mistake(error)}",
            where=what,
            hint="the project's schema may be of another version; `baton db check` compares them",
        ) from None


def is_shaped(kind: type[Record], value: Mapping[str, Any]) -> bool:
    """Whether this value can be of this kind."""
    try:
        kind.model_validate(value)
    except ValidationError:
        return False
    return True


def _first_mistake(error: ValidationError) -> str:
    mistakes = error.errors(include_input=False, include_url=False, include_context=False)
    place = ".".join(str(part) for part in mistakes[0]["loc"]) or "the whole of it"
    return f"{place}: {mistakes[0]['msg']}"
