"""What a hostile member of another organization gives to each function: ids that he should not have."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from tests.database.pushes import a_push, a_suite
from tests.database.tenants import Tenant

#: By function: its arguments.
Arguments = dict[str, dict[str, Any]]


def arguments_about(victim: Tenant) -> Arguments:
    """For each function that members may call: a call that is right for somebody of this tenant."""
    return _about_people(victim) | _about_what_is_tested(victim) | _about_tests(victim) | _about_runs(victim)


def _about_people(victim: Tenant) -> Arguments:
    organization = {"p_organization_id": victim.organization_id}
    return {
        "create_project_token": {
            "p_project_id": victim.project_id,
            "p_name": "token",
            "p_scopes": "{runs:request}",
        },
        "get_retention": {**organization, "p_counted": True},
        "invite_member": {**organization, "p_role": "viewer"},
        "list_invitations": organization,
        "list_workers": organization,
        "revoke_invitation": {"p_invitation_id": victim.invitation_id},
        "set_notification_address": {"p_channel_id": victim.channel_id, "p_address": "https://example.com/"},
    }


def _about_what_is_tested(victim: Tenant) -> Arguments:
    return {
        "set_api_credential_secret": {"p_credential_id": victim.credential_id, "p_secret": {"token": "x"}},
        "set_environment_variable": {
            "p_environment_id": victim.environment_id,
            "p_name": "mine",
            "p_value": "x",
            "p_is_secret": False,
        },
    }


def _about_tests(victim: Tenant) -> Arguments:
    project, tests = {"p_project_id": victim.project_id}, {"p_test_ids": _array(*victim.test_ids)}
    return {
        "duplicate_suite": {"p_suite_id": victim.suite_id, "p_key": "copied"},
        "duplicate_test": {"p_test_id": victim.test_ids[0], "p_key": "copied"},
        "end_quarantine": tests,
        "find_missing_contents": {**project, "p_hashes": _array("0" * 64)},
        "get_suite_content": {**project, "p_hash": victim.content_hash},
        "get_suite_files": project,
        "push_suites": {**project, "p_push": a_push(a_suite("mine", ["one"]))},
        "quarantine_tests": {**tests, "p_reason": "why not", "p_until": "tomorrow"},
        "update_tests": {**tests, "p_changes": {"enabled": False}},
    }


def _about_runs(victim: Tenant) -> Arguments:
    project, finished = {"p_project_id": victim.project_id}, {"p_run_id": victim.finished_run_id}
    lease = {"p_run_id": victim.local_run_id, "p_lease_number": 1}
    request = {"environment": victim.environment}
    return {
        "begin_local_run": {**project, "p_request": request},
        "cancel_run": {"p_run_id": victim.queued_run_id},
        "get_artifact": {
            **finished,
            "p_test_case_id": victim.test_ids[0],
            "p_checksum": victim.content_hash,
        },
        "get_run_plan": finished,
        "record_run": {**lease, "p_batch_number": 1, "p_context_version": 1, "p_batch": {}},
        "record_fixture_usage": {**lease, "p_usage": []},
        # After these two: it takes no batch any more.
        "finish_run": {**lease, "p_outcome": {"status": "completed"}},
        "request_runs": {**project, "p_requests": [request]},
        "retry_run": finished,
    }


#: These take no id of anything, or together with the secret of a link; what they could tell is tried apart.
WITHOUT_IDS = {
    "answer_invitation",
    "create_organization",
    "find_invitation",
    "list_my_invitations",
    "preview_schedule",
}


def nobody_like(victim: Tenant) -> Tenant:
    """The same with ids that do not exist."""
    fresh = {name: uuid4() for name in victim.__dataclass_fields__ if name.endswith("_id")}
    return replace(victim, **fresh, test_ids=(uuid4(), uuid4()))  # type: ignore[arg-type]  # ids are UUIDs


def without_ids(text: str, *tenants: Tenant) -> str:
    """The text as it would be for any ids."""
    for tenant in tenants:
        for each in tenant.ids:
            text = text.replace(str(each), "<id>")
    return text


def _array(*ids: object) -> str:
    return "{" + ",".join(str(each) for each in ids) + "}"
