"""Which files are meant, and what is wrong with all of them together."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.builders import a_place
from worker.errors import SuiteError
from worker.models.problem import Problem, ProblemKind
from worker.models.suite import Suite
from worker.parsing import load_suites, read_suites
from worker.parsing.search import says_suite


def write(folder: Path, name: str, text: str) -> Path:
    """A file of this folder, with the folders on the way to it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def suite_text(title: str) -> str:
    """A suite with one test."""
    return f"suite: {title}\ntests: {{ ping: {{ GET: / }} }}\n"


def test_a_folder_is_all_its_suites_sorted(tmp_path: Path) -> None:
    """Recursively; hidden files and folders, and files without a suite, are left out."""
    write(tmp_path, "b.yaml", suite_text("b"))
    write(tmp_path, "a/c.yml", suite_text("c"))
    write(tmp_path, "d.json", '{"suite": "d", "tests": {"ping": {"GET": "/"}}}')
    write(tmp_path, ".hidden.yaml", suite_text("hidden"))
    write(tmp_path, ".git/x.yaml", suite_text("git"))
    write(tmp_path, "openapi.yaml", "openapi: 3.1.0\ninfo:\n  suite: not at the edge\n")
    write(tmp_path, "notes.txt", suite_text("notes"))
    write(tmp_path, "package.json", '{"name": "x"}')
    assert [suite.key for suite in load_suites([tmp_path])] == ["c", "b", "d"]


@pytest.mark.parametrize(
    "text",
    [
        "suite: s\ntests: {}",
        "# words\n---\n'suite' : s",
        '{"environments": {"a": {"suite": 1}}, "suite": "s"}',
        "{ tests: {}, 'suite': s, \"suite\": t }",
        "sute: s\ntests: {}",
        "Suite: s\ntests: {}",
    ],
)
def test_a_suite_says_so_at_its_top(text: str) -> None:
    """Also one with a slip in that very word: it must not be overlooked in silence."""
    assert says_suite(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "openapi: 3.1.0",
        "a:\n  suite: s",
        "suites: []",
        "tests: [a]",
        "# suite: s",
        '{"tests": [{"suite": "s"}], "run": {"suite": 1}}',
        '["suite", {"suite": 1}]',
        '{"a": "\\"suite\\": 1", "b": ["suite"]}',
    ],
)
def test_other_files_of_a_folder_are_none_of_ours(text: str) -> None:
    """Reports, specifications and data may mention suites."""
    assert not says_suite(text)


def test_large_and_odd_files_of_a_folder_do_not_matter(tmp_path: Path) -> None:
    """Test data lies beside tests; but a suite that cannot be read is told."""
    write(tmp_path, "a.yaml", suite_text("a"))
    (tmp_path / "data.json").write_bytes(b"[" + b"1," * 9_000_000 + b"1]")
    (tmp_path / "latin.yaml").write_bytes(b"name: caf\xe9\n")
    write(tmp_path, "node_modules/x/suite.yaml", suite_text("x"))
    assert [suite.key for suite in load_suites([tmp_path])] == ["a"]
    (tmp_path / "b.yaml").write_bytes("suite: b".encode("utf-16"))
    (tmp_path / "c.yaml").write_bytes(b"suite: caf\xe9\n")
    names = [Path(problem.where.path).name for problem in read_suites([tmp_path]).problems]
    assert names == ["b.yaml", "c.yaml"]


def test_a_file_that_is_named_must_be_a_suite(tmp_path: Path) -> None:
    """Whoever names a file means it."""
    path = write(tmp_path, "openapi.yaml", "openapi: 3.1.0\n")
    with pytest.raises(SuiteError) as caught:
        load_suites([path])
    assert {problem.kind for problem in caught.value.problems} == {
        ProblemKind.WRONG_TYPE,
        ProblemKind.MISSING_KEY,
    }


def test_a_file_that_is_named_may_have_any_ending(tmp_path: Path) -> None:
    """The endings only say which files of a folder are looked at."""
    path = write(tmp_path, "suite.txt", suite_text("odd"))
    assert load_suites([path])[0].key == "odd"


def test_a_file_of_templates_alone_is_nothing_to_run(tmp_path: Path) -> None:
    """It is for others to use, and a folder of suites may have it beside them."""
    parts = write(tmp_path, "parts.yaml", "templates: { login: { POST: /login } }")
    (problem,) = read_suites([parts]).problems
    assert problem.what == "this file has only templates, so there is nothing in it to be run"
    assert problem.hint == "name a suite whose tests say 'use: parts.yaml#login'"
    write(tmp_path, "suite.yaml", suite_text("one"))
    assert [suite.key for suite in load_suites([tmp_path])] == ["one"]


def test_a_folder_without_suites_is_a_problem(tmp_path: Path) -> None:
    """A run of nothing would be green."""
    with pytest.raises(SuiteError) as caught:
        load_suites([tmp_path])
    assert caught.value.problems[0].what == "there is no suite in this folder"


def test_a_file_is_read_once(tmp_path: Path) -> None:
    """Also when it is named twice, or by its folder and by itself."""
    path = write(tmp_path, "a.yaml", suite_text("a"))
    assert len(load_suites([path, tmp_path, tmp_path / "." / "a.yaml"])) == 1


def test_two_suites_with_one_key_are_a_problem_that_names_both(tmp_path: Path) -> None:
    """Nobody could say which one is meant."""
    write(tmp_path, "a.yaml", suite_text("Shop"))
    write(tmp_path, "b.yaml", suite_text("shop"))
    with pytest.raises(SuiteError) as caught:
        load_suites([tmp_path])
    (problem,) = caught.value.problems
    assert problem.kind is ProblemKind.DUPLICATE_SUITE
    assert problem.where.path.endswith("b.yaml")
    assert problem.related[0].where.path.endswith("a.yaml")


def test_the_problems_of_all_files_come_together(tmp_path: Path) -> None:
    """One broken file hides neither the others' problems nor the others."""
    write(tmp_path, "a.yaml", "suite: [\n")
    write(tmp_path, "b.yaml", suite_text("b"))
    write(tmp_path, "c.yaml", "suite: c\ntests: { a: { GET: x } }\n")
    reading = read_suites([tmp_path])
    assert [Path(problem.where.path).name for problem in reading.problems] == ["a.yaml", "c.yaml"]
    assert [suite.key for suite in reading.suites] == ["b", "c"]
    assert [Path(path).name for path in reading.paths] == ["a.yaml", "b.yaml", "c.yaml"]


def test_a_check_of_all_suites_joins_in(tmp_path: Path) -> None:
    """What the graph finds stands among the rest, in the order of files and lines."""
    first = write(tmp_path, "a.yaml", suite_text("a"))
    write(tmp_path, "b.yaml", "suite: b\ntests: { a: { GET: x } }\n")
    found = Problem(kind=ProblemKind.CYCLE, what="round", where=a_place(2, path=str(first)))

    def check(suites: Sequence[Suite]) -> Sequence[Problem]:
        assert [suite.key for suite in suites] == ["a", "b"]
        return [found]

    with pytest.raises(SuiteError) as caught:
        load_suites([tmp_path], check=check)
    assert caught.value.problems[0] == found
    assert len(caught.value.problems) == 2


def test_a_check_that_finds_nothing_changes_nothing(tmp_path: Path) -> None:
    """Good suites come back."""
    write(tmp_path, "a.yaml", suite_text("a"))
    assert len(load_suites([tmp_path], check=lambda suites: ())) == 1


DESCRIPTION = "openapi: 3.1.0\npaths: { /pets: { get: { operationId: listPets } } }\n"


@pytest.mark.parametrize(
    ("name", "content", "expect", "said"),
    [
        ("s.json", '{"a":', "{ schema: { file: s.json } }", "the file is not JSON: "),
        (
            "s.json",
            "[]",
            "{ schema: { file: s.json } }",
            "a JSON Schema is a mapping, or true or false",
        ),
        (
            "s.json",
            '{"type": "strng"}',
            "{ schema: { file: s.json } }",
            "this is not a JSON Schema at type",
        ),
        ("o.yaml", "a: [", "{ openapi: { file: o.yaml } }", "the file is not YAML in line 2"),
        (
            "o.yaml",
            "swagger: 2.0",
            "{ openapi: { file: o.yaml } }",
            "the file is no OpenAPI 3 description",
        ),
        (
            "o.yaml",
            DESCRIPTION,
            "{ openapi: { file: o.yaml, operation: listPet } }",
            "o.yaml has no operation 'listPet'",
        ),
    ],
)
def test_documents_that_cannot_be_used_are_told_before_anything_is_sent(
    name: str, content: str, expect: str, said: str, tmp_path: Path
) -> None:
    """Once, however many tests they are for: nobody should learn it from a failed test."""
    write(tmp_path, name, content)
    tests = f"  a: {{ GET: /, expect: &e {expect} }}\n  b: {{ GET: /, expect: *e }}\n"
    write(tmp_path, "suite.yaml", f"suite: s\ntests:\n{tests}")
    with pytest.raises(SuiteError) as refused:
        load_suites([tmp_path])
    [problem] = refused.value.problems
    assert said in problem.what
    assert problem.where.line == 3


def test_documents_that_can_be_used_are_no_problem(tmp_path: Path) -> None:
    """By operationId, or by method and path; and what is made for each row is left to the run."""
    write(tmp_path, "o.yaml", DESCRIPTION)
    write(tmp_path, "s.json", '{"type": "object"}')
    tests = [
        "  a: { GET: /, expect: { openapi: { operation: listPets }, schema: { file: s.json } } }",
        "  b: { GET: /, expect: { openapi: { operation: GET /pets } } }",
    ]
    write(tmp_path, "suite.yaml", "\n".join(["suite: s", "openapi: { file: o.yaml }", "tests:", *tests]))
    assert len(load_suites([tmp_path])) == 1
