"""A suite, a test, a plan, each in one line; what a test does not say is what a reader would expect."""

from collections.abc import Iterable, Mapping, Sequence

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.values import JsonValue
from worker.models.dependency import DependencyKind, NameUse, Need
from worker.models.environment import Environment
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.graph import Dependency, Plan
from worker.models.problem import Location
from worker.models.request import Request
from worker.models.suite import Priority, Step, Suite, Test, TestName


def a_place(line: int = 1, column: int = 1, *, path: str = "suite.yaml", length: int = 1) -> Location:
    """A place in a file."""
    return Location(path, line, column, length)


def a_request(method: str = "GET", url: str = "/", **more: object) -> Request:
    """A request; further fields of `Request` by name."""
    return Request(method=method, url=url, **more)  # type: ignore[arg-type] # fields are checked by their users


def an_expectation(
    expected: JsonValue = 200,
    *,
    kind: ExpectationKind = ExpectationKind.STATUS,
    operator: Operator = Operator.EQUALS,
    subject: str = "",
) -> Expectation:
    """One thing that must hold; the status 200 when nothing else is said."""
    return Expectation(kind=kind, operator=operator, expected=expected, subject=subject, where=a_place())


def a_capture(
    name: str,
    expression: str | None = None,
    *,
    target: CaptureTarget = CaptureTarget.DATA,
    source: CaptureSource = CaptureSource.JSONPATH,
    **more: object,
) -> CaptureRule:
    """A capture of `$.<name>` as data; further fields of `CaptureRule` by name."""
    where = f"$.{name}" if expression is None else expression
    return CaptureRule(name=name, target=target, source=source, expression=where, **more)  # type: ignore[arg-type] # as above


def a_token(name: str, expression: str | None = None) -> CaptureRule:
    """A capture of `$.<name>` as a token."""
    return a_capture(name, expression, target=CaptureTarget.TOKEN)


def a_variable(name: str, expression: str | None = None) -> CaptureRule:
    """A capture of `$.<name>` as a variable."""
    return a_capture(name, expression, target=CaptureTarget.VARIABLE)


def a_need(name: str, kind: DependencyKind = DependencyKind.DATA) -> Need:
    """A test named under `needs:` (or, with kind ORDER, under `after:`)."""
    return Need(name=name, kind=kind, where=a_place())


def a_use(*path: str | int, field: str = "path", optional: bool = False) -> NameUse:
    """A name that a template needs, such as a_use("tokens", "access_token")."""
    return NameUse(path=path, field=field, where=a_place(), optional=optional)


def a_test(
    key: str = "ping",
    *,
    suite: str = "shop",
    request: Request | None = None,
    expect: Iterable[Expectation] = (),
    capture: Iterable[CaptureRule] = (),
    needs: Iterable[str] = (),
    after: Iterable[str] = (),
    uses: Iterable[NameUse] = (),
    steps: Iterable[Step] = (),
    **more: object,
) -> Test:
    """A test that gets `/`; `needs` and `after` by name; further fields of `Test` by name."""
    only = Step(
        request=request or a_request(),
        expectations=tuple(expect),
        captures=tuple(capture),
        where=a_place(),
    )
    return Test(
        suite=suite,
        key=key,
        steps=tuple(steps) or (only,),
        needs=(
            *(a_need(name) for name in needs),
            *(a_need(name, DependencyKind.ORDER) for name in after),
        ),
        uses=tuple(uses),
        where=a_place(),
        **more,  # type: ignore[arg-type] # as above
    )


def a_suite(
    *tests: Test,
    key: str = "shop",
    environments: Sequence[Environment] = (),
    variables: Mapping[str, JsonValue] | None = None,
    **more: object,
) -> Suite:
    """A suite of these tests, which should have been made with the same suite key."""
    return Suite(
        key=key,
        title=key,
        tests={test.key: test for test in tests},
        environments={environment.name: environment for environment in environments},
        variables=variables or {},
        path=f"{key}.yaml",
        source="",
        where=a_place(path=f"{key}.yaml"),
        **more,  # type: ignore[arg-type] # as above
    )


def an_environment(
    name: str = "local", base_url: str = "http://127.0.0.1:8900", **more: object
) -> Environment:
    """An environment; further fields of `Environment` by name."""
    return Environment(name=name, base_url=base_url, **more)  # type: ignore[arg-type] # as above


def a_plan(*tests: Test, required_only: Iterable[TestName] = ()) -> Plan:
    """A plan of these tests in this order, with the edges that `needs` and `after` say.

    Names inside `needs` are keys of the same suite or full names. Nothing is inferred: for the real
    thing use worker.graph.make_plan.
    """
    by_name = {test.name: test for test in tests}
    requires = {test.name: _edges(test) for test in tests}
    dependents = {
        name: tuple(other for other, edges in requires.items() if name in edges) for name in by_name
    }
    weight: dict[TestName, float] = {}
    for name in reversed(by_name):
        weight[name] = 1.0 + max((weight.get(other, 0.0) for other in dependents[name]), default=0.0)
    return Plan(
        tests=by_name,
        requires=requires,
        dependents=dependents,
        weight=weight,
        required_only=frozenset(required_only),
    )


def _edges(test: Test) -> dict[TestName, Dependency]:
    edges: dict[TestName, Dependency] = {}
    for need in test.needs:
        required = need.name if "/" in need.name else f"{test.suite}/{need.name}"
        edges[required] = Dependency(dependent=test.name, required=required, kind=need.kind)
    return edges


def critical(test_key: str, **more: object) -> Test:
    """A test that goes first among the ready ones."""
    return a_test(test_key, priority=Priority.CRITICAL, **more)  # type: ignore[arg-type] # as above
