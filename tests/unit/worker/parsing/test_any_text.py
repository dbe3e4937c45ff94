"""Whatever a file holds, it is a suite or it has problems; nothing else comes of it."""

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from worker.errors import SuiteError
from worker.graph import find_problems
from worker.models.suite import Suite
from worker.parsing import format_problems, load_suite, parse_suite
from worker.parsing.document import SUITE
from worker.parsing.document_tests import TEST
from worker.parsing.load import read_suite
from worker.parsing.source import Source

#: Signs that mean something in YAML, JSON, templates or JSONPath, more often than others.
SIGNS = st.sampled_from([*"{}[]:,&*!|>'\"%@`#-?<$. \n\t\\~=()1a", "{{ ", " }}", "\n  ", "<<: ", "tests:\n"])
TEXTS = st.lists(st.one_of(SIGNS, st.characters())).map("".join)

WORDS = st.sampled_from([*SUITE.keys, *TEST.keys, "status", "tokens", "bearer", "type", "$.a", "x", "a b"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.sampled_from(["/", "10s", "{{ tokens.x }}", "{{ x", "$.a[*]", "2xx", "login", "none", ""]),
        st.text(max_size=5),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)


def read_or_explain(text: str, path: str) -> Suite | None:
    """The suite, or None after its problems have been printed as they would be for a person."""
    try:
        return parse_suite(text, path=path)
    except SuiteError as error:
        printed = format_problems(error.problems, colour=True)
    assert printed.count("\n") >= 2
    return None


@given(TEXTS, st.sampled_from(["x.yaml", "x.json"]))
@example("[" * 5000, "x.yaml")
@example("- " * 5000, "x.yaml")
@example("&a [*a]", "x.yaml")
@example("? {{ x }} : y", "x.yaml")
@example("\ud800", "x.yaml")
@example("a: " + "9" * 10_000, "x.yaml")
@settings(max_examples=300)
def test_any_text_is_read_or_explained(text: str, path: str) -> None:
    """The parser never falls over its input."""
    read_or_explain(text, path)


@given(st.dictionaries(WORDS, VALUES, max_size=6), st.dictionaries(WORDS, VALUES, max_size=5))
@settings(max_examples=120)
def test_any_document_is_read_or_explained(head: dict[str, Any], test: dict[str, Any]) -> None:
    """Values of every kind at every key; and the graph of what could be read can be checked."""
    document = {"suite": "s", **head, "tests": {"t": test, "u": {"GET": "/", **test}}}
    text = json.dumps(document, ensure_ascii=False)
    suite = read_or_explain(text, "x.yaml")
    source = Source("x.yaml", text)
    partial = read_suite(source)
    assert (suite is None) == bool(source.problems)
    if partial is not None:
        format_problems(find_problems([partial], known_names=()))


@given(st.binary(max_size=200))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_bytes_are_read_or_explained(tmp_path: Path, data: bytes) -> None:
    """A file may hold anything."""
    path = tmp_path / "x.yaml"
    path.write_bytes(data)
    try:
        load_suite(path)
    except SuiteError as error:
        format_problems(error.problems)


def test_ten_thousand_tests_are_read() -> None:
    """The size that Baton is built for."""
    tests = "".join(
        f"  t{number}:\n    GET: /{number}\n    needs: [t{number // 2}]\n" for number in range(1, 10_001)
    )
    suite = parse_suite(f"suite: big\ntests:\n  t0: {{ GET: / }}\n{tests}", path="big.yaml")
    assert len(suite.tests) == 10_001
    assert suite.tests["t10000"].needs[0].name == "t5000"
