"""What a starting supervisor tells the command that started it."""

import os

import pytest

from worker.errors import LocalStackError, MigrationFailed
from worker.local.reporting import Reporter, follow


def said(*steps: str, error: LocalStackError | None = None, ready: bool = False) -> list[str]:
    """What arrives at the other end."""
    read_end, write_end = os.pipe()
    reporter = Reporter(write_end)
    for step in steps:
        reporter.step(step)
    if ready:
        reporter.ready()
    else:
        if error is not None:
            reporter.failed(error)
        os.close(write_end)
    with os.fdopen(read_end) as lines:
        return lines.readlines()


def test_steps_arrive_and_then_it_is_ready() -> None:
    """In their order."""
    heard: list[str] = []
    assert follow(said("starting Postgres", "starting the gateway", ready=True), report=heard.append)
    assert heard == ["starting Postgres", "starting the gateway"]


def test_an_error_arrives_as_it_was() -> None:
    """Its kind, what, where and hint: the command prints it as if it had happened here."""
    lines = said("migrating", error=MigrationFailed("it failed", where="there", hint="do this"))
    with pytest.raises(MigrationFailed) as failure:
        follow(lines, report=lambda _: None)
    assert (failure.value.what, failure.value.where, failure.value.hint) == ("it failed", "there", "do this")


def test_silence_is_not_readiness() -> None:
    """A supervisor that was killed while it started says nothing at all."""
    assert not follow(said("starting Postgres"), report=lambda _: None)


def test_it_is_known_whether_anybody_listens() -> None:
    """Also when nothing was said yet, and when what was said was not read."""
    read_end, write_end = os.pipe()
    reporter = Reporter(write_end)
    assert reporter.is_heard()
    reporter.step("starting Postgres")
    assert reporter.is_heard()
    os.close(read_end)
    assert not reporter.is_heard()
    os.close(write_end)


def test_nobody_listening_is_fine() -> None:
    """The command may have been interrupted; the supervisor must not fail for that."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    reporter = Reporter(write_end)
    reporter.step("starting Postgres")
    reporter.ready()
