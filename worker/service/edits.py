"""What people changed of tests in place, beside their file, put on top of what the file says."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from context.values import JsonValue
from worker.models.suite import Priority, Suite, Test
from worker.parsing.load import DEFAULT_TIMEOUT_SECONDS

Edits = Mapping[str, Mapping[str, JsonValue]]

_DISABLED = "disabled by the team"


def with_edits(suite: Suite, edits: Edits, *, disabled: Collection[str] = ()) -> Suite:
    """The suite as its rows say it is. `edits` are fields of tests by key; `disabled` keys are skipped.

    Keys that the file does not have are left out: they are of an older file.
    """
    if not edits and not disabled:
        return suite
    tests = {
        key: _edited(test, edits.get(key, {}), is_disabled=key in disabled)
        for key, test in suite.tests.items()
    }
    return replace(suite, tests=tests)


def _edited(test: Test, edit: Mapping[str, JsonValue], *, is_disabled: bool) -> Test:
    changes = {_FIELDS[name][0]: _FIELDS[name][1](value) for name, value in edit.items() if name in _FIELDS}
    edited = replace(test, **changes)
    if is_disabled and edited.skip_reason is None:
        return replace(edited, skip_reason=_DISABLED)
    return edited


def _timeout(value: Any) -> float:
    # Without one the usual time holds, as in a file that says none.
    return DEFAULT_TIMEOUT_SECONDS if value is None else float(value)


#: A field of the database, the field of a test that it is, and how its value is read.
_FIELDS: Mapping[str, tuple[str, Any]] = {
    "name": ("title", str),
    "description": ("description", str),
    "priority": ("priority", Priority),
    "tags": ("tags", tuple),
    "timeout_seconds": ("timeout_seconds", _timeout),
    "retries": ("retries", int),
    "skip_reason": ("skip_reason", lambda value: value),
    "idempotent": ("idempotent", bool),
}
