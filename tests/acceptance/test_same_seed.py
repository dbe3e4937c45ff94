"""The same random seed gives the same requests."""

from pathlib import Path

import pytest

from tests.acceptance.commands import baton
from tests.targets import running_target
from tests.wire import Seen

#: Whatever is random in a suite: values, made-up names, rows that are made by rules, boundaries.
SUITE = """
suite: random
fixtures:
  customers:
    generate: { count: 3, fields: { id: { sequence: 1 }, name: name, plan: { one_of: [free, paid] } } }
templates:
  new:
    POST: "/echo/{{ params.what }}/{{ uuid() }}"
    json:
      number: "{{ random_int(1, 1000000) }}"
      text: "{{ random_string(12) }}"
      email: "{{ fake.email() }}"
tests:
  cart: { use: new, with: { what: cart } }
  order: { use: new, with: { what: order }, capture: { variables: { path: $.path } } }
  again: { GET: "/echo", query: { of: "{{ path }}", salt: "{{ random_string(8) }}" } }
  customer:
    rows: { fixture: customers }
    POST: /echo/customer
    json: { customer: "{{ row.name }}", plan: "{{ row.plan }}", key: "{{ uuid() }}" }
  upload: { POST: /echo/upload, multipart: { title: "{{ random_string(5) }}" } }
  stubborn:
    retries: { count: 2, delay: 1ms, backoff: fixed }
    POST: /flaky/stubborn/2
    json: { attempt: "{{ random_string(8) }}" }
"""


def sent(folder: Path, *options: str) -> list[tuple[object, ...]]:
    """What a new server receives of a run, in no order: tests run side by side."""
    (folder / "random.yaml").write_text(SUITE, encoding="utf-8")
    with running_target() as target:
        done = baton("run", "random.yaml", "--base-url", target.base_url, *options, home=folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return sorted(map(as_sent, target.requests), key=str)


def as_sent(seen: Seen) -> tuple[object, ...]:
    """All of a request but the port of this server."""
    headers = {name.lower(): value for name, value in seen.headers if name.lower() != "host"}
    return seen.method, seen.path, seen.query, tuple(sorted(headers.items())), seen.body


@pytest.mark.parametrize(
    "options", [(), ("--jobs", "1"), ("--shuffle", "5")], ids=["parallel", "one", "shuffled"]
)
def test_the_same_seed_gives_the_same_requests(options: tuple[str, ...], tmp_path: Path) -> None:
    """Whatever runs beside what, and in which order."""
    assert sent(tmp_path, "--seed", "7") == sent(tmp_path, "--seed", "7", *options)


def test_another_seed_gives_other_requests(tmp_path: Path) -> None:
    """As does none."""
    one, other, none = sent(tmp_path, "--seed", "7"), sent(tmp_path, "--seed", "8"), sent(tmp_path)
    assert one != other != none != one


def test_a_part_of_a_run_sends_the_same(tmp_path: Path) -> None:
    """So what failed can be tried again by itself, with the values that it had."""
    whole, part = sent(tmp_path, "--seed", "7"), sent(tmp_path, "--seed", "7", "--only", "order")
    assert len(part) == 1
    assert part[0] in whole
