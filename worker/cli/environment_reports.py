"""Reports of what ran in several environments: one of each kind for each environment."""

from collections.abc import Sequence
from pathlib import Path

from worker.cli.reporting import open_reports
from worker.errors import UsageError
from worker.reports import REPORTS, Report, report_of
from worker.reports.base import STANDARD_OUTPUT


def reports_by_environment(
    options: Sequence[str], environments: Sequence[str]
) -> dict[str, tuple[Report, ...]]:
    """The reports of each environment. Of several, the environment's name stands in the name of the file:
    `junit.xml` becomes `junit-staging.xml`; a kind that spans environments is one file for all of them.
    Raises UsageError now if one could not be written later."""
    if len(environments) == 1:
        return {environments[0]: open_reports(options)}
    together = open_reports([_on_disk(option) for option in options if _spans(option)])
    others = [_on_disk(option) for option in options if not _spans(option)]
    return {
        environment: (*open_reports([_named(option, environment) for option in others]), *together)
        for environment in environments
    }


def _spans(option: str) -> bool:
    kind = option.partition("=")[0]
    return kind in REPORTS and report_of(kind).spans


def _on_disk(option: str) -> str:
    """The option, unless it wants several documents, or one in several goes, to be printed."""
    kind, _, text = option.partition("=")
    if text == str(STANDARD_OUTPUT):
        raise UsageError(
            "reports of several environments cannot be printed",
            where=f"--report {option}",
            hint=f"give a path: {kind}=path, to which each environment's name is added",
        )
    return option


def _named(option: str, environment: str) -> str:
    kind, equals, text = option.partition("=")
    if not equals or not text:
        return option
    path = Path(text)
    return f"{kind}={path.with_name(f'{path.stem}-{environment}{path.suffix}')}"
