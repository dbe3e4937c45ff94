"""Lines of the log."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from worker.service import configure_logging
from worker.settings import LogFormat

Logger = tuple[structlog.BoundLogger, io.StringIO]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Other tests find the logging as it was."""
    ours = logging.getLogger("baton")
    handlers, level, propagate = ours.handlers, ours.level, ours.propagate
    yield
    structlog.reset_defaults()
    ours.handlers, ours.propagate = handlers, propagate
    ours.setLevel(level)


def lines_of(log_format: LogFormat, *, secrets: tuple[str, ...] = ()) -> Logger:
    """A logger, and where it writes."""
    stream = io.StringIO()
    configure_logging(log_format, secrets=secrets, stream=stream)
    return structlog.get_logger("test"), stream


def test_a_line_is_an_event_with_its_fields() -> None:
    """As JSON: one object."""
    log, stream = lines_of(LogFormat.JSON)
    log.bind(run="r").info("run.finished", status="completed")
    found = json.loads(stream.getvalue())
    assert (found["event"], found["run"], found["status"], found["level"]) == (
        "run.finished",
        "r",
        "completed",
        "info",
    )


def test_a_known_secret_is_masked_wherever_it_turns_up() -> None:
    """The last door: nothing should bring one this far."""
    log, stream = lines_of(LogFormat.TEXT, secrets=("sb_secret_canary", ""))
    log.info("platform.away", reason="GET http://x/?apikey=sb_secret_canary failed")
    assert "canary" not in stream.getvalue()
    assert "apikey=***" in stream.getvalue()


def test_an_exception_is_told_by_class_and_place_without_its_words() -> None:
    """Its words may hold values of a test."""
    log, stream = lines_of(LogFormat.JSON)
    try:
        raise ValueError("canary")
    except ValueError:
        log.exception("run.failed")
    found = json.loads(stream.getvalue())
    assert found["error"] == "ValueError"
    assert "test_log.py" in found["at"]
    assert "canary" not in stream.getvalue()


def test_details_are_logged_on_request_only() -> None:
    """A run of ten thousand tests is not ten thousand lines."""
    log, stream = lines_of(LogFormat.TEXT)
    log.debug("test.finished")
    assert stream.getvalue() == ""


def test_what_libraries_of_ours_say_is_a_line_like_others() -> None:
    """Following runs logs through the standard logger, for programs that have one of their own."""
    _, stream = lines_of(LogFormat.JSON)
    logging.getLogger("baton.realtime").warning("realtime.polling run=%s", "r")
    assert json.loads(stream.getvalue())["event"] == "realtime.polling run=r"
