"""Functions as users write them for `expect: { python: … }`."""

from worker.assertions.python import Answer, Names

NUMBER = 7


def fine(answer: Answer) -> None:
    """Nothing to say."""
    assert answer.status == 200


def with_names(answer: Answer, names: Names) -> bool:
    """The run's names are there, too."""
    return names["rate"] == 2 and names.get("nothing", 0) == 0


def complains(answer: Answer) -> str:
    """What is wrong, in the function's own words."""
    return f"the total should be 8, it is {answer.json()['total']}"  # type: ignore[index,call-overload]  # an object


def asserts(answer: Answer) -> None:
    """An assertion that does not hold."""
    assert answer.text == "{}", "the answer is not empty"


def says_no(answer: Answer) -> bool:
    """No reason."""
    return False


def raises(answer: Answer) -> None:
    """A mistake of the function's own."""
    raise KeyError("price")


async def later(answer: Answer) -> None:
    """Not awaited by anybody."""


def strange(answer: Answer) -> int:
    """Neither yes nor no."""
    return 3
