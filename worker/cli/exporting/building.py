"""Requests for other tools: built as a run builds them, with marks for what only a run knows."""

from collections.abc import Mapping
from dataclasses import replace

from context.execution import ExecutionContext
from context.values import JsonValue
from worker.cli.exporting.late import LateNames
from worker.cli.exporting.symbols import Symbols, rendering
from worker.files import Files
from worker.http.build import build_request
from worker.http.origin import Origin
from worker.http.render import Render
from worker.models.environment import Environment
from worker.models.exchange import PreparedRequest
from worker.models.suite import Step, Test


class Building:
    """Builds the requests of steps. What is not known before a run, and what is secret unless `context`
    holds it, is a mark of `symbols`."""

    def __init__(self, environment: Environment, context: ExecutionContext, files: Files) -> None:
        self.symbols = Symbols()
        self._environment = environment
        self._context = context
        self._origin = Origin(connection=environment.connection, forced=environment.forced, files=files)

    def request(self, test: Test, step: Step) -> PreparedRequest:
        """What this step sends. Raises RequestError where that cannot be built."""
        base_url = self._environment.base_url or self.symbols.mark("base_url")
        origin = replace(self._origin, base_url=base_url)
        return build_request(step.request, render=self.render_of(test, step), origin=origin)

    def render_of(self, test: Test, step: Step) -> Render:
        """What fills the templates of this step."""
        late = LateNames()

        def fill(value: JsonValue) -> JsonValue:
            return self._context.render(value, suite=test.suite, test=test.key, extra=late.known)

        render = rendering(fill, self.symbols, late)
        names: Mapping[str, JsonValue] = {**test.names, **step.names}
        late.learn(names, fill, render)
        return render
