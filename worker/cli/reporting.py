"""Reports by their option: `--report junit=out.xml`."""

from collections.abc import Sequence
from pathlib import Path

from worker.errors import UsageError
from worker.models.graph import Plan
from worker.reports import REPORTS, Report


def open_reports(options: Sequence[str], *, plan: Plan | None = None) -> tuple[Report, ...]:
    """The reports that these options ask for. Raises UsageError now if one could not be written later."""
    reports = tuple(_report(option, plan) for option in options)
    paths = [report.path.resolve() for report in reports]
    for report, path in zip(reports, paths, strict=True):
        if paths.count(path) > 1:
            raise UsageError("two reports cannot be one file", where=str(report.path))
        report.check()
    return reports


def _report(option: str, plan: Plan | None) -> Report:
    kind, equals, path = option.partition("=")
    kinds = " or ".join(sorted(REPORTS))
    if kind not in REPORTS:
        raise UsageError(
            f"there is no report {kind!r}", where="--report", hint=f"Write {kinds}, = and a path."
        )
    if not equals or not path:
        raise UsageError(
            f"the {kind} report needs a path", where="--report", hint=f"Write {kind}=path/of/the/file."
        )
    return REPORTS[kind](Path(path), plan=plan)
