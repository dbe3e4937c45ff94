"""The tour uses every word of the format, and passes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.commands import Done, baton
from tests.acceptance.test_examples import EXAMPLES, PASSWORD, TOKEN, open_shop
from worker.parsing.schema import every_key
from worker.parsing.written import as_written

TOUR = EXAMPLES / "tour"
SUITES = sorted(TOUR.glob("*.yaml"))
#: Words that need a server with certificates; tests/contract has one.
ELSEWHERE = {"ca", "certificate"}


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    """The shop as it is; gives its address."""
    with open_shop() as url:
        yield url


def run_tour(home: Path, url: str, *options: str) -> Done:
    """As the README says, on a machine where a missing snapshot is a failure."""
    settings = {"BATON_SECRET_PASSWORD": PASSWORD, "CI": "1"}
    return baton("run", ".", "--base-url", url, *options, home=home, folder=TOUR, settings=settings)


def test_the_tour_passes(shop: str, tmp_path: Path) -> None:
    """Every test that is not skipped; one is in quarantine, to show what that looks like."""
    report = tmp_path / "run.json"
    done = run_tour(tmp_path, shop, "--report", f"json={report}")
    assert done.returncode == 0, done.stdout + done.stderr
    tests = json.loads(report.read_text(encoding="utf-8"))["tests"]
    assert {test["key"] for test in tests if test["verdict"] not in ("passed", "skipped")} == {"version"}
    assert "1 clean-up done" in done.stdout


def test_the_tour_tells_no_secret(shop: str, tmp_path: Path) -> None:
    """Although every kind of auth, body and capture is in it, and everything is printed."""
    done = run_tour(tmp_path, shop, "-v")
    assert PASSWORD not in done.stdout + done.stderr
    assert not TOKEN.search(done.stdout)


def test_every_word_of_the_format_is_in_it() -> None:
    """So that whoever looks for a word finds it in use."""
    used = {name for path in SUITES for name in names_in(as_written(path.read_text("utf-8"), path=path.name))}
    missing = {name for _, name, _ in every_key()} - used - ELSEWHERE
    assert missing == set()


def names_in(value: Any) -> Iterator[str]:
    """All keys of a document, however deep."""
    if isinstance(value, dict):
        yield from value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from names_in(part)


def test_its_order_is_no_secret_of_the_machine(shop: str, tmp_path: Path) -> None:
    """It passes in any order that its needs allow."""
    for seed in ("1", "2"):
        done = run_tour(tmp_path, shop, "--shuffle", seed)
        assert done.returncode == 0, done.stdout + done.stderr
