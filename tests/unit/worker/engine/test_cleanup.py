"""What tests have made is undone."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.builders import a_capture, a_place, a_plan, a_request, an_environment, an_expectation
from tests.engines import BASE_URL, Line, Play, a_step, key_of
from worker.engine import StopSignal
from worker.models.dependency import DependencyKind
from worker.models.events import CleanupFinished, CleanupUnderWay, RunFinished
from worker.models.exchange import PreparedRequest, Response
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.flow import Repeat
from worker.models.graph import Dependency, Plan
from worker.models.outcome import Cleanup, RunStatus, TestOutcome, Verdict
from worker.models.suite import Step, Test

GOOD = an_expectation("2xx", operator=Operator.STATUS_CLASS)


def an_undo(url: str, method: str = "DELETE", *, expect: Expectation = GOOD) -> Step:
    """A step of a clean-up."""
    return Step(request=a_request(method, url), expectations=(expect,), where=a_place())


def a_maker(key: str, **more: object) -> Test:
    """A test that makes something with an id, and undoes it by that."""
    url = f"/{key}/{{{{ captured_data.{key}.id }}}}"
    more.setdefault("capture", [a_capture("id")])
    more.setdefault("cleanup", (an_undo(url),))
    return a_step(key, request=a_request("POST", f"/{key}"), **more)


class MakingPlay(Play):
    """A run against an API that gives what is made an id: 1, 2, 3 in the order of asking.

    `undone` are the paths of its DELETE requests, in order; `undos` a script for them by key.
    """

    def __init__(
        self,
        plan: Plan,
        script: Mapping[str, Line] | None = None,
        lasts: Mapping[str, int] | None = None,
        *,
        undos: Mapping[str, Line] | None = None,
        undo_lasts: int = 0,
    ) -> None:
        super().__init__(plan, script, lasts)
        self.made = 0
        self.undone: list[str] = []
        self._undos = undos or {}
        self._undo_lasts = undo_lasts

    async def _answer(self, request: PreparedRequest) -> Response:
        path = urlsplit(request.url).path
        if request.method == "DELETE":
            self.undone.append(path)
            await self.clock.sleep(self._undo_lasts)
            line = self._undos.get(path.split("/")[1], 204)
            return line if isinstance(line, Response) else Response(status_code=int(str(line)))
        answer = await super()._answer(request)
        if request.method == "POST" and not answer.body:
            self.made += 1
            return Response(status_code=answer.status_code, body=b'{"id": %d}' % self.made)
        return answer

    @property
    def told(self) -> list[Cleanup]:
        """What was told of undos, in order."""
        return [event.cleanup for event in self.events if isinstance(event, CleanupFinished)]

    @property
    def cleanups(self) -> dict[str, Verdict]:
        """How each undo went, by its test's key."""
        return {key_of(cleanup.test): cleanup.verdict for cleanup in self.end.cleanups}


def a_family() -> Plan:
    """A customer, two orders of his, an item of the second one."""
    return a_plan(
        a_maker("customer"),
        a_maker("order", needs=["customer"]),
        a_maker("second", needs=["customer"]),
        a_step("read", needs=["second"]),
        a_maker("item", needs=["read"]),
    )


async def test_what_was_made_last_is_undone_first() -> None:
    """Children before parents, also where a test that made nothing stands between them."""
    play = await MakingPlay(a_family()).run(jobs=1)
    places = {path.split("/")[1]: at for at, path in enumerate(play.undone)}
    assert places["item"] < places["second"] < places["customer"]
    assert places["order"] < places["customer"]
    assert play.cleanups == dict.fromkeys(["item", "second", "order", "customer"], Verdict.PASSED)
    assert play.end.message == "5 passed"


async def test_undos_run_side_by_side_where_the_order_allows() -> None:
    """Four that know nothing of one another take as long as one."""
    plan = a_plan(*(a_maker(f"t{at}") for at in range(4)))
    play = await MakingPlay(plan, undo_lasts=3).run(jobs=4)
    assert play.end.seconds == 3


async def test_who_waits_for_undos_is_told_what_for() -> None:
    """Each beginning and each end says whose undos run now, and how many are left."""
    plan = a_plan(a_maker("order"), a_maker("item", needs=["order"]))
    play = await MakingPlay(plan, undo_lasts=3).run()
    told = [event for event in play.events if isinstance(event, CleanupUnderWay)]
    assert [([key_of(test) for test in event.tests], event.left) for event in told] == [
        (["item"], 2),
        ([], 1),
        (["order"], 1),
        ([], 0),
    ]


async def test_undos_keep_to_the_jobs() -> None:
    """No more at once than tests were."""
    plan = a_plan(*(a_maker(f"t{at}") for at in range(4)))
    play = await MakingPlay(plan, undo_lasts=3).run(jobs=2)
    assert play.end.seconds == 6


async def test_undos_run_after_a_failure() -> None:
    """What passed has made something, whatever went wrong elsewhere."""
    plan = a_plan(a_maker("order"), a_step("bad", needs=["order"]))
    play = await MakingPlay(plan, {"bad": 500}).run()
    assert play.undone == ["/order/1"]
    assert play.end.message == "1 passed, 1 failed"


async def test_a_test_that_failed_after_it_had_made_something_is_undone() -> None:
    """The answer had the id, though not the status that was expected."""
    wrong = an_expectation("Ada", kind=ExpectationKind.JSON, subject="$.name")
    plan = a_plan(a_maker("order", expect=[an_expectation(200), wrong]), a_step("next", needs=["order"]))
    play = await MakingPlay(plan).run()
    assert play.verdicts == {"order": "failed", "next": "blocked"}
    assert play.undone == ["/order/1"]


async def test_nobody_else_sees_what_a_failed_test_has_found() -> None:
    """It is for its undo alone."""
    wrong = an_expectation("Ada", kind=ExpectationKind.JSON, subject="$.name")
    url = "/next?id={{ captured_data.order.id | default('none') }}"
    plan = a_plan(
        a_maker("order", expect=[wrong]), a_step("next", after=["order"], request=a_request(url=url))
    )
    play = await MakingPlay(plan).run()
    assert play.sender.sent[1].url.endswith("/next?id=none")


async def test_each_attempt_that_made_something_is_undone() -> None:
    """A retry leaves two of them behind."""
    statuses = iter([500, 200])
    plan = a_plan(a_maker("order", retries=1))
    play = await MakingPlay(plan, {"order": lambda: next(statuses)}).run()
    assert play.undone == ["/order/2", "/order/1"]
    assert [cleanup.attempt for cleanup in play.told] == [2, 1]


async def test_attempts_whose_undo_is_the_same_have_one() -> None:
    """Emptying a cart twice does not make it emptier."""
    statuses = iter([500, 500, 200])
    cart = a_maker("cart", retries=2, capture=(), cleanup=(an_undo("/cart"),))
    play = await MakingPlay(a_plan(cart), {"cart": lambda: next(statuses)}).run()
    assert play.undone == ["/cart"]


@pytest.mark.parametrize("line", [500, 401])
async def test_a_test_that_made_nothing_is_not_undone(line: int) -> None:
    """Nothing was captured, so there is nothing to undo, and nothing is said."""
    answer = Response(status_code=line, body=b'{"error": "no"}')
    play = await MakingPlay(a_plan(a_maker("order")), {"order": answer}).run()
    assert (play.undone, play.told, play.end.cleanups) == ([], [], ())


async def test_a_test_that_was_never_sent_is_not_undone() -> None:
    """Skipped, blocked, or without a connection."""
    cleanup = (an_undo("/everything"),)
    plan = a_plan(
        a_step("bad"),
        a_step("blocked", needs=["bad"], cleanup=cleanup),
        a_step("skipped", skip_reason="not now", cleanup=cleanup),
    )
    play = await MakingPlay(plan, {"bad": 500}).run()
    assert play.undone == []


async def test_an_undo_that_fails_changes_no_verdict_and_stops_no_other() -> None:
    """It is told with its exchange, and the run is what its tests are."""
    play = await MakingPlay(a_family(), undos={"second": 500}).run()
    assert play.end.status is RunStatus.COMPLETED
    assert play.cleanups["second"] is Verdict.FAILED
    assert play.cleanups["customer"] is Verdict.PASSED
    failed = next(cleanup for cleanup in play.told if cleanup.verdict is Verdict.FAILED)
    assert failed.reason == "expected status 2xx, got 500"
    assert failed.steps[0].exchange is not None
    assert failed.steps[0].exchange.status_code == 500


@pytest.mark.parametrize("status", [404, 410])
async def test_what_is_gone_already_is_undone(status: int) -> None:
    """The test deleted it itself, or an earlier worker of this run did."""
    play = await MakingPlay(a_plan(a_maker("order")), undos={"order": status}).run()
    assert play.cleanups == {"order": Verdict.PASSED}


async def test_an_undo_of_a_test_that_passed_has_to_find_what_it_needs() -> None:
    """A name that is not there is a mistake, not a sign that nothing was made."""
    maker = a_maker("order", cleanup=(an_undo("/order/{{ captured_data.order.nope }}"),))
    play = await MakingPlay(a_plan(maker)).run()
    assert play.cleanups == {"order": Verdict.BROKEN}
    assert "'captured_data.order' has no 'nope'" in play.told[0].reason


async def test_all_steps_of_an_undo_are_tried() -> None:
    """The second one may still help."""
    cleanup = (an_undo("/first"), an_undo("/then/{{ captured_data.order.id }}"))
    play = await MakingPlay(a_plan(a_maker("order", cleanup=cleanup)), undos={"first": 500}).run()
    assert play.undone == ["/first", "/then/1"]
    assert play.cleanups == {"order": Verdict.FAILED}


async def test_undos_of_a_cancelled_run_are_run() -> None:
    """Ctrl-C leaves nothing behind."""
    stop = StopSignal()
    plan = a_plan(a_maker("order"), a_step("slow", needs=["order"]), a_step("next", needs=["slow"]))
    play = MakingPlay(plan, lasts={"slow": 5})
    play.start(stop=stop)
    await play.clock.advance(1)
    stop.cancel()
    await play.finish()
    assert play.verdicts == {"order": "passed", "slow": "passed", "next": "skipped"}
    assert play.undone == ["/order/1"]
    assert play.end.status is RunStatus.CANCELLED


async def test_an_undo_is_not_cut_by_the_patience_with_tests() -> None:
    """Patience is for tests in flight; cleaning up has a time of its own."""
    stop = StopSignal()
    play = MakingPlay(
        a_plan(a_maker("order"), a_step("slow", after=["order"])), lasts={"slow": 50}, undo_lasts=8
    )
    play.start(stop=stop, patience_seconds=2)
    await play.clock.advance(1)
    stop.cancel()
    await play.finish()
    assert play.verdicts["slow"] == "broken"
    assert play.cleanups == {"order": Verdict.PASSED}
    assert play.end.seconds == 11


async def test_whoever_gives_up_undoes_nothing() -> None:
    """A second Ctrl-C: what was made stays, and that is said."""
    stop = StopSignal()
    play = MakingPlay(a_plan(a_maker("order"), a_step("slow", after=["order"])), lasts={"slow": 50})
    play.start(stop=stop)
    await play.clock.advance(1)
    stop.cancel()
    stop.give_up()
    await play.finish()
    assert play.undone == []
    assert [cleanup.reason for cleanup in play.end.cleanups] == ["not done: the run was stopped at once"]


async def test_giving_up_cuts_an_undo_short() -> None:
    """The second Ctrl-C came while it was running."""
    stop = StopSignal()
    plan = a_plan(a_maker("a"), a_maker("b", needs=["a"]))
    play = MakingPlay(plan, undo_lasts=50)
    play.start(stop=stop)
    await play.clock.advance(1)
    stop.give_up()
    await play.finish()
    assert play.cleanups == {"b": Verdict.BROKEN, "a": Verdict.SKIPPED}
    assert play.end.seconds == 1


async def test_cleaning_up_has_a_time_limit() -> None:
    """An API that hangs does not hold the run; what was not undone is said."""
    plan = a_plan(a_maker("a"), a_maker("b", needs=["a"]))
    play = await MakingPlay(plan, undo_lasts=40).run(cleanup_seconds=30)
    assert play.end.seconds == 30
    assert {cleanup.test: cleanup.reason for cleanup in play.end.cleanups} == {
        "shop/b": "stopped while it ran",
        "shop/a": "not done: the 30 s for cleaning up were over",
    }
    assert play.end.status is RunStatus.COMPLETED


async def test_undos_run_after_the_time_of_the_run_is_over() -> None:
    """The limit is for tests."""
    plan = a_plan(a_maker("order"), a_step("slow", needs=["order"]))
    play = await MakingPlay(plan, lasts={"slow": 50}).run(timeout_seconds=5)
    assert play.undone == ["/order/1"]


async def test_a_test_that_was_cut_short_is_undone_as_far_as_it_got() -> None:
    """Its first step had made something; nobody knows of the second."""
    stop = StopSignal()
    first = Step(
        request=a_request("POST", "/order"),
        expectations=(GOOD,),
        captures=(a_capture("id"),),
        where=a_place(),
    )
    second = Step(index=1, request=a_request(url="/slow"), expectations=(GOOD,), where=a_place())
    test = a_maker("order", steps=(first, second))
    play = MakingPlay(a_plan(test), lasts={"slow": 50})
    play.start(stop=stop, patience_seconds=1)
    await play.clock.advance(1)
    stop.cancel()
    await play.finish()
    assert play.verdicts == {"order": "broken"}
    assert play.undone == ["/order/1"]


async def test_what_was_on_its_way_when_the_run_was_cut_is_undone() -> None:
    """Its answer is not known, but it may have arrived: an undo that needs nothing of it is done."""
    stop = StopSignal()
    known = a_maker("known", capture=(), cleanup=(an_undo("/known"),))
    unknown = a_maker("unknown")
    play = MakingPlay(a_plan(known, unknown), lasts={"known": 50, "unknown": 50})
    play.start(stop=stop, patience_seconds=1)
    await play.clock.advance(1)
    stop.cancel()
    await play.finish()
    assert play.undone == ["/known"]
    assert play.cleanups == {"known": Verdict.PASSED}


async def test_what_the_time_of_an_attempt_has_cut_is_undone() -> None:
    """As above, and the same for a test that was asked again and again until then."""
    slow = a_maker("slow", capture=(), cleanup=(an_undo("/slow"),), attempt_seconds=5)
    polling = Step(
        request=a_request("POST", "/asked"),
        expectations=(GOOD,),
        repeat=Repeat(until="{{ false }}", every_seconds=3, at_most=100, where=a_place()),
        where=a_place(),
    )
    asked = a_maker("asked", capture=(), cleanup=(an_undo("/asked"),), attempt_seconds=5, steps=(polling,))
    play = await MakingPlay(a_plan(slow, asked), lasts={"slow": 50}).run()
    assert play.verdicts == {"slow": "broken", "asked": "broken"}
    assert sorted(play.undone) == ["/asked", "/slow"]


async def test_a_test_that_was_cut_before_it_was_sent_is_not_undone() -> None:
    """It waited for its turn: nothing of it is in the API."""
    stop = StopSignal()
    waiting = a_maker("waiting", capture=(), cleanup=(an_undo("/waiting"),))
    play = MakingPlay(a_plan(a_step("first"), waiting), lasts={"first": 50})
    play.start(stop=stop, patience_seconds=1, environment=an_environment(base_url=BASE_URL, max_parallel=1))
    await play.clock.advance(1)
    stop.cancel()
    await play.finish()
    assert (play.undone, play.told) == ([], [])


async def test_a_drained_run_leaves_its_undos_to_whoever_takes_it_up() -> None:
    """Also those of tests that were over before; the context has what they need."""
    plan = a_family()
    stop, first = StopSignal(), MakingPlay(plan, lasts={"second": 2})
    first.start(stop=stop, jobs=1)
    await first.clock.advance(1)
    stop.drain()
    await first.finish()
    assert (first.undone, first.told) == ([], [])
    assert not isinstance(first.events[-1], RunFinished)
    second = MakingPlay(plan)
    second.made = first.made
    second.context.restore(first.context.state())
    await second.run(jobs=1, finished={outcome.test: outcome for outcome in first.finished})
    assert sorted(second.undone) == ["/customer/1", "/item/4", "/order/3", "/second/2"]
    assert second.undone[-1] == "/customer/1"


async def test_a_run_that_is_drained_with_only_undos_left_is_left_as_well() -> None:
    """This process shall end soon; what is to be undone can wait for the next."""
    stop, play = StopSignal(), MakingPlay(a_plan(a_maker("order")), lasts={"order": 2})
    play.start(stop=stop)
    await play.clock.advance(1)
    stop.drain()
    await play.finish()
    assert play.verdicts == {"order": "passed"}
    assert not isinstance(play.events[-1], RunFinished)


async def test_draining_while_undos_run_begins_no_further_one() -> None:
    """Those under way may finish."""
    stop, play = StopSignal(), MakingPlay(a_plan(a_maker("a"), a_maker("b", needs=["a"])), undo_lasts=3)
    play.start(stop=stop)
    await play.clock.advance(1)
    stop.drain()
    await play.finish()
    assert [cleanup.verdict for cleanup in play.told] == [Verdict.PASSED]
    assert not isinstance(play.events[-1], RunFinished)


async def test_what_a_failed_test_had_made_is_known_to_whoever_takes_the_run_up() -> None:
    """Its undo is recorded with its verdict, as data of its own."""
    wrong = an_expectation("Ada", kind=ExpectationKind.JSON, subject="$.name")
    plan = a_plan(a_maker("order", expect=[wrong]))
    play = await MakingPlay(plan).run()
    change = next(getattr(event, "change", None) for event in play.events if hasattr(event, "change"))
    assert change is not None
    assert (change.captured_data, change.tokens, change.variables) == ({"id": 1}, (), {})


async def test_an_undo_waits_for_those_that_use_what_it_undoes() -> None:
    """The undo of an order is sent with the session that the undo of the login ends."""
    plan = a_plan(a_maker("login"), a_maker("order"))
    edge = Dependency(dependent="shop/order", required="shop/login", kind=DependencyKind.TOKEN)
    plan = replace(plan, undo_requires={"shop/order": {"shop/login": edge}})
    play = await MakingPlay(plan).run()
    assert play.undone == ["/order/2", "/login/1"]


def finished(*keys: str, verdict: Verdict = Verdict.PASSED) -> dict[str, TestOutcome]:
    """Verdicts of an earlier worker."""
    return {f"shop/{key}": TestOutcome(test=f"shop/{key}", verdict=verdict) for key in keys}


async def test_an_earlier_workers_verdict_alone_is_enough() -> None:
    """An undo that needs no captured value runs, if the test can have been sent."""
    cart = a_step("cart", cleanup=(an_undo("/cart"),))
    for verdict, undone in [(Verdict.PASSED, ["/cart"]), (Verdict.FAILED, ["/cart"]), (Verdict.SKIPPED, [])]:
        play = await MakingPlay(a_plan(cart)).run(finished=finished("cart", verdict=verdict))
        assert play.undone == undone


async def test_locks_hold_for_undos() -> None:
    """Two that must not meet do not meet at the end either."""
    plan = a_plan(*(a_maker(f"t{at}", locks=("tenant",)) for at in range(3)))
    play = await MakingPlay(plan, undo_lasts=2).run(jobs=3)
    assert play.end.seconds == 6
