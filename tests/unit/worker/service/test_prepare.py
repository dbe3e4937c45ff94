"""What a worker finds out before the first request."""

from dataclasses import replace

import pytest

from worker.errors import BatonError
from worker.models.environment import Environment, Service
from worker.models.outcome import RunFailure
from worker.models.request import Auth, AuthKind
from worker.models.run import ClaimedRun, ClaimedSuite, Lease
from worker.service.prepare import CannotPrepare, prepare

SUITE = """
suite: s
tests:
  mine: { GET: /mine, auth: { credential: partner } }
  open: { GET: /open }
"""
TOKEN = Auth(kind=AuthKind.BEARER, values={"token": "stored-token"})


def claimed(
    *,
    credentials: dict[str, Auth] | None = None,
    refused: dict[str, str] | None = None,
    secrets: dict[str, str] | None = None,
    only: tuple[str, ...] = (),
) -> ClaimedRun:
    """A run of the suite."""
    environment = Environment(
        name="staging", base_url="http://api.test", credentials=credentials or {}, secrets=secrets or {}
    )
    return ClaimedRun(
        lease=Lease(run_id="r", number=1),
        project_key="shop",
        suites=(ClaimedSuite(key="s", path="s.yaml", source=SUITE),),
        environment=environment,
        refused_credentials=refused or {},
        only=only,
    )


def refusal_of(run: ClaimedRun) -> BatonError:
    """Why it cannot begin."""
    with pytest.raises(CannotPrepare) as raised:
        prepare(run)
    assert raised.value.failure is RunFailure.ENVIRONMENT
    return raised.value


def test_the_credential_of_the_person_goes_before_the_secret_of_that_name() -> None:
    """The secret is what runs use that no person asked for."""
    both = prepare(claimed(credentials={"partner": TOKEN}, secrets={"partner": "shared-token"}))
    assert both.environment.credentials == {"partner": TOKEN}
    shared = prepare(claimed(secrets={"partner": "shared-token"}))
    assert shared.environment.credentials["partner"].values == {"token": "shared-token"}


def test_a_run_without_its_credential_does_not_begin() -> None:
    """It is said where one would come from; tests that are not run need none."""
    what = refusal_of(claimed()).what
    assert what == (
        "this run has no credential 'partner': a credential comes with a run that its owner has asked for by "
        "hand; for all others it is a secret of that name in the environment 'staging'"
    )
    assert list(prepare(claimed(only=("s/open",))).plan.tests) == ["s/open"]


def test_a_credential_that_is_refused_says_why() -> None:
    """Whatever else has that name."""
    refused = {"partner": "it expired on 2026-01-31 at 12:30 UTC", "other": "it has no secret yet"}
    what = refusal_of(claimed(refused=refused, secrets={"partner": "shared-token"})).what
    assert what == (
        "whoever asked for this run has a credential 'partner': it expired on 2026-01-31 at 12:30 UTC"
    )


def test_a_secret_that_is_no_credential_is_not_shown() -> None:
    """It may hold half a password."""
    what = refusal_of(claimed(secrets={"partner": '{"basic": {"username": "hidden"}}'})).what
    assert "hidden" not in what
    assert "secrets.partner" in what


SERVICES = """
suite: s
tests:
  pay: { GET: "{{ services.payments }}/pay" }
  later: { GET: "{{ services.nowhere }}/x", requires: { environment: [production] } }
"""


def test_a_service_that_the_environment_lacks_is_told_before_anything_is_sent() -> None:
    """With its place in the file; one of a test that does not run here is not missed."""
    suites = (ClaimedSuite(key="s", path="s.yaml", source=SERVICES),)
    what = refusal_of(replace(claimed(), suites=suites)).what
    assert "the environment has no service 'payments'" in what
    assert "s.yaml:4" in what
    assert "nowhere" not in what


def test_what_a_service_wants_to_be_asked_with_is_looked_for_before_anything_is_sent() -> None:
    """Of the services that tests call; what others want is no trouble of this run."""
    auth = Auth(kind=AuthKind.BEARER, values={"token": "{{ secrets.pay_key }}"})
    other = replace(auth, values={"token": "{{ secrets.mail_key }}"})
    services = {
        "payments": Service(base_url="http://pay.test", auth=auth),
        "mail": Service(base_url="http://mail.test", auth=other),
    }
    suites = (ClaimedSuite(key="s", path="s.yaml", source=SERVICES),)

    def run(**secrets: str) -> ClaimedRun:
        given = claimed(secrets=secrets)
        return replace(given, suites=suites, environment=replace(given.environment, services=services))

    assert refusal_of(run()).what == (
        "the environment 'staging' lacks the secret 'pay_key' (`baton secret set` sets one)"
    )
    assert list(prepare(run(pay_key="x")).plan.tests) == ["s/pay", "s/later"]
