"""Fixtures that are made of one another: each must be there, and none may come back to itself."""

from collections.abc import Callable, Mapping

from worker.models.fixture import Fixture, Generated
from worker.models.problem import ProblemKind

#: How many fixtures may be made of one another, one after the other. To make one makes those before it.
LONGEST_CHAIN = 30

#: Tells what is wrong with the fixture of a name, and what to do.
Tell = Callable[[ProblemKind, str, str, str | None], None]


class Chains:
    """Which fixtures can be made. `near` is the hint for a name that is none of `written`."""

    def __init__(
        self,
        fixtures: Mapping[str, Fixture],
        *,
        written: Mapping[str, object],
        tell: Tell,
        near: Callable[[str], str | None],
    ) -> None:
        self._fixtures = fixtures
        self._written = written
        self._tell = tell
        self._near = near
        self._told: set[str] = set()
        # Looked up once each: where two are made of the same two, and these again, the ways double.
        self._lengths: dict[str, int | None] = {}

    def can_be_made(self, name: str) -> bool:
        """Whether this fixture, and each that it is made of, can be made. What is wrong is told once."""
        return self._length(name, ()) is not None

    def _length(self, name: str, way: tuple[str, ...]) -> int | None:
        """How many fixtures are made one after the other for this one; None if it cannot be made."""
        if name in way:
            self._circle(way[way.index(name) :])
            return None
        if name not in self._lengths:
            self._lengths[name] = self._count(name, way)
        return self._lengths[name]

    def _count(self, name: str, way: tuple[str, ...]) -> int | None:
        fixture = self._fixtures.get(name)
        if fixture is None:
            if name not in self._written:
                self._tell(
                    ProblemKind.UNKNOWN_NAME, way[-1], f"there is no fixture {name!r}", self._near(name)
                )
            return None
        others = fixture.source.others if isinstance(fixture.source, Generated) else ()
        if len(way) >= LONGEST_CHAIN:
            self._too_long(way[0])
            return None
        lengths = [self._length(other, (*way, name)) for other in others]
        known = [length for length in lengths if length is not None]
        if len(known) < len(lengths):
            return None
        length = 1 + max(known, default=0)
        if length > LONGEST_CHAIN:
            self._too_long(name)
            return None
        return length

    def _too_long(self, name: str) -> None:
        what = f"more than {LONGEST_CHAIN} fixtures are made of one another here"
        self._tell(ProblemKind.BAD_VALUE, name, what, "put some of them together")

    def _circle(self, circle: tuple[str, ...]) -> None:
        if not self._told.intersection(circle):
            chain = " needs ".join([*circle, circle[0]])
            what = f"fixtures cannot be made of one another: {chain}"
            self._tell(ProblemKind.CYCLE, circle[0], what, "take one of them out of the circle")
        self._told.update(circle)
