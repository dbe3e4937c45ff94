"""`rows:` — one test for each row, by a name that stays."""

from pathlib import Path

import pytest

from worker.errors import SuiteError
from worker.files import MemoryFiles
from worker.models.suite import Suite
from worker.parsing import load_suites, parse_suite


def suite_of(rows: str, *, files: dict[str, bytes] | None = None, more: str = "") -> Suite:
    """A suite of one test with these rows."""
    text = f"suite: s\ntests:\n  t:\n    GET: /\n    rows: {rows}\n{more}"
    return parse_suite(text, path="s.yaml", files=MemoryFiles(files or {}))


@pytest.mark.parametrize(
    ("rows", "keys"),
    [
        ("[{ id: ada }, { id: 7 }]", ["t[ada]", "t[7]"]),
        ("[{ name: Ada Lovelace }, { name: Çelik }]", ["t[ada-lovelace]", "t[celik]"]),
        ("[{ size: 1 }, { size: 2 }]", ["t[1]", "t[2]"]),
        ("[{ name: a }, { name: a }]", ["t[a]", "t[a-2]"]),
        ('[{ name: "{{ uuid() }}" }, { name: "***" }]', ["t[1]", "t[2]"]),
    ],
)
def test_a_row_has_a_stable_id(rows: str, keys: list[str]) -> None:
    """Its own, else its first text, else its number; no two have the same."""
    assert list(suite_of(rows).tests) == keys


def test_a_row_is_a_test_of_its_own() -> None:
    """It knows whose row it is, and its values."""
    test = suite_of("[{ id: ada, size: 3 }]").tests["t[ada]"]
    assert (test.name, test.row_of, test.names) == ("s/t[ada]", "t", {"row": {"id": "ada", "size": 3}})


def test_a_value_stands_wherever_it_belongs() -> None:
    """Also where no template could stand: a status, a number of attempts, a whole body."""
    more = """    retries: "{{ row.tries }}"
    json: "{{ row.body }}"
    expect: { status: "{{ row.status }}", json: { items: { length: "{{ row.body.size }}" } } }
"""
    test = suite_of("[{ id: a, tries: 2, status: 201, body: { size: 4 } }]", more=more).tests["t[a]"]
    assert (test.retries, test.request.body) == (2, {"size": 4})
    assert [each.expected for each in test.expectations] == [201, 4]


def test_what_is_wrong_with_a_value_is_said_where_the_row_has_it() -> None:
    """Not where it is used: there nothing is wrong."""
    more = '    expect: { status: "{{ row.status }}" }\n'
    with pytest.raises(SuiteError) as caught:
        suite_of("[{ id: a, status: 99 }]", more=more)
    [problem] = caught.value.problems
    assert (problem.what, problem.where.line, problem.where.column) == ("99 is not a status code", 5, 29)


def test_a_value_of_a_file_stands_where_it_is_used() -> None:
    """The file's name would be one place for all of them: what is expected is found at its own.
    (The first is the status, which nobody wrote.)"""
    more = '    expect: { json: { plan: "{{ row.plan }}", seats: "{{ row.seats }}" } }\n'
    suite = suite_of("{ csv: u.csv }", files={"u.csv": b"id,plan,seats\nada,gold,7\n"}, more=more)
    places = [(each.where.line, each.where.column) for each in suite.tests["t[ada]"].expectations]
    assert places[1:] == [(6, 29), (6, 54)]


def test_what_is_wrong_with_a_value_of_a_file_is_said_where_it_is_used() -> None:
    """What to write is not what stands there."""
    rows = "{ csv: u.csv, types: { name: number } }"
    with pytest.raises(SuiteError) as caught:
        suite_of(rows, files={"u.csv": b"id,name\nada,7\n"}, more='    title: "{{ row.name }}"\n')
    [problem] = caught.value.problems
    assert (problem.where.line, problem.where.column) == (6, 12)
    assert problem.hint == "make it a text where it comes from"


def test_cells_of_a_csv_file_are_texts_unless_said_otherwise() -> None:
    """A postal code keeps its zero."""
    data = b'id,code,age,admin,tags\nada,0123,36,TRUE,"[1, 2]"\n'
    rows = "{ csv: u.csv, types: { age: number, admin: boolean, tags: json } }"
    test = suite_of(rows, files={"u.csv": data}).tests["t[ada]"]
    assert test.names["row"] == {"id": "ada", "code": "0123", "age": 36, "admin": True, "tags": [1, 2]}


def test_rows_of_a_json_file_are_its_objects() -> None:
    """The suite names the file, for whoever has to upload it."""
    suite = suite_of("{ json: u.json }", files={"u.json": b'[{"id": "ada", "deep": {"er": 1}}]'})
    assert suite.tests["t[ada]"].names["row"] == {"id": "ada", "deep": {"er": 1}}
    assert [use.path for use in suite.files] == ["u.json"]


@pytest.mark.parametrize(
    ("rows", "data", "what"),
    [
        ("{ csv: f }", b"", "the file has no heading"),
        ("{ csv: f }", b"a,a\n1,2\n", "the file has two columns 'a'"),
        ("{ csv: f }", b"a,b\n1\n", "row 1 of the file has 1 values, and there are 2 columns"),
        ("{ csv: f, types: { c: number } }", b"a,b\n1,2\n", "the file has no column 'c'"),
        ("{ csv: f, types: { a: number } }", b"a\nx\n", "row 1 of the file: 'a' holds no number"),
        ("{ csv: f, types: { a: number } }", b"a\ntrue\n", "row 1 of the file: 'a' holds no number"),
        ("{ csv: f, types: { a: boolean } }", b"a\n1\n", "row 1 of the file: 'a' holds no boolean"),
        ("{ csv: f }", b'a\n"x', "line 2 of the file cannot be read: unexpected end of data"),
        ("{ csv: f }", b"\xff", "the file is not text in UTF-8"),
        ("{ json: f }", b"{}", "the file is not a list of objects"),
        ("{ json: f }", b"[1]", "the file is not a list of objects"),
        ("{ json: f }", b"[", "the file is not JSON: line 1"),
        ("{ json: f }", b'[{"a": NaN}]', "the file is not JSON: NaN is no number"),
        ("{ json: f }", b'[{"a": ' + b"[" * 200 + b"]" * 200 + b"}]", "the file is nested too deeply"),
        ("{ json: f }", b'[{"a": ' + b"[" * 900 + b"]" * 900 + b"}]", "the file is nested too deeply"),
        ("{ json: g }", b"", "g: the file did not come with the suite"),
    ],
)
def test_a_file_that_is_no_table_is_a_problem(rows: str, data: bytes, what: str) -> None:
    """Said with the place that names it."""
    with pytest.raises(SuiteError) as caught:
        suite_of(rows, files={"f": data})
    [problem] = caught.value.problems
    assert (problem.what, problem.where.line) == (what, 5)
    assert problem.hint


def test_without_files_nothing_is_opened() -> None:
    """A worker reads nothing that a suite names."""
    with pytest.raises(SuiteError) as caught:
        parse_suite("suite: s\ntests: { t: { GET: /, rows: { csv: u.csv } } }", path="s.yaml")
    assert caught.value.problems[0].what == "u.csv: this run has no files"


def test_a_table_lies_beside_the_file_that_names_it(tmp_path: Path) -> None:
    """Its path begins at the suite's own folder."""
    (tmp_path / "s.yaml").write_text("suite: s\ntests: { t: { GET: /, rows: { csv: data/u.csv } } }")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "u.csv").write_text("id\nada\n")
    [suite] = load_suites([tmp_path])
    assert list(suite.tests) == ["t[ada]"]


def test_a_table_has_an_end() -> None:
    """Neither more rows than a run is made for, nor values that make a test too deep."""
    many = b"id\n" + b"".join(b"%d\n" % number for number in range(20_001))
    with pytest.raises(SuiteError) as caught:
        suite_of("{ csv: f }", files={"f": many})
    assert caught.value.problems[0].what == "there are 20,001 rows, and 20,000 are the most"
    deep = "[" * 90 + "1" + "]" * 90
    around = "[" * 90 + '"{{ row.x }}"' + "]" * 90
    with pytest.raises(SuiteError) as caught:
        suite_of(f"[{{ id: a, x: {deep} }}]", more=f"    json: {around}\n")
    assert caught.value.problems[0].what == "with the row 'a' this is nested deeper than 100 levels"


@pytest.mark.parametrize(
    "rows", ["[]", "{}", "{ csv: u.csv }", "{ json: u.json }", "{ fixture: none }", "{ fixture: zero }"]
)
def test_a_table_without_rows_is_a_mistake(rows: str) -> None:
    """Wherever it comes from: otherwise the test would run once, as if it had never heard of rows."""
    zero = "zero: { generate: { count: 0, fields: { id: { sequence: 1 } } } }"
    more = f"fixtures:\n  none: []\n  {zero}\n"
    with pytest.raises(SuiteError) as caught:
        suite_of(rows, files={"u.csv": b"id,name\n", "u.json": b"[]"}, more=more)
    assert len(caught.value.problems) == 1
