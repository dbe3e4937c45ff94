"""Programs that do not outlive their parent, and programs that do."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import FOR_EVER_SECONDS
from worker.local.commands import Command, clean_environment, detached_arguments, run_to_end
from worker.local.processes import identify, is_running, wait_for


def command(program: str) -> Command:
    """A Python program as a part of the stack."""
    return Command(
        name="part", arguments=(sys.executable, "-c", program), environment=clean_environment(WORD="word")
    )


def test_a_part_gets_its_environment_and_says_what_it_says() -> None:
    """Run to its end, it is an ordinary program."""
    done = run_to_end(command("import os; print(os.environ['WORD'])"), time_limit=FOR_EVER_SECONDS)
    assert (done.returncode, done.stdout) == (0, "word\n")


def test_a_program_that_is_not_there_is_said_so() -> None:
    """The launcher's last words are in the log of the part."""
    missing = Command(name="part", arguments=("/nowhere/at/all",), environment=clean_environment())
    done = run_to_end(missing, time_limit=FOR_EVER_SECONDS)
    assert done.returncode != 0
    assert "/nowhere/at/all: No such file" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next command cleans up")
def test_a_part_dies_with_its_parent(tmp_path: Path) -> None:
    """Also when the parent is killed and can tell nobody."""
    note = tmp_path / "pid"
    sleeper = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid()) + '.'); time.sleep(600)"
    parent = (
        "import subprocess, sys, time\n"
        "from worker.local.commands import Command, clean_environment\n"
        f"part = Command(name='part', arguments=(sys.executable, '-c', {sleeper!r}))\n"
        "subprocess.Popen(part.launch_arguments(), env=clean_environment())\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent], cwd=Path(__file__).parents[4]) as process:
        assert wait_for(lambda: note.exists() and note.read_text().endswith("."), time_limit=FOR_EVER_SECONDS)
        part = identify(int(note.read_text().rstrip(".")))
        assert part is not None
        process.kill()
    assert wait_for(lambda: not is_running(part), time_limit=FOR_EVER_SECONDS)


def test_a_detached_program_is_nobodys_child(tmp_path: Path) -> None:
    """It goes on when its parent has gone, and leaves no remains to a parent that stays."""
    note = tmp_path / "pid"
    words = "f'{os.getpid()} {os.getsid(0)}.'"
    program = f"import os, time; open({str(note)!r}, 'w').write({words}); time.sleep(600)"
    subprocess.run(detached_arguments([sys.executable, "-c", program]), check=True)
    assert wait_for(lambda: note.exists() and note.read_text().endswith("."), time_limit=FOR_EVER_SECONDS)
    pid, session = map(int, note.read_text().rstrip(".").split())
    os.kill(pid, signal.SIGKILL)
    assert session != os.getsid(0)
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, 0)


def test_our_own_settings_do_not_leak_into_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Certificates and proxies stay, secrets of the process do not, and reporting is off."""
    monkeypatch.setenv("BATON_SECRET_KEY", "secret")
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/etc/company.pem")
    environment = clean_environment()
    assert "BATON_SECRET_KEY" not in environment
    assert environment["NODE_EXTRA_CA_CERTS"] == "/etc/company.pem"
    assert environment["DO_NOT_TRACK"] == "1"
