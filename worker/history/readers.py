"""Who uses what of whom, as far as the reasons of the edges say it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from context.paths import parse_path
from worker.history.facts import Edge, Gift, TestFacts
from worker.models.suite import TestName

_USES = "uses "
#: What may stand before the name of a token or of a variable.
_SHARED = ("tokens", "shared_auth_tokens", "shared_variables")


def names_used(edge: Edge) -> frozenset[str]:
    """The names of captures that the dependent test uses of the required one; `*` for all of them."""
    return frozenset(filter(None, map(_name_in, edge.reasons)))


def _name_in(reason: str) -> str:
    if not reason.startswith(_USES):
        return ""
    path = parse_path(reason.removeprefix(_USES).rpartition(" in ")[0]) or ("",)
    if path[0] == "captured_data":
        return str(path[2]) if len(path) > 2 else "*"
    return str(path[1]) if path[0] in _SHARED and len(path) > 1 else str(path[0])


def with_readers(tests: Mapping[TestName, TestFacts]) -> dict[TestName, TestFacts]:
    """The tests, each of its gifts with the tests that use it, where nobody has counted them."""
    users: dict[TestName, dict[str, list[TestName]]] = {}
    for test in tests.values():
        for edge in test.edges:
            for name in names_used(edge):
                users.setdefault(edge.required, {}).setdefault(name, []).append(test.name)
    return {
        name: replace(test, gifts=tuple(_read_by(test.gifts, users.get(name, {}))))
        for name, test in tests.items()
    }


def _read_by(gifts: Iterable[Gift], users: Mapping[str, list[TestName]]) -> Iterable[Gift]:
    for gift in gifts:
        found = dict.fromkeys((*users.get(gift.name, ()), *users.get("*", ())))
        yield replace(gift, used_by=gift.used_by or tuple(found))
