"""A value of a file that cannot be, in words."""

from context.values import JsonValue
from worker.models.problem import ProblemKind


class Mistake(ValueError):
    """A value that cannot be. `inside` is the way from the value to the part of it that is wrong;
    `quotable` is set where the same characters in quotes would be right."""

    def __init__(
        self,
        what: str,
        *,
        hint: str | None = None,
        kind: ProblemKind = ProblemKind.BAD_VALUE,
        inside: tuple[str | int, ...] = (),
        quotable: bool = False,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.kind = kind
        self.inside = inside
        self.quotable = quotable


def wrong_type(
    expected: str, value: JsonValue, *, hint: str | None = None, inside: tuple[str | int, ...] = ()
) -> Mistake:
    """A value of another type than the format has here."""
    what = f"{expected} is needed here, not {in_words(value)}"
    return Mistake(what, hint=hint, kind=ProblemKind.WRONG_TYPE, inside=inside)


_TYPES = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a text",
    dict: "a mapping",
    type(None): "nothing",
}


def in_words(value: JsonValue) -> str:
    """What kind of value this is, for a person."""
    return _TYPES.get(type(value), "a list")


def has_template(value: JsonValue) -> bool:
    """Whether this is a text with a template in it, whose value is not known yet."""
    return isinstance(value, str) and ("{{" in value or "{%" in value)
