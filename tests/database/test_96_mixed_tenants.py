"""A worker serves many tenants: where it mixes two of them up it is refused, and nothing is half written."""

import pytest

from tests.database.mixed import WITH_ONE_ID, WITHOUT_IDS, Call, calls
from tests.database.stage import Stage

#: The calls of mixed.py by their names; what they give comes with the stage.
CASES = (
    "capture_variables-test",
    "get_run_content-content",
    "record_archive-location",
    "record_fixture_usage-fixture",
    "record_fixture_usage-test",
    "record_run-file",
    "record_run-later evidence",
    "record_run-one of two results",
    "record_run-plan",
    "record_run-result",
    "record_run-root cause",
    "record_run-started",
    "resolve_test_dependencies-test",
)


def _contents(stage: Stage) -> dict[str, str]:
    """What all our tables and queues hold, in short."""
    tables = stage.session.rows(
        "select oid::regclass::text as name from pg_class where relkind in ('r', 'p') and not relispartition "
        "and relnamespace::regnamespace::text in ('public', 'private', 'pgmq', 'realtime', 'vault')"
    )
    short = "select coalesce(md5(string_agg(row::text, '' order by row::text)), '') from {} as row"
    return {row["name"]: stage.session.value(short.format(row["name"])) for row in tables}


def _call(stage: Stage, case: str, *, mixed: bool) -> Call:
    found = {str(call): call for call in calls(stage.shop, stage.other if mixed else stage.shop)}
    return found[case]


def test_every_function_for_workers_is_tried(stage: Stage) -> None:
    """A new one says here what it does with two tenants, or that it cannot be given two."""
    rows = stage.session.rows(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace "
        "and has_function_privilege('service_role', oid, 'execute')"
    )
    mixing = calls(stage.shop, stage.other)
    assert sorted(str(call) for call in mixing) == sorted(CASES)
    tried = {call.function for call in mixing} | WITH_ONE_ID | WITHOUT_IDS
    assert tried == {row["proname"] for row in rows}


def test_who_takes_one_id_takes_no_second(stage: Stage) -> None:
    """By the arguments' names; what stands in a document is told in mixed.py."""
    rows = stage.session.rows(
        "select proname, (select count(*) from unnest(proargnames) as name "
        "where name ~ '^p_.*(_id|_ids|_test|_tests|_key|_name)$') as ids "
        "from pg_proc where pronamespace = 'public'::regnamespace"
    )
    several = {row["proname"] for row in rows if row["ids"] > 1}
    assert several & (WITH_ONE_ID | WITHOUT_IDS) == set()


@pytest.mark.parametrize("case", CASES)
def test_two_tenants_in_one_call_are_refused(stage: Stage, case: str) -> None:
    """In words of its own, before anything is written."""
    before = _contents(stage)
    call = _call(stage, case, mixed=True)
    refusal = stage.world.worker.refused(call.function, **call.arguments)
    assert (refusal.code, refusal.message) == (call.code, call.message)
    assert refusal.hint
    assert _contents(stage) == before


@pytest.mark.parametrize("case", CASES)
def test_the_same_call_with_one_tenant_is_right(stage: Stage, case: str) -> None:
    """What is refused above is refused for the mixture."""
    call = _call(stage, case, mixed=False)
    assert stage.world.worker.call_all(call.function, **call.arguments)


def test_a_lease_is_of_one_run(stage: Stage) -> None:
    """The number of another run's lease opens nothing, be the run claimed, waiting or over."""
    before = _contents(stage)
    shop = stage.shop
    for run_id, lease in ((shop.claimed_run_id, 2), (shop.queued_run_id, 1), (shop.finished_run_id, 2)):
        for function, more in (
            ("record_run", {"p_batch_number": 1, "p_context_version": 1, "p_batch": {}}),
            ("finish_run", {"p_outcome": {"status": "completed"}}),
            ("release_run", {}),
            ("initialise_execution_context", {}),
            ("update_shared_tokens", {"p_version": 1, "p_tokens": {"a": "b"}}),
            ("save_execution_context", {"p_version": 1, "p_context": {}}),
        ):
            refusal = stage.world.worker.refused(function, p_run_id=run_id, p_lease_number=lease, **more)
            assert refusal.code == "PT409", (function, refusal)
            assert refusal.message.startswith("lease lost"), (function, refusal)
    assert _contents(stage) == before
