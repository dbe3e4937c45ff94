"""Two organizations that both have at least one row in every table, made as people and workers make them."""

from dataclasses import dataclass
from uuid import UUID

from tests.database.actors import Session
from tests.database.furnishing import (
    Premises,
    a_channel,
    a_credential,
    a_fixture,
    a_project_token,
    an_endpoint,
    an_environment,
    an_invitation,
    keep_small_things,
    push_suite,
)
from tests.database.tenant_runs import (
    a_claimed_run,
    a_finished_run,
    a_local_run,
    a_requested_run,
    an_archive,
    captured_by,
)
from tests.database.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """What the rows of one organization are, by their ids."""

    name: str
    #: The name of the only one it has.
    environment: str
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
    #: Of the file that its suite names.
    content_hash: str
    #: What it keeps secret: no one but a worker may ever be told.
    secrets: tuple[str, ...]

    @property
    def ids(self) -> tuple[UUID, ...]:
        """All ids that a stranger could have heard of."""
        values = (getattr(self, field) for field in self.__dataclass_fields__)
        return tuple(value for value in values if isinstance(value, UUID)) + self.test_ids


def furnish_both(world: World) -> tuple[Tenant, Tenant]:
    """The Shop, whose people have every role, and the Other, whose owner is an outsider there."""
    facts = world.facts
    shop = Premises(
        owner=world.owner,
        name="shop",
        organization_id=facts.organization_id,
        project_id=facts.project_id,
    )
    other = Premises(
        owner=world.outsider,
        name="other",
        organization_id=facts.other_organization_id,
        project_id=facts.other_project_id,
    )
    return _furnish(world.session, shop), _furnish(world.session, other)


def _furnish(session: Session, of: Premises) -> Tenant:
    worker = session.actor("service_role")
    environment = an_environment(of)
    push_suite(of)
    fixture, endpoint = a_fixture(of), an_endpoint(of)
    credential, channel = a_credential(of), a_channel(of)
    token, invited = a_project_token(of), an_invitation(of)
    keep_small_things(of, environment)
    archive = worker.call("record_archive", p_organization_id=of.organization_id, p_archive=an_archive(of))
    worker.call("register_worker", p_name=f"worker-of-{of.name}")
    finished, claimed = a_finished_run(of, worker), a_claimed_run(of, worker)
    queued, local = a_requested_run(of, priority="low"), a_local_run(of)
    suite, tests = _pushed(session, of)
    return Tenant(
        name=of.name,
        environment=of.environment,
        organization_id=of.organization_id,
        project_id=of.project_id,
        environment_id=environment,
        suite_id=suite,
        test_ids=tests,
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
        content_hash=of.content_hash,
        secrets=(*_secrets(of), token, invited["token"]),
    )


def _pushed(session: Session, of: Premises) -> tuple[UUID, tuple[UUID, UUID]]:
    """The suite that was pushed, and its tests in their order."""
    suite = session.value(
        "select id from public.test_suites where project_id = %s and key = %s", of.project_id, of.mark
    )
    first, second = session.rows(
        "select id from public.test_cases where suite_id = %s order by position", suite
    )
    return suite, (first["id"], second["id"])


def _secrets(of: Premises) -> tuple[str, ...]:
    return (of.secret, of.credential_token, of.notified_address, captured_by(of))
