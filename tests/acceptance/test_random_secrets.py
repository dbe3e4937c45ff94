"""Random secrets in random places of random suites: what is said of a run holds none of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.acceptance.commands import baton
from tests.canaries import Canary, canary, contents, leaks
from tests.targets import Target, running_target

#: Characters that are escaped in one way or another on their way.
NASTY = " \"'\\/&<>=+%?#:;,{}[]()|~^`$@!*éßÅ€漢🙂-_."

#: How a template may use a secret.
USES = (
    "{{{{ secrets.{0} }}}}",
    "before {{{{ secrets.{0} }}}} after",
    "{{{{ secrets.{0} | urlencode }}}}",
    "{{{{ secrets.{0} | base64 }}}}",
    "{{{{ ('user:' ~ secrets.{0}) | base64 }}}}",
    "{{{{ [secrets.{0}] | json }}}}",
    "{{{{ {{'a': secrets.{0}}} | json | json }}}}",
)

TESTS = 40


def a_test(use: str, chance: Random) -> dict[str, Any]:
    """A test that says something in a random place, and mostly fails about it."""
    bodies: list[dict[str, Any]] = [
        {"json": {"a": [use, {"b": use}], use: 1}},
        {"form": {"a": use, "b": [use, use]}},
        {"multipart": {"a": use}},
        {"text": f"{use}\n{use}"},
        {"xml": f"<a>{use}</a>"},
        {"graphql": {"query": "query q($a: String) { a(b: $a) }", "variables": {"a": use}}},
        {},
    ]
    places: list[dict[str, Any]] = [
        {"query": {"a": use}},
        {"headers": {"X-Word": use}},
        {"auth": {"bearer": use}},
        {"auth": {"basic": {"username": "ada", "password": use}}},
        {"auth": {"api_key": {"name": "k", "value": use, "in": "query"}}},
        {"when": f"{{{{ '{'x' * chance.randrange(9)}' != 'secret' }}}}"},
        {"cleanup": {"DELETE": "/status/500", "json": {"a": use}}},
        {"retries": {"count": 1, "delay": "1ms"}},
    ]
    expectations: list[dict[str, Any]] = [
        {"json": {"body": {"equals": f"{use} and more"}}},
        {"json": {"path": {"one_of": [use, "x"]}, "headers": {"every": {"starts_with": use}}}},
        {"body": {"contains": f"{use}?"}},
        {"headers": {"x-path": use}},
        {"json_exactly": {"body": use, "query": [[use, use]]}},
        {"status": 201},
        {"snapshot": True},
    ]
    # Methods without a body would be refused with one.
    test: dict[str, Any] = {"POST": "/echo", **chance.choice(bodies)}
    for place in chance.sample(places, chance.randint(1, 3)):
        test |= place
    return {**test, "expect": chance.choice(expectations)}


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """An API that tells what it was told."""
    with running_target() as found:
        yield found


@pytest.mark.parametrize("seed", range(4))
def test_no_report_shows_a_random_secret(seed: int, tmp_path: Path, target: Target) -> None:
    """Console, events, every report, history and snapshots of a suite that nobody wrote."""
    chance = Random(seed)
    target.requests.clear()
    canaries: list[Canary] = []
    tests: dict[str, Any] = {}
    for number in range(TESTS):
        ends = ["".join(chance.choices(NASTY, k=chance.randrange(5))) for _ in range(2)]
        # What stands around a template's braces is no secret.
        dress = (
            f"{ends[0]}|{ends[1]}".replace("{", "").replace("}", "").replace("|", "{}", 1).replace("|", "")
        )
        canaries.append(canary(f"s{number}", chance, dress))
        tests[f"t{number}"] = a_test(chance.choice(USES).format(f"s{number}"), chance)
    suite, secrets = tmp_path / "suite.json", tmp_path / "secrets.yaml"
    suite.write_text(json.dumps({"suite": "random", "tests": tests}))
    secrets.write_text(json.dumps({each.name: each.secret for each in canaries}))
    secrets.chmod(0o600)
    reports = ("html=run.html", "junit=run.xml", "allure=allure", "ctrf=ctrf.json", "json=run.json")
    words = ["run", "suite.json", "--base-url", target.base_url, "--secrets-file", "secrets.yaml", "-v"]
    said = [
        baton(*words, *(word for each in reports for word in ("--report", each)), home=tmp_path),
        baton(*words[:-1], "--json", home=tmp_path),
    ]
    assert [each.returncode for each in said] == [1, 1], said[0].stdout[-2000:] + said[0].stderr
    assert len(target.requests) >= TESTS, "most of them can be sent"
    outputs = {f"output {number}": each.stdout + each.stderr for number, each in enumerate(said)}
    assert leaks(canaries, {**outputs, **contents(tmp_path, without=(suite, secrets))}) == []
