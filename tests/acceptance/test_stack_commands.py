"""`baton up | down | status | db` as processes, on a stack of their own."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.acceptance.commands import Done, baton
from tests.acceptance.homes import OwnHome, own_home
from tests.ports import ports_of_four_digits
from worker.local.ports import a_held_port
from worker.local.remote import connected

pytestmark = pytest.mark.stack


@dataclass(frozen=True, kw_only=True)
class Place:
    """A project in an empty home, with a stack that was started there."""

    own: OwnHome
    started: Done = field(repr=False)

    def command(self, *arguments: str, text: str = "", **settings: str) -> Done:
        """Run a command in the project."""
        surroundings = {**self.own.settings, **settings}
        return baton(
            *arguments, home=self.own.path, folder=self.own.project, settings=surroundings, text=text
        )

    def facts(self) -> dict[str, object]:
        """What `baton status --json --show-secret` says."""
        found: dict[str, object] = json.loads(self.command("status", "--json", "--show-secret").stdout)
        return found


def _execute(url: str, statement: str) -> None:
    with connected(url) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """The stack of a project, started by `baton up --port`."""
    # One that the system gives to nobody: it has to be free again when the stack goes on.
    with own_home() as own:
        with a_held_port(*ports_of_four_digits()) as port:
            words = ("up", "--port", str(port))
            started = baton(*words, home=own.path, folder=own.project, settings=own.settings)
        yield Place(own=own, started=started)


def test_up_prints_where_it_is_and_hides_the_secret_key(place: Place) -> None:
    """Addresses and the publishable key; the key that opens everything only on demand."""
    secret = str(place.facts()["secret_key"])
    assert place.started.returncode == 0, place.started.stderr
    assert str(place.facts()["url"]) in place.started.stdout
    assert "sb_publishable_" in place.started.stdout
    assert secret not in place.started.stdout + place.started.stderr
    assert secret in place.command("up", "--show-secret").stdout


def test_a_worker_runs_beside_it(place: Place) -> None:
    """What is requested is executed."""
    pids = place.facts()["pids"]
    assert isinstance(pids, dict)
    assert "worker" in pids


def test_a_second_up_changes_nothing(place: Place) -> None:
    """The same processes, and it says so."""
    before = place.facts()["pids"]
    done = place.command("up")
    assert done.returncode == 0
    assert "was running already" in done.stdout
    assert place.facts()["pids"] == before


def test_status_says_that_it_is_up(place: Place) -> None:
    """Code 0, and no secret without being asked."""
    done = place.command("status", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["healthy"] is True
    assert "secret_key" not in json.loads(done.stdout)


def test_the_schema_is_complete(place: Place) -> None:
    """`db status` and `db push` agree, here and with the address of the database."""
    url = str(place.facts()["database_url"])
    for settings in ({}, {"BATON_DB_URL": url}):
        assert place.command("db", "status", **settings).returncode == 0
        done = place.command("db", "push", **settings)
        assert done.stdout.splitlines()[-1] == "The schema is up to date."


def test_the_database_of_the_stack_is_as_the_schema_says(place: Place) -> None:
    """After up, with a worker beside it, `db check` finds nothing: lite's own grants did not get through."""
    done = place.command("db", "check")
    assert (done.returncode, done.stdout) == (
        0,
        "The database is as the schema says, and the advisors find nothing.\n",
    )


def test_check_says_what_was_changed_by_hand(place: Place) -> None:
    """With the address of a database, in words and for programs; code 3."""
    url = str(place.facts()["database_url"])
    _execute(url, "drop index public.idx_test_runs_lookup")
    try:
        done = place.command("db", "check", "--json", BATON_DB_URL=url)
        assert done.returncode == 3, done.stderr
        assert json.loads(done.stdout)["findings"] == [
            {"mistake": "missing", "what": "index public.idx_test_runs_lookup", "more": ""}
        ]
        assert "missing     index public.idx_test_runs_lookup" in place.command("db", "check").stdout
    finally:
        _execute(
            url,
            "create index idx_test_runs_lookup on public.test_runs (project_id, status, created_at desc)",
        )


def test_a_seed_can_be_sown_once_and_counted(place: Place) -> None:
    """`db seed` says what it made, and `db stats` how full it is now; a stranger can own nothing."""
    small = ("--results", "200", "--organizations", "1", "--projects", "1", "--tests", "5", "--days", "3")
    assert place.command("db", "seed", *small, "--member", "nobody@example.com").returncode == 2
    made = json.loads(place.command("db", "seed", *small, "--json").stdout)
    assert made["rows"]["organizations"] == 1
    again = place.command("db", "seed", *small)
    assert again.returncode == 3
    assert "already" in again.stderr
    found = json.loads(place.command("db", "stats", "--json").stdout)
    rows = {table["name"]: table["rows"] for table in found["tables"]}
    assert rows["test_results"] == made["rows"]["test_results"]
    assert "test_results" in place.command("db", "stats").stdout


def test_reset_asks_first(place: Place) -> None:
    """No answer deletes nothing."""
    done = place.command("db", "reset", text="n\n")
    assert done.returncode == 2
    assert "nothing was deleted" in done.stderr
    assert place.command("status").returncode == 0


def test_another_folder_has_another_stack(place: Place) -> None:
    """Nothing runs there: code 3, and what to do about it."""
    own = place.own
    elsewhere = own.path / "elsewhere"
    elsewhere.mkdir()
    done = baton("status", home=own.path, folder=elsewhere, settings=own.settings)
    assert done.returncode == 3
    assert "`baton up` starts it." in done.stdout
    assert (
        baton("down", home=own.path, folder=elsewhere, settings=own.settings).stdout
        == "Nothing was running.\n"
    )


def test_down_stops_it_and_up_goes_on_with_the_same_keys(place: Place) -> None:
    """Data, keys and address stay."""
    before = place.facts()
    assert place.command("down").stdout == "Stopped; the data stays.\n"
    assert place.command("status").returncode == 3
    assert place.command("up", "--no-worker").returncode == 0
    after = place.facts()
    assert (after["url"], after["secret_key"]) == (before["url"], before["secret_key"])
    assert "worker" not in dict(after["pids"])  # type: ignore[call-overload] # an object in JSON


def test_reset_deletes_and_up_begins_anew(place: Place) -> None:
    """The last word of this file: the stack is down afterwards."""
    assert place.command("db", "reset", "--yes").returncode == 0
    assert place.command("status").returncode == 3
    assert "is not up" in place.command("db", "status").stderr
