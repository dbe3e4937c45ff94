"""Recording: all of a batch or nothing, once, by the lease that holds the run."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from uuid import RFC_4122, UUID

import psycopg
import pytest

from tests.database.actors import Refusal
from tests.database.conftest import OpenWorld
from tests.database.pushes import Json, a_result
from tests.database.world import World

VERDICTS = ("passed", "failed", "broken", "blocked", "skipped")


def _refused(world: World, run_id: UUID, batch_number: Any = 1, batch: Any = None, **more: Any) -> Refusal:
    before = _everything(world)
    refusal = world.worker.refused(
        "record_run",
        **(
            {
                "p_run_id": run_id,
                "p_lease_number": 1,
                "p_batch_number": batch_number,
                "p_context_version": 1,
                "p_batch": batch if batch is not None else {},
            }
            | more
        ),
    )
    assert _everything(world) == before
    assert refusal.hint
    return refusal


def _everything(world: World) -> list[Any]:
    tables = (
        "public.test_runs",
        "public.test_results",
        "public.test_result_details",
        "public.test_execution_context",
        "private.run_leases",
        "private.run_secrets",
        "realtime.messages",
        "pgmq.q_runs_medium",
    )
    return [world.session.rows(f"select * from {table} as row order by row::text") for table in tables]


def _counters(world: World, run_id: UUID) -> dict[str, int]:
    run = world.run(run_id)
    return {name: run[name] for name in ("total", "completed", "pending", *VERDICTS)}


def test_a_batch_moves_the_counters(world: World) -> None:
    """By what it brings; pending is what is left."""
    run_id = world.a_claimed_run()
    world.record(
        run_id,
        1,
        {
            "status": "running",
            "total": 4,
            "results": [a_result("accounts/login"), a_result("shop/catalog", "failed")],
        },
    )
    world.record(run_id, 2, {"results": [a_result("shop/cart", "blocked", blocked_by="shop/catalog")]})
    assert _counters(world, run_id) == {
        "total": 4,
        "completed": 3,
        "pending": 1,
        "passed": 1,
        "failed": 1,
        "broken": 0,
        "blocked": 1,
        "skipped": 0,
    }
    assert world.run(run_id)["status"] == "running"


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_has_its_counter(world: World, verdict: str) -> None:
    """And only its own."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"results": [a_result("shop/cart", verdict)]})
    assert {name: world.run(run_id)[name] for name in VERDICTS} == {
        name: int(name == verdict) for name in VERDICTS
    }


def test_the_answer_says_how_things_stand(world: World) -> None:
    """Go on, until when the lease lasts, and which numbers come next."""
    run_id = world.a_claimed_run()
    answer = world.record(run_id, 1, {"context": {"variables": {"a": 1}}})
    assert (answer["continue"], answer["reason"]) == (True, None)
    assert (answer["batch_number"], answer["context_version"], answer["sequence"]) == (1, 2, 2)
    assert datetime.fromisoformat(answer["lease_expires_at"]) == world.run(run_id)["lease_expires_at"]


def test_the_last_batch_may_be_sent_again(world: World) -> None:
    """A reply that got lost: the first answer again, and nothing written."""
    run_id = world.a_claimed_run()
    batch = {
        "results": [a_result("accounts/login")],
        "context": {"variables": {"a": 1}},
        "secrets": {"tokens": {"t": "secret"}},
        "events": [{"type": "test_completed", "test": "accounts/login"}],
    }
    answer = world.record(run_id, 1, batch)
    before = _everything(world)
    assert world.record(run_id, 1, batch) == answer
    assert world.record(run_id, 1, batch, context=99) == answer
    assert _everything(world) == before


def test_a_batch_that_does_not_follow_the_last_one_is_refused(world: World) -> None:
    """Neither an older one nor one after a gap."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1)
    world.record(run_id, 2)
    for number in (1, 0, 4, -1, None):
        refusal = _refused(world, run_id, number)
        assert refusal.code == "PT409"
        assert "does not follow batch 2" in refusal.message


def test_the_first_batch_of_a_lease_is_number_one(world: World) -> None:
    """There is no batch 0 to repeat."""
    run_id = world.a_claimed_run()
    assert _refused(world, run_id, 0).code == "PT409"
    assert _refused(world, run_id, 2).code == "PT409"
    world.record(run_id, 1)
    world.lose_lease(run_id)
    world.claim("worker-2")
    assert _refused(world, run_id, 0, p_lease_number=2).code == "PT409"
    assert _refused(world, run_id, 2, p_lease_number=2).code == "PT409"


def test_a_result_is_recorded_once(world: World) -> None:
    """Under another lease, in another batch: the first verdict stays, and nothing is counted twice."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"results": [a_result("accounts/login", "failed", reason="first")]})
    world.lose_lease(run_id)
    world.claim("worker-2")
    world.record(run_id, 1, {"results": [a_result("accounts/login"), a_result("shop/catalog")]}, lease=2)
    rows = world.viewer.rows(
        "select verdict::text, reason from public.test_results order by created_at, verdict"
    )
    assert {(row["verdict"], row["reason"]) for row in rows} == {("failed", "first"), ("passed", None)}
    assert world.count("public.test_result_details") == 2
    assert (world.run(run_id)["failed"], world.run(run_id)["passed"]) == (1, 1)


@pytest.mark.parametrize("table", ["test_results", "test_result_details"])
def test_what_is_written_together_lies_together(world: World, table: str) -> None:
    """Ids are UUIDs of version 7 that follow each other, so that an index is written at its end only."""
    run_id = world.a_claimed_run()
    for number, test in enumerate(("accounts/login", "shop/catalog"), start=1):
        details = [{"kind": "log", "position": position, "content": {}} for position in range(3)]
        world.record(run_id, number, {"results": [a_result(test, details=details)]})
    rows = world.session.rows(f"select id from public.{table} order by created_at, ctid")
    ids = [row["id"] for row in rows]
    assert len(set(ids)) == len(ids) >= 2
    assert {(id_.version, id_.variant) for id_ in ids} == {(7, RFC_4122)}
    assert [id_.bytes[:6] for id_ in ids] == sorted(id_.bytes[:6] for id_ in ids)


def test_of_two_workers_that_believe_they_hold_a_run_one_is_refused(world: World) -> None:
    """The one whose lease is older, in each of his calls; nothing of it is written."""
    run_id = world.a_claimed_run()
    world.lose_lease(run_id)
    world.claim("worker-2")
    refusal = _refused(world, run_id, 1, {"results": [a_result("accounts/login")]})
    assert (refusal.code, refusal.message) == ("PT409", "lease lost: another worker has this run now")
    assert (
        world.worker.refused(
            "finish_run", p_run_id=run_id, p_lease_number=1, p_outcome={"status": "completed"}
        ).code
        == "PT409"
    )
    assert world.record(run_id, 1, {"results": [a_result("accounts/login")]}, lease=2)["continue"]


@pytest.mark.parametrize("lease", [0, 2, -1, None])
def test_a_lease_that_was_never_given_is_refused(world: World, lease: int | None) -> None:
    """Only the number from the claim counts."""
    assert _refused(world, world.a_claimed_run(), p_lease_number=lease).code == "PT409"


def test_a_late_worker_keeps_a_run_that_nobody_else_took(world: World) -> None:
    """Its lease ended, and nobody came: it goes on, with a new lease."""
    run_id = world.a_claimed_run()
    world.lose_lease(run_id)
    assert world.record(run_id, 1)["continue"]
    assert world.claim("worker-2") is None


def test_a_run_that_waits_cannot_be_recorded(world: World) -> None:
    """Nobody has claimed it."""
    run_id = world.a_run()
    assert _refused(world, run_id, p_lease_number=0).code == "PT409"


def test_a_run_that_is_not_there_is_not_found(world: World) -> None:
    """Or has been deleted meanwhile."""
    unknown = UUID("00000000-0000-0000-0000-000000000000")
    assert _refused(world, unknown).code == "PT404"


@pytest.mark.parametrize("version", [0, 2, None])
def test_a_wrong_context_version_writes_nothing(world: World, version: int | None) -> None:
    """Not the results either: they may rest on values that are not there."""
    run_id = world.a_claimed_run()
    refusal = _refused(world, run_id, 1, {"results": [a_result("accounts/login")]}, p_context_version=version)
    assert refusal.code == "PT409"
    assert "context has version 1" in refusal.message


def test_an_empty_batch_keeps_the_lease_and_tells_nobody(world: World) -> None:
    """The heartbeat."""
    run_id = world.a_claimed_run()
    before = world.run(run_id)["lease_expires_at"]
    messages = world.count("realtime.messages")
    world.record(run_id, 1, {"lease_seconds": 600})
    assert (world.run(run_id)["lease_expires_at"] - before).total_seconds() > 500
    visible_in = world.session.value(
        "select extract(epoch from vt - clock_timestamp()) from pgmq.q_runs_medium"
    )
    assert 590 < visible_in <= 601
    assert world.count("realtime.messages") == messages


def test_a_batch_is_one_message(world: World) -> None:
    """With number, counters and events."""
    run_id = world.a_claimed_run()
    events = [{"type": "test_started", "test": "shop/cart"}, {"type": "test_completed", "test": "shop/cart"}]
    world.record(
        run_id, 1, {"status": "running", "total": 4, "results": [a_result("shop/cart")], "events": events}
    )
    [_, message] = world.messages(f"run:{run_id}")
    payload = message["payload"]
    assert (message["event"], message["private"]) == ("run_progress", True)
    assert (payload["run_id"], payload["sequence"], payload["status"]) == (str(run_id), 2, "running")
    assert payload["counters"] == _counters(world, run_id)
    assert (payload["events"], payload["truncated"], payload["context_version"]) == (events, False, 1)


def test_a_message_is_cut_before_it_is_too_large(world: World) -> None:
    """The last events are left out, and it says so; the counters are right all the same."""
    run_id = world.a_claimed_run()
    events = [{"type": "test_completed", "test": f"t{n}", "text": "é" * 500} for n in range(200)]
    world.record(run_id, 1, {"events": events})
    [_, message] = world.messages(f"run:{run_id}")
    payload = message["payload"]
    assert payload["truncated"] is True
    assert payload["events"] == events[: len(payload["events"])]
    assert 50 < len(payload["events"]) < 60
    size = world.session.value("select max(octet_length(payload::text)) from realtime.messages")
    assert size <= 60_000


def test_what_is_announced_is_what_was_recorded(world: World) -> None:
    """A refused batch sends no message."""
    run_id = world.a_claimed_run()
    _refused(world, run_id, 1, {"results": [a_result("nope/x")], "events": [{"type": "test_completed"}]})


def test_what_began_is_remembered_until_it_has_a_result(world: World) -> None:
    """For the worker that may have to go on."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"started": ["shop/cart", "shop/catalog"]})
    world.record(run_id, 2, {"started": ["shop/cart"], "results": [a_result("shop/catalog")]})
    assert world.session.value("select in_flight from private.run_leases") == ["shop/cart"]


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ([], "a batch must be of type object, but is array"),
        ({"results": {}}, "a batch.results must be of type array, but is object"),
        ({"results": [7]}, "must be of type object, but is number"),
        ({"results": [{}]}, ".test must be of type string, but is missing"),
        ({"results": [{"test": "shop/cart"}]}, ".verdict must be of type string, but is missing"),
        ({"results": [a_result("shop/cart", "great")]}, 'verdict cannot be "great"'),
        ({"results": [a_result("shop/nope")]}, '"shop/nope" is not a test of this run'),
        ({"results": [a_result("nope")]}, '"nope" is not a test of this run'),
        ({"results": [a_result("shop/cart/x")]}, '"shop/cart/x" is not a test of this run'),
        (
            {"results": [a_result("shop/cart"), a_result("shop/cart")]},
            'the result of "shop/cart" is there twice',
        ),
        (
            {"results": [a_result("shop/cart", "blocked", blocked_by="shop/nope")]},
            '"shop/nope" is not a test',
        ),
        ({"results": [a_result("shop/cart", blocked_by="shop/catalog")]}, "blame_only_when_blocked"),
        ({"results": [a_result("shop/cart", total_ms=-1)]}, "last_no_negative_time"),
        ({"results": [a_result("shop/cart", total_ms="fast")]}, "invalid input syntax"),
        ({"results": [a_result("shop/cart", attempts=-1)]}, "count_from_zero"),
        ({"results": [a_result("shop/cart", attempts=1.5)]}, "invalid input syntax"),
        ({"results": [a_result("shop/cart", attempts=10**12)]}, "out of range"),
        ({"results": [a_result("shop/cart", status_code=7)]}, "status_code_has_three_digits"),
        ({"results": [a_result("shop/cart", finished_at="2020-01-01T00:00:00Z")]}, "cannot_finish_before"),
        ({"results": [a_result("shop/cart", started_at="yesterday-ish")]}, "invalid input syntax"),
        ({"results": [a_result("shop/cart", reason="x" * 20001)]}, "reason_is_short"),
        ({"results": [a_result("shop/cart", details={})]}, ".details must be of type array, but is object"),
        ({"results": [a_result("shop/cart", details=[{}])]}, ".kind must be of type string, but is missing"),
        ({"results": [a_result("shop/cart", details=[{"kind": "gossip"}])]}, 'kind cannot be "gossip"'),
        ({"results": [a_result("shop/cart", details=[{"kind": "log", "position": -1}])]}, "count_from_zero"),
        ({"started": ["shop/nope"]}, '"shop/nope" is not a test of this run'),
        ({"started": "shop/cart"}, "a batch.started must be of type array, but is string"),
        ({"started": [1]}, "each of started must be of type string, but is number"),
        ({"status": "completed"}, 'a batch cannot make a run "completed"'),
        ({"status": "queued"}, 'a batch cannot make a run "queued"'),
        ({"status": 1}, "a batch.status must be of type string, but is number"),
        ({"total": -1}, "test_runs_count_from_zero"),
        ({"total": "many"}, "a batch.total must be of type number, but is string"),
        ({"total": 10**12}, "out of range"),
        ({"lease_seconds": 0}, "a lease lasts between 5 and 3600 seconds"),
        ({"lease_seconds": 10**9}, "a lease lasts between 5 and 3600 seconds"),
        ({"events": {}}, "a batch.events must be of type array, but is object"),
        ({"events": ["x"]}, "an event must be of type object, but is string"),
        ({"events": [{"test": "x"}]}, "an event's type must be of type string, but is missing"),
        ({"context": []}, "context must be of type object, but is array"),
        ({"secrets": {"tokens": "x"}}, "secrets.tokens must be of type object, but is string"),
        (
            {"context": {"captured_data": {"shop/cart": 7}}},
            'context.captured_data of "shop/cart" must be of type object, but is number',
        ),
        (
            {"secrets": {"captured_data": {"shop/cart": "x"}}},
            'secrets.captured_data of "shop/cart" must be of type object, but is string',
        ),
    ],
)
def test_a_malformed_batch_is_refused_and_nothing_is_written(world: World, batch: Any, message: str) -> None:
    """With what is wrong with it, and where."""
    refusal = _refused(world, world.a_claimed_run(), 1, batch)
    assert refusal.code == "PT422"
    assert message in refusal.message


@pytest.mark.parametrize(
    "batch",
    [
        {"results": [a_result(f"shop/{n}") for n in range(1001)]},
        {"results": [a_result("shop/cart", details=[{"kind": "log"}] * 20001)]},
        {"events": [{"type": "x"}] * 5001},
        {"started": ["shop/cart"] * 20001},
    ],
)
def test_a_batch_that_is_too_large_is_refused(world: World, batch: Json) -> None:
    """The limits are part of the refusal."""
    refusal = _refused(world, world.a_claimed_run(), 1, batch)
    assert refusal.code == "PT413"
    assert "the limit is" in refusal.message


def test_text_that_postgres_cannot_hold_is_refused(world: World) -> None:
    """A NUL: JSON may say it, Postgres may not. Refused before anything is looked at."""
    run_id = world.a_claimed_run()
    text = '{"results": [{"test": "shop/cart", "verdict": "failed", "reason": "a\\u0000b"}]}'
    with pytest.raises(psycopg.errors.UntranslatableCharacter):
        world.worker.call(
            "record_run",
            p_run_id=run_id,
            p_lease_number=1,
            p_batch_number=1,
            p_context_version=1,
            p_batch=text,
        )
    assert world.count("public.test_results") == 0


def test_a_test_of_another_run_is_not_of_this_one(world: World) -> None:
    """Its suite exists, and another run executes it."""
    run_id = world.a_claimed_run(suites=["accounts"])
    world.a_run(suites=["shop"])
    refusal = _refused(world, run_id, 1, {"results": [a_result("shop/cart")]})
    assert (refusal.code, refusal.message) == ("PT422", '"shop/cart" is not a test of this run')


def test_people_do_not_record(world: World) -> None:
    """Results are what a worker saw; of local runs: test_43_local_runs.py."""
    run_id = world.a_claimed_run()
    for actor in (world.owner, world.stranger, world.anonymous):
        refusal = actor.refused(
            "record_run", p_run_id=run_id, p_lease_number=1, p_batch_number=1, p_context_version=1, p_batch={}
        )
        assert refusal.code == ("42501" if actor is world.anonymous else "PT404")


def test_the_same_batch_twice_at_the_same_time_is_written_once(open_world: OpenWorld) -> None:
    """The repetition waits for the first, and gets its answer."""
    worlds = [open_world() for _ in range(4)]
    run_id = worlds[0].a_claimed_run()
    batch = {"results": [a_result("accounts/login")], "events": [{"type": "test_completed"}]}
    with ThreadPoolExecutor() as threads:
        answers = list(threads.map(lambda world: world.record(run_id, 1, batch), worlds))
    assert all(answer == answers[0] for answer in answers)
    assert worlds[0].run(run_id)["passed"] == 1
    assert len(worlds[0].messages(f"run:{run_id}")) == 2


def test_evidence_may_come_after_the_result(world: World) -> None:
    """How an undo went is known when all tests are over: it joins the evidence of its test."""
    run_id = world.a_claimed_run()
    test = "accounts/login"
    world.record(run_id, 1, {"results": [a_result(test)]})
    content = {"verdict": "passed", "steps": []}
    later = [
        {"test": test, "kind": "cleanup", "attempt": 2, "content": content},
        {"test": test, "kind": "renewal"},
    ]
    assert world.record(run_id, 2, {"details": later})["sequence"] == 3
    rows = world.viewer.rows(
        "select kind::text, attempt, content from public.test_result_details"
        " where run_id = %s and kind in ('cleanup', 'renewal') order by position",
        run_id,
    )
    assert rows == [
        {"kind": "cleanup", "attempt": 2, "content": content},
        {"kind": "renewal", "attempt": 1, "content": {}},
    ]


@pytest.mark.parametrize(
    ("details", "message"),
    [
        ({}, "a batch.details must be of type array, but is object"),
        ([{"test": "accounts/login", "kind": "tidy"}], "the later evidence for"),
        ([{"test": "accounts/none", "kind": "cleanup"}], '"accounts/none" is not a test of this run'),
        ([{"kind": "cleanup"}], "the evidence of a batch names its tests"),
        (["x"], "the evidence of a batch names its tests"),
    ],
)
def test_evidence_that_belongs_to_nothing_is_refused(world: World, details: Any, message: str) -> None:
    """Nothing of the batch is written."""
    run_id = world.a_claimed_run()
    refusal = _refused(world, run_id, batch={"details": details})
    assert refusal.code == "PT422"
    assert message in refusal.message
