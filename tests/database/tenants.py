"""Two organizations that both have at least one row in every table, made as people and workers make them."""

import base64
import hashlib
from dataclasses import dataclass
from uuid import UUID, uuid4

from tests.database.actors import Actor, Session
from tests.database.pushes import Json, a_push, a_result, a_suite, a_test, needs
from tests.database.world import World

#: Stands in texts of every kind that a tenant writes, so that it can be looked for in what others are told.
MARK = "marked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """What the rows of one organization are, by their ids."""

    name: str
    organization_id: UUID
    project_id: UUID
    environment_id: UUID
    suite_id: UUID
    test_ids: tuple[UUID, UUID]
    endpoint_id: UUID
    fixture_id: UUID
    credential_id: UUID
    channel_id: UUID
    archive_id: UUID
    invitation_id: UUID
    #: A run that is over, one that a worker has, and one that waits.
    finished_run_id: UUID
    claimed_run_id: UUID
    queued_run_id: UUID
    #: One that its owner executes himself.
    local_run_id: UUID
    batch_id: UUID
    #: What it keeps secret: no one but a worker may ever be told.
    secrets: tuple[str, ...]

    @property
    def content_hash(self) -> str:
        """Of the file that its suite names."""
        return hashlib.sha256(self.name.encode()).hexdigest()

    @property
    def ids(self) -> tuple[UUID, ...]:
        """All ids that a stranger could have heard of."""
        values = (getattr(self, field) for field in self.__dataclass_fields__)
        return tuple(value for value in values if isinstance(value, UUID)) + self.test_ids


def furnish_both(world: World) -> tuple[Tenant, Tenant]:
    """The Shop, whose people have every role, and the Other, whose owner is an outsider there."""
    facts = world.facts
    shop = _furnish(world.session, world.owner, "shop", facts.organization_id, facts.project_id)
    other = _furnish(
        world.session, world.outsider, "other", facts.other_organization_id, facts.other_project_id
    )
    return shop, other


def _furnish(session: Session, owner: Actor, name: str, organization_id: UUID, project_id: UUID) -> Tenant:
    worker = session.actor("service_role")
    mark = f"{MARK}-{name}"
    of = {"organization_id": organization_id, "project_id": project_id}
    environment = _insert(
        owner,
        "environments",
        **of,
        name=f"{mark}-environment",
        kind="ci",
        base_url="http://127.0.0.1:8900",
        max_parallel=9,
        description=mark,
        metadata={"note": mark},
    )
    variables = ((f"{name}_plain", mark, False), (f"{name}_secret", f"secret-of-{mark}", True))
    for variable, value, is_secret in variables:
        owner.call(
            "set_environment_variable",
            p_environment_id=environment,
            p_name=variable,
            p_value=value,
            p_is_secret=is_secret,
        )
    _push(owner, project_id, mark)
    fixture = _insert(
        owner, "test_data_fixtures", **of, key=f"{name}_data", name=mark, content={"note": mark}
    )
    endpoint = _insert(owner, "api_endpoints", **of, path=f"/{mark}", description=mark)
    credential = _insert(
        owner, "api_credentials", organization_id=organization_id, name=f"{name}_key", type="bearer"
    )
    owner.call(
        "set_api_credential_secret", p_credential_id=credential, p_secret={"token": f"token-of-{mark}"}
    )
    channel = _insert(
        owner, "notification_channels", organization_id=organization_id, name=mark, kind="slack"
    )
    owner.call(
        "set_notification_address", p_channel_id=channel, p_address=f"https://hooks.example.com/{mark}"
    )
    token = owner.call(
        "create_project_token", p_project_id=project_id, p_name=mark, p_scopes="{runs:request}"
    )
    invited = owner.call(
        "invite_member", p_organization_id=organization_id, p_role="editor", p_email=f"{mark}@example.com"
    )
    _insert(owner, "schedules", **of, environment_id=environment, name=mark, cron="0 3 * * *")
    _insert(owner, "report_templates", organization_id=organization_id, key=name, name=mark, source=mark)
    _insert(owner, "saved_searches", organization_id=organization_id, name=mark, query={"words": mark})
    _insert(owner, "user_preferences", preferences={"note": mark})
    archive = worker.call("record_archive", p_organization_id=organization_id, p_archive=_an_archive(mark))
    worker.call("register_worker", p_name=f"worker-of-{name}")
    finished = _a_run(owner, project_id, mark)
    _execute(worker, finished, mark)
    claimed = _a_run(owner, project_id, mark)
    _claim(worker, claimed)
    queued = _a_run(owner, project_id, mark, priority="low")
    request = {"environment": f"{mark}-environment", "suites": [mark]}
    local = owner.call("begin_local_run", p_project_id=project_id, p_request=request)
    suite = session.value(
        "select id from public.test_suites where project_id = %s and key = %s", project_id, mark
    )
    tests = session.rows("select id from public.test_cases where suite_id = %s order by position", suite)
    return Tenant(
        name=name,
        organization_id=organization_id,
        project_id=project_id,
        environment_id=environment,
        suite_id=suite,
        test_ids=(tests[0]["id"], tests[1]["id"]),
        endpoint_id=endpoint,
        fixture_id=fixture,
        credential_id=credential,
        channel_id=channel,
        archive_id=archive["id"],
        invitation_id=UUID(invited["id"]),
        finished_run_id=finished["id"],
        claimed_run_id=claimed["id"],
        queued_run_id=queued["id"],
        local_run_id=UUID(local["run"]["id"]),
        batch_id=queued["batch_id"],
        secrets=(
            f"secret-of-{mark}",
            f"token-of-{mark}",
            f"https://hooks.example.com/{mark}",
            token["token"],
            invited["token"],
            f"captured-by-{mark}",
        ),
    )


def _insert(actor: Actor, table: str, **values: object) -> UUID:
    places = ", ".join("%s" for _ in values)
    key = "user_id" if table == "user_preferences" else "id"
    [row] = actor.rows(
        f"insert into public.{table} ({', '.join(values)}) values ({places}) returning {key}",
        *values.values(),
    )
    made: UUID = row[key]
    return made


def _push(owner: Actor, project_id: UUID, mark: str) -> None:
    captures = {"session": {"token": "$.token"}}
    login = a_test("login", description=mark, response={"status": 200, "captures": captures})
    content = mark.removeprefix(f"{MARK}-").encode()
    digest = hashlib.sha256(content).hexdigest()
    suite = a_suite(
        mark, [login, "orders"], source=f"suite: {mark}\n", description=mark, files={"rows.csv": digest}
    )
    edges = [needs(f"{mark}/orders", f"{mark}/login", "token", mark)]
    push = a_push(suite, edges=edges) | {"contents": {digest: base64.b64encode(content).decode()}}
    owner.call("push_suites", p_project_id=project_id, p_push=push)


def _a_run(owner: Actor, project_id: UUID, mark: str, *, priority: str = "critical") -> Json:
    [run] = owner.call_all(
        "request_runs",
        p_project_id=project_id,
        p_requests=[
            {
                "environment": f"{mark}-environment",
                "suites": [mark],
                "git_branch": mark,
                "priority": priority,
            }
        ],
        p_idempotency_key=str(uuid4()),
    )
    answer: Json = run
    return answer


def _claim(worker: Actor, run: Json) -> None:
    claim = worker.call("claim_run", p_worker="worker-of-tenants", p_lease_seconds=3600)
    assert claim["run"]["id"] == str(run["id"])


def _execute(worker: Actor, run: Json, mark: str) -> None:
    _claim(worker, run)
    lease = {"p_run_id": run["id"], "p_lease_number": 1}
    failed = a_result(
        f"{mark}/orders",
        "failed",
        execution_ms=50,
        reason=f"{mark}: status was 500",
        error_category="server_5xx",
        fingerprint=f"fingerprint-of-{mark}",
        details=[{"kind": "response", "content": {"body": mark}}],
    )
    content = mark.removeprefix(f"{MARK}-").encode()
    told = {"name": mark, "category": "log", "sha256": hashlib.sha256(content).hexdigest(), "kept": True}
    passed = a_result(f"{mark}/login", execution_ms=40, details=[{"kind": "artifact", "content": told}])
    file = {"test": f"{mark}/login", "category": "log", "media_type": "text/csv"}
    artifacts = [file | {"content": base64.b64encode(content).decode()}]
    context = {"token_names": ["session"], "variables": {"note": mark}, "test_order": [f"{mark}/login"]}
    secrets = {"tokens": {"session": f"captured-by-{mark}"}, "variables": {}, "captured_data": {}}
    usage = [{"test": f"{mark}/orders", "fixture": f"{mark.removeprefix(MARK + '-')}_data"}]
    worker.call("record_fixture_usage", **lease, p_usage=usage)
    worker.call("save_execution_context", **lease, p_version=1, p_context=context, p_secrets=secrets)
    batch = {"total": 2, "results": [passed, failed], "artifacts": artifacts}
    worker.call("record_run", **lease, p_batch_number=1, p_context_version=2, p_batch=batch)
    worker.call("finish_run", **lease, p_outcome={"status": "completed"})


def _an_archive(mark: str) -> Json:
    return {
        "source_table": "test_results",
        "period_start": "2026-01-01T00:00:00Z",
        "period_end": "2026-02-01T00:00:00Z",
        "location": f"archive/{mark}.parquet",
        "row_count": 1,
        "size_bytes": 100,
        "checksum": "0" * 64,
    }
