"""How long tests took in earlier runs on this machine, so that the longest chains can begin first.

Kept in small files of what the machine remembers, one a suite file: names of tests and milliseconds,
nothing else. Without them a run is as right as with them, only perhaps slower; so nothing here ever fails.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from worker.graph.median import median
from worker.history.private import write_private
from worker.models.events import Event, TestFinished
from worker.models.outcome import TestOutcome, Verdict
from worker.models.suite import Suite, TestName

#: Runs that a median is made of: enough that one slow answer does not count, few enough to forget.
RUNS_KEPT = 9

_VERSION = 1

#: Milliseconds by a test's key, the latest last.
_Samples = dict[str, list[float]]


class Durations:
    """What is known of the durations of these suites in one environment. A listener, too: it learns
    from the run, and keeps what it has learned when it is closed."""

    def __init__(self, suites: Sequence[Suite], *, environment: str, folder: Path | None) -> None:
        self._environment = environment
        self._paths = {suite.key: _file_of(suite, folder) for suite in suites} if folder else {}
        self._keys = {suite.key: set(suite.tests) for suite in suites}
        self._new: dict[str, dict[str, float]] = {}

    def medians(self) -> dict[TestName, float]:
        """Seconds by test, of those that have passed in an earlier run."""
        return {
            f"{suite}/{key}": median(samples) / 1000
            for suite, path in self._paths.items()
            for key, samples in self._samples(_read(path)).items()
            if key in self._keys[suite]
        }

    async def on(self, event: Event) -> None:
        """Take note of a test that has passed at once: what else took its time is no measure."""
        if isinstance(event, TestFinished) and _is_a_measure(event.outcome):
            suite, _, key = event.outcome.test.partition("/")
            self._new.setdefault(suite, {})[key] = round(event.outcome.seconds * 1000, 1)

    async def close(self) -> None:
        """Keep what the run has taught."""
        for suite, learned in self._new.items():
            if suite in self._paths:
                with suppress(OSError):
                    self._keep(self._paths[suite], self._keys[suite], learned)

    def _keep(self, path: Path, keys: Iterable[str], learned: Mapping[str, float]) -> None:
        document = _read(path)
        known = self._samples(document)
        samples = {
            key: [*known.get(key, ()), *([learned[key]] if key in learned else [])][-RUNS_KEPT:]
            for key in keys
            if key in known or key in learned
        }
        environments = document.get("environments")
        others = environments if isinstance(environments, dict) else {}
        _write(path, {"version": _VERSION, "environments": {**others, self._environment: samples}})

    def _samples(self, document: Mapping[str, Any]) -> _Samples:
        environments = document.get("environments")
        found = environments.get(self._environment) if isinstance(environments, dict) else None
        if not isinstance(found, dict):
            return {}
        return {key: kept for key, values in found.items() if (kept := _numbers(values))}


def _is_a_measure(outcome: TestOutcome) -> bool:
    return outcome.verdict is Verdict.PASSED and len(outcome.attempts) == 1


def _numbers(values: object) -> list[float]:
    if not isinstance(values, list):
        return []
    return [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]


def _file_of(suite: Suite, folder: Path) -> Path:
    place = hashlib.sha256(os.fsencode(os.path.realpath(suite.path))).hexdigest()[:16]
    return folder / "durations" / f"{suite.key[:40]}-{place}.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    right = isinstance(document, dict) and document.get("version") == _VERSION
    return document if right else {}


def _write(path: Path, document: Mapping[str, Any]) -> None:
    # Two runs at once: one of them is forgotten, and no reader sees half a file.
    write_private(path, [json.dumps(document)])
