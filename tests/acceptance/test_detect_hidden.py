"""`baton detect-hidden` as a process, against a real API that remembers what was done to it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.commands import Done, baton
from tests.targets import Route, Target, running_target
from tests.wire import Reply, json_reply

SUITE = """\
suite: notes
environments: { local: { base_url: "http://127.0.0.1:1" } }
hooks:
  before_all: [ { POST: /reset } ]
tests:
  write: { POST: /put/note }
  one: { GET: /status/200 }
  read: { GET: /get/note }
  two: { GET: /status/200, needs: [one] }
  count: { GET: /absent/draft }
  draft: { POST: /put/draft }
  publish: { GET: /get/draft, needs: [draft] }
  three: { GET: /status/200 }
"""
HONEST = SUITE.replace("/get/note }", "/get/note, needs: [write] }").replace(
    "POST: /put/draft }", "POST: /put/draft, after: [count] }"
)


class Notes:
    """Things that were put somewhere."""

    def __init__(self) -> None:
        self.kept: set[str] = set()

    async def put(self, seen: object, name: str) -> Reply:
        """Keep one."""
        self.kept.add(name)
        return json_reply({})

    async def get(self, seen: object, name: str) -> Reply:
        """200 if it is kept."""
        return json_reply({}, status=200 if name in self.kept else 404)

    async def absent(self, seen: object, name: str) -> Reply:
        """200 if it is not."""
        return json_reply({}, status=409 if name in self.kept else 200)

    async def reset(self, seen: object) -> Reply:
        """Forget all."""
        self.kept.clear()
        return json_reply({})


@pytest.fixture
def target() -> Iterator[Target]:
    """A real API with a state."""
    notes = Notes()
    routes: dict[str, Route] = {"put": notes.put, "get": notes.get, "absent": notes.absent}
    with running_target(routes={**routes, "reset": notes.reset}) as found:
        yield found


def _hunt(home: Path, target: Target, text: str, *options: str) -> Done:
    (home / "notes.yaml").write_text(text)
    return baton("detect-hidden", "notes.yaml", "--base-url", target.base_url, *options, home=home)


def test_planted_dependencies_are_named_as_pairs(tmp_path: Path, target: Target) -> None:
    """One that is needed and one that disturbs, each with the line that would declare it. Exit 1."""
    done = _hunt(tmp_path, target, SUITE, "--shuffle", "7")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "✗ read passes only if write ran before it  notes.yaml:8:3" in done.stdout
    assert "  It is not written down. In notes.yaml, under read:\n    needs: [write]\n" in done.stdout
    assert "✗ count fails if draft ran before it  notes.yaml:10:3" in done.stdout
    assert "under draft:\n    after: [count]\n" in done.stdout
    assert "2 hidden dependencies, in" in done.stdout


def test_once_they_are_declared_nothing_is_found(tmp_path: Path, target: Target) -> None:
    """The lines that were shown are the right ones. Exit 0."""
    done = _hunt(tmp_path, target, HONEST)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 hidden dependencies, in 11 runs" in done.stdout
    assert not (tmp_path / ".local").exists()


def test_the_same_seed_tries_the_same(tmp_path: Path, target: Target) -> None:
    """Request by request; what is random in templates included."""
    text = HONEST.replace("GET: /status/200 }", 'GET: "/status/200?{{ random_int(1, 1000000) }}" }')
    seen = []
    for _ in range(2):
        target.requests.clear()
        done = _hunt(tmp_path, target, text, "--shuffle", "3", "--rounds", "3", "--json")
        assert json.loads(done.stdout)["seed"] == 3
        seen.append([(each.method, each.path, each.query) for each in target.requests])
    assert seen[0] == seen[1]
    assert len({query for _, _, query in seen[0] if query}) > 2


def test_a_round_can_be_repeated_as_a_run(tmp_path: Path, target: Target) -> None:
    """With the seed that was shown, one test at a time."""
    done = _hunt(tmp_path, target, SUITE, "--shuffle", "7", "--json")
    bad = next(
        each for each in json.loads(done.stdout)["rounds"] if each["verdicts"]["notes/read"] == "failed"
    )
    words = ("--base-url", target.base_url, "-j", "1", "--shuffle", bad["shuffle"], "--json")
    run = baton("run", "notes.yaml", *words, home=tmp_path)
    events = [json.loads(line) for line in run.stdout.splitlines()]
    assert [each["test"] for each in events if each["event"] == "test_started"] == bad["order"]
    verdicts = {each["test"]: each["verdict"] for each in events if each["event"] == "test_finished"}
    assert verdicts == bad["verdicts"]


def test_a_command_puts_the_api_back(tmp_path: Path, target: Target) -> None:
    """Where the suite itself does not."""
    text = SUITE.replace("hooks:\n  before_all: [ { POST: /reset } ]\n", "")
    reset = f"python3 -c \"import urllib.request as u; u.urlopen('{target.base_url}/reset', b'')\""
    done = _hunt(tmp_path, target, text, "--shuffle", "7", "--reset", reset)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "read passes only if write ran before it" in done.stdout


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--reset", "false"), 3, "the command ended with 1"),
        (("--reset", "no-such-command"), 2, "no-such-command cannot be run"),
        (("--reset", "'"), 2, "this is no command"),
        (("--reset", " "), 2, "this is no command"),
        (("--rounds", "0"), 2, "--rounds"),
        (("--only", "one"), 2, "one test has no order"),
        (("--base-url", "http://127.0.0.1:9"), 3, "is it up?"),
    ],
)
def test_what_cannot_be_done_is_refused(
    tmp_path: Path, target: Target, options: tuple[str, ...], code: int, words: str
) -> None:
    """With the code for it."""
    text = SUITE.replace("hooks:\n  before_all: [ { POST: /reset } ]\n", "")
    done = _hunt(tmp_path, target, text, *options)
    assert done.returncode == code, done.stdout + done.stderr
    assert words in done.stderr


def test_the_time_is_a_limit(tmp_path: Path, target: Target) -> None:
    """What has been seen by then is told."""
    text = SUITE.replace("GET: /status/200 }", "GET: /delay/400 }")
    done = _hunt(tmp_path, target, text, "--time", "1", "--shuffle", "7")
    assert "The time was over: not everything was tried." in done.stdout
