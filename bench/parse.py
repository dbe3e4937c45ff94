"""What reading, checking and ordering a suite costs, beside libyaml alone.

    python bench/parse.py [TESTS]

Prints seconds, and how many times as long as `yaml.compose` with libyaml they are. What is ours collects
garbage as seldom as `baton` does; libyaml is measured as anybody calls it.
"""

import gc
import sys
import time
from collections.abc import Callable
from typing import Any

import yaml

from worker.graph import find_problems, make_plan
from worker.models.suite import Suite
from worker.parsing import parse_suite
from worker.parsing.compose import compose, without_garbage_collection
from worker.parsing.source import Source
from worker.parsing.tree import build_tree

TEST = """\
  test-{number}:
    POST: /things/{number}
    auth: {{ bearer: "{{{{ tokens.token_{before} }}}}" }}
    json: {{ email: "{{{{ env.email }}}}", number: {number}, tags: [a, b] }}
    expect: {{ status: 200, json: {{ token: {{ matches: "^ey" }}, user: {{ id: {number} }} }} }}
    capture:
      tokens: {{ token_{number}: $.token }}
      variables: {{ user_{number}: $.user.id }}
    needs: [test-{before}]
"""
HEAD = """\
suite: bench
tests:
  test-0:
    POST: /login
    capture: { tokens: { token_0: $.token } }
"""


def text_of(tests: int) -> str:
    """A suite in which every test needs another one, and uses its token."""
    return HEAD + "".join(TEST.format(number=number, before=number // 2) for number in range(1, tests))


def timed(name: str, action: Callable[[], Any], *, unit: float | None = None) -> tuple[float, Any]:
    """The best of three, printed, and what came of it."""
    best, answer = float("inf"), None
    for _ in range(3):
        answer = None  # what was made before must not make the garbage collector slower
        began = time.perf_counter()
        answer = action()
        best = min(best, time.perf_counter() - began)
    print(f"{name:<44} {best:7.3f} s  {best / (unit or best):6.2f} ×")
    return best, answer


def compose_quickly(text: str) -> Any:
    """What libyaml needs when nobody looks for garbage meanwhile."""
    with without_garbage_collection():
        return yaml.compose(text, Loader=yaml.CSafeLoader)


def tree_of(text: str) -> Any:
    """The values of the text and their places."""
    source = Source("bench.yaml", text)
    with without_garbage_collection():
        node = compose(source)
        assert node is not None
        return build_tree(source, node)


def everything(text: str) -> Any:
    """What `baton run` does before it sends anything."""
    suite = parse_suite(text, path="bench.yaml")
    assert find_problems([suite], known_names={"email"}) == ()
    return make_plan([suite])


def main() -> None:
    """Print the table."""
    tests = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    text = text_of(tests)
    print(f"{tests:,} tests, {len(text) / 1e6:.1f} MB, {text.count(chr(10)):,} lines\n")
    unit, _ = timed("libyaml, as anybody calls it", lambda: yaml.compose(text, Loader=yaml.CSafeLoader))
    gc.set_threshold(100_000, 20, 100)
    timed("libyaml, without garbage collection", lambda: compose_quickly(text), unit=unit)
    timed("values with their places", lambda: tree_of(text), unit=unit)
    suite: Suite
    _, suite = timed("a suite", lambda: parse_suite(text, path="bench.yaml"), unit=unit)
    timed("the check of its graph", lambda: find_problems([suite], known_names={"email"}), unit=unit)
    timed("its plan", lambda: make_plan([suite]), unit=unit)
    timed("all of it, from text to plan", lambda: everything(text), unit=unit)


if __name__ == "__main__":
    main()
