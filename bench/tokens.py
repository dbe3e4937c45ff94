"""A run whose token lives two seconds: 500 tests over ten seconds, against a real server.

    python bench/tokens.py [--tests 500] [--jobs 50] [--life 2] [--takes 1000] [--silent]

Each request takes a second at the API, which looks at the token when the request comes in. With
--silent a login does not say how long its token lives: then only a 401 tells. Prints what happened.
"""

import argparse
import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from context.execution import ExecutionContext
from tests.builders import a_plan, a_request, a_token, an_environment
from tests.engines import a_step
from tests.targets import Target, running_target
from worker.engine import Parts, run_plan
from worker.http import make_sender
from worker.models.events import RunFinished
from worker.models.graph import Plan
from worker.models.outcome import RunOutcome
from worker.models.request import Auth, AuthKind

BEARER = Auth(kind=AuthKind.BEARER, values={"token": "{{ tokens.access_token }}"})


def the_plan(tests: int, *, takes: int) -> Plan:
    """One login, and so many tests that need its token."""
    login = a_step("login", request=a_request("POST", "/desk"), capture=[a_token("access_token")])
    users = (
        a_step(f"t{number}", needs=["login"], request=a_request(url=f"/desk/{takes}", auth=BEARER))
        for number in range(tests)
    )
    return a_plan(login, *users)


async def run(plan: Plan, target: Target, *, jobs: int) -> RunOutcome:
    """The whole run."""
    sender = make_sender()
    parts = Parts(
        context=ExecutionContext(base_url=target.base_url),
        sender=sender,
        environment=an_environment(base_url=target.base_url),
        jobs=jobs,
    )
    try:
        async for event in run_plan(plan, parts):
            if isinstance(event, RunFinished):
                return event.outcome
    finally:
        await sender.close()
    raise AssertionError("the run has no end")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--tests", type=int, default=500)
    asked.add_argument("--jobs", type=int, default=50)
    asked.add_argument("--life", type=float, default=2.0, help="seconds a token lives")
    asked.add_argument("--takes", type=int, default=1000, help="milliseconds a request takes")
    asked.add_argument("--silent", action="store_true", help="logins do not say how long tokens live")
    given = asked.parse_args()
    with running_target() as target:
        target.desk.life_seconds, target.desk.announces = given.life, not given.silent
        plan = the_plan(given.tests, takes=given.takes)
        outcome = asyncio.run(run(plan, target, jobs=given.jobs))
    print(f"{outcome.message}, {outcome.seconds:.1f} s, best possible {outcome.best_possible_seconds:.1f} s")
    print(f"{target.desk.logins:8d}  logins, the first one included")
    print(f"{outcome.seconds / given.life:8.1f}  lives of a token in this time")
    print(f"{target.desk.refusals:8d}  requests that met a 401 and were sent again")
    print(f"{target.desk.good:8d}  requests that were answered with 200")


if __name__ == "__main__":
    main()
