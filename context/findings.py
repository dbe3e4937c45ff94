"""What capture rules found in one response, before anybody else may use it."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from context.capture import CaptureRule, CaptureTarget
from context.state import CaptureRecordData
from context.values import JsonValue

#: Rules, each with what it found: real values.
Found = tuple[tuple[CaptureRule, JsonValue], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found. `failures` say, masked, why the required rules in `missing` found nothing."""

    found: Found = field(default=(), repr=False)
    records: tuple[CaptureRecordData, ...] = ()
    failures: tuple[str, ...] = ()
    missing: tuple[CaptureRule, ...] = ()


#: For whom nothing is to be found.
NOTHING_FOUND = Findings()


def names_of(
    found: Sequence[tuple[CaptureRule, JsonValue]], *, tests: Sequence[str], names: Mapping[str, object]
) -> Mapping[str, object]:
    """What the later steps of a test find nearer than `names`: everything that its earlier steps have
    captured, by its short name and where it will stand once the test has passed.

    `tests` are the names by which the test is known in `captured_data`.
    """
    values = {rule.name: value for rule, value in found}
    tokens = _nearer(_of(found, CaptureTarget.TOKEN), names["tokens"])
    return {
        **values,
        "tokens": tokens,
        "shared_auth_tokens": tokens,
        "shared_variables": _nearer(_of(found, CaptureTarget.VARIABLE), names["shared_variables"]),
        "captured_data": _nearer(dict.fromkeys(tests, values), names["captured_data"]),
    }


def _of(found: Sequence[tuple[CaptureRule, JsonValue]], target: CaptureTarget) -> dict[str, JsonValue]:
    return {rule.name: value for rule, value in found if rule.target is target}


def _nearer(near: Mapping[str, object], far: object) -> Mapping[str, object]:
    return ChainMap(dict(near), far)  # type: ignore[arg-type] # views are read, never written
