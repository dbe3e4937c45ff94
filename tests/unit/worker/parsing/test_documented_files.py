"""The documentation shows suites that can be read."""

import re
from pathlib import Path

import pytest

from tests.unit.worker.parsing.test_schema import is_valid
from worker.graph import build_graph, find_problems
from worker.parsing import load_suites, parse_suite
from worker.parsing.written import as_written

DOCS = Path(__file__).parents[4] / "docs"
PAGES = [(DOCS / name).read_text(encoding="utf-8") for name in ("suite-files.md", "runs.md")]
EXAMPLES = [
    text for page in PAGES for text in re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
]


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: re.search("suite: (.*)", text)[1])  # type: ignore[index]  # each has a title
def test_an_example_can_be_read(text: str, tmp_path: Path) -> None:
    """By the parser and by editors; also its graph, apart from names that come from elsewhere."""
    suite = parse_suite(text, path="example.yaml")
    assert suite.tests
    assert is_valid(as_written(text, path="example.yaml"))
    if "requests" not in suite.key:
        assert find_problems([suite]) == ()
        assert build_graph([suite]).tests
    path = tmp_path / "example.yaml"
    path.write_text(text, encoding="utf-8")
    for named in suite.files:
        (tmp_path / named.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / named.path).write_text(_content(named.path), encoding="utf-8")
    assert load_suites([path])


def _content(path: str) -> str:
    """What the files that the page names have to be."""
    if path == "openapi.yaml":
        return "openapi: 3.1.0\npaths: { /orders: { post: { operationId: refundOrder } } }\n"
    return "{}" if path.startswith("schemas/") else ""


def test_there_are_examples() -> None:
    """The expression above finds them."""
    assert len(EXAMPLES) >= 8
