"""Steps, hooks and everything else about when a test runs."""

from datetime import date

from tests.flows import a_written_suite
from worker.models.dependency import DependencyKind
from worker.models.flow import Backoff, RetryOn, RetryRule, StepPhase, TestRole
from worker.models.suite import Quarantine


def test_steps_are_counted_and_named() -> None:
    """By what they say, else by their method and path."""
    suite = a_written_suite("t: { steps: [{ name: first, GET: /a }, { DELETE: /b }] }")
    assert [(step.index, step.name) for step in suite.tests["t"].steps] == [(0, "first"), (1, "DELETE /b")]


def test_a_test_without_steps_has_one_without_a_name() -> None:
    """Its condition is the test's."""
    test = a_written_suite('t: { GET: /, when: "{{ env.a }}" }').tests["t"]
    [step] = test.steps
    assert (test.when, step.when, step.name) == ("{{ env.a }}", None, "")


def test_what_the_steps_of_a_test_capture_is_its_own() -> None:
    """No edge follows from it, nor from rows; all else is needed of others."""
    test = a_written_suite("""
        t:
          rows: [{ id: a }]
          steps:
            - { POST: "/{{ row.id }}", capture: { tokens: { x: $.x }, variables: { y: $.y }, z: $.z } }
            - GET: "/{{ y }}/{{ z }}/{{ tokens.x }}/{{ shared_variables.y }}/{{ shared_variables.z }}"
              text: "{{ captured_data.t.z }} {{ captured_data['t[a]'].y }} {{ captured_data.other.z }}"
    """).tests["t[a]"]
    assert [use.path for use in test.uses] == [("shared_variables", "z"), ("captured_data", "other", "z")]


def test_conditions_and_waits_need_what_they_name() -> None:
    """But what they say of an answer is there already."""
    test = a_written_suite("""
        t:
          GET: /
          when: "{{ a }}"
          repeat: { until: "{{ status == 200 and json.n > b and size }}" }
          retries: { count: 1, when: "{{ body is defined and c }}" }
    """).tests["t"]
    assert [(use.path, use.field) for use in test.uses] == [
        (("a",), "when"),
        (("b",), "repeat.until"),
        (("c",), "retries.when"),
    ]


def test_what_only_the_undo_needs_is_kept_apart() -> None:
    """Nobody waits for that; what the test has captured itself, it needs of nobody."""
    test = a_written_suite("""
        t:
          POST: /
          capture: { id: $.id }
          cleanup: { DELETE: "/{{ captured_data.t.id }}", auth: { bearer: "{{ tokens.admin }}" } }
    """).tests["t"]
    assert test.uses == ()
    assert [(use.path, use.field) for use in test.cleanup_uses] == [
        (("tokens", "admin"), "cleanup.auth.bearer")
    ]
    [step] = test.cleanup
    assert (step.index, step.request.method) == (0, "DELETE")


def test_retries_are_a_number_or_a_rule() -> None:
    """What the test says goes before the defaults, as a whole."""
    head = "defaults: { retries: { count: 5, delay: 2s, on: connect } }"
    suite = a_written_suite(
        """
        a: { GET: / }
        b: { GET: /, retries: 1 }
        c: { GET: /, retries: { count: 2, backoff: fixed, max_delay: 4s, on: [429, 5xx] }, retry_delay: 3s }
        """,
        head=head,
    )
    told = [(test.retries, test.retry_delay_seconds, test.retry) for test in suite.tests.values()]
    fixed = RetryRule(backoff=Backoff.FIXED, max_delay_seconds=4, on=(RetryOn.RATE_LIMITED, RetryOn.SERVER))
    assert told == [(5, 2.0, RetryRule(on=(RetryOn.CONNECT,))), (1, 0.5, RetryRule()), (2, 3.0, fixed)]


def test_a_test_says_where_and_how_it_may_run() -> None:
    """Each word has its meaning, short or long."""
    suite = a_written_suite("""
        a: { GET: /, requires: { environment: local }, locks: [x, y], exclusive: true, only: true }
        b: { GET: /, quarantine: flaky }
        c: { GET: /, quarantine: { reason: slow, owner: ada, until: 2026-12-31 } }
    """)
    a, b, c = suite.tests.values()
    assert (a.environments, a.locks, a.exclusive, a.only) == (("local",), ("x", "y"), True, True)
    assert b.quarantine == Quarantine(reason="flaky")
    assert c.quarantine == Quarantine(reason="slow", owner="ada", until=date(2026, 12, 31))


HOOKS = """
    bail: 3
    hooks:
      before_all: [{ POST: /begin, capture: { variables: { tenant: $.t } } }]
      before_each: [{ POST: /open }]
      after_each: [{ POST: "/close/{{ tenant }}" }]
      after_all: { POST: "/end/{{ tenant }}" }
"""


def test_hooks_become_steps_and_tests() -> None:
    """Around each test its steps; around all of them tests of their own."""
    suite = a_written_suite("t: { GET: / }", head=HOOKS)
    assert [(test.key, test.role) for test in suite.tests.values()] == [
        ("before-all", TestRole.BEFORE_ALL),
        ("t", TestRole.TEST),
        ("after-all", TestRole.AFTER_ALL),
    ]
    assert [(step.index, step.phase, step.request.url) for step in suite.tests["t"].steps] == [
        (0, StepPhase.BEFORE, "/open"),
        (1, StepPhase.OWN, "/"),
        (2, StepPhase.AFTER, "/close/{{ tenant }}"),
    ]
    assert suite.limits.bail == 3


def test_hooks_bind_tests_without_a_word_of_theirs() -> None:
    """All need what comes before them; what comes after them waits for all."""
    suite = a_written_suite("t: { GET: / }\nu: { GET: / }", head=HOOKS)
    before, after = suite.tests["t"].needs, suite.tests["after-all"].needs
    assert [(need.name, need.kind, need.implied) for need in before] == [
        ("before-all", DependencyKind.DATA, True)
    ]
    assert [(need.name, need.kind) for need in after] == [
        ("t", DependencyKind.ORDER),
        ("u", DependencyKind.ORDER),
    ]
