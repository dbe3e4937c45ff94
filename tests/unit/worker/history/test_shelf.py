"""The remembered runs of a project."""

from pathlib import Path

import pytest

from tests.unit.worker.history.shelves import a_head, remember
from worker.errors import UsageError
from worker.history import shelf as shelves
from worker.history.facts import TestFacts
from worker.history.shelf import RUNS_KEPT, Shelf
from worker.models.outcome import Verdict

PASSED, FAILED, BROKEN = Verdict.PASSED, Verdict.FAILED, Verdict.BROKEN


def test_only_the_latest_runs_are_kept(tmp_path: Path) -> None:
    """The oldest go."""
    shelf = Shelf(tmp_path)
    for number in range(RUNS_KEPT + 3):
        shelf.put(a_head(f"20260101-{number:06}-aaaa"), [])
    kept = [head.id for head in shelf.heads()]
    assert len(kept) == RUNS_KEPT
    assert kept[0] == f"20260101-{RUNS_KEPT + 2:06}-aaaa"


def test_all_runs_together_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest is kept whatever its size."""
    monkeypatch.setattr(shelves, "BYTES_KEPT", 100)
    shelf = Shelf(tmp_path)
    for number in range(3):
        shelf.put(a_head(f"20260101-00000{number}-aaaa"), [])
    assert [head.id for head in shelf.heads()] == ["20260101-000002-aaaa"]


def test_a_huge_run_is_remembered_without_its_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its verdicts stay."""
    monkeypatch.setattr(shelves, "RUN_BYTES", 10)
    shelf = Shelf(tmp_path)
    tests = [_with_gift("s/a"), _with_gift("s/b")]
    shelf.put(a_head(), tests)
    found = shelf.read(shelf.find())
    assert [len(test.gifts) for test in found.tests.values()] == [1, 0]
    assert found.tests["s/b"].verdict is PASSED


def _with_gift(name: str) -> TestFacts:
    from worker.history.facts import Gift

    return TestFacts(name=name, verdict=PASSED, gifts=(Gift(name="id", kind="data", known=True, value=1),))


@pytest.mark.parametrize("run", ["last", "20260102-120000-bbbb", "bbbb", "20260102"])
def test_a_run_is_found_by_its_id_or_a_part_of_it(tmp_path: Path, run: str) -> None:
    """The beginning or the end; `last` is the latest."""
    shelf = Shelf(tmp_path)
    for name in ("20260101-120000-aaaa", "20260102-120000-bbbb"):
        shelf.put(a_head(name), [])
    assert shelf.find(run).id == "20260102-120000-bbbb"


@pytest.mark.parametrize(
    ("run", "what"), [("2026", "could be several runs"), ("zzzz", "there is no run 'zzzz'")]
)
def test_what_is_no_run_is_refused_with_those_there_are(tmp_path: Path, run: str, what: str) -> None:
    """The latest first."""
    shelf = Shelf(tmp_path)
    for name in ("20260101-120000-aaaa", "20260102-120000-bbbb"):
        shelf.put(a_head(name), [])
    with pytest.raises(UsageError, match=what) as refusal:
        shelf.find(run)
    assert refusal.value.hint == "the latest are 20260102-120000-bbbb, 20260101-120000-aaaa"


def test_where_nothing_is_remembered_it_says_how_to_change_that(tmp_path: Path) -> None:
    """The folder need not even be there."""
    with pytest.raises(UsageError, match="no run of this project is remembered") as refusal:
        Shelf(tmp_path / "nowhere").find()
    assert "baton run" in str(refusal.value.hint)


@pytest.mark.parametrize("text", ["", "{", "[]\n", "null\n", '{"version": 0}\n', '{"version": 1}\n', "\x00"])
def test_a_damaged_run_is_none(tmp_path: Path, text: str) -> None:
    """The others are found all the same."""
    shelf = Shelf(tmp_path)
    shelf.put(a_head(), [])
    (tmp_path / "20270101-000000-ffff.jsonl").write_text(text)
    assert [head.id for head in shelf.heads()] == [a_head().id]


@pytest.mark.parametrize("line", ["{", "[]", '{"name": "s/a", "verdict": "splendid"}', '{"colour": 1}'])
def test_a_run_whose_tests_cannot_be_read_is_refused(tmp_path: Path, line: str) -> None:
    """With the file, and what to do."""
    shelf = Shelf(tmp_path)
    shelf.put(a_head(), [])
    path = tmp_path / f"{a_head().id}.jsonl"
    path.write_text(path.read_text() + line)
    with pytest.raises(UsageError, match="cannot be read") as refusal:
        shelf.read(shelf.find())
    assert refusal.value.where == str(path)


async def test_each_test_counts_by_its_own_latest_verdict(tmp_path: Path) -> None:
    """A later run without it says nothing of it, and one that did not come to it neither."""
    await remember(tmp_path, {"login": PASSED, "cart": FAILED, "health": BROKEN}, number=1)
    await remember(tmp_path, {"health": PASSED}, number=2)
    shelf = await remember(tmp_path, {"login": FAILED}, ended=False, number=3)
    names = ["shop/login", "shop/cart", "shop/health", "shop/new"]
    found = shelf.failed_last_time(names, environment="local")
    assert found == {"shop/login": "failed", "shop/cart": "failed"}


async def test_failures_of_another_environment_do_not_count(tmp_path: Path) -> None:
    """And where nothing ever ran, that is said."""
    shelf = await remember(tmp_path, {"login": FAILED})
    with pytest.raises(UsageError, match="no run of these tests in 'staging' is remembered"):
        shelf.failed_last_time(["shop/login"], environment="staging")


async def test_runs_of_one_second_have_their_order(tmp_path: Path) -> None:
    """The later one is the latest, whatever chance put into its id."""
    for number in range(8):
        shelf = await remember(tmp_path, {"login": FAILED if number % 2 else PASSED}, number=number / 1000)
        latest = shelf.failed_last_time(["shop/login"], environment="local")
        assert bool(latest) == bool(number % 2)
