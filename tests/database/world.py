"""An organization with a person of every role, another one beside it, a project, and workers."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from tests.ageing import ageing
from tests.database.actors import Actor, Session
from tests.database.pushes import Json, a_push, a_suite, needs

PASSWORD = "correct-horse-battery-staple"
ROLES = ("viewer", "editor", "admin", "owner")
#: All that a project token can be good for.
EVERY_SCOPE = "{runs:request,suites:push,results:read}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What stays the same from test to test: ids."""

    people: dict[str, UUID]
    organization_id: UUID
    other_organization_id: UUID
    project_id: UUID
    other_project_id: UUID
    environment_id: UUID


class World:
    """The named people of a test, and short ways to say what they do."""

    def __init__(self, session: Session, facts: Facts) -> None:
        self.session = session
        self.facts = facts
        #: Of the organization, by role.
        self.viewer, self.editor, self.admin, self.owner = (self._person(role) for role in ROLES)
        #: The owner of another organization.
        self.outsider = self._person("outsider")
        #: Signed in, and a member of nothing.
        self.stranger = self._person("stranger")
        self.anonymous = session.actor("anon")
        self.worker = session.actor("service_role")

    def _person(self, name: str) -> Actor:
        return self.session.actor("authenticated", self.facts.people[name])

    @property
    def members(self) -> tuple[Actor, ...]:
        """All of the organization."""
        return (self.viewer, self.editor, self.admin, self.owner)

    @property
    def all_but_editors(self) -> tuple[tuple[Actor, str], ...]:
        """Who may not change what is in the project, each with the code of the refusal: for people outside
        it does not exist, and others may not even ask."""
        return (
            (self.viewer, "PT403"),
            (self.outsider, "PT404"),
            (self.stranger, "PT404"),
            (self.anonymous, "42501"),
            (self.worker, "42501"),
        )

    @property
    def all_but_admins(self) -> tuple[tuple[Actor, str], ...]:
        """The same for what editors may not do either."""
        return ((self.editor, "PT403"), *self.all_but_editors)

    @property
    def not_members(self) -> tuple[Actor, ...]:
        """Signed in, but not of the organization."""
        return (self.outsider, self.stranger)

    def push(self, push: Json, *, by: Actor | None = None) -> Json:
        """The answer to a push into the project."""
        answer: Json = (by or self.editor).call(
            "push_suites", p_project_id=self.facts.project_id, p_push=push
        )
        return answer

    def request(self, *requests: Json, key: str | None = None) -> list[Json]:
        """The runs that were requested; one of everything when nothing is said."""
        return self.editor.call_all(
            "request_runs",
            p_project_id=self.facts.project_id,
            p_requests=list(requests) or [{"environment": "staging"}],
            p_idempotency_key=key,
        )

    def a_run(self, **more: Any) -> UUID:
        """A run that waits in the queue."""
        [run] = self.request({"environment": "staging"} | more)
        run_id: UUID = run["id"]
        return run_id

    def claim(self, worker: str = "worker-1", **more: Any) -> Json:
        """What a worker is told about the run it got."""
        answer: Json = self.worker.call("claim_run", p_worker=worker, **more)
        return answer

    def a_token(
        self, name: str = "ci", *, scopes: str = EVERY_SCOPE, project_id: UUID | None = None
    ) -> Actor:
        """A pipeline that has exchanged its token: the session of one that an admin has just made."""
        made = self.owner.call(
            "create_project_token",
            p_project_id=project_id or self.facts.project_id,
            p_name=name,
            p_scopes=scopes,
        )
        return self.session.actor("baton_token", UUID(made["account_id"]))

    def a_claimed_run(self, **more: Any) -> UUID:
        """A run that a worker has, by its first lease."""
        run_id = self.a_run(**more)
        assert self.claim()["run"]["id"] == str(run_id)
        return run_id

    def record(
        self, run_id: UUID, batch_number: int, batch: Json | None = None, *, lease: int = 1, context: int = 1
    ) -> Json:
        """The answer to a batch."""
        answer: Json = self.worker.call(
            "record_run",
            p_run_id=run_id,
            p_lease_number=lease,
            p_batch_number=batch_number,
            p_context_version=context,
            p_batch=batch or {},
        )
        return answer

    def finish(self, run_id: UUID, outcome: Json | None = None, *, lease: int = 1) -> Json:
        """The answer to the end of a run."""
        answer: Json = self.worker.call(
            "finish_run", p_run_id=run_id, p_lease_number=lease, p_outcome=outcome or {"status": "completed"}
        )
        return answer

    def run(self, run_id: UUID) -> Json:
        """The run's row, as a member sees it."""
        [row] = self.viewer.rows("select * from public.test_runs where id = %s", run_id)
        return row

    def lose_lease(self, run_id: UUID) -> None:
        """As much time passes as makes the run's lease end."""
        self.session.change(
            "update public.test_runs set lease_expires_at = clock_timestamp() - interval '1 second' "
            "where id = %s",
            run_id,
        )
        queue = self.session.value("select queue from private.run_leases where run_id = %s", run_id)
        self.session.change(
            f"update pgmq.q_{queue} set vt = clock_timestamp() - interval '1 second' "
            "where msg_id = (select message_id from private.run_leases where run_id = %s)",
            run_id,
        )

    def age(self, run_id: UUID, *, days: int) -> None:
        """As much time passes for a run, and for all that is told of it."""
        self.session.change("set local session_replication_role = replica")
        for statement, *values in ageing(run_id, days=days):
            self.session.change(statement, *values)
        self.session.change("set local session_replication_role = default")

    def role_of(self, person: Actor) -> str | None:
        """What somebody is in the organization; None for whoever is no member."""
        rows = self.session.rows(
            "select role::text from public.organization_members where organization_id = %s and user_id = %s",
            self.facts.organization_id,
            person.id,
        )
        return rows[0]["role"] if rows else None

    def messages(self, topic: str) -> list[Json]:
        """What was sent on a topic, oldest first: the events and their payloads."""
        return self.session.rows(
            "select event, payload, private from realtime.messages where topic = %s "
            # Messages of one transaction have one time, but each has a command of its own.
            "order by (payload ->> 'sequence')::integer nulls first, inserted_at, cmin::text::integer",
            topic,
        )

    def count(self, table: str) -> int:
        """How many rows there are, behind all policies."""
        number: int = self.session.value(f"select count(*) from {table}")
        return number


def build(session: Session) -> Facts:
    """Make the world once; tests change their own copy of it."""
    people = {name: _sign_up(session, name) for name in (*ROLES, "outsider", "stranger")}
    owner = session.actor("authenticated", people["owner"])
    outsider = session.actor("authenticated", people["outsider"])
    organization_id = owner.call("create_organization", p_name="Shop", p_slug="shop")["id"]
    other_organization_id = outsider.call("create_organization", p_name="Other", p_slug="other")["id"]
    for role in ROLES[:3]:
        session.change(
            "insert into public.organization_members (organization_id, user_id, role) values (%s, %s, %s)",
            organization_id,
            people[role],
            role,
        )
    facts = Facts(
        people=people,
        organization_id=organization_id,
        other_organization_id=other_organization_id,
        project_id=_project(owner, organization_id),
        other_project_id=_project(outsider, other_organization_id),
        environment_id=uuid4(),
    )
    return _furnished(World(session, facts))


def _furnished(world: World) -> Facts:
    facts = world.facts
    [environment] = world.admin.rows(
        "insert into public.environments (organization_id, project_id, name, kind, base_url, max_parallel) "
        "values (%s, %s, 'staging', 'staging', 'http://127.0.0.1:8900', 4) returning id",
        facts.organization_id,
        facts.project_id,
    )
    for name, value, secret in (("email", "ann@example.com", False), ("password", PASSWORD, True)):
        world.admin.call(
            "set_environment_variable",
            p_environment_id=environment["id"],
            p_name=name,
            p_value=value,
            p_is_secret=secret,
        )
    world.push(
        a_push(
            a_suite("accounts", ["login"]),
            a_suite("shop", ["catalog", "cart", "order"]),
            edges=[
                needs("shop/cart", "accounts/login", "token", "uses tokens.access_token"),
                needs("shop/cart", "shop/catalog", "data"),
                needs("shop/order", "shop/cart", "order"),
            ],
        )
    )
    return Facts(
        people=facts.people,
        organization_id=facts.organization_id,
        other_organization_id=facts.other_organization_id,
        project_id=facts.project_id,
        other_project_id=facts.other_project_id,
        environment_id=environment["id"],
    )


def _sign_up(session: Session, name: str) -> UUID:
    user_id = uuid4()
    session.change(
        "insert into auth.users (id, email, raw_user_meta_data) values (%s, %s, %s)",
        user_id,
        f"{name}@example.com",
        {"full_name": name.title()},
    )
    return user_id


def _project(admin: Actor, organization_id: UUID) -> UUID:
    [project] = admin.rows(
        "insert into public.projects (organization_id, key, name) values (%s, 'shop', 'Shop') returning id",
        organization_id,
    )
    project_id: UUID = project["id"]
    return project_id
