"""Further services of the environment: each that the run needs is asked once how it is, before all tests."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from context.errors import ContextError
from context.values import JsonValue
from worker.engine.categories import Category
from worker.engine.endings import in_words
from worker.engine.parts import Parts, origin_of
from worker.errors import RequestError, TransportError
from worker.http.build import build_request
from worker.http.cookies import CookieJar
from worker.models.environment import Service
from worker.models.exchange import Response
from worker.models.graph import Plan
from worker.models.outcome import TestOutcome, Verdict
from worker.models.request import NO_AUTH, Auth, AuthKind, Request
from worker.models.suite import Test, TestName

#: How long a service may take to say how it is, in seconds.
PROBE_SECONDS = 10.0

#: Answers of a service that is well, but does not know who asks.
_ASKS_WHO = (401, 403)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwell:
    """A service that is not well, and the outcome of the first test that needs it."""

    service: str
    outcome: TestOutcome


async def unwell(plan: Plan, parts: Parts, *, sent: Iterable[TestName]) -> Unwell | None:
    """The first service of these tests that is not well; None if all are that they need."""
    probed: dict[str, Test] = {}
    for name in sent:
        for service in _services_of(plan.tests[name]):
            known = parts.environment.services.get(service)
            if known is not None and known.health:
                probed.setdefault(service, plan.tests[name])
    found = await asyncio.gather(*(_probe(name, test, parts) for name, test in probed.items()))
    for service, outcome in zip(probed, found, strict=True):
        if outcome is not None:
            required_only = outcome.test in plan.required_only
            return Unwell(service=service, outcome=replace(outcome, required_only=required_only))
    return None


def _services_of(test: Test) -> Iterator[str]:
    for use in (*test.uses, *test.cleanup_uses):
        match use.path:
            case ("services", str(name), *_):
                yield name


async def _probe(name: str, test: Test, parts: Parts) -> TestOutcome | None:
    """Ask one service, in the name of the first test that needs it."""
    service = parts.environment.services[name]
    began = parts.clock.now()
    reason, category = await _trouble_of(name, service, test, parts)
    if not category:
        return None
    return TestOutcome(
        test=test.name,
        verdict=Verdict.BROKEN,
        reason=parts.context.mask.text(f"the service {name} is not well: {reason}"),
        category=category,
        started_at=began,
        finished_at=parts.clock.now(),
    )


async def _trouble_of(name: str, service: Service, test: Test, parts: Parts) -> tuple[str, str]:
    """What is wrong with a service, in words and as a category; both empty if nothing is."""
    try:
        response, knows_us = await _ask(name, service, test, parts)
    except RequestError as error:
        return in_words(error), Category.DEFINITION
    except TransportError as error:
        return in_words(error), error.category
    status = response.status_code
    if status < 400 or (status in _ASKS_WHO and not knows_us):
        return "", ""
    gateway = status in (502, 503, 504)
    return f"GET {service.health} answered {status}", Category.GATEWAY if gateway else Category.ENVIRONMENT


async def _ask(name: str, service: Service, test: Test, parts: Parts) -> tuple[Response, bool]:
    """The answer, and whether we could say who asks: a token may be there only later."""

    def render(value: JsonValue, *, field: str) -> JsonValue:
        return parts.context.render(value, suite=test.suite, test=test.key)

    origin = origin_of(parts, CookieJar(parts.clock))
    asked = Request(method="GET", url=service.health, service=name, auth=Auth(kind=AuthKind.SERVICE))
    try:
        request, knows_us = build_request(asked, render=render, origin=origin), True
    except ContextError:
        plain = replace(asked, auth=NO_AUTH)
        request, knows_us = build_request(plain, render=render, origin=origin), False
    return await parts.sender.send(request, timeout_seconds=PROBE_SECONDS), knows_us
