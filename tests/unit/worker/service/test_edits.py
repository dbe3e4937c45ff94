"""What was changed in place is what runs, on top of the file."""

from dataclasses import replace

import pytest

from context.values import JsonValue
from worker.models.suite import Priority
from worker.parsing import parse_suite
from worker.parsing.load import DEFAULT_TIMEOUT_SECONDS
from worker.service.edits import with_edits

SUITE = parse_suite(
    "suite: shop\ntests:\n  login: { GET: /login, timeout: 5s }\n  cart: { GET: /cart, skip: not yet }\n",
    path="shop.yaml",
)


def test_without_edits_the_file_is_what_runs() -> None:
    """Nothing is made anew."""
    assert with_edits(SUITE, {}) is SUITE


@pytest.mark.parametrize(
    ("field", "value", "attribute", "expected"),
    [
        ("name", "Sign in", "title", "Sign in"),
        ("description", "why", "description", "why"),
        ("priority", "critical", "priority", Priority.CRITICAL),
        ("tags", ["smoke"], "tags", ("smoke",)),
        ("timeout_seconds", 9, "timeout_seconds", 9.0),
        ("timeout_seconds", None, "timeout_seconds", DEFAULT_TIMEOUT_SECONDS),
        ("retries", 2, "retries", 2),
        ("skip_reason", "broken", "skip_reason", "broken"),
        ("idempotent", False, "idempotent", False),
    ],
)
def test_an_edited_field_replaces_the_files(
    field: str, value: JsonValue, attribute: str, expected: object
) -> None:
    """And no other field of the test, and no other test."""
    edited = with_edits(SUITE, {"login": {field: value}})
    assert getattr(edited.tests["login"], attribute) == expected
    assert (
        replace(edited.tests["login"], **{attribute: getattr(SUITE.tests["login"], attribute)})
        == (SUITE.tests["login"])
    )
    assert edited.tests["cart"] == SUITE.tests["cart"]


def test_an_edit_can_take_a_skip_back() -> None:
    """Null is a value: the test runs."""
    assert with_edits(SUITE, {"cart": {"skip_reason": None}}).tests["cart"].skip_reason is None


def test_a_disabled_test_is_skipped_and_says_so() -> None:
    """A reason that it has already stays."""
    edited = with_edits(SUITE, {}, disabled={"login", "cart"})
    assert edited.tests["login"].skip_reason == "disabled by the team"
    assert edited.tests["cart"].skip_reason == "not yet"


def test_edits_of_tests_and_fields_that_are_not_known_change_nothing() -> None:
    """They are of an older file, or of a newer database."""
    edited = with_edits(SUITE, {"gone": {"retries": 1}, "login": {"colour": "red"}}, disabled={"gone"})
    assert edited.tests == SUITE.tests
