"""What the page knows of the whole run at once: enough for lists and pictures, no exchanges."""

from worker.models.events import PlannedTest
from worker.models.outcome import Cleanup, Renewal, RunFailure, RunOutcome, TestOutcome, Verdict
from worker.reports.asides import cleanup_title, quarantine_note
from worker.reports.events import plain_contract
from worker.reports.headline import headline
from worker.reports.html.boxes import Box, boxes, verdict_of
from worker.reports.html.lanes import bars, lanes
from worker.reports.html.layers import BOX_HEIGHT, BOX_WIDTH, place, without_detours
from worker.reports.plain import Plain, moment, rounded
from worker.reports.record import RunRecord
from worker.reports.words import Labels, count, duration, first_line, listed

#: Bars of a timeline; the rest would only make the page slow.
MOST_BARS = 6_000
#: Characters of a reason in the list; the test itself has all of it.
_REASON = 240


class Index:
    """Makes the page's own data of what is known of a run."""

    def __init__(self, record: RunRecord) -> None:
        self._record = record
        self._planned = record.planned
        self._labels = Labels(planned.name for planned in self._planned)
        self._suites = {planned.name.partition("/")[0] for planned in self._planned}
        self.outcomes: list[TestOutcome] = [record.outcome(planned) for planned in self._planned]
        self.numbers = {planned.name: number for number, planned in enumerate(self._planned)}

    @property
    def title(self) -> str:
        """The verdict in words."""
        text = headline(self._record, self._labels)
        return text[:1].upper() + text[1:]

    @property
    def facts(self) -> str:
        """Where, when and how long."""
        record, started = self._record, self._record.started
        parts = [count(len(self._planned), "test")]
        if started:
            where = f"{started.environment} ({started.base_url})" if started.base_url else started.environment
            parts += [f"in {where}", f"{started.started_at:%Y-%m-%d %H:%M:%S} UTC"]
        if record.finished:
            parts.append(duration(record.finished.seconds))
        return " · ".join(parts)

    @property
    def is_well(self) -> bool:
        """Whether nothing that counts went wrong."""
        finished = self._record.finished
        return finished is not None and finished.status.value == "completed"

    def _notices(self) -> tuple[str, ...]:
        started = self._record.started
        return (*started.choice, *started.notices) if started else ()

    def data(self) -> Plain:
        """Everything, as JSON."""
        finished = self._record.finished
        return {
            "title": self.title,
            "facts": self.facts,
            "notices": [*self._messages(), *self._notices()],
            "tests": [self._test(planned) for planned in self._planned],
            "critical": [self.numbers[name] for name in self._critical],
            "path": self._path(finished) if finished else "",
            "graph": self._graph(),
            "timeline": self._timeline(),
            "renewals": [self._renewal(renewal) for renewal in self._record.renewals],
            "cleanups": [self._cleanup(cleanup) for cleanup in self._record.cleanups],
            "contracts": [plain_contract(coverage) for coverage in finished.contracts] if finished else [],
            "snapshots": list(finished.snapshots_written) if finished else [],
        }

    @property
    def _critical(self) -> list[str]:
        finished = self._record.finished
        return [name for name in (finished.critical_path if finished else ()) if name in self.numbers]

    def _messages(self) -> list[str]:
        """Why the run was not carried out; that tests failed is in the title."""
        finished = self._record.finished
        if finished is None or not finished.message or finished.failure is RunFailure.TESTS:
            return []
        return [finished.message]

    def _path(self, finished: RunOutcome) -> str:
        if len(finished.critical_path) < 2:
            return ""
        names = " → ".join(map(self._labels, finished.critical_path))
        return f"Critical path: {names}, {duration(finished.critical_path_seconds)}"

    def _test(self, planned: PlannedTest) -> Plain:
        outcome = self._record.outcome(planned)
        suite, _, key = planned.name.partition("/")
        said: Plain = {
            "name": planned.name,
            "label": self._labels(planned.name),
            "suite": suite,
            "title": planned.title if planned.title != key else "",
            "verdict": outcome.verdict,
            "seconds": rounded(outcome.seconds),
            "attempts": len(outcome.attempts),
            "reason": "" if outcome.verdict is Verdict.PASSED else first_line(outcome.reason)[:_REASON],
            "tags": self._tags(planned),
            "blocked_by": self.numbers.get(outcome.blocked_by or ""),
            "required_only": outcome.required_only,
            "quarantine": quarantine_note(outcome.quarantine) if outcome.quarantine else "",
        }
        return {name: value for name, value in said.items() if value not in ("", None, False, [])}

    def _tags(self, planned: PlannedTest) -> list[str]:
        test = self._record.plan.tests.get(planned.name) if self._record.plan else None
        return list(test.tags) if test else []

    # ── the graph

    def _graph(self) -> Plain:
        needs = {
            number: [self.numbers[name] for name in planned.needs if name in self.numbers]
            for number, planned in enumerate(self._planned)
        }
        critical = [self.numbers[name] for name in self._critical]
        drawn = boxes(self.outcomes, needs, critical)
        edges = without_detours(drawn.edges)
        layout = place({number: box.column for number, box in enumerate(drawn.boxes)}, edges)
        return {
            "note": drawn.note,
            "width": rounded(layout.width),
            "height": rounded(layout.height),
            "box": [BOX_WIDTH, BOX_HEIGHT],
            "boxes": [
                {**self._box(box, set(critical)), "at": list(map(rounded, layout.places[number]))}
                for number, box in enumerate(drawn.boxes)
            ],
            "lines": [
                {"from": start, "to": end, "points": [list(map(rounded, point)) for point in points]}
                for (start, end), points in layout.lines.items()
            ],
        }

    def _box(self, box: Box, critical: set[int]) -> Plain:
        found = [self.outcomes[number] for number in box.tests]
        verdict = verdict_of(found)
        causes = sorted({self._labels(each.blocked_by) for each in found if each.blocked_by})
        label = self._labels(found[0].test) if len(found) == 1 else f"{len(found):,} {verdict}"
        return {
            "label": label,
            "names": listed([self._labels(each.test) for each in found], shown=6),
            "verdict": verdict,
            "tests": list(box.tests),
            "note": f"blocked by {listed(causes)}" if causes else self._suite_of(found),
            "critical": any(number in critical for number in box.tests),
        }

    def _suite_of(self, together: list[TestOutcome]) -> str:
        """The suite of tests that are drawn together, where there are several."""
        suites = {outcome.test.partition("/")[0] for outcome in together}
        return suites.pop() if len(together) > 1 and len(suites) == 1 and len(self._suites) > 1 else ""

    # ── the timeline

    def _timeline(self) -> Plain:
        all_bars = bars(self._record)
        shown = all_bars[:MOST_BARS]
        rows = lanes(shown)
        left = len(all_bars) - len(shown)
        return {
            "seconds": rounded(max((bar.end for bar in shown), default=0.0)),
            "lanes": max(rows, default=-1) + 1,
            "note": f"Of {len(all_bars):,} attempts the first {len(shown):,} are shown." if left else "",
            "bars": [
                {
                    "test": self.numbers.get(bar.test),
                    "label": self._labels(bar.test),
                    "kind": bar.kind,
                    "number": bar.number,
                    "verdict": bar.verdict,
                    "lane": lane,
                    "start": rounded(bar.start),
                    "end": rounded(bar.end),
                    "steps": [[part.name, rounded(part.start), rounded(part.end)] for part in bar.steps],
                }
                for bar, lane in zip(shown, rows, strict=True)
            ],
        }

    # ── what was done beside the tests

    def _renewal(self, renewal: Renewal) -> Plain:
        return {
            "tokens": ", ".join(renewal.tokens),
            "test": self.numbers.get(renewal.test),
            "wanted_by": self.numbers.get(renewal.wanted_by),
            "cause": renewal.cause,
            "worked": renewal.worked,
            "reason": first_line(renewal.reason),
            "at": moment(renewal.started_at),
            "seconds": rounded((renewal.finished_at - renewal.started_at).total_seconds()),
        }

    def _cleanup(self, cleanup: Cleanup) -> Plain:
        return {
            "title": cleanup_title(cleanup, self._labels),
            "test": self.numbers.get(cleanup.test),
            "verdict": cleanup.verdict,
            "reason": cleanup.reason,
        }
