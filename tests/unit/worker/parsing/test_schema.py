"""The published JSON Schema is the format."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from worker.parsing import load_suites, parse_suite
from worker.parsing.schema import build_schema, every_key
from worker.parsing.written import as_written

ROOT = Path(__file__).parents[4]
PUBLISHED = ROOT / "docs" / "suite.schema.json"
#: Suites; files of parts and descriptions of APIs lie beside them.
EXAMPLES = [
    path for path in sorted((ROOT / "examples").rglob("*.yaml")) if "\nsuite: " in path.read_text("utf-8")
]


def is_valid(document: Any) -> bool:
    """Whether an editor would underline nothing."""
    schema = jsonschema.Draft202012Validator(build_schema())
    return bool(schema.is_valid(document))


def test_the_published_schema_is_up_to_date() -> None:
    """`python -m worker.parsing.schema > docs/suite.schema.json` writes it."""
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == build_schema()


def test_the_schema_is_a_schema() -> None:
    """Editors read it without complaints."""
    jsonschema.Draft202012Validator.check_schema(build_schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_are_valid(path: Path) -> None:
    """What we show is what the schema says and what the parser reads."""
    assert is_valid(as_written(path.read_text(encoding="utf-8"), path=str(path)))
    [suite] = load_suites([path])
    assert suite.tests


def a_suite(test: str) -> Any:
    """A document whose only test is this."""
    return {"suite": "s", "tests": {"t": yaml.safe_load(test)}}


@pytest.mark.parametrize(
    "test",
    [
        "{ GET: / }",
        "{ POST: /, json: [1], auth: none, timeout: 10s, retry_delay: 0 }",
        "{ GET: /, expect: { status: 2xx, time: '< 1s', json: { a: { type: integer } } } }",
        "{ GET: /, expect: { status: [200, 201], time: { less: 1 } } }",
        "{ GET: /, expect: { headers: { A: 1, B: { exists: true } } } }",
        "{ GET: /, capture: { a: $.a, tokens: { b: { header: X, optional: true } } } }",
        "{ request: { method: PROPFIND, url: / }, auth: { basic: { username: a, password: b } } }",
        "{ GET: /, expect: { json: { a: { greater: '{{ x }}' } } } }",
    ],
)
def test_good_tests_are_valid_for_both(test: str) -> None:
    """Schema and parser agree on what is right."""
    document = a_suite(test)
    assert is_valid(document)
    assert parse_suite(json.dumps(document), path="s.json")


@pytest.mark.parametrize(
    "test",
    [
        "{}",
        "{ GET: /, POST: / }",
        "{ GET: x }",
        "{ GET: /, expct: {} }",
        "{ GET: /, retries: -1 }",
        "{ GET: /, priority: urgent }",
        "{ GET: /, timeout: soon }",
        "{ GET: /, needs: login }",
        "{ GET: /, expect: { status: '200' } }",
        "{ GET: /, capture: { a: b } }",
        "{ GET: /, capture: { a: { header: X, body: true } } }",
        "{ GET: /, auth: { bearer: x, basic: { username: a, password: b } } }",
        "{ GET: /, auth: some }",
    ],
)
def test_bad_tests_are_valid_for_neither(test: str) -> None:
    """An editor underlines what the parser would refuse."""
    assert not is_valid(a_suite(test))


def test_every_key_says_what_it_is_for() -> None:
    """The description is what an editor shows."""
    for shape, name, key in every_key():
        assert key.description.endswith("."), f"{shape.title}.{name}"


def test_every_key_is_in_the_reference() -> None:
    """docs/suite-files.md names each of them."""
    reference = (ROOT / "docs" / "suite-files.md").read_text(encoding="utf-8")
    missing = {name for _, name, _ in every_key() if f"`{name}" not in reference}
    assert missing == set()
