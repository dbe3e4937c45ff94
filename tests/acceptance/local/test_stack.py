"""Starting, stopping and surviving, with the real processes."""

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.acceptance.local.conftest import SOURCE
from tests.acceptance.local.process_tree import (
    descendants,
    is_loopback,
    listening_addresses,
    remote_addresses,
)
from tests.patience import FOR_EVER_SECONDS
from tests.stack import start_stack
from worker.errors import LocalStackError, MigrationFailed, OtherSchema
from worker.local.folders import StackFolder
from worker.local.ports import listening_socket
from worker.local.processes import command_line, identify, is_running, wait_for
from worker.local.spec import ExtraCommand
from worker.local.stack import StackInfo, StackOptions, down, reset, status, up
from worker.local.state import Phase

pytestmark = pytest.mark.stack

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def start(folder: StackFolder, **options: object) -> StackInfo:
    """Start the small project in this folder."""
    return start_stack(folder, **{"source": SOURCE, **options})


def write_down(stack: StackInfo, text: str) -> None:
    """Put a row into the database."""
    with psycopg.connect(**stack.owner.parameters) as connection:
        connection.execute("insert into public.notes (topic, note) values ('t', %s)", (text,))


def what_is_written(stack: StackInfo) -> list[str]:
    """The rows that are in the database."""
    with psycopg.connect(**stack.owner.parameters) as connection:
        return [note for (note,) in connection.execute("select note from public.notes order by note")]


def answers(stack: StackInfo) -> bool:
    """Whether a request goes all the way to the database and back."""
    headers = {"apikey": stack.secret_key}
    try:
        return read(stack, "notes?limit=1", headers=headers).status_code == 200
    except httpx.TransportError:
        return False


def read(stack: StackInfo, path: str, *, headers: dict[str, str]) -> httpx.Response:
    """What the Data API says to whoever shows this."""
    return httpx.get(f"{stack.url}/rest/v1/{path}", headers=headers, timeout=FOR_EVER_SECONDS)


def mode(path: Path) -> int:
    """The permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


# Secrets and addresses


def test_keys_are_readable_by_their_owner_alone(stack: StackInfo, stack_folder: StackFolder) -> None:
    """API keys, passwords, the vault's key, the state, and all logs."""
    private = [stack_folder.keys, stack_folder.state, stack_folder.vault_key, stack_folder.schema]
    assert {mode(path) for path in (*private, *stack_folder.logs.iterdir())} == {0o600}
    assert mode(stack_folder.data) == 0o700


@on_linux
def test_no_secret_can_be_seen_in_a_list_of_processes(stack: StackInfo, stack_folder: StackFolder) -> None:
    """Command lines are open to everybody on a machine."""
    shown = [command_line(pid) for pid in descendants(stack.pids["supervisor"])]
    assert any("postgres" in line for line in shown)
    secrets = (stack.secret_key, stack.admin.password, stack.owner.password)
    assert not [line for line in shown if any(secret in line for secret in secrets)]


def test_no_secret_is_shown_by_accident(stack: StackInfo) -> None:
    """Results of these functions end up in tracebacks and logs."""
    shown = repr(stack) + repr(status(stack.project, folder=StackFolder(stack.folder)))
    assert stack.secret_key not in shown
    assert stack.admin.password not in shown


def test_no_secret_is_in_a_log(stack: StackInfo, stack_folder: StackFolder) -> None:
    """Also not after a statement that failed with a secret in it."""
    with psycopg.connect(**stack.owner.parameters) as connection:
        connection.execute("select vault.create_secret('a very secret word', 'twice')")
    with pytest.raises(psycopg.Error), psycopg.connect(**stack.owner.parameters) as connection:
        connection.execute("select vault.create_secret('a very secret word', 'twice')")
    logs = "".join(path.read_text(errors="replace") for path in stack_folder.logs.iterdir())
    for secret in ("a very secret word", stack.secret_key, stack.admin.password, stack.owner.password):
        assert secret not in logs


@on_linux
def test_everything_listens_on_this_machine_alone(stack: StackInfo) -> None:
    """Postgres, the API server and the gateway: 127.0.0.1, and nothing else."""
    assert listening_addresses(descendants(stack.pids["supervisor"])) == {"0100007F"}


@on_linux
def test_nobody_is_phoned(empty_folder: StackFolder) -> None:
    """From the first start to the stop, no process of the stack looks beyond this machine."""
    seen: set[str] = set()
    enough = threading.Event()

    def watch() -> None:
        while not enough.is_set():
            state = empty_folder.state.exists() and status(empty_folder.path, folder=empty_folder)
            pids = descendants(os.getpid()) | (_supervised(empty_folder) if state else set())
            seen.update(remote_addresses(pids))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        stack = start(empty_folder)
        assert answers(stack)
        assert wait_for(lambda: bool(seen), time_limit=FOR_EVER_SECONDS), "the parts talk to each other"
        down(empty_folder.path, folder=empty_folder)
    finally:
        enough.set()
        watching.join()
    assert {address for address in seen if not is_loopback(address)} == set()


def _supervised(folder: StackFolder) -> set[int]:
    from worker.local.state import read_state

    state = read_state(folder)
    return descendants(state.supervisor.pid) if state else set()


# Starting and stopping


def test_starting_twice_changes_nothing(stack: StackInfo, stack_folder: StackFolder) -> None:
    """The second says that it was running; every process is the same."""
    again = start(stack_folder)
    assert again.was_running
    assert (again.url, again.pids) == (stack.url, stack.pids)


def test_what_was_stopped_comes_back_as_it_was(folder: StackFolder) -> None:
    """Data, keys and address survive; no process and no state stays behind."""
    before = start(folder)
    write_down(before, "kept")
    processes = [identify(pid) for pid in descendants(before.pids["supervisor"])]
    assert down(folder.path, folder=folder)
    assert not [process for process in processes if process and is_running(process)]
    assert status(folder.path, folder=folder).phase is Phase.STOPPED
    assert not down(folder.path, folder=folder), "there is nothing to stop any more"
    after = start(folder)
    assert (after.url, after.publishable_key) == (before.url, before.publishable_key)
    assert after.secret_key == before.secret_key
    assert what_is_written(after) == ["kept"]


def test_two_projects_live_side_by_side(stack: StackInfo, empty_folder: StackFolder) -> None:
    """Each with its own address, keys and data."""
    other = start(empty_folder)
    write_down(other, "mine")
    assert other.url != stack.url
    assert other.secret_key != stack.secret_key
    assert "mine" not in what_is_written(stack)
    answer = read(other, "notes", headers={"apikey": stack.secret_key})
    assert answer.status_code == 401


def test_a_taken_port_is_replaced_and_said(folder: StackFolder) -> None:
    """Another program may have the usual one."""
    with listening_socket(0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        found = start(folder, port=port)
    assert found.ports.gateway != port
    assert found.notes == (f"listening on port {found.ports.gateway} instead of {port}",)


def test_reset_begins_again(folder: StackFolder) -> None:
    """The data goes, keys and address stay."""
    before = start(folder)
    write_down(before, "gone")
    reset(folder.path, folder=folder)
    after = start(folder)
    assert what_is_written(after) == []
    assert (after.url, after.secret_key) == (before.url, before.secret_key)


def test_a_stack_may_end_with_another_process(folder: StackFolder) -> None:
    """Also when that process is killed: a test run leaves nothing behind."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        stack = start(folder, ends_with=other.pid)
        supervisor = identify(stack.pids["supervisor"])
        assert supervisor is not None
        other.kill()
    assert wait_for(lambda: not is_running(supervisor), time_limit=FOR_EVER_SECONDS)


# Surviving


@on_linux
def test_a_killed_supervisor_leaves_no_process_and_no_damage(folder: StackFolder) -> None:
    """Its children die with it; the next start finds everything as it was."""
    before = start(folder, fast=False)
    write_down(before, "kept")
    everybody = [identify(pid) for pid in descendants(before.pids["supervisor"])]
    os.kill(before.pids["supervisor"], signal.SIGKILL)
    gone = wait_for(
        lambda: not [one for one in everybody if one and is_running(one)], time_limit=FOR_EVER_SECONDS
    )
    assert gone
    assert status(folder.path, folder=folder).phase is Phase.CRASHED
    assert what_is_written(start(folder)) == ["kept"]


def test_parts_that_outlived_a_crash_are_stopped_before_a_start(folder: StackFolder) -> None:
    """Where children do not die with their parent, they are known by number and start time."""
    start(folder)
    down(folder.path, folder=folder)
    folder.state.write_text('{"half": "written')
    (folder.data / "postmaster.pid").write_text(f"{os.getpid()}\n{folder.data}\n")
    assert answers(start(folder))


@pytest.mark.parametrize("part", ["api", "postgres"])
def test_a_part_that_dies_is_started_again(folder: StackFolder, part: str) -> None:
    """And the whole serves again, without anybody's help."""
    stack = start(folder)
    os.kill(stack.pids[part], signal.SIGKILL)
    assert wait_for(
        lambda: part_of(folder, part) not in (None, stack.pids[part]), time_limit=FOR_EVER_SECONDS
    )
    assert wait_for(lambda: answers(stack), time_limit=FOR_EVER_SECONDS)
    assert wait_for(lambda: status(folder.path, folder=folder).healthy, time_limit=FOR_EVER_SECONDS)


def part_of(folder: StackFolder, name: str) -> int | None:
    """The number of a part's process now."""
    info = status(folder.path, folder=folder).info
    return info.pids.get(name) if info else None


def test_an_extra_command_runs_beside_it(folder: StackFolder, tmp_path: Path) -> None:
    """With the stack's address and key, restarted when it ends, and told to stop at the end."""
    diary = tmp_path / "diary"
    program = (
        "import os, signal, sys, time\n"
        f"diary = open({str(diary)!r}, 'a', buffering=1)\n"
        "def stop(*_): print('stopped', file=diary); sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "print(os.environ['URL'], os.environ['KEY'], file=diary)\n"
        "time.sleep(600)\n"
    )
    extra = ExtraCommand(
        name="worker",
        arguments=(sys.executable, "-c", program),
        environment={"URL": "{url}", "KEY": "{secret_key}"},
    )
    stack = start(folder, extras=[extra])
    line = f"{stack.url} {stack.secret_key}"
    assert wait_for(lambda: diary.exists() and line in diary.read_text(), time_limit=FOR_EVER_SECONDS)
    os.kill(stack.pids["worker"], signal.SIGKILL)
    assert wait_for(lambda: diary.read_text().count(line) == 2, time_limit=FOR_EVER_SECONDS)
    down(folder.path, folder=folder)
    assert diary.read_text().endswith("stopped\n")


# Schema


def other_source(tmp_path: Path, **files: str) -> Path:
    """The small project with other or more migrations."""
    migrations = tmp_path / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    (migrations.parent / "config.toml").write_text((SOURCE / "config.toml").read_text())
    for path in (SOURCE / "migrations").iterdir():
        (migrations / path.name).write_text(path.read_text())
    for name, text in files.items():
        (migrations / f"{name}.sql").write_text(text)
    return migrations.parent


def test_a_further_migration_is_applied_to_the_data_that_is_there(
    folder: StackFolder, tmp_path: Path
) -> None:
    """Nothing is lost, and the API serves what is new."""
    write_down(start(folder), "kept")
    more = "create table public.more (id int); grant select on public.more to service_role;"
    newer = other_source(tmp_path, **{"20260102000000_more": more})
    stack = start(folder, source=newer)
    assert what_is_written(stack) == ["kept"]
    answer = read(stack, "more", headers={"apikey": stack.secret_key})
    assert answer.json() == []


def test_a_failing_migration_says_why_and_keeps_the_data(folder: StackFolder, tmp_path: Path) -> None:
    """Nothing is left running; without the bad migration everything is as before."""
    write_down(start(folder), "kept")
    bad = other_source(tmp_path, **{"20260102000000_bad": "create table public.half (id int);\nselect 1/0;"})
    with pytest.raises(MigrationFailed) as failure:
        start(folder, source=bad)
    assert "division by zero" in failure.value.what
    assert str(failure.value.where).endswith("20260102000000_bad.sql")
    assert status(folder.path, folder=folder).phase is Phase.STOPPED
    stack = start(folder)
    assert what_is_written(stack) == ["kept"]
    with psycopg.connect(**stack.owner.parameters) as connection:
        assert connection.execute("select to_regclass('public.half')").fetchone() == (None,)


def test_data_of_another_schema_is_refused_and_left_as_it_is(folder: StackFolder, tmp_path: Path) -> None:
    """Before the first release a changed migration means other data; `baton db reset` is the hint."""
    start(folder)
    down(folder.path, folder=folder)
    before = {path: path.stat().st_mtime_ns for path in folder.data.rglob("*")}
    changed = other_source(tmp_path, **{"20260101000000_topics": "create table public.other (id int);"})
    with pytest.raises(OtherSchema) as refusal:
        start(folder, source=changed)
    assert "baton db reset" in str(refusal.value.hint)
    assert {path: path.stat().st_mtime_ns for path in folder.data.rglob("*")} == before


# Root


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands Postgres to another user")
def test_root_may_work_in_a_private_folder(
    folder: StackFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The project may be where nobody else can look: data and binaries lie elsewhere."""
    project = tmp_path / "private"
    project.mkdir(mode=0o700)
    monkeypatch.chdir(project)
    options = StackOptions(folder=folder, port=0, fast=True, source=SOURCE, ends_with=os.getpid())
    assert answers(up(project, options=options))
    assert folder.data.stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands Postgres to another user")
def test_a_data_folder_that_postgres_cannot_reach_is_refused(tmp_path: Path) -> None:
    """With the folder that is in the way, and what to do."""
    tmp_path.chmod(0o700)
    hidden = StackFolder(tmp_path / "stacks" / "hidden")
    with pytest.raises(LocalStackError) as refusal:
        start(hidden)
    assert "may not enter this folder" in refusal.value.what
    assert "BATON_DATA_HOME" in str(refusal.value.hint)
