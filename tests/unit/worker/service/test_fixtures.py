"""Which tests have used which fixtures."""

from context.execution import ExecutionContext
from tests.unit.worker.parsing.reading import suite_of
from worker.models.exchange import Response
from worker.models.suite import Suite
from worker.recording import FixtureUse
from worker.service.fixtures import unused_fixtures, used_fixtures

SUITE = """
    suite: s
    fixtures:
      users: [{ id: ada }, { id: bob }]
      limits: { data: { free: 3 } }
      account: { snapshot: make.id }
      unused: [1]
    tests:
      make: { POST: /x, capture: { id: $.id } }
      each: { POST: /x, rows: { fixture: users }, json: "{{ fixture.limits.free }}" }
      by: { GET: "/x/{{ fixture.account }}" }
"""


def filled(suite: Suite, *tests: str) -> None:
    """Render what these tests send."""
    context = ExecutionContext(fixtures={"s": suite.fixtures})
    answer = Response(status_code=201, body=b'{"id": 4711}')
    context.capture(answer, rules=suite.tests["make"].captures, suite="s", test="s/make")
    for key in tests:
        request = suite.tests[key].request
        context.render(request.url if key == "by" else request.body, suite="s", test=f"s/{key}")


def test_templates_and_rows_use_fixtures() -> None:
    """Of the tests that were sent; what they are made of is asked for by nobody else."""
    suite = suite_of(SUITE)
    filled(suite, "each[ada]", "each[bob]", "by")
    used = used_fixtures([suite], {"s/make", "s/each[ada]", "s/by"})
    assert [(each.test, each.fixture, each.cleaned_up) for each in used] == [
        ("s/by", "account", True),
        ("s/each[ada]", "limits", True),
        ("s/each[ada]", "users", True),
    ]


def test_a_machine_that_keeps_snapshots_has_not_cleaned_them_up() -> None:
    """Of everything else nothing is left."""
    suite = suite_of(SUITE)
    filled(suite, "each[ada]", "by")
    used = used_fixtures([suite], {"s/each[ada]", "s/by"}, keeps=True)
    assert FixtureUse(test="s/by", fixture="account", cleaned_up=False) in used
    assert [each.fixture for each in used if each.cleaned_up] == ["limits", "users"]


def test_a_suite_without_fixtures_uses_none() -> None:
    """Its file is not read again."""
    suite = suite_of("suite: s\ntests: { a: { GET: /, rows: [{ id: x }] } }\n")
    assert used_fixtures([suite], {"s/a[x]"}) == ()


def test_a_fixture_that_no_test_names_is_unused() -> None:
    """Named by templates, rows, or by fixtures that are made of it."""
    assert unused_fixtures(suite_of(SUITE)) == ("unused",)
    chained = """
        suite: s
        fixtures:
          users: [{ id: ada }]
          orders: { generate: { count: 2, fields: { of: { from: users.id } } } }
        tests: { a: { POST: /x, json: "%s" } }
    """
    assert unused_fixtures(suite_of(chained % "{{ fixture.orders }}")) == ()
    assert unused_fixtures(suite_of(chained % "{{ fixture.users }}")) == ("orders",)


def test_a_fixture_that_is_named_by_a_value_can_be_any() -> None:
    """Then nothing is said of any of them."""
    text = (
        "suite: s\nfixtures: { a: [1], b: [2] }\ntests: { t: { POST: /, json: '{{ fixture[env.which] }}' } }"
    )
    assert unused_fixtures(suite_of(text)) == ()
