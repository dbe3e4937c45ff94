"""The folder: results, containers, attachments, and what holds of the whole run."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from worker.reports.allure.attachments import Attachments
from worker.reports.allure.containers import containers
from worker.reports.allure.results import results
from worker.reports.base import Report, write_pieces
from worker.reports.headline import headline
from worker.reports.plain import Plain
from worker.reports.record import RunRecord
from worker.reports.words import Labels

#: How the names of our files begin. What else is in the folder belongs to somebody else.
PREFIX = "baton-"

#: The first line of a file that has the same name whoever writes it.
_OURS = "# Written by Baton\n"

#: Groups of failures in the report, by the words that our messages begin with.
_CATEGORIES: list[Plain] = [
    {"name": "Blocked by another test", "matchedStatuses": ["skipped"], "messageRegex": "(?s)blocked by .*"},
    {"name": "Expectations that did not hold", "matchedStatuses": ["failed"]},
    {"name": "Tests that could not find out", "matchedStatuses": ["broken"]},
]


class AllureReport(Report):
    """Results for Allure 2 and 3, one file for each attempt of each test.

    Files of an earlier run in the folder are replaced; what others have put there stays.
    """

    kind: ClassVar[str] = "allure"
    streams: ClassVar[bool] = False
    shows_files: ClassVar[bool] = True

    def check(self) -> None:
        """Refuse, before anything is sent, a folder that cannot be written. Makes it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            trial = self.path / f".{PREFIX}trial"
            trial.touch()
            trial.unlink()
        except OSError as error:
            raise self._refused(error) from error

    def _write(self, record: RunRecord) -> None:
        for old in self.path.glob(f"{PREFIX}*"):
            old.unlink()
        attachments = Attachments(self.path, prefix=PREFIX)
        for result in results(record, attachments):
            self._put(f"{PREFIX}{result['uuid']}-result.json", result)
        for container in containers(record, attachments):
            self._put(f"{PREFIX}{container['uuid']}-container.json", container)
        if not (self.path / "categories.json").exists():
            self._put("categories.json", _CATEGORIES)
        self._tell_environment(record)

    def _tell_environment(self, record: RunRecord) -> None:
        """There is one such file for a folder: one that others wrote stays."""
        path = self.path / "environment.properties"
        if not path.exists() or path.read_text(encoding="utf-8", errors="replace").startswith(_OURS):
            write_pieces(path, [_OURS, *_environment(record)])

    def _put(self, name: str, document: Plain | list[Plain]) -> None:
        write_pieces(Path(self.path, name), [json.dumps(document, ensure_ascii=False)])


def _environment(record: RunRecord) -> Iterator[str]:
    labels = Labels(planned.name for planned in record.planned)
    told = {"verdict": headline(record, labels)}
    if record.started:
        told |= {"environment": record.started.environment, "base_url": record.started.base_url}
    for name, value in told.items():
        yield f"{name} = {_one_line(value)}\n"


def _one_line(value: str) -> str:
    """As a Java properties file wants it."""
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
