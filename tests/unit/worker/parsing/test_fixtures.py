"""Fixtures of a suite's file, as templates and rows get them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.errors import TemplateError
from context.execution import ExecutionContext
from context.values import JsonValue
from worker.errors import SuiteError
from worker.files import Files, LocalFiles, MemoryFiles
from worker.fixtures.keeping import keep
from worker.graph import build_graph
from worker.models.exchange import Response
from worker.models.suite import Suite
from worker.parsing import parse_suite

TESTS = "tests: { t: { GET: / } }"


def read(text: str, files: Files | None = None) -> Suite:
    """The suite."""
    return parse_suite(f"suite: s\n{text}", path="s.yaml", files=files)


def context_of(suite: Suite, *, seed: str | None = None) -> ExecutionContext:
    """A run of it that has not begun."""
    return ExecutionContext(fixtures={suite.key: suite.fixtures}, seed=seed)


def render(suite: Suite, value: JsonValue, *, test: str = "t") -> JsonValue:
    """What a test of the suite makes of this."""
    return context_of(suite).render(value, suite="s", test=test)


def problems_of(text: str, files: Files | None = None) -> list[str]:
    """What is wrong with a suite."""
    with pytest.raises(SuiteError) as caught:
        read(text, files)
    return [problem.what for problem in caught.value.problems]


def test_templates_read_fixtures_by_path() -> None:
    """With their types, also as a whole."""
    suite = read(f"fixtures: {{ users: [{{ id: 7 }}], limits: {{ data: {{ free: 3 }} }} }}\n{TESTS}")
    assert render(suite, "{{ fixture.users[0].id }}") == 7
    assert render(suite, "{{ fixture.limits }}") == {"free": 3}
    assert render(suite, "{% for user in fixture.users %}{{ user.id }}{% endfor %}") == "7"


def test_a_fixture_that_is_not_there_is_an_error_with_near_names() -> None:
    """In the run as in the check before."""
    suite = read(f"fixtures: {{ users: [] }}\n{TESTS}")
    with pytest.raises(TemplateError, match=r"did you mean 'fixture\.users'"):
        render(suite, "{{ fixture.user }}")


def test_data_is_taken_as_it_is(tmp_path: Path) -> None:
    """What looks like a template in a file stays what it is."""
    files = MemoryFiles({"u.json": b'[{"id": "{{ secrets.password }}"}]'})
    suite = read(f"fixtures: {{ u: {{ file: u.json }} }}\n{TESTS}", files)
    assert render(suite, "{{ fixture.u[0].id }}") == "{{ secrets.password }}"


def test_rows_come_from_a_fixture() -> None:
    """Each is a test with the row's id, whatever kind of fixture it is."""
    rules = "{ generate: { count: 2, fields: { id: { sequence: 5 }, mail: email } } }"
    suite = read(
        f"fixtures: {{ made: {rules}, written: [{{ id: ada }}] }}\n"
        "tests:\n"
        "  a: { GET: '/{{ row.mail }}', rows: { fixture: made } }\n"
        "  b: { GET: '/{{ row.id }}', rows: { fixture: written } }"
    )
    assert list(suite.tests) == ["a[5]", "a[6]", "b[ada]"]
    assert read(suite.source.removeprefix("suite: s\n")).tests.keys() == suite.tests.keys()


def test_rows_of_a_part_of_a_fixture() -> None:
    """Such as one of the tables of a file."""
    data = "fixtures: { db: { data: { users: [{ id: ada }] } } }"
    text = f"{data}\ntests: {{ a: {{ GET: /, rows: {{ fixture: db.users }} }} }}"
    assert list(read(text).tests) == ["a[ada]"]


def test_generated_rows_are_shared_or_each_test_has_its_own() -> None:
    """Shared is the rule; what is not shared is repeatable all the same."""
    rules = "generate: { fields: { id: uuid4 } }"
    suite = read(f"fixtures: {{ ours: {{ {rules} }}, own: {{ {rules}, shared: false }} }}\n{TESTS}")
    ours, own = (
        [render(suite, f"{{{{ fixture.{name}[0].id }}}}", test=test) for test in "ab"]
        for name in ("ours", "own")
    )
    assert ours[0] == ours[1]
    assert own[0] != own[1]
    again = read(suite.source.removeprefix("suite: s\n"))
    assert render(again, "{{ fixture.own[0].id }}", test="a") == own[0]


def test_a_seed_of_its_own_makes_other_rows() -> None:
    """Without one the name is the seed, so that nothing changes from run to run."""
    rules = "fields: { id: uuid4 }"
    suite = read(
        f"fixtures: {{ a: {{ generate: {{ {rules} }} }}, b: {{ generate: {{ {rules}, seed: 4 }} }},"
        f" c: {{ generate: {{ {rules}, seed: 4 }} }} }}\n{TESTS}"
    )
    a, b, c = (render(suite, f"{{{{ fixture.{name}[0].id }}}}") for name in "abc")
    assert a != b
    assert b == c


#: Everything in templates that chance has a part in.
BY_CHANCE = """
{{ uuid() }} {{ random_int(1, 1000000) }} {{ random_string(20) }} {{ random_choice(range(1000)) }}
{{ fake.name() }} {{ fake.email() }} {{ fake.street_address(locale='fr_FR') }} {{ fake.random_int(1, 10000) }}
{{ fixture.people }} {{ id }}
"""
WITH_CHANCE = (
    "variables: { id: 'v-{{ uuid() }}' }\n"
    "fixtures: { people: { generate: { count: 3, fields: { name: name } }, shared: false } }\n" + TESTS
)


def test_a_seed_makes_everything_repeatable() -> None:
    """The same seed gives the same requests; another one, or none, others."""
    suite = read(WITH_CHANCE)

    def rendered(seed: str | None, test: str = "t") -> JsonValue:
        context = ExecutionContext(
            fixtures={"s": suite.fixtures}, suite_variables={"s": suite.variables}, seed=seed
        )
        return context.render(BY_CHANCE, suite="s", test=test)

    assert rendered("7") == rendered("7")
    assert rendered("7") != rendered("8")
    assert rendered("7") != rendered("7", test="other")
    assert rendered(None) != rendered(None)


def test_only_what_is_used_is_read() -> None:
    """A file that no test uses may be missing, or wrong."""
    files = MemoryFiles({"bad.json": b"{"})
    read(f"fixtures: {{ bad: {{ file: bad.json }} }}\n{TESTS}", files)
    used = "fixtures: { bad: { file: bad.json } }\ntests: { t: { GET: '/{{ fixture.bad }}' } }"
    assert problems_of(used, files) == ["the fixture 'bad': the file is not JSON: line 1"]


def test_files_are_noted_for_the_push() -> None:
    """Beside all others that the suite names."""
    suite = read(f"fixtures: {{ u: {{ file: data/u.csv.gz }} }}\n{TESTS}")
    assert [use.path for use in suite.files] == ["data/u.csv.gz"]


def test_what_is_optional_may_be_missing() -> None:
    """The template says what happens then."""
    suite = read(
        "fixtures: { u: [{ id: 1 }] }\n"
        "tests: { t: { GET: \"/{{ fixture.u[0].x | default('-') }}{{ fixture.v | default('-') }}\" } }"
    )
    assert suite.tests["t"].uses[0].optional


SNAPSHOT = """fixtures: { user: { snapshot: make.id, ttl: 1h } }
tests:
  use: { GET: "/users/{{ fixture.user }}" }
  make: { POST: /users, capture: { id: $.id } }
"""
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _run(suite: Suite, captured: JsonValue, *, secret: bool = False) -> ExecutionContext:
    """A run in which `make` has captured this."""
    context = context_of(suite)
    rule = CaptureRule(
        name="id",
        target=CaptureTarget.DATA,
        source=CaptureSource.JSONPATH,
        expression="$.id",
        secret=secret,
    )
    body = f'{{"id": "{captured}"}}'.encode()
    context.capture(Response(status_code=200, body=body), suite="s", test="make", rules=[rule])
    return context


def test_a_snapshot_is_captured_first_and_kept_for_later_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is good nobody waits for the test that makes it; then it is made again."""
    monkeypatch.chdir(tmp_path)
    first = read(SNAPSHOT, LocalFiles())
    assert list(build_graph([first]).requires["s/use"]) == ["s/make"]
    context = _run(first, "u-1")
    assert context.render("{{ fixture.user }}", suite="s", test="use") == "u-1"
    keep(first, context)
    second = read(SNAPSHOT, LocalFiles())
    assert build_graph([second]).requires["s/use"] == {}
    assert render(second, "{{ fixture.user }}") == "u-1"
    keep(second, _run(second, "u-2"))
    assert render(read(SNAPSHOT, LocalFiles()), "{{ fixture.user }}") == "u-1"
    keep(first, _run(first, "u-3"), now=lambda: datetime.now(UTC) - timedelta(hours=2))
    late = read(SNAPSHOT, LocalFiles())
    assert list(build_graph([late]).requires["s/use"]) == ["s/make"]


def test_a_secret_is_never_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file would show it."""
    monkeypatch.chdir(tmp_path)
    suite = read(SNAPSHOT, LocalFiles())
    keep(suite, _run(suite, "canary-0001", secret=True))
    assert list(tmp_path.rglob("*.json")) == []


def test_an_immutable_snapshot_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For ever."""
    monkeypatch.chdir(tmp_path)
    text = SNAPSHOT.replace("ttl: 1h", "immutable: true")
    suite = read(text, LocalFiles())
    keep(suite, _run(suite, "u-1"), now=lambda: NOW - timedelta(days=3650))
    assert render(read(text, LocalFiles()), "{{ fixture.user }}") == "u-1"


def test_what_is_for_one_run_goes_at_the_end_of_the_first_that_used_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that did not use it leaves it there."""
    monkeypatch.chdir(tmp_path)
    text = SNAPSHOT.replace("ttl: 1h", "cleanup: immediate")
    first = read(text, LocalFiles())
    keep(first, _run(first, "u-1"))
    idle = read(text, LocalFiles())
    keep(idle, context_of(idle))
    using = read(text, LocalFiles())
    assert render(using, "{{ fixture.user }}", test="use") == "u-1"
    keep(using, context_of(using))
    assert list(tmp_path.rglob("*.json")) == []
    assert list(build_graph([read(text, LocalFiles())]).requires["s/use"]) == ["s/make"]


def test_what_is_good_no_more_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the end of the next run, also where nothing new was made; never what another run has just made."""
    monkeypatch.chdir(tmp_path)
    first = read(SNAPSHOT, LocalFiles())
    keep(first, _run(first, "u-1"), now=lambda: datetime.now(UTC) - timedelta(hours=2))
    late = read(SNAPSHOT, LocalFiles())
    assert late.fixtures.captured("user") == ("make", "id")
    keep(first, _run(first, "u-2"))
    keep(late, context_of(late))
    assert len(list(tmp_path.rglob("*.json"))) == 1
    keep(first, _run(first, "u-3"), now=lambda: datetime.now(UTC) - timedelta(hours=2))
    late = read(SNAPSHOT, LocalFiles())
    keep(late, context_of(late))
    assert list(tmp_path.rglob("*.json")) == []


def test_what_people_remove_stays_until_they_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However old it is."""
    monkeypatch.chdir(tmp_path)
    text = SNAPSHOT.replace("ttl: 1h", "cleanup: manual")
    suite = read(text, LocalFiles())
    keep(suite, _run(suite, "u-1"), now=lambda: NOW - timedelta(days=3650))
    later = read(text, LocalFiles())
    assert render(later, "{{ fixture.user }}") == "u-1"
    keep(later, context_of(later))
    assert len(list(tmp_path.rglob("*.json"))) == 1


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("data: [], cleanup: delayed", "nothing of a fixture with 'data' is kept after a run"),
        ("generate: { fields: { id: { sequence: 1 } } }, cleanup: manual", "nothing of a fixture with"),
        ("snapshot: t.id, immutable: true, cleanup: delayed", "an immutable snapshot is kept for ever"),
        ("snapshot: t.id, immutable: true, ttl: 1h", "an immutable snapshot has no time to live"),
        ("snapshot: t.id, cleanup: manual, ttl: 1h", "a snapshot that people remove has no time to live"),
        ("snapshot: t.id, cleanup: never", "'never' is not possible here"),
    ],
)
def test_a_clean_up_that_means_nothing_is_refused(said: str, what: str) -> None:
    """Nobody relies on what does not happen."""
    [problem] = problems_of(f"fixtures: {{ f: {{ {said} }} }}\n{TESTS}")
    assert problem.startswith(what)


def test_only_snapshots_outlive_a_run() -> None:
    """Of all others nothing is left, and one may say so."""
    suite = read(f"fixtures: {{ f: {{ data: [1], cleanup: immediate }} }}\n{TESTS}")
    assert render(suite, "{{ fixture.f }}") == [1]


def test_what_was_kept_of_another_capture_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fixture that was written anew begins anew."""
    monkeypatch.chdir(tmp_path)
    suite = read(SNAPSHOT, LocalFiles())
    keep(suite, _run(suite, "u-1"))
    changed = read(SNAPSHOT.replace("make.id", "make.name").replace("id: $.id", "name: $.name"), LocalFiles())
    assert list(build_graph([changed]).requires["s/use"]) == ["s/make"]


def _chain(length: int, *, last_first: bool = False) -> str:
    """Fixtures that are made of one another, one after the other."""
    lines = [
        f"  f{n}: {{ generate: {{ for_each: f{n + 1}, fields: {{ x: {{ value: {n} }} }} }} }}"
        for n in range(1, length)
    ]
    written = [*lines, f"  f{length}: [{{ x: 0 }}]"]
    return "\n".join(["fixtures:", *(reversed(written) if last_first else written), TESTS])


@pytest.mark.parametrize("last_first", [False, True])
def test_only_so_many_fixtures_are_made_of_one_another(last_first: bool) -> None:
    """Each makes the one before it, so a chain without an end would be none either."""
    assert render(read(_chain(30, last_first=last_first)), "{{ fixture.f1[0].x }}") == 1
    [problem] = problems_of(_chain(31, last_first=last_first))
    assert problem == "more than 30 fixtures are made of one another here"
    assert set(problems_of(_chain(2_000, last_first=last_first))) == {problem}


def test_fixtures_that_are_made_of_the_same_two_are_looked_up_once() -> None:
    """The ways through thirty pairs of them are a thousand million."""
    pair = "  {0}{1}: {{ generate: {{ fields: {{ x: {{ from: a{2}.x }}, y: {{ from: b{2}.x }} }} }} }}"
    lines = [pair.format(side, n, n + 1) for n in range(1, 30) for side in "ab"]
    suite = read("\n".join(["fixtures:", *lines, "  a30: [{ x: 1 }]", "  b30: [{ x: 2 }]", TESTS]))
    assert render(suite, "{{ fixture.a1[0].x in (1, 2) }}") is True


def test_what_a_fixture_lacks_is_told_once_and_where_it_is_named() -> None:
    """Not of those that are made of it, nor of the tests that use them."""
    text = """
fixtures:
  carts: { generate: { for_each: orders, fields: { id: { sequence: 1 } } } }
  orders: { generate: { for_each: user, fields: { id: { sequence: 1 } } } }
tests:
  t: { POST: /, json: "{{ fixture.carts }}" }
  r: { GET: /, rows: { fixture: orders } }
"""
    with pytest.raises(SuiteError) as caught:
        read(text)
    [problem] = caught.value.problems
    assert (problem.what, problem.where.line) == ("there is no fixture 'user'", 5)
