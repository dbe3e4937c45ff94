"""What a run on a laptop leaves behind: nothing, unless somebody is in a hurry."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from tests.acceptance.commands import baton, surroundings
from tests.targets import Target

SUITE = """\
suite: orders
tests:
  customer:
    POST: /answer
    json: { json: { id: 7 } }
    capture: { id: $.id }
    cleanup: { DELETE: "/status/204?customer={{ captured_data.customer.id }}" }
  order:
    POST: /answer
    json: { json: { id: 8, customer: "{{ captured_data.customer.id }}" } }
    capture: { id: $.id }
    cleanup: { DELETE: "/status/ORDER?order={{ captured_data.order.id }}" }
  slow: { GET: /silent, needs: [order] }
"""


def written(home: Path, *, order: str = "204", slow: str = "/silent") -> None:
    """The suite, with what its API answers."""
    (home / "orders.yaml").write_text(SUITE.replace("ORDER", order).replace("/silent", slow))


def undone(target: Target) -> list[str]:
    """What was deleted, in order."""
    return [seen.query[0][0] for seen in target.requests if seen.method == "DELETE"]


def test_what_was_made_is_undone_and_an_undo_that_fails_is_shown(tmp_path: Path, target: Target) -> None:
    """Children first; the exit code is that of the tests."""
    written(tmp_path, order="500", slow="/json")
    done = baton("run", "orders.yaml", "--base-url", target.base_url, home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert undone(target) == ["order", "customer"]
    assert "✗ clean-up of order  failed\n\n  expected status 2xx, got 500\n\n  curl -X DELETE" in done.stdout
    assert "1 clean-up done\n1 clean-up failed: order\n" in done.stdout


def test_ctrl_c_undoes_and_a_second_one_does_not(tmp_path: Path, target: Target) -> None:
    """The test in flight would never end; its patience has an end, and then the undos run."""
    written(tmp_path)
    with started(tmp_path, target) as run:
        wait_until(lambda: any(seen.path == "/silent" for seen in target.requests))
        run.send_signal(signal.SIGINT)
        wait_until(lambda: run.poll() is not None, again=lambda: run.send_signal(signal.SIGINT))
        out, err = run.communicate(timeout=30)
    assert run.returncode == 130, out + err
    assert undone(target) == []
    assert "2 clean-ups not done: the run was stopped at once: customer, order" in out


def test_ctrl_c_undoes_what_was_made(tmp_path: Path, target: Target) -> None:
    """The test in flight finishes, then what all have made is undone."""
    written(tmp_path, slow="/delay/700")
    with started(tmp_path, target) as run:
        wait_until(lambda: any(seen.path == "/delay/700" for seen in target.requests))
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=30)
    assert run.returncode in (0, 130), out + err
    assert undone(target) == ["order", "customer"]
    assert "2 clean-ups done" in out


def test_a_closed_terminal_undoes_what_was_made(tmp_path: Path, target: Target) -> None:
    """As Ctrl-C does: nobody is there to press it."""
    written(tmp_path, slow="/delay/700")
    with started(tmp_path, target) as run:
        wait_until(lambda: any(seen.path == "/delay/700" for seen in target.requests))
        run.send_signal(signal.SIGHUP)
        out, err = run.communicate(timeout=30)
    assert run.returncode in (0, 130), out + err
    assert undone(target) == ["order", "customer"]


def test_nobody_is_left_to_tell_and_all_is_undone(tmp_path: Path, target: Target) -> None:
    """A window that is closed takes both outputs with it; the code is not that of a failed test."""
    written(tmp_path, slow="/delay/700")
    ours, theirs = os.openpty()
    with started(tmp_path, target, stdout=theirs, stderr=theirs) as run:
        wait_until(lambda: any(seen.path == "/delay/700" for seen in target.requests))
        os.close(theirs)
        os.close(ours)
        run.send_signal(signal.SIGHUP)
        assert run.wait(timeout=30) in (3, 130)
    assert undone(target) == ["order", "customer"]


def test_a_reader_who_leaves_stops_the_run_in_good_order(tmp_path: Path, target: Target) -> None:
    """`baton run … | head -1`: what was made is undone, reports are written, no test is blamed."""
    written(tmp_path, slow="/delay/300")
    with started(tmp_path, target, "--report", "json=run.json") as run:
        assert run.stdout is not None
        assert run.stderr is not None
        assert run.stdout.readline().startswith("Running 3 tests")
        run.stdout.close()
        assert run.wait(timeout=30) == 3
        assert run.stderr.read() == ("Nobody reads the output any more: the run was stopped in good order.\n")
    made = [seen.path for seen in target.requests if seen.method == "POST"]
    assert len(undone(target)) == len(made) > 0
    assert json.loads((tmp_path / "run.json").read_text())["run"]["status"] == "cancelled"


def test_a_full_disk_is_no_bug_of_ours(tmp_path: Path, target: Target) -> None:
    """The log cannot be written; what was made is undone, and the system's own words are told."""
    written(tmp_path, slow="/json")
    with Path("/dev/full").open("w") as full, started(tmp_path, target, stdout=full) as run:
        _, err = run.communicate(timeout=30)
    assert (run.returncode, err) == (3, "Error: the system said: No space left on device\n")
    assert len(undone(target)) == len([seen for seen in target.requests if seen.method == "POST"])


def test_without_a_standard_output_a_run_goes_on(tmp_path: Path, target: Target) -> None:
    """As `>&-` leaves it: nothing is told, the code is the verdict."""
    written(tmp_path, slow="/json")
    command = [sys.executable, "-m", "worker.cli.main", "run", "orders.yaml", "--base-url", target.base_url]
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command],
        cwd=tmp_path,
        env=surroundings(tmp_path),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (closed.returncode, closed.stderr) == (0, "")


def test_the_next_run_knows_how_long_tests_took(tmp_path: Path, target: Target) -> None:
    """In a small file of the cache: the slow test goes first the next time."""
    (tmp_path / "s.yaml").write_text(
        "suite: s\ntests:\n  quick: { GET: /json }\n  slow: { GET: /delay/200 }\n"
    )
    for expected in (["/json", "/delay/200"], ["/delay/200", "/json"]):
        target.requests.clear()
        done = baton("run", "s.yaml", "--jobs", "1", "--base-url", target.base_url, home=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert [seen.path for seen in target.requests] == expected


def started(
    home: Path,
    target: Target,
    *options: str,
    stdout: "int | TextIO" = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
) -> "subprocess.Popen[str]":
    """The run, in a process of its own."""
    words = ["run", "orders.yaml", "--base-url", target.base_url, *options]
    return subprocess.Popen(
        [sys.executable, "-m", "worker.cli.main", *words],
        cwd=home,
        env=surroundings(home),
        stdout=stdout,
        stderr=stderr,
        text=True,
    )


def wait_until(holds: Callable[[], bool], *, again: Callable[[], object] = lambda: None) -> None:
    """Wait for something outside of this process; `again` repeats what may have come too early."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
        again()
