"""What an API may answer, through the real worker into the real database."""

import pytest

from tests.acceptance.site import Site

pytestmark = pytest.mark.stack

#: Each test gets an answer that something along the way cannot hold, and most repeat it in a reason.
SUITE = r"""
suite: odd
tests:
  nul-in-a-reason:
    POST: /answer
    json: { text: '{"a": "x\u0000y", "b\u0000": 1}' }
    expect: { json: { a: x } }
  nul-captured:
    POST: /answer
    json: { text: '{"a": "x\u0000y"}' }
    capture: { nul: $.a, all: { body: true } }
  half-a-character:
    POST: /answer
    json: { text: '{"a": "\ud800", "\udfff": "\ud800"}' }
    expect: { json: { a: x } }
  half-a-character-captured:
    POST: /answer
    json: { text: '{"a": "\ud800 \ud83d\ude00"}' }
    capture: { variables: { half: $.a } }
  half-a-character-used:
    GET: "/echo?q={{ half }}"
  no-number:
    POST: /answer
    json: { text: '{"a": NaN, "b": 1e999, "c": 9007199254740991}' }
    capture: { a: $.a }
  large-number:
    POST: /answer
    json: { text: '{"c": 9007199254740991}' }
    capture: { c: $.c }
  binary:
    GET: /binary
    capture: { content: { body: true, optional: true } }
  large:
    GET: /big/9000000
    capture: { content: { body: true } }
  cut:
    GET: /cut
"""


async def test_an_odd_answer_costs_only_its_own_test(site: Site) -> None:
    """Every test has its verdict and its evidence, and the run ends by its tests."""
    await site.push(odd=SUITE)
    run_id = await site.request("odd")
    done = await site.baton("worker", "--once")
    assert done.returncode == 0, done.stderr
    row = await site.runs.run(run_id)
    assert (row["status"], row["reason"]) == ("failed", "tests"), row["message"]
    assert row["total"] == row["passed"] + row["failed"] + row["broken"] == 10
    results = {each["test"].removeprefix("odd/"): each for each in await site.runs.results(row)}
    assert {key: each["verdict"] for key, each in results.items()} == {
        "nul-in-a-reason": "failed",
        "nul-captured": "passed",
        "half-a-character": "failed",
        "half-a-character-captured": "passed",
        "half-a-character-used": "broken",
        "no-number": "broken",
        "large-number": "passed",
        "binary": "passed",
        "large": "broken",
        "cut": "broken",
    }
    assert "x" in results["nul-in-a-reason"]["reason"]
    assert "NaN is no number that JSON has" in results["no-number"]["reason"]
    assert "1,000,000 characters" in results["large"]["reason"]
    assert "lone surrogate" in results["half-a-character-used"]["reason"]
    context = await site.runs.context(run_id, newer_than=0)
    assert context is not None
    assert context["captured_data"]["odd/large-number"]["c"] == 9007199254740991
    assert context["variables"]["half"] == "\ufffd \U0001f600"
