"""Files that suites name go along with a push, and a worker works with them."""

import pytest

from tests.acceptance.site import Site

pytestmark = pytest.mark.stack

SUITE = """
suite: nuts
templates: {}
tests:
  show:
    POST: /echo/{{ row.kind }}
    file: { path: files/letter.txt, type: text/plain }
    rows: { csv: files/nuts.csv }
    expect: { schema: { file: files/schema.json } }
"""


def _files(site: Site, *, nut: str) -> None:
    (site.home / "files").mkdir(exist_ok=True)
    site.write("files/nuts.csv", f"id,kind\none,walnut\ntwo,{nut}\n")
    site.write("files/letter.txt", "Dear squirrel")
    site.write("files/schema.json", '{ "type": "object" }')


async def _results(site: Site) -> dict[str, str]:
    row = await site.until(await site.request("nuts"), "completed", "failed")
    assert row["status"] == "completed", row["message"]
    return {each["test"]: each["verdict"] for each in await site.runs.results(row)}


async def test_a_worker_has_the_files_that_were_pushed(site: Site) -> None:
    """Rows, uploads and schemas. It opens none of its own: these are gone from the disk."""
    _files(site, nut="peanut")
    await site.push_by_command(nuts=SUITE)
    for path in (site.home / "files").iterdir():
        path.unlink()
    with site.worker():
        assert await _results(site) == {"nuts/show[one]": "passed", "nuts/show[two]": "passed"}
    sent = {request.path: request.body for request in site.target.requests}
    assert sent == {"/echo/walnut": b"Dear squirrel", "/echo/peanut": b"Dear squirrel"}


async def test_other_content_is_another_version(site: Site) -> None:
    """What is there already is not sent again, and the same files change nothing."""
    _files(site, nut="peanut")
    await site.push_by_command(nuts=SUITE)
    assert "0 of 1 suites changed" in (await site.push_by_command(nuts=SUITE)).stdout
    _files(site, nut="cashew")
    assert "1 of 1 suites changed" in (await site.push_by_command(nuts=SUITE)).stdout
    assert site.sql(
        "select count(*) from private.suite_contents where project_id = %s", site.member.project_id
    ) == [(4,)]
    with site.worker():
        assert set(await _results(site)) == {"nuts/show[one]", "nuts/show[two]"}
    assert site.times_sent("/echo/cashew") == 1


async def test_a_private_key_stays_where_it_is(site: Site) -> None:
    """The push says under which name a worker looks for it, and what it is sent as is nowhere."""
    (site.home / "certs").mkdir()
    site.write("certs/client.pem", "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n")
    site.write("certs/client.key", "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n")
    done = await site.push_by_command(
        safe=(
            "suite: safe\ndefaults: { tls: { certificate: certs/client.pem, key: certs/client.key } }\n"
            "tests: { a: { GET: /echo } }\n"
        )
    )
    assert "certs/client.key: a private key is not uploaded" in done.stdout
    assert "certs_client_key" in done.stdout
    rows = site.sql(
        "select files from private.suite_versions as version join public.test_suites as suite"
        " on suite.id = suite_id where project_id = %s",
        site.member.project_id,
    )
    assert [list(files) for (files,) in rows] == [["certs/client.pem"]]
