"""Reports, read by the programs that they are for. Where one is not installed, its test is left out."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.commands import baton
from tests.patience import FOR_EVER_SECONDS
from tests.targets import Target

SUITE = """\
suite: shop
hooks: { after_all: { POST: /echo } }
tests:
  login: { POST: /status/401, priority: critical, tags: [smoke], expect: { status: 200 } }
  cart: { GET: /echo, needs: [login] }
  pay: { GET: /echo, needs: [cart] }
  stock: { GET: /status/503, retries: { count: 2, delay: 1ms } }
  rows: { GET: "/status/{{ row.code }}", rows: [{ id: good, code: 200 }, { id: bad, code: 404 }] }
  story: { steps: [{ name: first, GET: /echo }, { name: second, GET: /echo }] }
  known: { GET: /status/500, quarantine: { reason: "a & b <c>", owner: ada } }
  later: { GET: /echo, skip: "not ]]> yet" }
  maker: { POST: /echo, cleanup: { DELETE: /status/500 } }
"""


@pytest.mark.skipif(
    shutil.which("allure") is None, reason="Allure (npm: allure-commandline) is not installed"
)
def test_allure_itself_counts_what_happened(tmp_path: Path, target: Target) -> None:
    """Each test is one, attempts are its retries, what was blocked is skipped, hooks and undos are there."""
    (tmp_path / "shop.yaml").write_text(SUITE, encoding="utf-8")
    words = ("shop.yaml", "--base-url", target.base_url, "--report", "allure=results")
    assert baton("run", *words, home=tmp_path).returncode == 1
    command = ["allure", "generate", "results", "-o", "report"]
    made = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=FOR_EVER_SECONDS
    )
    assert made.returncode == 0, made.stderr
    found = _cases(tmp_path / "report")
    assert {name: case["status"] for name, case in found.items()} == {
        "login": "failed",
        "cart": "skipped",
        "pay": "skipped",
        "stock": "failed",
        "rows[good]": "passed",
        "rows[bad]": "failed",
        "story": "passed",
        "known": "failed",
        "later": "skipped",
        "maker": "passed",
        "after-all": "passed",
    }
    assert found["stock"]["retriesCount"] == 2
    assert found["cart"]["statusMessage"].startswith("blocked by login: ")
    assert [step["name"] for step in found["story"]["testStage"]["steps"]] == ["first", "second"]
    assert _label(found["login"], "severity") == "blocker"
    assert "clean-up of maker" in [stage["name"] for stage in found["maker"]["afterStages"]]


def _cases(report: Path) -> dict[str, dict[str, Any]]:
    """What the generated report has of each test; earlier attempts are hidden there."""
    cases = [json.loads(path.read_text("utf-8")) for path in (report / "data" / "test-cases").iterdir()]
    return {case["name"]: case for case in cases if not case["hidden"]}


def _label(case: dict[str, Any], name: str) -> str | None:
    return next((label["value"] for label in case["labels"] if label["name"] == name), None)
