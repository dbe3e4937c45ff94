"""What did not pass in a recorded run is run again, and goes on with what that run had got."""

import json

import pytest

from tests.acceptance.site import Site

pytestmark = pytest.mark.stack

SUITE = """
suite: orders
tests:
  login:
    POST: /login
    json: { password: "{{ secrets.password }}" }
    capture:
      tokens: { access: $.access_token }
  customer:
    POST: /answer
    auth: { bearer: "{{ tokens.access }}" }
    json: { json: { id: 4711 } }
    capture: { id: $.id }
  basket:
    POST: /answer
    json: { json: { id: 12 } }
    capture: { id: $.id }
    cleanup: { DELETE: "/status/204?basket={{ captured_data.basket.id }}" }
  pay:
    GET: "/flaky/pay/1?customer={{ captured_data.customer.id }}&basket={{ captured_data.basket.id }}"
    auth: { bearer: "{{ tokens.access }}" }
    expect: { status: 200 }
"""
AT_DESK = """
suite: desk
tests:
  login: { POST: /desk, capture: { tokens: { access: $.access_token } } }
  pay:
    steps:
      - { name: answer, GET: /flaky/desk/1, expect: { status: 200 } }
      - { name: pay, GET: /desk, auth: { bearer: "{{ tokens.access }}" }, expect: { status: 200 } }
"""


async def failed_once(site: Site) -> str:
    """A run in which paying failed."""
    await site.push(orders=SUITE)
    run_id = await site.request("orders")
    row = await site.until(run_id, "completed", "failed")
    assert (row["passed"], row["failed"]) == (3, 1), row
    site.target.requests.clear()
    return run_id


async def test_what_passed_is_not_sent_again_while_it_is_known(site: Site) -> None:
    """But what the first run has undone; the token and the customer are those of the first run."""
    with site.worker():
        run_id = await failed_once(site)
        done = await site.baton("rerun", run_id, "--failed")
    assert done.returncode == 0, done.stdout + done.stderr
    sent = [each.path for each in site.target.requests]
    assert sent == ["/answer", "/flaky/pay/1", "/status/204"]
    [paid] = [each for each in site.target.requests if each.path == "/flaky/pay/1"]
    assert dict(paid.query) == {"customer": "4711", "basket": "12"}
    assert (paid.header("Authorization") or "").startswith("Bearer ey")
    assert "2 passed, 2 skipped" in done.stdout


async def test_when_it_is_forgotten_all_that_is_needed_runs(site: Site) -> None:
    """As if nothing had happened before."""
    with site.worker():
        run_id = await failed_once(site)
        site.sql(
            "update test_execution_context set expires_at = now() - interval '1 second' where run_id = %s",
            run_id,
        )
        done = await site.baton("rerun", run_id, "--failed")
    assert done.returncode == 0, done.stdout + done.stderr
    assert site.times_sent("/login") == 1
    assert "4 passed" in done.stdout


async def test_a_token_that_has_ended_since_is_renewed(site: Site) -> None:
    """By the test that made it, though the retry has not sent that."""
    site.target.desk.announces = False
    # It ends by being revoked, and not by itself.
    site.target.desk.life_seconds = 3600
    await site.push(desk=AT_DESK)
    with site.worker():
        run_id = await site.request("desk")
        await site.until(run_id, "failed")
        site.target.desk.revoke()
        done = await site.baton("rerun", run_id, "--failed")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed, 1 skipped" in done.stdout
    assert [each.method for each in site.target.requests if each.path == "/desk"] == [
        "POST",
        "GET",
        "POST",
        "GET",
    ]


async def test_a_pipeline_takes_a_run_up_with_its_token(site: Site) -> None:
    """Nobody is signed in there; a step that is tried again follows the same run."""
    token = (await site.baton("token", "create", "--project", "shop", "--name", "ci")).stdout.strip()
    pipeline = {
        "BATON_TOKEN": token,
        "BATON_URL": site.stack.url,
        "BATON_KEY": site.stack.publishable_key,
        "XDG_CONFIG_HOME": str(site.home / "nobody"),
        "GITLAB_CI": "true",
        "CI_JOB_ID": "7",
    }
    with site.worker():
        run_id = await failed_once(site)
        words = ("rerun", run_id, "--failed", "--report", "junit=retry.xml")
        done = await site.baton(*words, settings=pipeline)
        again = await site.baton(*words, "--json", settings=pipeline)
    assert done.returncode == again.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
    events = [json.loads(line)["event"] for line in again.stdout.splitlines()]
    assert (events[0], events[-1]) == ("run_requested", "run_finished")
    assert (site.home / "retry.xml").is_file()
    rows = site.sql("select trigger::text from test_runs where source ->> 'retry_of' = %s", run_id)
    assert rows == [("ci",)]
