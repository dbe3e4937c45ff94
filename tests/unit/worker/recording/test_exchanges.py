"""What few exchanges have, on its way into rows and back."""

from dataclasses import replace
from typing import Any

from tests.runs import a_record, an_attempt, an_outcome
from worker.models.outcome import PartRecord, RedirectRecord, TestOutcome
from worker.recording.outcomes import outcome_of
from worker.recording.rows import result_row


def an_outcome_of_an_upload() -> TestOutcome:
    """A compressed form with a file, sent through a proxy and led elsewhere."""
    record = a_record()
    assert record.exchange is not None
    exchange = replace(
        record.exchange,
        request_body=None,
        request_parts=(
            PartRecord(name="title", text="My cat"),
            PartRecord(name="picture", file="cat.png", filename="cat.png", content_type="image/png"),
        ),
        request_gzip=True,
        curl_options=("--location", "--proxy", "http://proxy:1"),
        graphql_complexity=7,
        redirects=(RedirectRecord(status_code=302, method="POST", url="http://a/", location="http://b/"),),
    )
    attempt = replace(an_attempt(), steps=(replace(record, exchange=exchange),))
    return replace(an_outcome(), attempts=(attempt,))


def test_parts_options_and_redirects_come_back_as_they_went() -> None:
    """Reports on a recorded run show what those on a local one show."""
    outcome = an_outcome_of_an_upload()
    row = result_row(outcome)
    rows: Any = row["details"]
    assert outcome_of(row, list(rows)) == outcome


def test_a_plain_request_says_nothing_of_them() -> None:
    """Most rows are of plain requests; what they do not have takes no room."""
    rows: Any = result_row(an_outcome())["details"]
    [request] = [row["content"] for row in rows if row["kind"] == "request"]
    assert set(request) == {"method", "url", "headers", "body", "bytes"}
