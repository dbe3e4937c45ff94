"""Reports by their option: `--report junit=out.xml`."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from worker.cli.ci import checkout_root
from worker.errors import BatonError, UsageError
from worker.models.events import Listener
from worker.models.graph import Plan
from worker.reports import REPORTS, Report, report_of
from worker.reports.base import STANDARD_OUTPUT


def open_reports(
    options: Sequence[str], *, plan: Plan | None = None, sources: Mapping[str, str] | None = None
) -> tuple[Report, ...]:
    """The reports that these options ask for. Raises UsageError now if one could not be written later."""
    reports = tuple(_report(option, plan, sources) for option in options)
    _refuse_twice(reports)
    for report in reports:
        report.root = checkout_root(os.environ)
        report.check()
    return reports


def stream_for_people(reports: Sequence[Report]) -> TextIO:
    """Where text for people goes: not to where a report is printed, which a program reads."""
    return sys.stderr if any(report.path == STANDARD_OUTPUT for report in reports) else sys.stdout


async def close_all(listeners: Iterable[Listener]) -> None:
    """Close all of them, whatever goes wrong with one; then raise what did. A mistake of ours goes first."""
    refused: list[BatonError] = []
    mistakes: list[Exception] = []
    for listener in listeners:
        try:
            await listener.close()
        except BatonError as error:
            refused.append(error)
        except Exception as error:
            mistakes.append(error)
    if mistakes:
        raise mistakes[0]
    if len(refused) > 1:
        told = "; ".join(f"{error} ({error.where})" if error.where else str(error) for error in refused)
        raise BatonError(told)
    if refused:
        raise refused[0]


def _report(option: str, plan: Plan | None, sources: Mapping[str, str] | None) -> Report:
    kind, equals, path = option.partition("=")
    if kind not in REPORTS:
        raise UsageError(f"there is no report {kind!r}", where="--report", hint=_hint(kind))
    report = report_of(kind)
    if not equals or not path:
        what = "file" if report.streams else "folder"
        hint = f"Write {kind}=path/of/the/{what}."
        raise UsageError(f"the {kind} report needs a path", where="--report", hint=hint)
    if path == str(STANDARD_OUTPUT) and not report.streams:
        hint = f"Write {kind}=path/of/the/folder."
        raise UsageError(f"the {kind} report is a folder and cannot be printed", where="--report", hint=hint)
    return report(Path(path), plan=plan, sources=sources)


def _hint(kind: str) -> str:

    from difflib import get_close_matches  # only a mistake needs it

    near = get_close_matches(kind.lower(), REPORTS, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    *most, last = sorted(REPORTS)
    return f"{meant}Write {', '.join(most)} or {last}, = and a path; - prints it."


def _refuse_twice(reports: Sequence[Report]) -> None:
    paths = [report.path.resolve() for report in reports]
    for report, path in zip(reports, paths, strict=True):
        if paths.count(path) > 1:
            what = "printed" if report.path == STANDARD_OUTPUT else "one file"
            hint = "Give each a path of its own."
            raise UsageError(f"two reports cannot be {what}", where=str(report.path), hint=hint)
