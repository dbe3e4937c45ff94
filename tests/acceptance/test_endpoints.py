"""What an endpoint of a project says holds in a run, where neither the test nor its suite says so."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.site import Site, a_site

pytestmark = pytest.mark.stack

#: Nothing is said: the endpoints say it, and where there is none the environment.
PLAIN = """
suite: plain
tests:
  echo: { GET: /echo/plain }
  flaky: { GET: /flaky/plain/1 }
  slow: { GET: /silent/plain }
  me: { GET: /me }
"""
#: For this one only the environment says how long to wait.
PATIENT = """
suite: patient
tests:
  silent: { GET: /silent }
"""
#: The suite says it, and a test of it what else holds for itself.
STRICT = """
suite: strict
defaults: { headers: { X-From: suite, X-Gone: suite }, retries: 0, timeout: 50s }
tests:
  echo: { GET: /echo/strict }
  own-echo: { GET: "/echo/{{ 'own' }}", headers: { x-from: test, X-Gone: null, X-Endpoint: null } }
  flaky: { GET: /flaky/strict/1 }
  own-flaky: { GET: /flaky/own/2, retries: 2 }
  slow: { GET: /delay/600 }
  own-slow: { GET: /silent/own, timeout: 200ms }
"""
#: By path: columns of api_endpoints.
ENDPOINTS: dict[str, dict[str, Any]] = {
    "/echo/{who}": {
        "default_headers": {"X-From": "endpoint", "X-Gone": "endpoint", "X-Endpoint": "{{ city }}"}
    },
    "/flaky/{key}/{times}": {"retries": 1, "retry_delay_seconds": 0},
    # Shorter than what is answered there takes, and than nothing.
    "/delay/{milliseconds}": {"timeout_seconds": 0.2, "retries": 0},
    "/silent/{who}": {"timeout_seconds": 0.2, "retries": 0},
    "/me": {"auth_type": "bearer", "retries": 0},
    "/nobody": {"method": "DELETE"},
}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A stack, an API whose endpoints are known, and a signed-in member."""
    async with a_site(tmp_path) as site:
        await site.member.variable(site.environment_id, "city", "London")
        for path, says in ENDPOINTS.items():
            await _add_endpoint(site, {"path": path} | says)
        yield site


async def _add_endpoint(site: Site, row: Mapping[str, Any]) -> None:
    of = {"organization_id": site.member.organization, "project_id": site.member.project_id}
    table = site.member.database.table("api_endpoints")
    await site.member.database.read(table.insert({**of, **row}), what="api_endpoints")


async def test_test_goes_before_suite_before_endpoint_before_environment(site: Site) -> None:
    """Headers, retries and timeouts of a real run; the push says which endpoint no test calls."""
    done = await site.push_by_command(plain=PLAIN, strict=STRICT, patient=PATIENT)
    assert "1 endpoint is called by no test: DELETE /nobody" in done.stdout
    with site.worker():
        results = await _results(site, "plain", "strict")
        # Short only where nothing else is asked: whatever answers would have to be as quick.
        site.sql("update environments set timeout_seconds = 1 where id = %s", site.environment_id)
        results |= await _results(site, "patient")

    assert _headers(site, "/echo/plain") == ("endpoint", "endpoint", "London")
    assert _headers(site, "/echo/strict") == ("suite", "suite", "London")
    assert _headers(site, "/echo/own") == ("test", None, None)

    assert _came(results["plain/flaky"]) == ("passed", 2)
    assert _came(results["strict/flaky"]) == ("failed", 1)
    assert _came(results["strict/own-flaky"]) == ("passed", 3)

    assert _came(results["plain/slow"]) == ("broken", 1)
    assert _came(results["strict/slow"]) == ("passed", 1)
    assert _came(results["strict/own-slow"]) == ("broken", 1)
    assert "did not answer within 1 s" in results["patient/silent"]["reason"]

    assert "(its endpoint wants bearer, and the test has no auth)" in results["plain/me"]["reason"]


async def _results(site: Site, *suites: str) -> dict[str, dict[str, Any]]:
    """What became of each test of a run of these suites."""
    row = await site.until(await site.request(*suites), "completed", "failed")
    return {each["test"]: each for each in await site.runs.results(row)}


def _came(result: Mapping[str, Any]) -> tuple[str, int]:
    return result["verdict"], result["attempts"]


def _headers(site: Site, path: str) -> tuple[str | None, ...]:
    [seen] = [request for request in site.target.requests if request.path == path]
    return tuple(seen.header(name) for name in ("X-From", "X-Gone", "X-Endpoint"))
