"""What a capture takes where the response has no such value."""

import pytest

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.gather import look_for
from context.outcomes import Found
from tests.unit.worker.parsing.reading import test_of as parsed
from worker.models.exchange import Response

NOTHING = Response(status_code=200, headers=(("Content-Type", "application/json"),), body=b"{}")


@pytest.mark.parametrize("value", [None, 0, "", [], "x"])
def test_a_default_is_taken_whatever_it_is(value: object) -> None:
    """Also null: whoever writes it wants the name to be there."""
    rule = CaptureRule(
        name="x",
        target=CaptureTarget.DATA,
        source=CaptureSource.JSONPATH,
        expression="$.x",
        required=False,
        default=value,  # type: ignore[arg-type] # JSON
        has_default=True,
    )
    assert look_for(NOTHING, rule) == Found(value)  # type: ignore[arg-type] # JSON


def test_a_file_may_say_null() -> None:
    """`default: null` is a default, `optional: true` is none."""
    test = parsed("""
        GET: /
        capture: { a: { jsonpath: $.a, default: null }, b: { jsonpath: $.b, optional: true } }
    """)
    assert [look_for(NOTHING, rule) for rule in test.captures] == [Found(None), None]
