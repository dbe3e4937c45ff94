"""`baton demo` as a person meets it: twice, on a machine that has nothing of ours but the Node parts."""

import json
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.commands import Done, baton
from tests.acceptance.homes import OwnHome, own_home
from tests.acceptance.local.process_tree import descendants
from worker.local.processes import identify, is_running
from worker.local.stack import StackInfo, status

pytestmark = pytest.mark.stack

TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]+\.[\w-]+")


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A demo that was played twice, and its stack, which is still running."""

    first: Done
    second: Done
    home: OwnHome
    info: StackInfo = field(repr=False)

    def command(self, *words: str) -> Done:
        """Run a command in the project."""
        return baton(*words, home=self.home.path, folder=self.home.project, settings=self.home.settings)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """The demo, played twice in an empty home."""
    with own_home() as own:
        first, second = (
            baton("demo", home=own.path, folder=own.project, settings=own.settings) for _ in range(2)
        )
        info = status(own.project, folder=own.folder).info
        assert info is not None, first.stdout + first.stderr
        yield Demo(first=first, second=second, home=own, info=info)


@pytest.fixture
def rows(demo: Demo) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """The demo's database, as somebody who sees everything."""
    with closing(psycopg.connect(**demo.info.admin.parameters)) as connection:
        yield connection


def test_both_times_it_ends_well(demo: Demo) -> None:
    """Exit code 0, all tests of both suites passed, and every step told."""
    for done in (demo.first, demo.second):
        assert done.returncode == 0, done.stdout + done.stderr
        assert "43 passed" in done.stdout
        assert [line[:3] for line in done.stdout.splitlines() if line[1:3] == "/6"] == [
            f"{number}/6" for number in range(1, 7)
        ]


def test_the_second_time_nothing_is_made_anew(demo: Demo) -> None:
    """The stack is found running, the member exists, and the suites are the same version."""
    assert "all of it is running already" in demo.second.stdout
    assert demo.second.stdout.count("version 1, unchanged") == 2


def test_it_says_where_everything_is(demo: Demo) -> None:
    """Address, login and how to stop; the password is in a file that only its owner reads."""
    assert demo.info.url in demo.first.stdout
    assert "baton down (the data stays)" in demo.first.stdout
    found = re.search(r"demo@baton\.example, password in (\S+)", demo.first.stdout)
    assert found
    assert stat.S_IMODE(Path(found.group(1)).stat().st_mode) == 0o600


def test_what_was_printed_is_what_was_recorded(
    demo: Demo, rows: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    """Two runs each time, completed, with counters that agree with their results."""
    counted = rows.execute(
        """
        select status::text, total, passed, count(result.*)
        from public.test_runs as run join public.test_results as result on result.run_id = run.id
        group by run.id, status, total, passed order by total
        """
    ).fetchall()
    assert counted == [("completed", 20, 20, 20)] * 2 + [("completed", 23, 23, 23)] * 2
    printed = set(re.findall(r"run ([0-9a-f-]{36})", demo.first.stdout + demo.second.stdout))
    recorded = {str(id) for (id,) in rows.execute("select id from public.test_runs").fetchall()}
    assert printed == recorded


def test_its_runs_were_requested_by_a_member(rows: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Not by the secret key: each run knows the signed-in person who asked for it."""
    asked = rows.execute(
        """
        select distinct account.email::text
        from public.test_runs as run join auth.users as account on account.id = run.requested_by
        """
    ).fetchall()
    assert asked == [("demo@baton.example",)]


def test_nothing_secret_is_to_be_read(demo: Demo, rows: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Neither terminal nor any table or message holds a password, a key or a token in clear."""
    passwords = _values(demo.info.folder / "demo.json")
    tables = rows.execute(
        "select format('%I.%I', schemaname, tablename) from pg_tables"
        " where schemaname in ('public', 'private', 'realtime', 'pgmq', 'vault')"
    ).fetchall()
    texts = {"terminal": demo.first.stdout + demo.first.stderr + demo.second.stdout + demo.second.stderr}
    for (table,) in tables:
        contents = rows.execute(f"select row_to_json(t)::text from {table} as t".encode()).fetchall()
        texts[str(table)] = "\n".join(str(text) for (text,) in contents)
    for where, text in texts.items():
        assert not [word for word in (*passwords, demo.info.secret_key) if word in text], where
        assert not TOKEN.search(text), where


def test_the_logs_hold_no_secret(demo: Demo) -> None:
    """Whoever may read the logs of the stack learns no password, key or token from them."""
    known = [*_values(demo.info.folder / "demo.json"), *_values(demo.info.keys_file)]
    secrets = [value for value in known if value != demo.info.publishable_key]
    for log in sorted((demo.info.folder / "logs").iterdir()):
        text = log.read_text(encoding="utf-8", errors="replace")
        assert not [value for value in secrets if value in text], log.name
        assert not TOKEN.search(text), log.name


def test_the_member_can_go_on_by_hand(demo: Demo) -> None:
    """The command that the demo ends with requests one more run, which passes."""
    options = ["--profile", "demo", "--project", "examples", "--suite", "shop-checkout", "-e", "local"]
    done = demo.command("trigger", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "23 passed" in done.stdout


def test_down_leaves_nothing_behind(demo: Demo) -> None:
    """Every process of the stack, the worker, the shop, and whoever came from them are gone; with them those
    who listened at its ports, which may be somebody else's in the next moment."""
    pids = set(demo.info.pids.values())
    if sys.platform == "linux":
        pids |= descendants(demo.info.pids["supervisor"])
    processes = {pid: identify(pid) for pid in pids}
    assert {"worker", "shop"} <= demo.info.pids.keys()
    assert all(processes[pid] for pid in demo.info.pids.values())
    done = demo.command("down")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not [process for process in processes.values() if process and is_running(process)]
    assert demo.command("status").returncode == 3


def _values(file: Path) -> list[str]:
    """Everything that an object of texts holds."""
    return list(json.loads(file.read_text(encoding="utf-8")).values())
