"""What `baton db stats` and `baton db check` print."""

import json
from datetime import UTC, datetime

from worker.cli.db_check import _document as findings_document
from worker.cli.db_check import _text as findings_text
from worker.cli.db_stats import _document, _text
from worker.local.schema_check import Finding, Mistake
from worker.local.statistics import PartitionSize, QueueLength, Statistics, TableSize

FOUND = Statistics(
    database_bytes=5 * 1024**3,
    tables=(
        TableSize(name="projects", rows=3, exact=True, table_bytes=8192, index_bytes=16384),
        TableSize(
            name="test_results",
            rows=10_000_000,
            exact=False,
            table_bytes=3 * 1024**3,
            index_bytes=1024**3,
            partitions=5,
            oldest=datetime(2026, 8, 1, tzinfo=UTC),
            newest=datetime(2026, 11, 20, 23, 15, tzinfo=UTC),
        ),
    ),
    partitions=(
        PartitionSize(
            table="test_results", name="test_results_default", rows=0, total_bytes=8192, bounds="DEFAULT"
        ),
    ),
    queues=(QueueLength(name="runs_high", waiting=2, oldest_seconds=75, total=40),),
)


def test_a_table_for_people_lines_numbers_up() -> None:
    """Estimates have a tilde, and nothing trails."""
    lines = list(_text(FOUND))
    assert lines[0] == "Table                Rows  Size  Indexes  Partitions  Oldest            Newest"
    assert lines[1] == "projects                3  8 kB    16 kB"
    assert lines[2] == (
        "test_results  ~10,000,000  3 GB     1 GB           5  2026-08-01 00:00  2026-11-20 23:15"
    )
    assert "test_results_default    ~0  8 kB  all other months" in lines
    assert "runs_high        2  75 s      40" in lines
    assert lines[-1] == "The whole database takes 5 GB."


def test_a_document_for_programs_says_the_same() -> None:
    """Bytes and moments as they are."""
    document = json.loads(_document(FOUND))
    assert document["version"] == 1
    assert document["tables"][1]["newest"] == "2026-11-20T23:15:00+00:00"
    assert document["queues"] == [{"name": "runs_high", "waiting": 2, "oldest_seconds": 75, "total": 40}]


def test_findings_are_said_with_both_definitions() -> None:
    """Long ones are cut for people, never for programs."""
    long = Finding(mistake=Mistake.DIFFERENT, what="function f()", more="\n".join("abcdefgh"))
    text = findings_text([long, Finding(mistake=Mistake.MISSING, what="table t")])
    assert "different   function f()\n    a\n" in text
    assert "… 2 more lines" in text
    assert "missing     table t" in text
    assert "2 findings" in text
    assert json.loads(findings_document([long]))["findings"][0]["more"] == "\n".join("abcdefgh")


def test_no_finding_is_said_in_a_sentence() -> None:
    """Silence would leave one wondering."""
    assert findings_text([]) == "The database is as the schema says, and the advisors find nothing."
