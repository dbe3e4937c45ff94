"""Rows that an editor changes through the API are what the next run does."""

from typing import Any

import pytest

from tests.acceptance.site import MEMBERS, Site
from worker.errors import Refused

pytestmark = pytest.mark.stack


async def write(site: Site, query: Any, table: str) -> list[dict[str, Any]]:
    """What the API answers to a statement of the member."""
    rows: list[dict[str, Any]] = await site.member.database.read(query, what=table)
    return rows


async def id_of(site: Site, key: str) -> str:
    """The id of a test of the member's project."""
    table = site.member.database.table("test_cases")
    [row] = await write(
        site, table.select("id").eq("project_id", site.member.project_id).eq("key", key), "test_cases"
    )
    return str(row["id"])


async def test_a_run_does_what_the_edited_rows_say(site: Site) -> None:
    """A changed path and body, a new test and a deleted one; the file's way again after a push."""
    await site.push(members=MEMBERS)
    database, member = site.member.database, site.member
    echo = await id_of(site, "echo")
    me = await id_of(site, "me")
    await write(
        site,
        database.table("test_request_configs")
        .update({"path": "/echo?edited=1", "body": {"json": {"by": "hand"}}})
        .eq("test_case_id", echo),
        "test_request_configs",
    )
    await write(
        site,
        database.table("test_cases").update({"deleted_at": "2026-11-20T00:00:00Z"}).eq("id", me),
        "test_cases",
    )
    [suite] = await write(
        site, database.table("test_suites").select("id").eq("project_id", member.project_id), "test_suites"
    )
    new = {"organization_id": member.organization, "project_id": member.project_id, "suite_id": suite["id"]}
    [made] = await write(
        site, database.table("test_cases").insert({**new, "key": "added", "name": "Added"}), "test_cases"
    )
    request = {"organization_id": member.organization, "test_case_id": made["id"], "method": "GET"}
    await write(
        site,
        database.table("test_request_configs").insert({**request, "path": "/status/204"}),
        "test_request_configs",
    )
    run_id = await site.request("members")
    with site.worker():
        row = await site.until(run_id, "completed", "failed")
        results = {each["test"]: each["verdict"] for each in await site.runs.results(row)}
        assert results == {"members/login": "passed", "members/echo": "passed", "members/added": "passed"}
        [sent] = [each for each in site.target.requests if each.path.startswith("/echo")]
        assert b"hand" in sent.body
        done = await site.push_by_command(members=MEMBERS)
        assert "members: version 1; what was edited in place is replaced" in done.stdout
        row = await site.until(await site.request("members"), "completed", "failed")
    results = {each["test"]: each["verdict"] for each in await site.runs.results(row)}
    assert set(results) == {"members/login", "members/me", "members/echo"}


async def test_what_cannot_be_is_refused_through_the_api(site: Site) -> None:
    """At once, or at the end of the transaction: in both cases with message and hint, and nothing changes."""
    await site.push(
        members=MEMBERS,
        late="suite: late\ntests:\n  a: { GET: /echo, needs: [members/echo] }\n",
    )
    database = site.member.database
    echo = await id_of(site, "echo")
    bodies = database.table("test_request_configs").update({"body": {"csv": "a"}}).eq("test_case_id", echo)
    with pytest.raises(Refused, match="a body is said by one word") as refused:
        await write(site, bodies, "test_request_configs")
    assert refused.value.hint
    removal = database.table("test_cases").update({"deleted_at": "2026-11-20T00:00:00Z"}).eq("id", echo)
    with pytest.raises(Refused, match='"late/a" needs "members/echo"') as refused:
        await write(site, removal, "test_cases")
    assert refused.value.hint
    [row] = await write(site, database.table("test_cases").select("deleted_at").eq("id", echo), "test_cases")
    assert row["deleted_at"] is None
