"""Suites as a push takes them."""

import hashlib
import json
from pathlib import Path
from typing import Any

from worker.graph import build_graph
from worker.parsing import parse_suite
from worker.project.addresses import content_hash, pushed_path
from worker.project.push import push_document

SOURCE = """
suite: shop checkout
tags: [smoke]
tests:
  login:
    title: Sign in
    POST: /login
    json: { email: "{{ email }}" }
    capture: { tokens: { access: $.token } }
  cart:
    GET: /cart
    query: { page: 1 }
    auth: { bearer: "{{ tokens.access }}" }
    retries: 2
    skip: not today
"""


def document() -> dict[str, Any]:
    """The push of this suite, as it travels."""
    suite = parse_suite(SOURCE, path="shop.yaml")
    pushed = push_document([suite], build_graph([suite]).dependencies)
    found: dict[str, Any] = json.loads(json.dumps(pushed))
    return found


def test_a_suite_is_pushed_with_its_source_and_its_hash() -> None:
    """The worker runs the source; the hash is its version."""
    [suite] = document()["suites"]
    assert suite["key"] == "shop-checkout"
    assert suite["source"] == SOURCE
    assert suite["content_hash"] == hashlib.sha256(f"shop.yaml\n{SOURCE}".encode()).hexdigest()
    assert suite["tags"] == ["smoke"]


def test_tests_are_pushed_in_their_order_with_what_they_send_and_expect() -> None:
    """In the words of the file, so that a file can be made of rows that were edited in place."""
    [suite] = document()["suites"]
    login, cart = suite["tests"]
    assert (login["key"], login["name"], login["position"]) == ("login", "Sign in", 0)
    assert login["request"]["body"] == {"json": {"email": "{{ email }}"}}
    assert login["response"]["captures"] == {"tokens": {"access": "$.token"}}
    assert "skip_reason" not in login
    assert (cart["retries"], cart["skip_reason"]) == (2, "not today")
    assert cart["request"]["auth"] == {"bearer": "{{ tokens.access }}"}


def test_edges_are_pushed_with_their_reasons() -> None:
    """Inferred ones like declared ones."""
    [edge] = document()["dependencies"]
    assert (edge["dependent"], edge["required"], edge["type"]) == (
        "shop-checkout/cart",
        "shop-checkout/login",
        "token",
    )
    assert edge["reasons"]
    assert edge["declared"] is False


def test_the_hash_is_of_path_and_source() -> None:
    """The same text at another place is another version."""
    assert content_hash("a.yaml", "x") != content_hash("b.yaml", "x")


def test_a_path_is_relative_to_the_folder_with_slashes(tmp_path: Path) -> None:
    """So that every checkout makes the same version."""
    assert pushed_path(str(tmp_path / "tests" / "a.yaml"), below=tmp_path) == "tests/a.yaml"


def test_a_path_from_outside_is_its_name(tmp_path: Path) -> None:
    """Where somebody keeps his files is nobody's business."""
    assert pushed_path("/somewhere/else/a.yaml", below=tmp_path) == "a.yaml"


def test_what_the_database_cannot_hold_is_replaced_in_tables_and_stays_in_the_file() -> None:
    """A suite may send a NUL; the worker reads it from the source, which has it as an escape."""
    source = 'suite: odd\ntests:\n  a:\n    POST: /a\n    json: { text: "a\\0b" }\n'
    suite = parse_suite(source, path="odd.yaml")
    assert suite.tests["a"].request.body == {"text": "a\x00b"}
    pushed = json.loads(json.dumps(push_document([suite], [])))["suites"][0]
    assert pushed["tests"][0]["request"]["body"] == {"json": {"text": "a\ufffdb"}}
    assert pushed["source"] == source


FLOW = """
suite: flow
hooks: { before_all: [{ POST: /begin }] }
templates: { ping: { GET: /ping } }
bail: 2
x-notes: [nobody, reads, this]
tests:
  login: { rows: [{ id: ada }, { id: bob }], POST: "/{{ row.id }}", expect: { status: 200 } }
  order:
    steps: [{ POST: /orders, capture: { id: $.id } }, { GET: "/orders/{{ id }}" }]
    needs: [login]
    cleanup: { DELETE: "/orders/{{ id }}" }
    retries: { count: 2, on: [5xx] }
  ping: { use: ping, after: [order], only: true }
"""


def flow() -> dict[str, Any]:
    """The push of a suite with everything that flows."""
    suite = parse_suite(FLOW, path="flow.yaml")
    pushed = push_document([suite], build_graph([suite]).dependencies)
    found: dict[str, Any] = json.loads(json.dumps(pushed))
    return found


def test_what_a_suite_says_at_its_top_is_kept_whole() -> None:
    """Hooks and templates too; what nobody reads is left out."""
    [suite] = flow()["suites"]
    assert suite["config"] == {
        "hooks": {"before_all": [{"POST": "/begin"}]},
        "templates": {"ping": {"GET": "/ping"}},
        "bail": 2,
    }


def test_a_test_with_rows_is_pushed_once_with_its_words_and_once_for_each_result() -> None:
    """So that a file can be made of the rows, and every row of the table has results of its own."""
    [suite] = flow()["suites"]
    tests = {test["key"]: test for test in suite["tests"]}
    assert list(tests) == ["before-all", "login", "login[ada]", "login[bob]", "order", "ping"]
    assert tests["login"]["request"]["path"] == "/{{ row.id }}"
    assert tests["login"]["request"]["settings"] == {"rows": [{"id": "ada"}, {"id": "bob"}]}
    assert all("request" not in tests[key] for key in ("before-all", "login[ada]", "login[bob]"))


def test_what_a_test_says_of_its_flow_is_among_its_settings() -> None:
    """In the words of the file; one that has steps has no request of its own."""
    [suite] = flow()["suites"]
    order, ping = (test["request"] for test in suite["tests"][-2:])
    assert (order["method"], order["path"]) == ("STEPS", "")
    assert set(order["settings"]) == {"steps", "cleanup", "retries"}
    assert (ping["method"], ping["path"], ping["settings"]) == ("GET", "/ping", {"use": "ping", "only": True})


def test_edges_of_rows_follow_from_what_is_declared_between_tests() -> None:
    """Nobody declares what follows from hooks."""
    edges = {(edge["dependent"], edge["required"]): edge["declared"] for edge in flow()["dependencies"]}
    assert {pair for pair, declared in edges.items() if declared} == {
        ("flow/order", "flow/login"),
        ("flow/ping", "flow/order"),
    }
    assert edges["flow/order", "flow/login[ada]"] is False
    assert edges["flow/order", "flow/before-all"] is False
