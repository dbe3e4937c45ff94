"""Further services of an environment: where requests go, who they come from, and whether they are well."""

import pytest

from context.execution import ExecutionContext
from tests.builders import a_plan, a_request, an_environment
from tests.engines import BASE_URL, Line, Play, a_step, no_answer
from worker.models.dependency import NameUse
from worker.models.environment import Service
from worker.models.flow import TestRole
from worker.models.graph import Plan
from worker.models.outcome import RunFailure, RunStatus, Verdict
from worker.models.request import Auth, AuthKind
from worker.models.suite import Test

BILLING = Service(base_url="http://billing.test/v2", health="/health")
WITH_AUTH = Service(
    base_url="http://billing.test/v2",
    health="/health",
    auth=Auth(kind=AuthKind.BEARER, values={"token": "{{ secrets.billing }}"}),
)
HEALTH = "v2/health"


def of_service(key: str, **more: object) -> Test:
    """A test that asks the service `billing`."""
    test = a_step(key, **more)
    use = NameUse(path=("services", "billing"), field="service", where=test.where)
    request = a_request(url=f"/{key}", service="billing", auth=Auth(kind=AuthKind.SERVICE))
    return a_step(key, uses=(use,), request=request, **more)


async def played(plan: Plan, script: dict[str, Line] | None = None, service: Service = BILLING) -> Play:
    """A run where there is this service."""
    context = ExecutionContext(base_url=BASE_URL, secrets={"billing": "sesame-open"})
    environment = an_environment(base_url=BASE_URL, services={"billing": service})
    return await Play(plan, script, context=context).run(environment=environment)


def asked(play: Play) -> list[str]:
    """What was asked for, in order."""
    return [request.url for request in play.sender.sent]


async def test_a_service_that_is_needed_is_asked_once_how_it_is() -> None:
    """However many tests need it, and before any of them."""
    play = await played(a_plan(of_service("a"), of_service("b"), a_step("c")))
    urls = asked(play)
    assert urls[0] == "http://billing.test/v2/health"
    assert sorted(urls[1:]) == [f"{BASE_URL}/c", "http://billing.test/v2/a", "http://billing.test/v2/b"]
    assert play.end.status is RunStatus.COMPLETED


async def test_a_service_that_nobody_needs_is_not_asked() -> None:
    """That it is down is no trouble of this run; nor is that of tests that are skipped."""
    play = await played(a_plan(a_step("c"), of_service("later", skip_reason="not yet")), {HEALTH: 500})
    assert asked(play) == [f"{BASE_URL}/c"]


@pytest.mark.parametrize("answer", [500, 503, 404, no_answer("connect_refused")])
async def test_where_a_service_is_not_well_nothing_is_sent(answer: Line) -> None:
    """The environment is what is wrong, not the tests: the run says so, and its tests are blocked."""
    play = await played(a_plan(a_step("c"), of_service("a"), of_service("b")), {HEALTH: answer})
    assert asked(play) == ["http://billing.test/v2/health"]
    assert play.verdicts == {"a": Verdict.BROKEN, "b": Verdict.BLOCKED, "c": Verdict.BLOCKED}
    assert play.outcome("a").reason.startswith("the service billing is not well: ")
    assert play.end.failure is RunFailure.ENVIRONMENT
    assert play.end.unreached == "billing (http://billing.test/v2)"


async def test_what_could_not_be_reached_is_known_also_where_nobody_asked_before() -> None:
    """A service without a health probe, by the address that the first test has asked; else the base URL."""
    down: dict[str, Line] = {"v2/a": no_answer("connect_refused"), "c": no_answer("connect_refused")}
    service = Service(base_url="http://ada:secret@billing.test/v2")
    play = await played(a_plan(of_service("a")), down, service)
    assert play.end.unreached == "billing (http://billing.test/v2)"
    assert (await played(a_plan(a_step("c")), down)).end.unreached == BASE_URL
    assert (await played(a_plan(a_step("c")), {"c": 500})).end.unreached == ""


async def test_what_comes_after_all_is_not_sent_to_a_sick_environment() -> None:
    """Nothing was begun, so there is nothing to tear down."""
    after = a_step("after-all", role=TestRole.AFTER_ALL, after=["a"])
    play = await played(a_plan(of_service("a"), after), {HEALTH: 503})
    assert play.verdicts["after-all"] is Verdict.SKIPPED


async def test_requests_to_a_service_carry_its_auth() -> None:
    """Also the one that asks how it is."""
    play = await played(a_plan(of_service("a")), service=WITH_AUTH)
    assert [dict(request.headers)["Authorization"] for request in play.sender.sent] == [
        "Bearer sesame-open",
        "Bearer sesame-open",
    ]


async def test_a_service_whose_token_comes_later_is_asked_without() -> None:
    """That it wants to know who asks shows that it is there."""
    auth = Auth(kind=AuthKind.BEARER, values={"token": "{{ tokens.later }}"})
    service = Service(base_url="http://billing.test/v2", health="/health", auth=auth)
    play = await played(a_plan(a_step("c"), of_service("a")), {HEALTH: 401}, service)
    assert play.verdicts["c"] is Verdict.PASSED


async def test_a_service_that_the_environment_does_not_have_breaks_the_test() -> None:
    """A worker's environment may lack what the file's had."""
    play = await Play(a_plan(of_service("a"))).run()
    assert play.outcome("a").verdict is Verdict.BROKEN
    assert "the environment has no service 'billing'" in play.outcome("a").reason
