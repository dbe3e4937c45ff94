"""From a file to rows and back: the file that rows make says what the first one said."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.database.world import World
from worker.files import LocalFiles
from worker.graph import build_graph
from worker.models.file import FileUse
from worker.models.problem import Location
from worker.models.suite import Step, Suite, Test
from worker.parsing import parse_suite
from worker.project.push import push_document

ROOT = Path(__file__).parents[2]
NOWHERE = Location("", 1, 1, 1)

#: Everything that a suite can say, in all ways of saying it.
FULL = """
suite: Everything a suite says
description: "Two lines\\nand a \\u201cquote\\u201d"
tags: [nightly]
variables: { currency: EUR, limits: [1, 2.5, null, true] }
environments:
  local:
    base_url: "http://127.0.0.1:8900"
    default: true
    max_parallel: 4
    timeout: 10s
    services: { billing: { base_url: "http://127.0.0.1:8901", health: /health, auth: none } }
defaults: { timeout: 9s, retries: 2, priority: high, headers: { Accept: application/json }, tags: [all] }
bail: 3
parallel: false
timeout: 15m
hooks: { before_all: [{ POST: /begin }], after_each: [{ name: tidy, POST: /tidy }] }
templates: { part: { PUT: /part, json: { size: "{{ params.size }}", who: "to {{ params.who }}" } } }
x-common: &common { retry_delay: 100ms, verify_tls: false }
tests:
  zebra:
    <<: *common
    title: The first, whatever its name
    POST: /login?next=1
    headers: { Accept: null, X-One: "{{ currency }}" }
    json: { password: "{{ secrets.password }}", list: [], nothing: null, text: "a\\tb" }
    expect:
      status: [200, 201]
      json: { id: { type: integer }, "$.a[0]": 1 }
      headers: { X: { exists: true } }
      time: "< 500ms"
    capture:
      tokens: { access: $.token }
      variables: { user: { jsonpath: $.id, default: 1 } }
      raw: { body: true }
    idempotent: false
  apple:
    request: { method: PROPFIND, url: "https://example.com/x" }
    query: { page: 1, tag: [new, sale] }
    text: "plain {{ currency }}"
    auth: { bearer: "{{ tokens.access }}" }
    retries: 0
    priority: medium
    timeout: 1m
    service: billing
    tags: [smoke, nightly]
    skip: 'not "today"'
  mango: { GET: "{{ base_url }}/m", json: null, auth: none, needs: [zebra], after: [apple] }
  plum: { GET: /p, follow_redirects: true }
  fig: { use: part, with: { size: 3, who: "{{ user }}" }, when: "{{ env.deep }}", only: true }
  date:
    GET: /wait
    repeat: { until: "{{ json.state == 'done' }}", every: 2s, at_most: 5 }
    requires: { environment: [local, staging] }
    locks: [tenant]
    exclusive: true
    quarantine: { reason: slow, owner: ada, until: 2030-12-31 }
    cleanup: [{ name: away, DELETE: "/{{ user }}" }]
  lime:
    steps:
      - { name: begin, POST: /begin, form: { a: [1, "{{ user }}"] }, capture: { ticket: $.id } }
      - { GET: "/{{ ticket }}", when: "{{ env.deep }}", repeat: { until: "{{ json.done }}", within: 9s } }
    cleanup: { DELETE: /begin }
    retries: { count: 3, backoff: fixed, max_delay: 9s, on: [connect, 5xx], when: "{{ status == 503 }}" }
    timeout: { connect: 2s, total: 12s, attempt: 2m }
  nuts:
    GET: "/nuts/{{ row.kind }}"
    rows: [{ id: wal, kind: walnut, size: 2 }, { id: pea, kind: peanut, size: 1 }]
    timeout: { read: 3s, attempt: 90s }
    needs: [mango]
  olive: { POST: /o, form: { a: 1, b: [x, y] }, gzip: true, cookies: { a: b }, cookie_jar: run }
  pear: { POST: /p, multipart: [{ name: a, text: b }], max_redirects: 3, http_version: "1.1" }
  quince: { POST: /q, xml: "<q/>", compressed: false, auth: { digest: { username: a, password: b } } }
  rice:
    POST: /graphql
    graphql: { query: "query Rice { rice }", variables: { a: 1 }, operation: Rice }
    expect: { json_exactly: { data: 1 }, size: { less: 9 }, cookies: { a: b }, check: ["status == 200"] }
  kiwi: { DELETE: /k, json: false, auth: { basic: { username: ada, password: "{{ secrets.password }}" } } }
"""


def _comparable(suite: Suite) -> Suite:
    """Without places, and without the order of what has none in JSON."""
    return replace(
        suite,
        source="",
        path="",
        where=NOWHERE,
        files=tuple(FileUse(path, NOWHERE) for path in sorted({use.path for use in suite.files})),
        tests={key: _comparable_test(test) for key, test in suite.tests.items()},
    )


def _comparable_test(test: Test) -> Test:
    return replace(
        test,
        where=NOWHERE,
        steps=tuple(map(_comparable_step, test.steps)),
        cleanup=tuple(map(_comparable_step, test.cleanup)),
        needs=tuple(sorted((replace(each, where=NOWHERE) for each in test.needs), key=repr)),
        uses=tuple(sorted((replace(each, where=NOWHERE) for each in test.uses), key=repr)),
        cleanup_uses=tuple(sorted((replace(each, where=NOWHERE) for each in test.cleanup_uses), key=repr)),
    )


def _comparable_step(step: Step) -> Step:
    return replace(
        step,
        where=NOWHERE,
        repeat=step.repeat and replace(step.repeat, where=NOWHERE),
        expectations=tuple(sorted((replace(each, where=NOWHERE) for each in step.expectations), key=repr)),
        captures=tuple(sorted(step.captures, key=repr)),
        capture_places=(),
    )


def _examples() -> list[Path]:
    """Those that are suites, and not parts of some."""
    return [path for path in sorted(ROOT.glob("examples/**/*.yaml")) if "\ntests:" in path.read_text()]


@pytest.mark.parametrize("path", [None, *_examples()], ids=lambda path: path.name if path else "full")
def test_the_rows_of_a_file_make_a_file_that_says_the_same(world: World, path: Path | None) -> None:
    """From the file to the rows and back: the same suite, its tests in the same order."""
    files, place = LocalFiles(ROOT / "examples"), path or Path("a.yaml")
    suite = parse_suite(path.read_text() if path else FULL, path=str(place), files=files)
    world.push(push_document([suite], build_graph([suite]).dependencies))
    source = world.session.value(
        "select private.compose_suite(suite) from public.test_suites as suite"
        " where key = %s and project_id = %s",
        suite.key,
        world.facts.project_id,
    )
    again = parse_suite(source, path=str(place.with_suffix(".json")), files=files)
    assert list(again.tests) == list(suite.tests)
    assert _comparable(again) == _comparable(suite)
    assert json.loads(source)["suite"] == suite.title
