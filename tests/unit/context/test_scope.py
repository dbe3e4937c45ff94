"""The nearest value wins."""

from context.scope import Scope, SetBy, Setting


def test_layers_are_searched_from_near_to_far() -> None:
    """In the order of SetBy, however the layers were given."""
    scope = Scope({SetBy.SUITE: {"a": 1, "b": 1}, SetBy.COMMAND: {"a": 2}})
    assert scope.find("a") == Setting(2, SetBy.COMMAND)
    assert scope.find("b") == Setting(1, SetBy.SUITE)
    assert scope.find("c") is None


def test_null_is_a_value() -> None:
    """A variable that was set to null hides a farther one."""
    assert Scope({SetBy.CAPTURE: {"a": None}, SetBy.SUITE: {"a": 1}}).find("a") == Setting(
        None, SetBy.CAPTURE
    )


def test_layers_are_looked_at_and_not_copied() -> None:
    """What is captured later is found later."""
    captured: dict[str, object] = {}
    scope = Scope({SetBy.CAPTURE: captured})
    captured["late"] = 1
    assert scope.find("late") == Setting(1, SetBy.CAPTURE)


def test_every_name_is_listed_once() -> None:
    """For suggestions."""
    assert [*Scope({SetBy.CAPTURE: {"a": 1}, SetBy.SUITE: {"a": 2, "b": 3}}).names()] == ["a", "b"]
