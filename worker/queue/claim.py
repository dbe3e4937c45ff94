"""The answer of claim_run, made into a ClaimedRun. The only place that knows its shape."""

from collections.abc import Mapping
from typing import Any

from context.values import JsonValue
from worker.credentials import lack_of, stored_credential
from worker.models.environment import Environment, Service
from worker.models.outcome import TestOutcome
from worker.models.request import NO_AUTH, NOTHING_SAID, Auth, Connection
from worker.models.run import ClaimedContext, ClaimedEndpoint, ClaimedRun, ClaimedSuite, Lease
from worker.models.suite import Quarantine
from worker.parsing.auth import read_auth
from worker.records.api.claims import (
    ClaimAnswer,
    ClaimedCredentialAnswer,
    ClaimedEndpointAnswer,
    ClaimedEnvironmentAnswer,
    ClaimedSelection,
    ClaimedSuiteAnswer,
    FinishedTestAnswer,
    QuarantinedTestAnswer,
)
from worker.records.base import read_answer
from worker.records.configuration import EndpointAuth
from worker.records.context import ContextDocument
from worker.records.environments import ConnectionSettings, TlsSettings


def claimed_run(answer: Any) -> ClaimedRun:
    """What was claimed, from the database's words. Raises PlatformError when they have another shape."""
    claim = read_answer(ClaimAnswer, answer, what="claim_run")
    selection = claim.run.selection or ClaimedSelection()
    return ClaimedRun(
        lease=Lease(run_id=claim.run.id, number=claim.run.lease_number),
        project_key=claim.run.project_key,
        project_id=claim.run.project_id or "",
        suites=tuple(_suite(suite) for suite in claim.suites),
        environment=_environment(claim.environment),
        only=selection.only or (),
        tags=selection.tags or (),
        config=claim.run.config or {},
        context=_context(claim.context or ContextDocument()),
        finished=tuple(_finished(test) for test in claim.finished or ()),
        in_flight=frozenset(claim.in_flight or ()),
        next_batch_number=claim.next_batch_number or 1,
        medians=claim.medians or {},
        refused_credentials=_refused_credentials(claim.environment.credentials or {}),
        created_at=claim.run.created_at,
    )


def _suite(suite: ClaimedSuiteAnswer) -> ClaimedSuite:
    return ClaimedSuite(
        key=suite.key,
        path=suite.path,
        source=suite.source,
        selected=suite.selected,
        disabled=frozenset(suite.disabled or ()),
        quarantined=dict(_quarantine(test) for test in suite.quarantined or ()),
        files=suite.files or {},
        endpoints=tuple(_endpoint(endpoint) for endpoint in suite.endpoints or ()),
    )


def _endpoint(endpoint: ClaimedEndpointAnswer) -> ClaimedEndpoint:
    return ClaimedEndpoint(
        tests=frozenset(endpoint.tests),
        headers=endpoint.default_headers,
        timeout_seconds=endpoint.timeout_seconds,
        retries=endpoint.retries,
        retry_delay_seconds=endpoint.retry_delay_seconds,
        auth_type=None if endpoint.auth_type is EndpointAuth.NONE else endpoint.auth_type.value,
    )


def _quarantine(test: str | QuarantinedTestAnswer) -> tuple[str, Quarantine]:
    if isinstance(test, str):
        return test, Quarantine(reason="put there by the team")
    until = test.until.date() if test.until else None
    return test.key, Quarantine(owner=test.owner or "", reason=test.reason or "", until=until)


def _environment(environment: ClaimedEnvironmentAnswer) -> Environment:
    return Environment(
        name=environment.name,
        kind=environment.kind,
        base_url=environment.base_url or "",
        services={name: _service(said) for name, said in environment.services.items()},
        variables=environment.variables or {},
        secrets=environment.secrets or {},
        credentials=_credentials(environment.credentials or {}),
        max_parallel=environment.max_parallel,
        rate_limit_per_second=environment.rate_limit_per_second,
        timeout_seconds=environment.timeout_seconds,
        connection=_connection(environment.connection),
    )


def _connection(said: ConnectionSettings | None) -> Connection:
    if said is None:
        return NOTHING_SAID
    tls = said.tls or TlsSettings()
    return Connection(
        proxy=said.proxy,
        verify=tls.verify,
        ca=tls.ca,
        certificate=tls.certificate,
        key=tls.key,
        password=tls.password,
    )


def _credentials(said: Mapping[str, ClaimedCredentialAnswer]) -> dict[str, Auth]:
    given = {name: each for name, each in said.items() if each.refused is None}
    found = {name: stored_credential(each.type, each.settings, each.secret) for name, each in given.items()}
    return {name: auth for name, auth in found.items() if auth is not None}


def _refused_credentials(said: Mapping[str, ClaimedCredentialAnswer]) -> dict[str, str]:
    """Why credentials are not there that whoever asked for the run has."""
    return {
        name: why
        for name, each in said.items()
        if (why := each.refused or lack_of(each.type, each.settings, each.secret))
    }


def _service(said: JsonValue) -> Service:
    """A service in the words of suite files; what is no mapping says nothing."""
    words = dict(said) if isinstance(said, Mapping) else {}
    auth = words.get("auth")
    return Service(
        base_url=str(words.get("base_url") or ""),
        health=str(words.get("health") or ""),
        auth=read_auth(auth) if isinstance(auth, Mapping) else NO_AUTH,
    )


def _context(context: ContextDocument) -> ClaimedContext:
    return ClaimedContext(
        version=context.version,
        tokens=context.tokens,
        variables=context.variables,
        captured_data=context.captured_data,
        provenance=tuple(each.model_dump(exclude_none=True) for each in context.provenance),
        test_order=context.test_order,
    )


def _finished(test: FinishedTestAnswer) -> TestOutcome:
    return TestOutcome(
        test=test.test,
        verdict=test.verdict,
        reason=test.reason or "",
        blocked_by=test.blocked_by,
        required_only=test.required_only or False,
    )
