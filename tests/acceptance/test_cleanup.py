"""What a run on a laptop leaves behind: nothing, unless somebody is in a hurry."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

from tests.acceptance.commands import baton, read_until, started, surroundings, wait_until
from tests.gate import Gate, a_gate
from tests.targets import Target
from worker.cli.interruption import ECHO_SECONDS

SUITE = """\
suite: orders
defaults: { timeout: 10m }
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
  slow: { GET: SLOW, needs: [order] }
"""


def written(home: Path, *, order: str = "204", slow: str = "/json", more: str = "") -> None:
    """The suite, with what its API answers."""
    (home / "orders.yaml").write_text(SUITE.replace("ORDER", order).replace("SLOW", slow) + more)


def undone(target: Target) -> list[str]:
    """What was deleted, in order."""
    return [seen.query[0][0] for seen in target.requests if seen.method == "DELETE"]


def test_what_was_made_is_undone_and_an_undo_that_fails_is_shown(tmp_path: Path, target: Target) -> None:
    """Children first; the exit code is that of the tests."""
    written(tmp_path, order="500")
    done = baton("run", "orders.yaml", "--base-url", target.base_url, home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert undone(target) == ["order", "customer"]
    assert "✗ clean-up of order  failed\n\n  expected status 2xx, got 500\n\n  curl -X DELETE" in done.stdout
    assert "1 clean-up done\n1 clean-up failed: order\n" in done.stdout


def test_ctrl_c_undoes_and_a_second_one_does_not(tmp_path: Path, target: Target) -> None:
    """The test in flight would never end, and nobody waits for it; what was not undone is told."""
    with a_gate() as gate, held(tmp_path, target, gate) as run:
        run.send_signal(signal.SIGINT)
        read_until(run.stdout, "Stopping")
        time.sleep(2 * ECHO_SECONDS)  # As a person, who is not quicker.
        run.send_signal(signal.SIGINT)
        out, err = run.communicate()
    assert run.returncode == 130, out + err
    assert undone(target) == []
    assert "2 clean-ups not done: the run was stopped at once: customer, order" in out


def test_ctrl_c_undoes_what_was_made(tmp_path: Path, target: Target) -> None:
    """The test in flight finishes, then what all have made is undone. It was the last: none was stopped."""
    with a_gate() as gate, held(tmp_path, target, gate) as run:
        run.send_signal(signal.SIGINT)
        read_until(run.stdout, "Stopping")
        gate.open("slow")
        out, err = run.communicate()
    assert run.returncode == 0, out + err
    assert undone(target) == ["order", "customer"]
    assert "2 clean-ups done" in out


def test_a_closed_terminal_undoes_what_was_made(tmp_path: Path, target: Target) -> None:
    """As Ctrl-C does: nobody is there to press it."""
    with a_gate() as gate, held(tmp_path, target, gate) as run:
        run.send_signal(signal.SIGHUP)
        read_until(run.stdout, "Stopping")
        gate.open("slow")
        out, err = run.communicate()
    assert run.returncode == 0, out + err
    assert undone(target) == ["order", "customer"]


def test_nobody_is_left_to_tell_and_all_is_undone(tmp_path: Path, target: Target) -> None:
    """A window that is closed takes both outputs with it; the code is not that of a failed test. Whether the
    signal or the closed output is seen first, nobody can say."""
    ours, theirs = os.openpty()
    with a_gate() as gate, held(tmp_path, target, gate, stdout=theirs, stderr=theirs) as run:
        os.close(theirs)
        os.close(ours)
        run.send_signal(signal.SIGHUP)
        gate.open("slow")
        assert run.wait() in (3, 130)
    assert undone(target) == ["order", "customer"]


def test_a_reader_who_leaves_stops_the_run_in_good_order(tmp_path: Path, target: Target) -> None:
    """`baton run … | head -1`: what was made is undone, reports are written, no test is blamed."""
    late = "  late: { GET: /json, needs: [slow] }\n"
    with a_gate() as gate, held(tmp_path, target, gate, "--report", "json=run.json", more=late) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        assert run.stdout.readline().startswith("Running 4 tests")
        run.stdout.close()
        gate.open("slow")
        assert run.wait() == 3
        assert run.stderr.read() == ("Nobody reads the output any more: the run was stopped in good order.\n")
    assert undone(target) == ["order", "customer"]
    assert json.loads((tmp_path / "run.json").read_text())["run"]["status"] == "cancelled"
    assert [seen.path for seen in target.requests if seen.method == "GET"] == []


def test_a_full_disk_is_no_bug_of_ours(tmp_path: Path, target: Target) -> None:
    """The log cannot be written; what was made is undone, and the system's own words are told."""
    written(tmp_path)
    with Path("/dev/full").open("w") as full, begun(tmp_path, target, stdout=full) as run:
        _, err = run.communicate()
    assert (run.returncode, err) == (3, "Error: the system said: No space left on device\n")
    assert len(undone(target)) == len([seen for seen in target.requests if seen.method == "POST"])


def test_without_a_standard_output_a_run_goes_on(tmp_path: Path, target: Target) -> None:
    """As `>&-` leaves it: nothing is told, the code is the verdict."""
    written(tmp_path)
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
    with a_gate() as gate:
        (tmp_path / "s.yaml").write_text(
            "suite: s\ntests:\n  quick: { GET: /json }\n"
            f'  slow: {{ GET: "{gate.url}/held/slow", timeout: 10m }}\n'
        )
        words = ("run", "s.yaml", "--jobs", "1", "--base-url", target.base_url)
        began = time.monotonic()
        with started(*words, home=tmp_path) as run:
            wait_until(lambda: gate.waiting["slow"])
            assert len(target.requests) == 1, "the quick test is first"
            # The quick test has taken less time than has passed by now, and the slow one takes more.
            time.sleep(time.monotonic() - began)
            gate.open("slow")
            out, err = run.communicate()
        assert run.returncode == 0, out + err
        target.requests.clear()
        gate.close("slow")
        with started(*words, home=tmp_path) as run:
            wait_until(lambda: gate.waiting["slow"] == 2)
            assert target.requests == [], "the slow test is first"
            gate.open("slow")
            out, err = run.communicate()
        assert run.returncode == 0, out + err
        assert len(target.requests) == 1


@contextmanager
def held(
    home: Path,
    target: Target,
    gate: Gate,
    *options: str,
    more: str = "",
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
) -> Iterator["subprocess.Popen[str]"]:
    """The run, in a process of its own, when it has made everything and the slow test waits at the gate."""
    written(home, slow=f'"{gate.url}/held/slow"', more=more)
    with begun(home, target, *options, stdout=stdout, stderr=stderr) as run:
        wait_until(lambda: gate.waiting["slow"])
        yield run


def begun(
    home: Path,
    target: Target,
    *options: str,
    stdout: int | IO[str] = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
) -> AbstractContextManager["subprocess.Popen[str]"]:
    """The run, in a process of its own."""
    words = ("run", "orders.yaml", "--base-url", target.base_url, *options)
    return started(*words, home=home, stdout=stdout, stderr=stderr)
