"""Who uses what, as the reasons of edges say it."""

import pytest

from worker.history.facts import Edge, Gift, TestFacts
from worker.history.readers import names_used, with_readers
from worker.models.dependency import DependencyKind


@pytest.mark.parametrize(
    ("reason", "names"),
    [
        ("uses tokens.access in auth.bearer", {"access"}),
        ("uses shared_auth_tokens.access in headers.X", {"access"}),
        ("uses captured_data.test-2.product_ids in json.ids", {"product_ids"}),
        ("uses captured_data['login[a]'].id in json.id", {"id"}),
        ("uses captured_data.login in json", {"*"}),
        ("uses user_id in path", {"user_id"}),
        ("uses shared_variables.user_id in expect.json['in the middle']", {"user_id"}),
        ("needs login", set()),
        ("after login", set()),
        ("", set()),
    ],
)
def test_a_reason_names_what_is_used(reason: str, names: set[str]) -> None:
    """What is only waited for is not used."""
    assert names_used(Edge(required="s/a", kind=DependencyKind.DATA, reasons=(reason,))) == names


def test_readers_follow_from_edges_where_nobody_counted_them() -> None:
    """All of what a test captured counts for each of it."""
    gifts = (Gift(name="id", kind="data"), Gift(name="access", kind="token", used_by=("s/z",)))
    tests = {
        "s/a": TestFacts(name="s/a", gifts=gifts),
        "s/b": TestFacts(name="s/b", edges=(_edge("uses captured_data.a.id in path"),)),
        "s/c": TestFacts(name="s/c", edges=(_edge("uses captured_data.a in json"),)),
    }
    found = with_readers(tests)["s/a"].gifts
    assert [gift.used_by for gift in found] == [("s/b", "s/c"), ("s/z",)]


def _edge(reason: str) -> Edge:
    return Edge(required="s/a", kind=DependencyKind.DATA, reasons=(reason,))
