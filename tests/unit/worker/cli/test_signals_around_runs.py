"""Signals at moments at which no test runs: between the runs of a watch, and at the very end of a run."""

import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from worker.cli import local_run, prepared
from worker.cli.exit_codes import ExitCode
from worker.cli.interruption import FIRST
from worker.cli.prepared import prepare
from worker.cli.run_request import RunRequest
from worker.cli.watching.session import Sitting
from worker.http import make_sender
from worker.http.send import Sender

SUITE = """\
suite: s
environments: { local: { base_url: "http://127.0.0.1:9" } }
tests:
  a: { GET: /, skip: not today }
"""


def told_to_end() -> None:
    """As a CI and `kill` do it; where nobody hears it, this process ends."""
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.fixture
def request_of_all(tmp_path: Path) -> RunRequest:
    """All tests of a file."""
    path = tmp_path / "s.yaml"
    path.write_text(SUITE, encoding="utf-8")
    return RunRequest(paths=(path,))


async def test_a_signal_while_files_are_read_ends_a_watch(
    request_of_all: RunRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The terminal gets its keys back, and the code is that of an interruption."""

    def prepare_and_be_told(request: RunRequest) -> prepared.PreparedRun:
        told_to_end()
        return prepare(request)

    monkeypatch.setattr(prepared, "prepare", prepare_and_be_told)
    assert await Sitting(request_of_all).run() == ExitCode.INTERRUPTED


async def test_a_signal_after_a_run_of_a_watch_ends_it(
    request_of_all: RunRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also before it is said that it waits for changes."""
    monkeypatch.setattr(Sitting, "_note", lambda *_: told_to_end())
    assert await Sitting(request_of_all).run() == ExitCode.INTERRUPTED


async def test_a_signal_while_connections_are_closed_is_heard(
    request_of_all: RunRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All tests have their verdict, but the reports are not written yet."""
    said: list[str] = []

    def sender_that_closes_late() -> Sender:
        sender = make_sender()
        monkeypatch.setattr(sender, "close", _told_before(sender.close))
        return sender

    class Speaker:
        def say(self, text: str) -> None:
            said.append(text)

    monkeypatch.setattr(local_run, "make_sender", sender_that_closes_late)
    outcome = await local_run.run_locally(prepare(request_of_all), [], speaker=Speaker())
    assert outcome is not None
    assert said in ([], [FIRST]), "whether it is answered before the end is all the same"


def _told_before(close: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def told_and_close() -> None:
        told_to_end()
        await close()

    return told_and_close
