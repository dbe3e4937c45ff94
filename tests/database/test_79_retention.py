"""Retention: what is too old, whose turn it is, and that nothing is deleted whose file was not read back."""

from typing import Any
from uuid import UUID

import pytest

from tests.database.pushes import Json, a_result
from tests.database.world import World
from worker.retention.tables import SCHEMAS


def _old_run(world: World, days: int) -> UUID:
    """A run with a passed and a failed test, all of it so old."""
    run_id = world.a_claimed_run()
    results = [a_result("shop/catalog", "passed"), a_result("accounts/login", "failed")]
    world.record(run_id, 1, {"results": results, "plan": {"tests": [{"test": "shop/catalog"}]}})
    world.finish(run_id, {"status": "failed", "reason": "tests"})
    world.age(run_id, days=days)
    return run_id


def _expired(world: World, what: str) -> list[str]:
    rows = world.worker.call("get_expired_runs", p_project_id=world.facts.project_id, p_what=what)
    return [row["id"] for row in rows]


def _archive(world: World, run_id: UUID, what: str, table: str, **more: Any) -> Json:
    about = {"chunk": "c", "what": what, "project_id": str(world.facts.project_id), "runs": [str(run_id)]}
    archive: Json = world.worker.call(
        "record_archive",
        p_organization_id=world.facts.organization_id,
        p_archive={
            "source_table": table, "period_start": "2026-01-01", "period_end": "2026-02-01",
            "location": f"{what}/{table}", "row_count": 1, "size_bytes": 1, "checksum": "0" * 64,
            "metadata": about, **more,
        },
    )  # fmt: skip
    return archive


def _verify(world: World, archive: Json) -> None:
    world.worker.call("verify_archive", p_archive_id=archive["id"], p_row_count=1, p_checksum="0" * 64)


def _delete(world: World) -> int:
    organization_id = world.facts.organization_id
    deleted: int = world.worker.call("delete_archived_rows", p_organization_id=organization_id, p_chunk="c")
    return deleted


def _owner(world: World) -> str:
    owner: str = world.session.value(
        "select relowner::regrole::text from pg_class where oid = 'public.test_results'::regclass"
    )
    return owner


@pytest.mark.parametrize("table", SCHEMAS)
def test_files_have_every_column(world: World, table: str) -> None:
    """A new column is to be archived, too."""
    columns = world.session.rows(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped",
        f"public.{table}",
    )
    extra = {"versions", "plan"} if table == "test_runs" else set()
    assert set(SCHEMAS[table].names) == {row["attname"] for row in columns} | extra


def test_what_is_too_old_goes_by_verdict_and_environment(world: World) -> None:
    """Results first, then their run; production is kept for a year, and a run under way for ever."""
    run_id = _old_run(world, 100)
    assert (_expired(world, "passed_results"), _expired(world, "failed_results")) == ([str(run_id)], [])
    older = _old_run(world, 200)
    assert _expired(world, "failed_results") == [str(older)]
    assert _expired(world, "runs") == []
    world.session.change("delete from public.test_results where run_id = %s", older)
    assert _expired(world, "runs") == [str(older)]
    world.session.change("update public.environments set kind = 'production'")
    assert _expired(world, "runs") == []
    world.session.change("update public.test_runs set kept_until = now() + interval '1 day'")
    assert _expired(world, "passed_results") == []


def test_a_plan_counts_and_changes_nothing(world: World) -> None:
    """By project and kind."""
    _old_run(world, 200)
    [plan] = [each for each in world.worker.call("plan_retention") if each["organization"] == "shop"]
    assert (plan["passed_results"]["runs"], plan["passed_results"]["rows"]) == (1, 1)
    assert (plan["failed_results"]["rows"], plan["runs"]["rows"]) == (1, 0)
    assert plan["condensable"] == {"metrics": 0, "history": 0}
    world.session.change("update public.performance_metrics set date = date - 800")
    world.session.change("update public.test_run_history set date = date - 400")
    [plan] = [each for each in world.worker.call("plan_retention") if each["organization"] == "shop"]
    before = (world.count("public.performance_metrics"), world.count("public.test_run_history"))
    assert (plan["condensable"]["metrics"], plan["condensable"]["history"]) == before != (0, 0)
    assert world.count("public.test_results") == 2


def _following(world: World) -> int:
    [plan] = [each for each in world.worker.call("plan_retention") if each["organization"] == "shop"]
    following: int = plan["following_runs"]["runs"]
    return following


def test_a_plan_counts_runs_that_follow_their_results(world: World) -> None:
    """Those of whose results none stays; a run that has none is counted as what it is."""
    run_id = _old_run(world, 200)
    young = _old_run(world, 100)
    assert _following(world) == 1
    # Its failures are kept for longer than it is, so that it stays with them.
    world.admin.change("update public.organizations set retention = %s", {"failed_results": 300})
    assert _following(world) == 0
    world.admin.change("update public.organizations set retention = %s", {"failed_runs": 300})
    assert _following(world) == 0
    world.admin.change("update public.organizations set retention = %s", {})
    world.session.change("update public.test_runs set kept_until = now() + interval '1 day'")
    assert _following(world) == 0
    world.session.change("update public.test_runs set kept_until = null")
    world.session.change("delete from public.test_results where run_id = %s", run_id)
    assert (_following(world), _expired(world, "runs")) == (0, [str(run_id)])
    assert world.run(young)["status"] == "failed"


def test_only_projects_with_old_runs_are_gone_through(world: World) -> None:
    """Most have none; whoever counts wants to hear of all."""
    old, young = _old_run(world, 91), _old_run(world, 89)

    def planned() -> set[str]:
        plan = world.worker.call("plan_retention", p_counted=False)
        return {each["project_id"] for each in plan}

    assert str(world.facts.project_id) in planned()
    world.session.change("delete from public.test_runs where id = %s", old)
    assert str(world.facts.project_id) not in planned()
    assert world.run(young)["status"] == "failed"
    world.admin.change("update public.organizations set retention = %s", {"production_runs": 30})
    assert str(world.facts.project_id) in planned()


def test_rows_come_in_pages_that_do_not_overlap(world: World) -> None:
    """By runs, tests and ids, whatever the size of a page."""
    # As text of an array: a list would go as JSON.
    runs = f"{{{_old_run(world, 200)},{_old_run(world, 201)}}}"

    def page(after: Json | None, limit: int, table: str) -> Json:
        answer: Json = world.worker.call(
            "get_expired_rows",
            p_what="passed_results",
            p_table=table,
            p_run_ids=runs,
            p_after=after,
            p_limit=limit,
        )
        return answer

    for table in ("test_results", "test_result_details"):
        whole = page(None, 1000, table)["rows"]
        pages, after = [], None
        while True:
            answer = page(after, 1, table)
            pages += answer["rows"]
            after = answer["after"]
            if after is None:
                break
        assert [row["id"] for row in pages] == [row["id"] for row in whole]
    assert {row["verdict"] for row in page(None, 10, "test_results")["rows"]} == {"passed"}


def test_nothing_is_deleted_whose_file_was_not_read_back(world: World) -> None:
    """Both files of a chunk; then what they hold goes, and nothing else."""
    run_id = _old_run(world, 200)
    first = _archive(world, run_id, "passed_results", "test_results")
    _verify(world, first)
    organization_id = world.facts.organization_id
    asked = {"p_organization_id": organization_id, "p_chunk": "c"}
    assert world.worker.refused("delete_archived_rows", **asked).code == "PT404"
    second = _archive(world, run_id, "passed_results", "test_result_details")
    assert world.worker.refused("delete_archived_rows", **asked).code == "PT409"
    assert world.count("public.test_results") == 2
    _verify(world, second)
    assert (_delete(world), _delete(world)) == (1, 0)
    [left] = world.session.rows("select verdict::text from public.test_results")
    assert left == {"verdict": "failed"}
    [run] = world.session.rows("select passed, failed from public.test_runs where id = %s", run_id)
    assert run == {"passed": 1, "failed": 1}


def test_a_turn_is_one_workers_until_it_is_over(world: World) -> None:
    """Kept by asking again; taken from one who was silent; not due again for a day, unless asked for."""

    def begin(worker: str, **more: Any) -> bool:
        taken: bool = world.worker.call("begin_retention", p_worker=worker, **more)
        return taken

    assert (begin("one"), begin("two"), begin("one"), begin("two", p_now=True)) == (True, False, True, False)
    turn = world.worker.call("get_retention_turn")
    assert (turn["worker"], turn["lease_until"] is None) == ("one", False)
    world.session.change("update private.retention_turns set lease_until = now() - interval '1 second'")
    assert (begin("two"), begin("one")) == (True, False)
    assert world.worker.call("end_retention", p_worker="one", p_done=True) is False
    assert world.worker.call("end_retention", p_worker="two", p_done=True) is True
    turn = world.worker.call("get_retention_turn")
    assert (turn["worker"], turn["lease_until"], turn["finished_at"] is None) == (None, None, False)
    assert (begin("one"), begin("one", p_now=True)) == (False, True)
    world.worker.call("end_retention", p_worker="one", p_done=True)
    world.session.change("select private.request_retention()")
    assert begin("one") is True


def test_rows_of_other_runs_are_not_put_back(world: World) -> None:
    """An archive puts back what it holds, in its own organization."""
    run_id = _old_run(world, 200)
    archive = _archive(world, run_id, "passed_results", "test_results")
    [row] = world.session.rows(
        "select to_jsonb(t) as row from public.test_results as t where verdict = 'passed'"
    )
    stray = {**row["row"], "run_id": str(world.facts.project_id)}
    foreign = {**row["row"], "organization_id": str(world.facts.other_organization_id)}
    for wrong in (stray, foreign):
        refusal = world.worker.refused("restore_rows", p_archive_id=archive["id"], p_rows=[wrong])
        assert refusal.code == "PT422"
    assert world.worker.call("restore_rows", p_archive_id=archive["id"], p_rows=[row["row"]]) == 0


def test_what_is_put_back_goes_again_without_a_second_file(world: World) -> None:
    """After its 30 days; what was not archived yet stays."""
    run_id = _old_run(world, 200)
    archives = [
        _archive(world, run_id, "passed_results", table) for table in ("test_results", "test_result_details")
    ]
    for archive in archives:
        _verify(world, archive)
    [row] = world.session.rows(
        "select to_jsonb(t) as row from public.test_results as t where verdict = 'passed'"
    )
    _delete(world)
    for archive in archives:
        world.worker.call("close_archive", p_archive_id=archive["id"], p_deleted_rows=1)
    assert world.worker.call("restore_rows", p_archive_id=archives[0]["id"], p_rows=[row["row"]]) == 1
    assert world.worker.call("remove_restored") == 0
    world.session.change("update public.test_runs set kept_until = now() - interval '1 second'")
    assert world.worker.call("remove_restored") == 1
    assert [
        each["verdict"] for each in world.session.rows("select verdict::text from public.test_results")
    ] == ["failed"]
    [run] = world.session.rows("select passed, kept_until from public.test_runs")
    assert run == {"passed": 1, "kept_until": None}


def test_a_run_goes_and_comes_back_with_its_versions_and_its_plan(world: World) -> None:
    """As it was; archives are found by the run that they hold, and by what is left to do."""
    run_id = _old_run(world, 400)
    world.session.change("delete from public.test_results where run_id = %s", run_id)
    before = _kept_of_runs(world)
    page = world.worker.call(
        "get_expired_rows", p_what="runs", p_table="test_runs", p_run_ids=f"{{{run_id}}}"
    )
    archives = [_archive(world, run_id, "runs", table) for table in ("test_runs", "test_result_details")]
    for archive in archives:
        _verify(world, archive)
    open_ids = {each["id"] for each in world.worker.call("get_open_archives")}
    assert {str(archive["id"]) for archive in archives} <= open_ids
    found = world.worker.call("get_archives", p_organization="shop", p_run_id=run_id)
    assert {each["id"] for each in found} == {str(archive["id"]) for archive in archives}
    assert _delete(world) == 1
    assert (world.count("private.test_run_versions"), world.count("private.run_plans")) == (0, 0)
    assert world.worker.call("restore_rows", p_archive_id=archives[0]["id"], p_rows=page["rows"]) == 1
    world.session.change(
        "update public.test_runs set kept_until = null, updated_at = %s", before[0][0]["updated_at"]
    )
    assert _kept_of_runs(world) == before


def _kept_of_runs(world: World) -> tuple[Any, ...]:
    """What goes into the file of a run: its row, the versions it executed, and its plan."""
    versions = "select position, suite_version_id, selected from private.test_run_versions order by position"
    plans = "select run_id, organization_id, plan from private.run_plans"
    return tuple(world.session.rows(each) for each in ("select * from public.test_runs", versions, plans))


def test_empty_partitions_of_old_months_are_dropped(world: World) -> None:
    """Those with rows, of this month and of the last stay, and those that were made ahead."""
    for month in ("2020-01", "2020-02"):
        world.session.change("select private.make_partition('test_results', %s)", f"{month}-01Z")
        # As those are that a claim makes.
        name = f"partitions.test_results_{month.replace('-', '_')}"
        world.session.change(f"alter table {name} owner to {_owner(world)}")
    _old_run(world, 0)
    world.session.change("set local session_replication_role = replica")
    world.session.change(
        "update public.test_results set run_created_at = '2020-02-03' where verdict = 'passed'"
    )
    world.session.change("set local session_replication_role = default")
    assert world.worker.call("condense_expired")["partitions"] == 1
    assert world.session.value("select to_regclass('partitions.test_results_2020_01') is null")
    assert world.session.value("select to_regclass('partitions.test_results_2020_02') is not null")


@pytest.mark.parametrize(
    "retention",
    [
        {"passed_results": 0},
        {"passed_results": 1.5},
        {"passed_results": "90"},
        {"else": 1},
        {"contexts": 31},
        {"images": 36501},
        [],
        {"runs": None},
    ],
)
def test_days_that_are_none_are_refused(world: World, retention: object) -> None:
    """By a rule that has a name."""
    change = "update public.organizations set retention = %s where id = %s"
    refusal = world.admin.refused_to(change, retention, world.facts.organization_id)
    assert "organizations_retention_is_in_days" in refusal.message


def test_administrators_say_how_long_things_are_kept(world: World) -> None:
    """An editor does not; the plan goes by it at once."""
    _old_run(world, 100)
    change = "update public.organizations set retention = %s"
    assert world.editor.change(change, {"passed_results": 365}) == 0
    assert _expired(world, "passed_results") != []
    assert world.admin.change(change, {"passed_results": 365}) == 1
    assert _expired(world, "passed_results") == []


def test_members_see_for_how_long_what_is_kept_and_what_is_due(world: World) -> None:
    """The rule, the organization's own days, and of how many runs the next clean-up would take what."""
    organization_id = world.facts.organization_id
    _old_run(world, 100)
    world.admin.change("update public.organizations set retention = %s", {"runs": 7})
    seen = world.viewer.call("get_retention", p_organization_id=organization_id, p_counted=True)
    assert (seen["rule"]["runs"], seen["kept"]["runs"], seen["kept"]["metrics"]) == (90, 7, 730)
    assert seen["cleaned_up_at"] is None
    [due] = seen["due"]
    assert (due["project"], due["what"], due["runs"], due["is_more"]) == ("shop", "passed_results", 1, False)
    assert world.viewer.call("get_retention", p_organization_id=organization_id)["due"] is None


def test_members_see_when_a_clean_up_was_done_last(world: World) -> None:
    """Whoever did it, and for whomever."""
    world.worker.call("begin_retention", p_worker="w")
    world.worker.call("end_retention", p_worker="w", p_done=True)
    seen = world.viewer.call("get_retention", p_organization_id=world.facts.organization_id)
    assert seen["cleaned_up_at"] is not None


def test_others_are_not_told_how_long_an_organization_keeps_things(world: World) -> None:
    """As if it did not exist; and who is not signed in may not ask at all."""
    asked = {"p_organization_id": world.facts.organization_id, "p_counted": True}
    assert world.outsider.refused("get_retention", **asked).code == "PT404"
    assert world.anonymous.refused("get_retention", **asked).code == "42501"
    assert world.worker.refused("get_retention", **asked).code == "42501"
