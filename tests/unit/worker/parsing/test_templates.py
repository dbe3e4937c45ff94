"""`use:` and `with:` — templates of tests."""

from pathlib import Path
from textwrap import dedent

import pytest

from worker.errors import SuiteError
from worker.files import MemoryFiles
from worker.models.suite import Suite
from worker.parsing import load_suites, parse_suite

HEAD = """
templates:
  order:
    params: { size: 1 }
    POST: /orders
    headers: { X-A: "1", X-B: "1" }
    json: { size: "{{ params.size }}", who: "to {{ params.who }}" }
    expect: { status: 201 }
  big: { use: order, with: { size: 100, who: "{{ params.who }}" }, headers: { X-B: "2" } }
"""


def suite_of(tests: str, *, head: str = HEAD, files: dict[str, str] | None = None) -> Suite:
    """A suite of these tests with templates."""
    kept = {path: dedent(text).encode() for path, text in (files or {}).items()}
    text = f"suite: s\n{head}\ntests:\n  {tests}\n"
    return parse_suite(text, path="s.yaml", files=MemoryFiles(kept))


def problems_of(tests: str, **more: object) -> list[str]:
    """What is wrong with these tests."""
    with pytest.raises(SuiteError) as caught:
        suite_of(tests, **more)  # type: ignore[arg-type] # by name
    return [problem.what for problem in caught.value.problems]


def test_a_test_takes_over_what_a_template_says() -> None:
    """Parameters keep their types; a text around one is filled when the test runs."""
    test = suite_of("t: { use: order, with: { who: ada, size: 3 } }").tests["t"]
    assert (test.request.method, test.request.url) == ("POST", "/orders")
    assert test.request.body == {"size": 3, "who": "to {{ params.who }}"}
    assert test.names == {"params": {"who": "ada", "size": 3}}


def test_what_a_test_says_itself_goes_before_its_template() -> None:
    """Mappings that belong together are put together; a body takes another one's place."""
    tests = "t: { use: order, with: { who: ada }, PUT: /o, headers: { X-B: '3' }, text: hello }"
    request = suite_of(tests).tests["t"].request
    assert (request.method, request.url, request.body) == ("PUT", "/o", "hello")
    assert request.headers == {"X-A": "1", "X-B": "3"}


def test_templates_use_templates() -> None:
    """Each gives the next its parameters."""
    test = suite_of('t: { use: big, with: { who: "{{ env.me }}" } }').tests["t"]
    assert test.request.body == {"size": 100, "who": "to {{ params.who }}"}
    assert test.request.headers == {"X-A": "1", "X-B": "2"}
    assert test.names["params"] == {"who": "{{ env.me }}", "size": 100}


def test_names_in_parameters_are_needed_by_the_test() -> None:
    """They make edges, as if they stood in the test itself."""
    test = suite_of('t: { use: order, with: { who: "{{ captured_data.a.id }}" } }\n  a: { GET: / }').tests[
        "t"
    ]
    assert [(use.path, use.field) for use in test.uses] == [(("captured_data", "a", "id"), "with.who")]


def test_a_mistake_in_a_template_is_told_once_with_both_places() -> None:
    """However many tests use it."""
    head = HEAD.replace("expect:", "expct:")
    with pytest.raises(SuiteError) as caught:
        suite_of("a: { use: order, with: { who: x } }\n  b: { use: order, with: { who: y } }", head=head)
    [problem] = caught.value.problems
    assert (problem.what, problem.where.line) == ("'expct' is not a key of a test", 9)
    assert [(note.note, note.where.line) for note in problem.related] == [("a uses it here", 13)]


FILES = {
    "lib/orders.yaml": """
        templates:
          order:
            POST: /orders
            expect: { status: "{{ params.status }}" }
          two: { use: order, with: { status: 202 } }
          far: { use: more.yaml#more }
    """,
    "lib/more.yaml": "templates: { more: { GET: /more } }",
}


def test_a_template_may_be_in_another_file() -> None:
    """Its own names and paths begin where it stands; the suite knows which files it needs."""
    tests = "t: { use: lib/orders.yaml#two }\n  u: { use: lib/orders.yaml#far }"
    suite = suite_of(tests, files=FILES)
    assert [each.request.url for each in suite.tests.values()] == ["/orders", "/more"]
    assert suite.tests["t"].expectations[0].expected == 202
    assert suite.tests["t"].expectations[0].where.path == "lib/orders.yaml"
    assert [use.path for use in suite.files] == ["lib/orders.yaml", "lib/more.yaml"]
    assert set(suite.borrowed) == set(FILES)


def test_a_mistake_in_another_file_is_shown_with_its_own_line() -> None:
    """And with the line that uses it."""
    files = {"lib.yaml": "templates:\n  bad: { GET: /, jsn: 1 }\n"}
    with pytest.raises(SuiteError) as caught:
        suite_of("t: { use: lib.yaml#bad }", files=files)
    [problem] = caught.value.problems
    assert (str(problem.where), problem.text) == ("lib.yaml:2:18", "  bad: { GET: /, jsn: 1 }")
    assert problem.related[0].where.path == "s.yaml"


@pytest.mark.parametrize(
    ("tests", "what"),
    [
        ("t: { use: nothing }", "there is no template 'nothing' in this file"),
        ("t: { use: order }", "the template 'order' needs the parameter 'who'"),
        ("t: { use: order, with: { who: a, x: 1 } }", "the template 'order' has no parameter 'x'"),
        ("t: { use: [order] }", "a text is needed here, not a list"),
        ("t: { use: lib/orders.yaml#order }", "the template 'order' needs the parameter 'status'"),
        ("t: { use: lib/nothing.yaml#order }", "lib/nothing.yaml: the file did not come with the suite"),
        ("t: { GET: '/{{ params.x }}' }", "nothing gives 'params.x'"),
        ("t: { steps: [{ use: order }] }", "the template 'order' needs the parameter 'who'"),
    ],
)
def test_what_cannot_be_used_is_one_problem(tests: str, what: str) -> None:
    """Nothing is said of what follows from it."""
    assert problems_of(tests, files=FILES) == [what]


@pytest.mark.parametrize(
    "templates",
    ["a: { use: a }", "a: { use: b }\n  b: { use: c }\n  c: { use: a }"],
)
def test_a_template_cannot_be_a_part_of_itself(templates: str) -> None:
    """Also not by way of others."""
    [what] = problems_of("t: { use: a }", head=f"templates:\n  {templates}")
    assert what.startswith("these templates use each other: a →")


def test_files_may_not_use_each_other_in_a_circle() -> None:
    """The way round leads through both."""
    files = {
        "one.yaml": "templates: { a: { use: two.yaml#b } }",
        "two.yaml": "templates: { b: { use: one.yaml#a } }",
    }
    assert problems_of("t: { use: one.yaml#a }", files=files) == ["these templates use each other: a → b → a"]


def test_a_file_of_templates_is_no_suite(tmp_path: Path) -> None:
    """A folder is run without it."""
    (tmp_path / "shared.yaml").write_text("templates: { a: { GET: /a } }")
    (tmp_path / "s.yaml").write_text("suite: s\ntests: { t: { use: shared.yaml#a } }")
    [suite] = load_suites([tmp_path])
    assert suite.tests["t"].request.url == "/a"


def test_templates_in_templates_have_an_end() -> None:
    """In their number, and in how deep they are nested when they are put together."""
    chain = "\n  ".join(f"t{number}: {{ use: t{number + 1} }}" for number in range(12))
    [what] = problems_of("t: { use: t0 }", head=f"templates:\n  {chain}\n  t12: {{ GET: / }}")
    assert what == "more than 10 templates use one another here"
    deep = "[" * 90 + '"{{ params.x }}"' + "]" * 90
    head = f"templates:\n  a: {{ GET: /, json: {deep} }}\n  b: {{ use: a, with: {{ x: {deep} }} }}"
    [what] = problems_of("t: { use: b, with: { x: 1 } }", head=head)
    assert what == "with its templates this is nested deeper than 100 levels"
