"""YAML and JSON become values, within limits."""

import json
from textwrap import dedent

import pytest
import yaml

from tests.unit.worker.parsing.reading import only_problem, suite_of, test_of
from worker.models.problem import ProblemKind
from worker.parsing import compose as compose_module
from worker.parsing.compose import DEEPEST_NESTING, _SlowComposer, compose
from worker.parsing.source import Source
from worker.parsing.tree import build_tree


def value_of(text: str, *, path: str = "x.yaml") -> object:
    """The plain value of a text without problems."""
    source = Source(path, dedent(text))
    node = compose(source)
    assert node is not None, source.problems
    data = build_tree(source, node).data
    assert source.problems == []
    return data


def test_yaml_becomes_values() -> None:
    """Block and flow style, quotes and types, as everybody knows them."""
    text = """
        a: [1, 2.5, true, null, no, 'on', "x\\n"]
        b:
          - c: |
              two
              lines
    """
    assert value_of(text) == {"a": [1, 2.5, True, None, "no", "on", "x\n"], "b": [{"c": "two\nlines\n"}]}


def test_json_is_read_as_well() -> None:
    """JSON is YAML; also with tabs, escapes and pairs of surrogates."""
    document = {"a": [1, -2.5e3, True, None], "b": {"c": 'x/ü\n"😀\\ud83d\\ude00', "d": ""}}
    for text in (json.dumps(document), json.dumps(document, indent="\t", ensure_ascii=False)):
        assert value_of(text, path="x.json") == document
        assert value_of(text, path="called-otherwise.yaml") == document


def test_two_escapes_are_one_character_in_json_alone() -> None:
    """In YAML the same signs without double quotes are what they are."""
    assert value_of("{a: '\\ud83d\\ude00', b: \\ud83d\\ude00}") == {
        "a": r"\ud83d\ude00",
        "b": r"\ud83d\ude00",
    }


def test_a_byte_order_mark_and_crlf_do_not_matter() -> None:
    """Files come from Windows, too, and columns are still right."""
    suite = suite_of("\ufeffsuite: s\r\ntests:\r\n  it:\r\n    GET: /\r\n")
    assert suite.where.column == 8
    assert suite.tests["it"].where.line == 3


def test_anchors_aliases_and_merge_keys_are_understood() -> None:
    """What is written twice may be written once; a key that is there wins over a merged one."""
    text = """
        one: &one { a: 1, b: 2 }
        two: &two { b: 3, c: 4 }
        both: { <<: [*one, *two], a: 0 }
        again: *one
    """
    read = value_of(text)
    assert isinstance(read, dict)
    assert read["both"] == {"a": 0, "b": 2, "c": 4}
    assert read["again"] == {"a": 1, "b": 2}


def test_two_quoted_arrows_are_an_ordinary_key() -> None:
    """Only the plain `<<` merges."""
    assert value_of('"<<": 1') == {"<<": 1}


def test_core_tags_are_allowed() -> None:
    """`!!str 42` is a way to say that 42 is a text."""
    assert value_of("[!!str 42, !!int '7', !!map {}, !!seq [], !!null '', !!bool 'true']") == [
        "42",
        7,
        {},
        [],
        None,
        True,
    ]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_before_it_can_hurt(opening: str) -> None:
    """A hundred thousand brackets are a problem of the file, not the end of the process."""
    source = Source("x.yaml", opening * 100_000)
    assert compose(source) is None
    assert [problem.kind for problem in source.problems] == [ProblemKind.NOT_YAML]
    assert str(DEEPEST_NESTING) in source.problems[0].what


def test_nesting_up_to_the_limit_is_read() -> None:
    """The limit is where we say it is."""
    depth = DEEPEST_NESTING - 1
    assert value_of("[" * depth + "1" + "]" * depth)


def test_many_honest_aliases_are_allowed() -> None:
    """A thousand tests may share one mapping of headers."""
    shared = "variables: { a: &h { Accept: text, Other: x } }\n"
    tests = "".join(f"  t{number}: {{ GET: /, headers: *h }}\n" for number in range(1000))
    suite = suite_of(f"suite: s\n{shared}tests:\n{tests}")
    assert suite.tests["t999"].request.headers == {"Accept": "text", "Other": "x"}


@pytest.mark.parametrize("path", ["x.yaml", "x.json"])
def test_a_syntax_error_is_one_problem(path: str) -> None:
    """After the first mistake of syntax nothing can be said about the rest."""
    problem = only_problem("suite: [\ntests: {", path=path)
    assert problem.kind is ProblemKind.NOT_YAML


def test_no_value_is_lost_to_an_unquoted_time_or_word() -> None:
    """The values that YAML 1.1 spoils reach the request as they were written."""
    test = test_of("""
        POST: /
        json: { country: no, at: 12:30:00, big: 1_000, switch: off }
    """)
    assert test.request.body == {"country": "no", "at": "12:30:00", "big": "1_000", "switch": "off"}


@pytest.mark.parametrize(
    "text",
    [
        "suite: s\ntests: { a: { GET: / } }",
        "a: [1, no, 'x', {b: *c}]",
        "a: &x [1]\nb: *x",
        "a: {{ x }}/y",
        "a: 'open",
        "a:\n\tb: 1",
        "a: 1\n---\nb: 2",
        "[" * 200,
        "",
    ],
)
def test_the_parser_in_python_finds_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML comes without its C part, files read the same, if more slowly."""
    fast = Source("x.yaml", text)
    slow = Source("x.yaml", text)
    values = []
    for source in (fast, slow):
        node = compose(source)
        values.append(None if node is None else build_tree(source, node).data)
        monkeypatch.setattr(compose_module, "_Composer", _SlowComposer)
    assert values[0] == values[1]
    assert [problem.kind for problem in fast.problems] == [problem.kind for problem in slow.problems]
    assert issubclass(_SlowComposer, yaml.SafeLoader)
