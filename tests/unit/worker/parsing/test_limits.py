"""Names of locks that hold values of a row or of parameters, and what a suite says of its tests together."""

import pytest

from tests.unit.worker.parsing.reading import only_problem, suite_of
from worker.models.suite import SuiteLimits


def test_a_lock_may_be_named_after_a_row() -> None:
    """Rows of one tenant are kept apart, and those of other tenants are not."""
    suite = suite_of("""
        suite: s
        tests:
          t:
            rows: [{ id: a, tenant: 1 }, { id: b, tenant: 2 }]
            GET: /
            locks: ["tenant-{{ row.tenant }}", "{{ row.tenant }}", everybody]
    """)
    assert suite.tests["t[a]"].locks == ("tenant-1", "1", "everybody")
    assert suite.tests["t[b]"].locks == ("tenant-2", "2", "everybody")


def test_a_lock_may_be_named_after_a_parameter() -> None:
    """A template locks what its user works on."""
    suite = suite_of("""
        suite: s
        templates: { work: { GET: /, locks: ["account-{{ params.account }}"] } }
        tests: { t: { use: work, with: { account: ada } } }
    """)
    assert suite.tests["t"].locks == ("account-ada",)


@pytest.mark.parametrize("name", ["{{ user }}", "{{ row.nothing }}", "{{ row }}", "{{ row.id | upper }}"])
def test_a_lock_cannot_be_named_after_what_is_not_known_yet(name: str) -> None:
    """Locks are taken before anything of the test is filled in."""
    said = f"suite: s\ntests: {{ t: {{ rows: [{{ id: a }}], GET: /, locks: ['{name}'] }} }}"
    assert only_problem(said).what == f"the name of a lock cannot hold '{name}'"


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        ("parallel: false", SuiteLimits(at_once=1)),
        ("parallel: true", SuiteLimits()),
        ("parallel: 3", SuiteLimits(at_once=3)),
        ("{timeout: 5m, bail: 2}", SuiteLimits(timeout_seconds=300, bail=2)),
    ],
)
def test_a_suite_says_what_holds_for_its_tests_together(said: str, limits: SuiteLimits) -> None:
    """How many at a time, for how long, and how many may go wrong."""
    lines = said.strip("{}").replace(", ", "\n")
    assert suite_of(f"suite: s\n{lines}\ntests: {{ t: {{ GET: / }} }}").limits == limits


def test_a_limit_for_the_attempt_comes_from_the_nearest_place() -> None:
    """A test may say one limit, and get the others from the defaults."""
    suite = suite_of("""
        suite: s
        defaults: { timeout: { total: 5s, attempt: 1m } }
        tests:
          plain: { GET: / }
          own: { GET: /, timeout: { attempt: 2m } }
          short: { GET: /, timeout: 1s }
    """)
    limits = {key: (test.timeout_seconds, test.attempt_seconds) for key, test in suite.tests.items()}
    assert limits == {"plain": (5, 60), "own": (5, 120), "short": (1, 60)}


def test_the_condition_of_default_retries_makes_edges() -> None:
    """Whoever is tried again by it has to wait for what it speaks of, and an unknown name is told."""
    suite = suite_of("""
        suite: s
        defaults: { retries: { count: 2, when: "{{ status == 409 and captured_data.login.patient }}" } }
        tests:
          login: { POST: /login, retries: 0, capture: { patient: $.patient } }
          t: { GET: / }
    """)
    assert [use.path for use in suite.tests["t"].uses] == [("captured_data", "login", "patient")]
    assert suite.tests["login"].uses == ()
