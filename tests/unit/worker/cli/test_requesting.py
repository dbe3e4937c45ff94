"""What the options of `baton trigger` ask for."""

import pytest

from worker.cli.requesting import LONGEST_KEY, Wish, key_of, requests_of
from worker.errors import UsageError
from worker.project.find import KnownTest, Project

_PROJECT = Project(id="1", key="shop", organization="acme")


def _test(suite: str, key: str, *tags: str) -> KnownTest:
    return KnownTest(suite=suite, key=key, tags=frozenset(tags))


TESTS = (
    _test("checkout", "login"),
    _test("checkout", "order", "smoke"),
    _test("checkout", "order[ada]"),
    _test("checkout", "order[ben]"),
    _test("search", "login", "slow"),
    _test("search", "find-all", "slow"),
)


def _wish(
    *,
    suites: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    environments: tuple[str, ...] = ("local",),
    idempotency_key: str | None = None,
) -> Wish:
    """What the command line asks for, where nothing else is said."""
    return Wish(
        project="shop",
        organization=None,
        suites=suites,
        environments=environments,
        only=only,
        tags=tags,
        priority="medium",
        jobs=None,
        idempotency_key=idempotency_key,
        wait=True,
        timeout=None,
        reports=(),
        as_json=False,
        profile=None,
    )


def _asked(
    tests: tuple[KnownTest, ...] = TESTS,
    *,
    suites: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    environments: tuple[str, ...] = ("local",),
) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Suite, tests and tags of each request."""
    wish = _wish(suites=suites, only=only, tags=tags, environments=environments)
    found = tuple(test for test in tests if not suites or test.suite in suites)
    requests = requests_of(wish, project=_PROJECT, tests=found, job=None, is_ci=False)
    return [(request.suites[0], request.only, request.tags) for request in requests]


def test_without_a_selection_all_suites_are_asked_for() -> None:
    """Each is a run of its own, in each environment, which are named once however often they are said."""
    assert _asked(environments=("a", "b", "a")) == [("checkout", (), ()), ("search", (), ())] * 2


def test_a_test_is_named_as_in_a_local_run() -> None:
    """By its key, which several suites may have; by suite and key; by a pattern; a row by its name."""
    assert _asked(only=("login",)) == [
        ("checkout", ("checkout/login",), ()),
        ("search", ("search/login",), ()),
    ]
    assert _asked(only=("search/login",)) == [("search", ("search/login",), ())]
    assert _asked(only=("find*",)) == [("search", ("search/find-all",), ())]
    assert _asked(only=("order[a*]",)) == [("checkout", ("checkout/order[ada]",), ())]


def test_each_suite_is_asked_only_for_tags_that_it_has() -> None:
    """Its worker would refuse the other, because it sees no test with it."""
    assert _asked(tags=("smoke", "slow")) == [("checkout", (), ("smoke",)), ("search", (), ("slow",))]
    assert _asked(tags=("slow",)) == [("search", (), ("slow",))]


def test_suites_narrow_what_was_named() -> None:
    """A key that two suites have means the one in the suite that was named as well."""
    assert _asked(suites=("search",), only=("login",)) == [("search", ("search/login",), ())]


@pytest.mark.parametrize(
    ("asked", "what", "hint"),
    [
        ({"only": ("checkout/odrer",)}, "there is no test 'checkout/odrer'", "'checkout/order'"),
        ({"only": ("lgoin",)}, "there is no test 'lgoin'", "'login'"),
        ({"suites": ("search",), "only": ("checkout/login",)}, "no test 'checkout/login'", "search/login"),
        ({"suites": ("searhc",), "tags": ("slow",)}, "there is no suite 'searhc'", "baton push"),
        ({"tags": ("smoek",)}, "no test has the tag 'smoek'", "did you mean 'smoke'?"),
        ({"tags": ("smoke",), "only": ("find*",)}, "no test is all that was asked for", "ask for less"),
        ({"tests": ()}, "the project 'shop' has no tests", "baton push"),
    ],
)
def test_what_is_not_there_is_said_with_what_was_meant(
    asked: dict[str, object], what: str, hint: str
) -> None:
    """A pipeline that runs nothing because of a slip would look like success."""
    with pytest.raises(UsageError) as caught:
        _asked(**asked)  # type: ignore[arg-type] # each case gives some of the arguments
    assert what in caught.value.what
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize("key", ["", " ", "k" * (LONGEST_KEY + 1)])
def test_a_key_that_cannot_be_is_refused(key: str) -> None:
    """An empty one comes of a variable that is not set, and would make all requests the same."""
    with pytest.raises(UsageError) as error:
        key_of(_wish(idempotency_key=key), [], None)
    assert error.value.where == "--idempotency-key"
    assert key_of(_wish(idempotency_key="build 1"), [], None) == "build 1"
    assert key_of(_wish(), [], None) is None
