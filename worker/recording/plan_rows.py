"""What a run is about to do, in the words of record_run."""

import json

from worker.database.clean import clean_text
from worker.models.events import RunStarted
from worker.models.graph import Dependency
from worker.recording.evidence_rows import Row

#: The database takes 8 MiB. A graph whose reasons are more than this goes without them, and one that is
#: more than this without reasons is not kept: the run is worth more than its picture.
MOST_BYTES = 4_000_000


def plan_row(started: RunStarted, *, most_bytes: int = MOST_BYTES) -> Row | None:
    """The tests of the run and who waits for whom; None where that is too much to keep."""
    for with_reasons in (True, False):
        row = _row(started, with_reasons=with_reasons)
        if len(json.dumps(row)) <= most_bytes:
            return row
    return None


def _row(started: RunStarted, *, with_reasons: bool) -> Row:
    known = {planned.name for planned in started.tests}
    return {
        "tests": [
            {"test": planned.name, "required_only": planned.required_only} for planned in started.tests
        ],
        "edges": [
            _edge(edge, with_reasons=with_reasons)
            for edge in started.dependencies
            if edge.dependent in known and edge.required in known
        ],
    }


def _edge(edge: Dependency, *, with_reasons: bool) -> Row:
    return {
        "dependent": edge.dependent,
        "required": edge.required,
        "type": edge.kind.value,
        "reasons": [clean_text(reason) for reason in edge.reasons] if with_reasons else [],
    }
