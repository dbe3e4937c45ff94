"""What is known and said before the first request."""

from collections.abc import Mapping

from worker.engine import verdicts
from worker.engine.parts import Parts
from worker.models.events import PlannedTest, RunStarted
from worker.models.graph import Plan
from worker.models.outcome import TestOutcome
from worker.models.suite import Test, TestName, may_run_in


def announcement(plan: Plan, parts: Parts) -> RunStarted:
    """What the run is about to do."""
    return RunStarted(
        tests=tuple(_planned(plan, test) for test in plan.tests.values()),
        environment=parts.environment.name,
        base_url=parts.context.mask.text(without_credentials(parts.environment.base_url)),
        jobs=parts.most_at_once,
        started_at=parts.clock.now(),
        choice=plan.choice,
        notices=(*plan.notices, *_shuffled(parts)),
        dependencies=plan.dependencies,
    )


def _shuffled(parts: Parts) -> tuple[str, ...]:
    if parts.shuffle is None:
        return ()
    return (f"shuffled with the seed {parts.shuffle}, which gives the same order again",)


def recorded_earlier(plan: Plan, parts: Parts) -> Mapping[TestName, TestOutcome]:
    """Verdicts of an earlier holder of this run."""
    return {
        name: verdicts.known(plan, name, said) for name, said in parts.finished.items() if name in plan.tests
    }


def never_sent(plan: Plan, parts: Parts) -> Mapping[TestName, TestOutcome]:
    """Verdicts of tests that this run will not send: skipped ones, those that must not run in this
    environment, and those that may have been sent once and must not be sent twice."""
    found: dict[TestName, TestOutcome] = {}
    for name, test in plan.tests.items():
        if name in parts.finished:
            continue
        if test.skip_reason is not None:
            found[name] = verdicts.skipped(plan, test)
        elif not may_run_in(test, parts.environment):
            found[name] = verdicts.elsewhere(plan, test, parts.environment.name)
        elif name in parts.interrupted and not test.idempotent:
            found[name] = verdicts.interrupted(plan, name)
    return found


def without_credentials(url: str) -> str:
    """The URL without the name and password that may stand before the host."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}"


def _planned(plan: Plan, test: Test) -> PlannedTest:
    return PlannedTest(
        name=test.name,
        title=test.title,
        needs=tuple(plan.requires.get(test.name, ())),
        required_only=test.name in plan.required_only,
    )
