"""Tokens and variables that several tests capture under one name: whose a test gets."""

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.execution import ExecutionContext
from tests.unit.context.responses import answer


def captured(context: ExecutionContext, test: str, value: str, target: CaptureTarget) -> None:
    """The test has captured this as `access`."""
    rule = CaptureRule(name="access", target=target, source=CaptureSource.JSONPATH, expression="$.t")
    suite, _, key = test.partition("/")
    context.capture(answer({"t": value}), rules=[rule], suite=suite, test=key)


def read(context: ExecutionContext, test: str, text: str = "{{ tokens.access }}") -> object:
    """What the test's template becomes."""
    suite, _, key = test.partition("/")
    return context.render(text, suite=suite, test=key)


def test_a_suite_gets_what_its_own_test_captured() -> None:
    """However late another suite captures the same name."""
    context = ExecutionContext()
    captured(context, "a/login", "of a", CaptureTarget.TOKEN)
    captured(context, "b/login", "of b", CaptureTarget.TOKEN)
    assert [read(context, f"{suite}/use") for suite in "abc"] == ["of a", "of b", "of b"]
    captured(context, "a/login", "renewed", CaptureTarget.TOKEN)
    assert [read(context, f"{suite}/use") for suite in "ab"] == ["renewed", "of b"]


def test_a_test_gets_what_it_needs() -> None:
    """Of two in its suite, or of two others."""
    context = ExecutionContext()
    context.know_needs(lambda test: ["a/admin"] if test in ("a/use", "c/use") else [])
    captured(context, "a/admin", "of admin", CaptureTarget.TOKEN)
    captured(context, "a/user", "of user", CaptureTarget.TOKEN)
    captured(context, "b/user", "of b", CaptureTarget.TOKEN)
    assert [read(context, f"{suite}/use") for suite in "abc"] == ["of admin", "of b", "of admin"]
    assert [read(context, f"{suite}/other") for suite in "abc"] == ["of user", "of b", "of b"]


def test_the_same_holds_for_variables_by_short_and_full_name() -> None:
    """And a test means its own after it has captured it."""
    context = ExecutionContext()
    for suite in "ab":
        captured(context, f"{suite}/login", f"of {suite}", CaptureTarget.VARIABLE)
    assert read(context, "a/use", "{{ access }} {{ shared_variables.access }}") == "of a of a"
    captured(context, "b/later", "later", CaptureTarget.VARIABLE)
    assert read(context, "b/login", "{{ access }}") == "of b"
    assert read(context, "b/use", "{{ access }}") == "later"


def test_who_read_a_value_is_noted_with_whose_it_was() -> None:
    """`baton why` names the right producer."""
    context = ExecutionContext()
    for suite in "ab":
        captured(context, f"{suite}/login", f"of {suite}", CaptureTarget.TOKEN)
    read(context, "a/use")
    used = {origin.test: origin.used_by for origin in context.state().provenance}
    assert used == {"a/login": ("a/use",), "b/login": ()}


def test_whoever_takes_a_run_up_knows_it_too() -> None:
    """From what was recorded."""
    first = ExecutionContext()
    for suite in "ab":
        captured(first, f"{suite}/login", f"of {suite}", CaptureTarget.TOKEN)
    second = ExecutionContext()
    second.restore(first.state())
    assert [read(second, f"{suite}/use") for suite in "ab"] == ["of a", "of b"]
