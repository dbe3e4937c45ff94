"""What is no mistake, and was probably not meant."""

import pytest

from tests.builders import a_suite, a_test, an_environment
from worker.graph.advice import unknown_environments
from worker.models.suite import Suite


def _suite(*requires: str, known: tuple[str, ...] = ("shop-staging", "local")) -> Suite:
    environments = [an_environment(name) for name in known]
    return a_suite(a_test("pay", environments=requires), environments=environments)


def test_a_typo_is_told_with_what_was_meant() -> None:
    """Else the test is skipped everywhere, which looks like a choice."""
    assert unknown_environments([_suite("stagging", "local")]) == (
        "shop/pay (suite.yaml:1:1) may run in 'stagging', which is no environment that is known;"
        " did you mean 'staging'?",
    )


@pytest.mark.parametrize("requires", [(), ("local",), ("production", "ci"), ("shop-staging", "elsewhere")])
def test_what_is_known_is_left_alone(requires: tuple[str, ...]) -> None:
    """Names of the files, kinds, and names of a project that only stand beside them."""
    assert unknown_environments([_suite(*requires)]) == ()


def test_what_runs_nowhere_is_told() -> None:
    """Unless nobody knows any environment, or the project has it."""
    [notice] = unknown_environments([_suite("elsewhere")])
    assert notice.endswith("which is no environment that is known")
    assert unknown_environments([_suite("elsewhere", known=())]) == ()
    assert unknown_environments([_suite("elsewhere")], others=["elsewhere"]) == ()


def test_a_name_is_told_once() -> None:
    """However many tests have it."""
    tests = [a_test(key, environments=("stagging",)) for key in ("a", "b", "c")]
    [notice] = unknown_environments([a_suite(*tests)])
    assert notice.startswith("shop/a (suite.yaml:1:1) and 2 more may run in 'stagging'")
