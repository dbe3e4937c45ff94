"""Reports of what ran in several environments: one of each kind for each environment."""

from collections.abc import Sequence
from pathlib import Path

from worker.cli.reporting import open_reports
from worker.errors import UsageError
from worker.reports import Report
from worker.reports.base import STANDARD_OUTPUT


def reports_by_environment(
    options: Sequence[str], environments: Sequence[str]
) -> dict[str, tuple[Report, ...]]:
    """The reports of each environment. Of several, the environment's name stands in the name of the file:
    `junit.xml` becomes `junit-staging.xml`. Raises UsageError now if one could not be written later."""
    if len(environments) == 1:
        return {environments[0]: open_reports(options)}
    return {
        environment: open_reports([_named(option, environment) for option in options])
        for environment in environments
    }


def _named(option: str, environment: str) -> str:
    kind, equals, text = option.partition("=")
    if not equals or not text:
        return option
    path = Path(text)
    if path == STANDARD_OUTPUT:
        raise UsageError(
            "reports of several environments cannot be printed",
            where=f"--report {option}",
            hint=f"give a path: {kind}=path, to which each environment's name is added",
        )
    return f"{kind}={path.with_name(f'{path.stem}-{environment}{path.suffix}')}"
