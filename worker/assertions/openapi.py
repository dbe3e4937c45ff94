"""Request and answer against the API's own OpenAPI description."""

from collections.abc import Sequence

from context.values import JsonValue
from worker.assertions.finding import Finding
from worker.assertions.scene import Scene
from worker.assertions.violations import SHOWN, sentence
from worker.contracts.contract import Breach, Options
from worker.contracts.reading import BadDescription
from worker.contracts.violations import BadSchema, flat
from worker.models.exchange import Response
from worker.models.expectation import Expectation


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Check the exchange by the description in the file that the subject names."""
    request = response.sent or scene.request
    if request is None:
        return Finding(complaint="there is no request to be checked")
    options = Options(**{name: value for name, value in expectation.options.items()})  # type: ignore[arg-type] # read by the parser
    contracts = scene.tools.contracts
    try:
        breaches = contracts.breaches(
            expectation.subject, request, response, options, base_url=scene.base_url
        )
    except (BadDescription, BadSchema) as error:
        return Finding(complaint=str(error))
    if not breaches:
        return Finding()
    lines = [line for breach in breaches for line in _of(breach)]
    if len(lines) == 1:
        return Finding(complaint=f"not as described: {lines[0]}")
    return Finding(
        complaint=f"{len(lines)} things are not as described in {expectation.subject}",
        difference="\n".join(_first(lines)),
    )


def _first(lines: Sequence[str]) -> list[str]:
    more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return [*lines[:SHOWN], *more]


def _of(breach: Breach) -> list[str]:
    if breach.violation is None:
        return [f"{breach.place}: {breach.what}"]
    # A parameter is a value of its own: its place says all.
    lines = [sentence(each) for each in flat([breach.violation])]
    return [f"{breach.place}: {line.removeprefix('$: ')}" for line in lines]
