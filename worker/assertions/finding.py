"""What looking at a response brings to light, before it becomes a CheckResult."""

from dataclasses import dataclass

from context.values import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was there, and what is wrong with it: an empty complaint means that nothing is.

    `note` is told although it holds.
    """

    actual: JsonValue = None
    complaint: str = ""
    difference: str = ""
    note: str = ""
