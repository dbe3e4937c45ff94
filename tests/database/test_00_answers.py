"""What functions answer and what is announced, against the models of worker.records."""

from typing import Any

import pytest

from tests.database.conftest import Server
from tests.database.test_00_records import MODELS
from tests.database.world import World
from worker import records
from worker.records import Record, Row, read_answer

#: The model of each function that answers with a row or with JSON.
ANSWERS: dict[str, type[Record]] = {
    "answer_invitation": records.OrganizationInvitation,
    "begin_local_run": records.LocalRunAnswer,
    "cancel_run": records.TestRun,
    "claim_run": records.ClaimAnswer,
    "close_archive": records.Archive,
    "condense_expired": records.CondensedCounts,
    "create_organization": records.Organization,
    "create_project_token": records.CreatedProjectToken,
    "delete_expired_artifacts": records.DeletedArtifacts,
    "duplicate_suite": records.TestSuite,
    "duplicate_test": records.TestCase,
    "end_quarantine": records.TestCase,
    "exchange_project_token": records.ExchangedToken,
    "find_invitation": records.OfferedInvitation,
    "finish_run": records.FinishAnswer,
    "get_archives": records.FoundArchive,
    "get_artifact": records.StoredFile,
    "get_execution_context": records.ContextDocument,
    "get_expired_rows": records.ExpiredRows,
    "get_expired_runs": records.ExpiredRun,
    "get_notification_channels": records.OpenedChannel,
    "get_open_archives": records.FoundArchive,
    "get_run_plan": records.RunPlan,
    "get_retention": records.RetentionOverview,
    "get_retention_turn": records.RetentionTurn,
    "get_suite_files": records.StoredSuiteFile,
    "initialise_execution_context": records.ContextDocument,
    "invite_member": records.CreatedInvitation,
    "list_invitations": records.ListedInvitation,
    "list_my_invitations": records.OfferedInvitation,
    "list_workers": records.WorkerOverview,
    "plan_retention": records.ExpiredProject,
    "push_suites": records.PushAnswer,
    "quarantine_tests": records.TestCase,
    "record_archive": records.Archive,
    "record_run": records.RecordAnswer,
    "register_worker": records.Worker,
    "request_runs": records.TestRun,
    "resolve_test_dependencies": records.DependencyContext,
    "retry_run": records.TestRun,
    "revoke_invitation": records.OrganizationInvitation,
    "set_api_credential_secret": records.ApiCredential,
    "set_notification_address": records.NotificationChannel,
    "update_tests": records.TestCase,
    "verify_archive": records.Archive,
}

_FUNCTIONS = """
    select proname, type.typname, type.typtype = 'c', proargnames[pronargs + 1:]
    from pg_proc join pg_type as type on type.oid = prorettype
    where pronamespace = 'public'::regnamespace and (typtype = 'c' or typname in ('jsonb', 'record'))
"""


@pytest.fixture(scope="module")
def functions(server: Server) -> dict[str, tuple[str, bool, list[str]]]:
    """By name: the type of the answer, whether it is a row of a table, else the columns."""
    with server.connect("furnished") as connection:
        found = connection.execute(_FUNCTIONS).fetchall()
    return {name: (kind, is_row, columns) for name, kind, is_row, columns in found}


def test_every_answer_has_a_model(functions: dict[str, Any]) -> None:
    """And every model here a function."""
    assert sorted(ANSWERS) == sorted(functions)


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_that_is_a_row_has_the_model_of_its_table(
    functions: dict[str, tuple[str, bool, list[str]]], name: str
) -> None:
    """And one that is a table of its own has the same columns."""
    kind, is_row, columns = functions[name]
    model = ANSWERS[name]
    if is_row:
        assert issubclass(model, Row)
        assert model.table == kind
    elif kind == "record":
        assert list(model.model_fields) == columns


def test_what_is_answered_on_the_way_of_a_run_is_what_the_models_say(world: World) -> None:
    """Pushed, requested, claimed, recorded, finished."""
    [run] = world.request()
    assert _read("request_runs", run).status == "queued"
    claim = _read("claim_run", world.claim())
    assert {suite.key for suite in claim.suites} == {"accounts", "shop"}
    assert claim.environment.secrets
    batch = {"status": "running", "total": 4, "results": [{"test": "accounts/login", "verdict": "passed"}]}
    batch["plan"] = {"tests": [{"test": "accounts/login"}], "edges": []}
    assert _read("record_run", world.record(run["id"], 1, batch)).go_on
    plan = _read("get_run_plan", world.viewer.call("get_run_plan", p_run_id=run["id"]))
    assert [planned.test for planned in plan.tests] == ["accounts/login"]
    context = world.worker.call("get_execution_context", p_run_id=run["id"])
    assert _read("get_execution_context", context).version >= 1
    answer = world.worker.call("resolve_test_dependencies", p_run_id=run["id"], p_test="shop/cart")
    needs = _read("resolve_test_dependencies", answer)
    assert (needs.test, needs.ready, [missing.test for missing in needs.missing]) == (
        "shop/cart",
        False,
        ["shop/catalog"],
    )
    ending = _read("finish_run", world.finish(run["id"]))
    assert (ending.status, ending.passed) == ("completed", 1)


def test_what_is_announced_is_what_the_models_say(world: World) -> None:
    """On the topics of the run, of the project, and of the workers."""
    run_id = world.a_claimed_run()
    told = {"type": "test_started", "test": "accounts/login", "attempt": 1}
    world.record(run_id, 1, {"events": [told]})
    world.finish(run_id)
    for message in world.messages(f"run:{run_id}"):
        records.RunMessage.model_validate(message["payload"])
    models: dict[str, type[Record]] = {
        "run_requested": records.ProjectMessage,
        "runs_waiting": records.WorkerMessage,
    }
    topics = (f"project:{world.facts.project_id}", "workers")
    for message in (found for topic in topics for found in world.messages(topic)):
        models.get(message["event"], records.RunMessage).model_validate(message["payload"])


def test_a_token_is_shown_once_and_told_apart_by_its_models(world: World) -> None:
    """With the token when it is made; without when it is exchanged."""
    made = world.admin.call(
        "create_project_token",
        p_project_id=world.facts.project_id,
        p_name="pipeline",
        p_scopes="{runs:request}",
    )
    created = _read("create_project_token", made)
    assert created.token not in repr(created)
    answer = world.anonymous.call("exchange_project_token", p_token=created.token)
    assert _read("exchange_project_token", answer).token_id == created.id


def test_an_invitation_is_what_its_models_say(world: World) -> None:
    """To who makes it, to who lists it, to who has its link, and answered; its secret is in no repr."""
    organization = world.facts.organization_id
    made = world.admin.call("invite_member", p_organization_id=organization, p_role="editor")
    created = _read("invite_member", made)
    assert created.token not in repr(created)
    [listed] = world.admin.call_all("list_invitations", p_organization_id=organization)
    assert _read("list_invitations", listed).state == "pending"
    offer = _read("find_invitation", world.anonymous.call("find_invitation", p_token=created.token))
    assert (offer.id, offer.organization, offer.email) == (created.id, "Shop", None)
    answer = world.stranger.call(
        "answer_invitation", p_invitation_id=offer.id, p_accept=False, p_token=created.token
    )
    assert _read("answer_invitation", answer).declined_at is not None


def test_rows_are_what_their_models_say(world: World) -> None:
    """As JSON, as the API gives them; of every table that has a row."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"results": [{"test": "accounts/login", "verdict": "failed", "reason": "401"}]})
    world.finish(run_id, {"status": "failed", "reason": "tests"})
    seen = set()
    for model in MODELS.values():
        rows = world.session.rows(f"select to_jsonb(found) as row from public.{model.table} as found")
        seen |= {model.table for row in rows if read_answer(model, row["row"], what=model.table)}
    assert seen >= {"users", "projects", "test_cases", "test_runs", "test_results", "performance_metrics"}
    [result] = world.session.rows("select to_jsonb(found) as row from public.test_results as found")
    error = records.error_of(records.TestResult.model_validate(result["row"]))
    assert error is not None
    assert (error.verdict, error.message) == ("failed", "401")


def _read(function: str, answer: Any) -> Any:
    return read_answer(ANSWERS[function], answer, what=function)
