"""docs/suite-files.md shows suites that can be read."""

import re
from pathlib import Path

import pytest

from worker.graph import build_graph, find_problems
from worker.parsing import load_suites, parse_suite

PAGE = Path(__file__).parents[4] / "docs" / "suite-files.md"
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: re.search("suite: (.*)", text)[1])  # type: ignore[index]  # each has a title
def test_an_example_can_be_read(text: str, tmp_path: Path) -> None:
    """Also its graph, apart from tokens and names that come from elsewhere."""
    suite = parse_suite(text, path="example.yaml")
    assert suite.tests
    if "requests" not in suite.key:
        assert find_problems([suite]) == ()
        assert build_graph([suite]).tests
    path = tmp_path / "example.yaml"
    path.write_text(text, encoding="utf-8")
    assert load_suites([path])


def test_there_are_examples() -> None:
    """The expression above finds them."""
    assert len(EXAMPLES) >= 8
