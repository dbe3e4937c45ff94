"""Which tests are not what they were."""

from pathlib import Path

from worker.cli.watching.changes import Facts, changed_tests, facts_of, files_of, with_dependents
from worker.graph import make_plan
from worker.models.suite import Suite
from worker.parsing import load_suites

SUITE = """
suite: s
tests:
  a: { GET: /a, capture: { data: { x: $.x } } }
  b: { GET: "/b/{{ captured_data.a.x }}" }
  c: { POST: /c, file: body.bin }
  r: { rows: [{ id: one, n: 1 }, { id: two, n: 2 }], GET: "/r/{{ row.n }}" }
"""


def read(folder: Path, text: str = SUITE, body: bytes = b"1") -> tuple[tuple[Suite, ...], Facts]:
    """The suite with this text and this file beside it."""
    (folder / "body.bin").write_bytes(body)
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    suites = load_suites([folder / "s.yaml"])
    return suites, facts_of(suites, [path for suite in suites for path in files_of(suite)])


def changed(folder: Path, text: str = SUITE, body: bytes = b"1") -> dict[str, str]:
    """What is not as in the suite above."""
    _, before = read(folder)
    suites, after = read(folder, text, body)
    return changed_tests(before, after, suites)


def test_a_file_that_was_only_saved_changes_nothing(tmp_path: Path) -> None:
    """Nor does a comment, or a test that has moved."""
    assert changed(tmp_path) == {}
    assert changed(tmp_path, SUITE + "# a comment\n") == {}


def test_a_test_that_says_something_else_has_changed(tmp_path: Path) -> None:
    """It alone."""
    assert changed(tmp_path, SUITE.replace("GET: /a", "GET: /aa")) == {"s/a": "it has changed"}


def test_every_row_of_a_test_changes_with_it(tmp_path: Path) -> None:
    """A row is a test of its own, and says nothing of its own."""
    assert set(changed(tmp_path, SUITE.replace("/r/", "/rr/"))) == {"s/r[one]", "s/r[two]"}


def test_what_stands_above_the_tests_changes_all(tmp_path: Path) -> None:
    """Defaults, variables, hooks: whom they touch is not worth finding out."""
    found = changed(tmp_path, SUITE.replace("tests:", "defaults: { timeout: 3s }\ntests:"))
    assert len(found) == 5
    assert set(found.values()) == {"its suite has changed"}


def test_a_file_that_a_suite_names_counts(tmp_path: Path) -> None:
    """Its tests are not what they were, though their own words are."""
    assert "body.bin has changed" in changed(tmp_path, body=b"2").values()


def test_what_depends_on_a_change_runs_as_well(tmp_path: Path) -> None:
    """However far down, with the reason."""
    suites, _ = read(tmp_path)
    found = with_dependents({"s/a": "it has changed", "s/gone": "it has changed"}, make_plan(suites))
    assert found == {"s/a": "it has changed", "s/b": "it needs s/a"}
