"""What came of reading files: suites, and problems in the order of the files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from worker.models.problem import Problem
from worker.models.suite import Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read. Suites with problems are here as far as they could be read, for checks that
    look at all of them together; they must not be run. `paths` are the files in their order."""

    suites: tuple[Suite, ...] = ()
    problems: tuple[Problem, ...] = ()
    paths: tuple[str, ...] = ()

    def problems_with(self, found: Iterable[Problem]) -> tuple[Problem, ...]:
        """The problems together with those that a check of the suites found, in the files' order."""
        return in_order_of_files([*self.problems, *found], self.paths)


def in_order_of_files(problems: Iterable[Problem], paths: Sequence[str]) -> tuple[Problem, ...]:
    """Problems in the order of the files, and in each in the order of its lines; each once, though an
    alias or a default may bring it into many tests."""
    position = {path: number for number, path in enumerate(paths)}
    return tuple(
        sorted(
            dict.fromkeys(problems),
            key=lambda problem: (
                position.get(problem.where.path, len(position)),
                problem.where.line,
                problem.where.column,
            ),
        )
    )
