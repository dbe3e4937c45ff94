"""Personal credentials: a worker uses those of the person who asked for the run, and nobody reads them."""

import pytest

from tests.acceptance.site import Site
from tests.patience import FOR_EVER_SECONDS

pytestmark = pytest.mark.stack

SUITE = """
suite: partners
templates:
  as-owner: { auth: { credential: owner_key } }
tests:
  signed: { GET: /echo/signed, use: as-owner, expect: { status: 200 } }
  basic:
    GET: /echo/basic
    auth: { credential: partner }
    expect: { status: 200, json: { headers: { authorization: { exists: true } } } }
"""
EDITED = """
suite: partners
tests:
  signed: { GET: /echo/signed }
"""


async def keep(site: Site, name: str, kind: str, secret: dict[str, str], **columns: object) -> None:
    """A credential of the member, through the API as anybody would."""
    row = {"organization_id": site.member.organization, "name": name, "type": kind, **columns}
    table = site.member.database.table("api_credentials")
    [made] = await site.member.database.read(table.insert(row), what="api_credentials")
    await site.member.database.call("set_api_credential_secret", p_credential_id=made["id"], p_secret=secret)


async def test_a_worker_signs_in_as_the_person_who_asked(site: Site) -> None:
    """Header by header; the record shows none of it, and the credential notes that it was used."""
    await keep(site, "owner_key", "custom_header", {"value": "canary-k3y"}, settings={"name": "X-Owner"})
    await keep(site, "partner", "basic", {"username": "ada", "password": "canary-pass"})
    await keep(site, "unused", "bearer", {"token": "canary-unused"})
    await site.push(partners=SUITE)
    run_id = await site.request("partners")
    with site.worker("-v") as worker:
        row = await site.until(run_id, "completed", "failed")
        worker.terminate()
        log = "".join(worker.communicate(timeout=FOR_EVER_SECONDS))
    assert row["status"] == "completed", row["message"]
    sent = {each.path: each for each in site.target.requests}
    assert sent["/echo/signed"].header("X-Owner") == "canary-k3y"
    assert sent["/echo/basic"].header("Authorization") == "Basic YWRhOmNhbmFyeS1wYXNz"
    recorded = str(await site.runs.details(row))
    assert "canary" not in recorded + log
    assert "YWRhOmNhbmFyeS1wYXNz" not in recorded + log
    used = site.sql(
        "select name from api_credentials where organization_id = %s and last_used_at is not null"
        " order by name",
        site.member.organization,
    )
    assert used == [("owner_key",), ("partner",)]


async def test_an_expired_credential_ends_the_run_with_the_reason(site: Site) -> None:
    """Before anything is sent."""
    await keep(site, "owner_key", "bearer", {"token": "t"}, expires_at="2021-01-31T12:30:00Z")
    await site.push(partners=SUITE.replace("partner }", "owner_key }"))
    run_id = await site.request("partners")
    with site.worker():
        row = await site.until(run_id, "completed", "failed")
    assert (row["status"], row["reason"]) == ("failed", "environment")
    assert "credential 'owner_key': it expired on 2021-01-31 at 12:30 UTC" in row["message"]
    assert site.target.requests == []


async def test_a_credential_that_is_written_into_the_rows_is_what_the_test_uses(site: Site) -> None:
    """`auth` of a request is in the file's words; `baton pull` brings it back."""
    await keep(site, "owner_key", "bearer", {"token": "canary-row"})
    await site.push(partners=EDITED)
    table = site.member.database.table("test_request_configs")
    change = table.update({"auth": {"credential": "owner_key"}}).eq("path", "/echo/signed")
    await site.member.database.read(change, what="test_request_configs")
    run_id = await site.request("partners")
    with site.worker():
        row = await site.until(run_id, "completed", "failed")
    assert row["status"] == "completed", row["message"]
    [sent] = [each for each in site.target.requests if each.path == "/echo/signed"]
    assert sent.header("Authorization") == "Bearer canary-row"
    done = await site.baton("pull", "--project", "shop", "--force")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "credential: owner_key" in (site.home / "partners.yaml").read_text()
