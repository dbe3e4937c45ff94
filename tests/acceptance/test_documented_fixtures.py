"""The example of fixtures in docs/suite-files.md runs as it stands, the second time with what was kept."""

import json
import re
from pathlib import Path

from tests.acceptance.commands import baton
from tests.targets import Target

PAGE = (Path(__file__).parents[2] / "docs" / "suite-files.md").read_text(encoding="utf-8")
EXAMPLE = next(
    text
    for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    if text.startswith("suite: fixtures of a shop")
)


def sent(target: Target, path: str) -> list[object]:
    """The bodies that this path was sent."""
    return [json.loads(seen.body) for seen in target.requests if seen.path == path]


def test_the_example_runs_and_keeps_its_snapshot(tmp_path: Path, target: Target) -> None:
    """The same data both times; the account is made once."""
    (tmp_path / "shop.yaml").write_text(EXAMPLE, encoding="utf-8")
    options = ("shop.yaml", "--base-url", target.base_url)
    done = baton("run", *options, home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "sign-up[100]" in done.stdout
    first = sent(target, "/echo")
    assert sorted(row["id"] for row in first if isinstance(row, dict) and "id" in row) == [100, 101, 102]
    [invited] = [body for body in first if isinstance(body, dict) and "by" in body]
    assert invited["by"] == "root@example.com"
    assert [order["owner"] for order in invited["orders"]] == [100, 100, 101, 101, 102, 102]
    target.requests.clear()
    again = baton("run", *options, "--only", "rename-account", "--only", "sign-up", home=tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
    assert sent(target, "/answer") == []
    assert [seen.path for seen in target.requests if seen.method == "PUT"] == ["/echo/4711"]
    assert all(body in first for body in sent(target, "/echo"))
