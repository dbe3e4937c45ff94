"""What the team has decided about tests holds, whatever their file says."""

from worker.models.suite import Quarantine
from worker.parsing import parse_suite
from worker.service.team import in_quarantine, without_disabled

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


def test_the_teams_quarantine_counts_more_than_the_files() -> None:
    """It is newer than the version of the file that runs; with rows it means all of them."""
    suite = parse_suite(
        "suite: shop\ntests:\n"
        "  a: { GET: /a, quarantine: { owner: ada, reason: old } }\n"
        "  b: { GET: '/b/{{ row.id }}', rows: [{ id: one }, { id: two }] }\n"
        "  c: { GET: /c }\n",
        path="shop.yaml",
    )
    ours = Quarantine(owner="bob", reason="new")
    tests = in_quarantine(suite, {"a": ours, "b": ours, "gone": ours}).tests
    assert {key: test.quarantine for key, test in tests.items()} == {
        "a": ours,
        "b[one]": ours,
        "b[two]": ours,
        "c": None,
    }


def test_without_a_quarantine_the_suite_is_what_it_was() -> None:
    """Nothing is made anew."""
    assert in_quarantine(SUITE, {}) is SUITE
