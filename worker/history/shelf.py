"""The remembered runs of one project: the latest ones, and not too much of them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from worker.errors import UsageError
from worker.history import head as heads
from worker.history import lines
from worker.history.facts import RunFacts, TestFacts
from worker.history.head import PENDING, UNWELL, Head
from worker.history.private import write_private
from worker.models.suite import TestName

#: Runs that are remembered of a project, and bytes of them all together.
RUNS_KEPT = 30
BYTES_KEPT = 64 * 1024 * 1024
#: Bytes of one run: what comes after is remembered without values and exchanges.
RUN_BYTES = 16 * 1024 * 1024

#: The word for the latest run.
LAST = "last"

_ENDING = ".jsonl"
_DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


class Shelf:
    """The runs in one folder, a file each; its name begins with the moment, so the names are in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, head: Head, tests: Iterable[TestFacts]) -> None:
        """Remember a run, and forget the oldest if there are too many. Raises OSError."""
        write_private(self.folder / f"{head.id}{_ENDING}", _pieces(head, tests))
        self._make_room()

    def heads(self) -> Iterator[Head]:
        """The runs, the latest first. What cannot be read is left out."""
        for path in self._paths():
            with suppress(*_DAMAGED), path.open(encoding="utf-8") as file:
                yield heads.head_of(json.loads(file.readline()))

    def find(self, run: str = LAST) -> Head:
        """The run with this id, or whose id begins or ends like this; `last` is the latest.

        Raises UsageError when there is none, or several.
        """
        known = list(self.heads())
        if not known:
            raise UsageError(
                "no run of this project is remembered", hint="`baton run` remembers each; run the tests first"
            )
        if run == LAST:
            return known[0]
        found = [each for each in known if each.id == run] or [
            each for each in known if each.id.startswith(run) or each.id.endswith(run)
        ]
        if len(found) != 1:
            what = f"there is no run {run!r}" if not found else f"{run!r} could be several runs"
            shown = ", ".join(each.id for each in (found or known)[:5])
            raise UsageError(what, where="the runs that are remembered", hint=f"the latest are {shown}")
        return found[0]

    def read(self, head: Head) -> RunFacts:
        """Everything that is remembered of a run. Raises UsageError when it is gone or damaged."""
        path = self.folder / f"{head.id}{_ENDING}"
        try:
            with path.open(encoding="utf-8") as file:
                file.readline()
                tests = [lines.facts_of(json.loads(line)) for line in file]
        except _DAMAGED:
            raise UsageError(
                f"what was remembered of run {head.id} cannot be read", where=str(path), hint="run it again"
            ) from None
        return RunFacts(
            id=head.id,
            started_at=head.started_at,
            environment=head.environment,
            status=head.status,
            command=head.asked.command,
            tests={test.name: test for test in tests},
            order=tuple(head.order),
            start=head.start,
            renewed=head.renewed,
        )

    def failed_last_time(self, tests: Iterable[TestName], *, environment: str) -> Mapping[TestName, str]:
        """Those of these tests whose latest verdict there was none to be content with, with that verdict.

        Raises UsageError when none of them has ever run there.
        """
        latest = self._latest_verdicts(set(tests), environment)
        if not latest:
            raise UsageError(
                f"no run of these tests in {environment!r} is remembered",
                where="--failed",
                hint="run them once without it",
            )
        return {test: verdict for test, verdict in latest.items() if verdict in UNWELL}

    def _latest_verdicts(self, wanted: set[TestName], environment: str) -> dict[TestName, str]:
        latest: dict[TestName, str] = {}
        for head in self.heads():
            if head.environment != environment:
                continue
            for test, verdict in head.verdicts.items():
                if test in wanted and verdict != PENDING:
                    latest.setdefault(test, verdict)
            if len(latest) == len(wanted):
                break
        return latest

    def _paths(self) -> list[Path]:
        try:
            found = [path for path in self.folder.iterdir() if path.suffix == _ENDING]
        except OSError:
            return []
        return sorted(found, reverse=True)

    def _make_room(self) -> None:
        size = 0
        for position, path in enumerate(self._paths()):
            with suppress(OSError):
                size += path.stat().st_size
                if position and (position >= RUNS_KEPT or size > BYTES_KEPT):
                    path.unlink()


def _pieces(head: Head, tests: Iterable[TestFacts]) -> Iterator[str]:
    size = 0
    yield _line(heads.line_of(head))
    for test in tests:
        line = lines.line_of(test)
        if size > RUN_BYTES:
            line = {key: value for key, value in line.items() if key not in ("tries", "gifts")}
        text = _line(line)
        size += len(text)
        yield text


def _line(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
