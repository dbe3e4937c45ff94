"""Tests that are switched off are skipped."""

from worker.parsing import parse_suite
from worker.service.disabled import without_disabled

SUITE = parse_suite(
    "suite: shop\ntests:\n  login: { GET: /login, timeout: 5s }\n  cart: { GET: /cart, skip: not yet }\n",
    path="shop.yaml",
)


def test_where_nothing_is_switched_off_the_suite_is_what_it_was() -> None:
    """Nothing is made anew."""
    assert without_disabled(SUITE, frozenset()) is SUITE


def test_a_disabled_test_is_skipped_and_says_so() -> None:
    """A reason that it has already stays."""
    suite = without_disabled(SUITE, {"login", "cart"})
    assert suite.tests["login"].skip_reason == "disabled by the team"
    assert suite.tests["cart"].skip_reason == "not yet"


def test_a_key_that_the_suite_does_not_have_changes_nothing() -> None:
    """It is of an older file."""
    assert without_disabled(SUITE, {"gone"}).tests == SUITE.tests
