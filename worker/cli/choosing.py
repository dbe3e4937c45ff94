"""The environment, the values and the tests of a run, chosen while its files are checked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from worker.cli.environments import choose_environment
from worker.cli.narrowing import narrowed
from worker.cli.requirements import used_names
from worker.cli.run_request import RunRequest
from worker.cli.values import GivenValues, gather_values
from worker.errors import SuiteError, UsageError
from worker.graph import find_problems
from worker.models.environment import Environment
from worker.models.graph import Selection
from worker.models.problem import Problem
from worker.models.suite import Suite


class Choice:
    """Chooses the environment while the files are checked, so that all problems are told together."""

    def __init__(self, request: RunRequest) -> None:
        self._request = request
        self._chosen: Environment | None = None
        self._refused: UsageError | None = None
        self._not_picked: UsageError | None = None
        self._selection = request.selection
        self.given = GivenValues()

    def check(self, suites: Sequence[Suite]) -> Iterable[Problem]:
        """What is wrong with these suites together, in the chosen environment."""
        request = self._request
        self.given = gather_values(
            options=request.variables,
            env_file=request.env_file,
            secrets_file=request.secrets_file,
            surroundings=request.surroundings,
            used=used_names(suites),
        )
        try:
            self._chosen = choose_environment(suites, request.environment)
        except SuiteError as error:
            return [*error.problems, *find_problems(suites, known_names=None)]
        except UsageError as error:
            self._refused = error
        else:
            self._narrow(suites)
        return find_problems(
            suites,
            known_names=self._known_names(),
            known_secrets=self._known_secrets(),
            selection=self._selection,
            environment=self._chosen,
            forbid_only=request.forbid_only,
        )

    def _narrow(self, suites: Sequence[Suite]) -> None:
        request = self._request
        try:
            self._selection = narrowed(
                request.selection,
                request.narrowing,
                suites,
                environment=self.environment(),
                surroundings=request.surroundings,
            )
        except UsageError as error:
            # What is wrong with the files is told first.
            self._not_picked = error

    def selection(self) -> Selection:
        """What was asked for, with the tests that were picked. Raises UsageError if none could be."""
        if self._not_picked is not None:
            raise self._not_picked
        return self._selection

    def environment(self) -> Environment:
        """The chosen environment with the given values in it. Raises UsageError if there was no choice."""
        if self._chosen is None:
            raise self._refused or UsageError("no environment was chosen")
        base_url = self._request.base_url or self._chosen.base_url
        secrets = {**self._chosen.secrets, **self.given.secrets}
        forced = self._request.connection
        return replace(self._chosen, base_url=base_url, secrets=secrets, forced=forced)

    def _known_secrets(self) -> Collection[str] | None:
        return None if self._chosen is None else [*self._chosen.secrets, *self.given.secrets]

    def _known_names(self) -> Collection[str] | None:
        if self._chosen is None:
            return None
        return [*self._chosen.variables, *self.given.variables]
