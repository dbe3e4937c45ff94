"""The five exit codes, each as a shell gets it: scripts rely on them."""

import signal
from pathlib import Path

import pytest

from tests.acceptance.commands import baton, read_until, started, wait_until
from tests.gate import a_gate
from tests.targets import Target


def a_suite(home: Path, tests: str) -> Path:
    """A file with these tests."""
    path = home / "s.yaml"
    path.write_text(f"suite: s\ntests:\n{tests}", encoding="utf-8")
    return path


CASES = {
    "passed": (0, "  a: { GET: /status/200 }\n", []),
    "skipped by choice": (0, "  a: { GET: /status/500, skip: not yet }\n", []),
    "failed in quarantine": (
        0,
        "  a: { GET: /status/500, expect: { status: 200 }, quarantine: { owner: ada, reason: x } }\n",
        [],
    ),
    "failed": (1, "  a: { GET: /status/500, expect: { status: 200 } }\n", []),
    "broken": (1, "  a: { GET: /status/200, capture: { data: { x: $.x } } }\n", []),
    "stopped by bail": (
        1,
        "  a: { GET: /status/500, expect: { status: 200 } }\n  b: { GET: /status/200, after: [a] }\n",
        ["--bail", "1"],
    ),
    "a run whose time was over": (3, "  a: { GET: /silent }\n", ["--timeout", "300ms"]),
    "a file with a mistake": (2, "  a: { GTE: / }\n", []),
    "an unknown environment": (2, "  a: { GET: / }\n", ["-e", "nowhere"]),
    "a test that is not there": (2, "  a: { GET: / }\n", ["--only", "b"]),
    "an only that was forgotten": (2, "  a: { GET: /, only: true }\n", ["--forbid-only"]),
    "an unknown option": (2, "  a: { GET: / }\n", ["--nonsense"]),
    "an unknown report": (2, "  a: { GET: /status/200 }\n", ["--report", "pdf=x"]),
    "nothing was sent": (0, "  a: { GET: /status/500, expect: { status: 200 } }\n", ["--dry-run"]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_run_ends_with_its_code(case: str, tmp_path: Path, target: Target) -> None:
    """0, 1, 2 or 3, as docs/command-line.md has them; with 2 nothing was sent."""
    code, tests, words = CASES[case]
    done = baton("run", a_suite(tmp_path, tests), "--base-url", target.base_url, *words, home=tmp_path)
    assert done.returncode == code, done.stdout + done.stderr
    assert code != 2 or target.requests == []


def test_an_api_that_is_down_is_3(tmp_path: Path) -> None:
    """Nothing can be said of the tests: it could not be carried out."""
    path = a_suite(tmp_path, "  a: { GET: / }\n  b: { GET: /b }\n  c: { GET: /c }\n")
    done = baton("run", path, "--base-url", "http://127.0.0.1:9", home=tmp_path)
    assert done.returncode == 3, done.stdout


def test_ctrl_c_is_130_and_everything_is_left_in_order(tmp_path: Path, target: Target) -> None:
    """Tests in flight finish, nothing new starts, what was made is undone, reports are written, and the
    end says how to start again."""
    with a_gate() as gate:
        path = a_suite(
            tmp_path,
            "  made: { POST: /echo, cleanup: { DELETE: /echo/undone } }\n"
            f'  slow: {{ GET: "{gate.url}/held/slow", after: [made], timeout: 10m }}\n'
            "  late: { GET: /echo/late, needs: [slow] }\n",
        )
        words = ("run", str(path), "--base-url", target.base_url, "--report", "json=out.json")
        with started(*words, home=tmp_path) as run:
            wait_until(lambda: gate.waiting["slow"])
            run.send_signal(signal.SIGINT)
            read_until(run.stdout, "Stopping")
            gate.open("slow")
            out, err = run.communicate()
    assert run.returncode == 130, out + err
    paths = [seen.path for seen in target.requests]
    assert "/echo/undone" in paths
    assert "/echo/late" not in paths
    assert "✓ slow" in out
    assert "Go on with what has not passed: baton rerun --failed" in out
    assert '"cancelled"' in (tmp_path / "out.json").read_text(encoding="utf-8")
