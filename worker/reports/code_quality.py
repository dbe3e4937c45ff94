"""A run as GitLab's code quality report: findings at lines of suite files, as merge requests show them.

The format is a JSON list of issues; GitLab knows one again by its fingerprint, so that a merge request shows
what is new and what is mended.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from worker.models.events import Event, RunStarted
from worker.models.graph import Plan
from worker.models.outcome import TestOutcome
from worker.models.problem import Location, Problem
from worker.models.suite import Priority
from worker.reports.base import FileReport
from worker.reports.findings import bad_outcomes, below, message_of, where_of
from worker.reports.record import RunRecord
from worker.reports.words import Labels, printable

Issue = dict[str, object]

#: GitLab's words for how much something matters. In quarantine a failure does not count.
_SEVERITIES = {
    Priority.CRITICAL: "blocker",
    Priority.HIGH: "critical",
    Priority.MEDIUM: "major",
    Priority.LOW: "minor",
}
_IN_QUARANTINE = "info"


class CodeQualityReport(FileReport):
    """An issue for each root cause. GitLab takes one file of a job, so several environments are in one."""

    kind: ClassVar[str] = "codequality"
    spans: ClassVar[bool] = True

    def __init__(
        self, path: Path, *, plan: Plan | None = None, sources: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(path, plan=plan, sources=sources)
        self._earlier: list[Issue] = []

    async def on(self, event: Event) -> None:
        """Take note of one event; where another run begins, what is known of the one before is kept."""
        if isinstance(event, RunStarted) and self._record.started is not None:
            # Its plan, which tell_of() has brought, is that of the run that begins.
            self._record = RunRecord(plan=self._record.plan)
        await super().on(event)

    async def close(self) -> None:
        """Write all that is known by now."""
        await super().close()
        if self._record.started is not None:
            self._earlier += issues(self._record, root=self.root)

    def pieces(self, record: RunRecord) -> Iterable[str]:
        """The whole list."""
        yield as_document([*self._earlier, *issues(record, root=self.root)])


def issues(record: RunRecord, *, root: Path | None = None) -> list[Issue]:
    """An issue for each root cause of which a line is known; `root` is the checkout."""
    return list(_issues(record, root))


def issues_of_problems(problems: Sequence[Problem], *, root: Path | None = None) -> list[Issue]:
    """An issue for each mistake in a file, as `baton lint` finds them."""
    found: list[Issue] = []
    alike: Counter[tuple[str, ...]] = Counter()
    for problem in problems:
        text = f"{problem.what} ({problem.hint})" if problem.hint else problem.what
        path = below(problem.where.path, root)
        # A line that moves is the same mistake; two alike are two.
        parts = ("lint", path, problem.kind, problem.what)
        alike[parts] += 1
        found.append(
            _issue(
                f"Baton {problem.kind}",
                text,
                severity="blocker",
                where=problem.where,
                path=path,
                parts=(*parts, str(alike[parts])),
            )
        )
    return found


def as_document(found: Sequence[Issue]) -> str:
    """The report as GitLab reads it."""
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _issues(record: RunRecord, root: Path | None) -> Iterator[Issue]:
    labels = Labels([planned.name for planned in record.planned])
    environment = record.started.environment if record.started else ""
    for outcome in bad_outcomes(record):
        where = where_of(record, outcome)
        if where is None:
            continue
        told = f"{labels(outcome.test)} {outcome.verdict} in {environment}: {message_of(record, outcome)}"
        yield _issue(
            f"Baton {outcome.category or outcome.verdict}",
            told,
            severity=_severity(record, outcome),
            where=where,
            path=below(where.path, root),
            parts=("run", environment, outcome.test),
        )


def _issue(name: str, text: str, *, severity: str, where: Location, path: str, parts: Sequence[str]) -> Issue:
    return {
        "description": " ".join(printable(text).split()),
        "check_name": name,
        "fingerprint": hashlib.sha256("\x1f".join(parts).encode()).hexdigest(),
        "severity": severity,
        "location": {"path": path, "lines": {"begin": where.line}},
    }


def _severity(record: RunRecord, outcome: TestOutcome) -> str:
    if outcome.quarantine is not None:
        return _IN_QUARANTINE
    test = record.plan.tests.get(outcome.test) if record.plan else None
    return _SEVERITIES[test.priority if test else Priority.MEDIUM]
