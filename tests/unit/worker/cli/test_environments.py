"""Which environment a local run uses."""

import pytest

from tests.builders import a_suite, a_test, an_environment
from worker.cli.environments import choose_environment, merge_environments
from worker.errors import SuiteError, UsageError
from worker.models.environment import Environment, EnvironmentKind
from worker.models.suite import Suite


def _suite(*environments: Environment, key: str = "shop") -> Suite:
    return a_suite(a_test(suite=key), key=key, environments=environments)


def test_the_only_environment_is_used() -> None:
    """Nobody has to name what cannot be mistaken."""
    assert choose_environment([_suite(an_environment("staging"))], None).name == "staging"


def test_the_default_is_used() -> None:
    """One of several may be marked."""
    suite = _suite(an_environment("local"), an_environment("staging", is_default=True))
    assert choose_environment([suite], None).name == "staging"


def test_the_named_one_is_used() -> None:
    """-e wins over a default."""
    suite = _suite(an_environment("local"), an_environment("staging", is_default=True))
    assert choose_environment([suite], "local").name == "local"


def test_several_without_a_choice_are_refused() -> None:
    """The refusal names them and says how to choose."""
    suite = _suite(an_environment("local"), an_environment("staging"))
    with pytest.raises(UsageError, match="local, staging") as refused:
        choose_environment([suite], None)
    assert "-e local" in str(refused.value.hint)


def test_two_defaults_of_two_files_are_refused() -> None:
    """Each file may mark one; together they must agree."""
    suites = [
        _suite(an_environment("a", is_default=True)),
        _suite(an_environment("b", is_default=True), key="auth"),
    ]
    with pytest.raises(UsageError, match="a, b"):
        choose_environment(suites, None)


def test_an_unknown_one_gets_a_near_name() -> None:
    """Did you mean."""
    with pytest.raises(UsageError) as refused:
        choose_environment([_suite(an_environment("staging"), an_environment("local"))], "stagign")
    assert "staging" in str(refused.value.hint)


def test_no_environment_is_a_nameless_one() -> None:
    """A suite of whole URLs needs none."""
    assert choose_environment([_suite()], None) == Environment(name="local")


def test_an_environment_where_none_is_known_is_refused() -> None:
    """-e without any environment in the files is a mistake, not a wish."""
    with pytest.raises(UsageError) as refused:
        choose_environment([_suite()], "staging")
    assert refused.value.hint == "The suite files name no environment."


def test_files_complete_each_other() -> None:
    """What one file says and the other does not is no contradiction."""
    first = _suite(an_environment("local", "http://a", variables={"x": 1}))
    second = _suite(an_environment("local", "", variables={"y": 2}, max_parallel=3), key="auth")
    merged = merge_environments([first, second])["local"]
    assert (merged.base_url, merged.variables, merged.max_parallel) == ("http://a", {"x": 1, "y": 2}, 3)


def test_the_same_said_twice_is_fine() -> None:
    """Files may repeat each other."""
    same = [
        _suite(an_environment("local", "http://a")),
        _suite(an_environment("local", "http://a"), key="auth"),
    ]
    assert merge_environments(same)["local"].base_url == "http://a"


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (an_environment("local", "http://b"), "another base_url"),
        (an_environment("local", variables={"x": 2}), "another variable x"),
        (an_environment("local", kind=EnvironmentKind.STAGING), ""),
    ],
)
def test_a_contradiction_is_a_problem(other: Environment, what: str) -> None:
    """The problem names both files. A kind that one file leaves out is not contradicted."""
    first = _suite(an_environment("local", variables={"x": 1}))
    second = _suite(other, key="auth")
    if not what:
        assert merge_environments([first, second])["local"].kind is EnvironmentKind.STAGING
        return
    with pytest.raises(SuiteError) as refused:
        merge_environments([first, second])
    problem = refused.value.problems[0]
    assert what in problem.what
    assert problem.where.path == "auth.yaml"
    assert problem.related[0].where.path == "shop.yaml"
