"""What earlier runs on this machine say about how long tests take."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import a_suite, a_test
from tests.runs import MOMENT, an_attempt
from worker.graph import make_plan
from worker.history.durations import RUNS_KEPT, Durations
from worker.models.events import TestFinished
from worker.models.outcome import TestOutcome, Verdict
from worker.models.suite import Suite

SUITE = a_suite(a_test("a"), a_test("b", needs=["a"]), a_test("slow"))


def known(folder: Path, *, suite: Suite = SUITE, environment: str = "local") -> Durations:
    """What is known of the suite."""
    return Durations([suite], environment=environment, folder=folder)


async def learn(
    folder: Path, *, environment: str = "local", verdict: Verdict = Verdict.PASSED, **took: float
) -> None:
    """A run in which these tests took so many seconds."""
    durations = known(folder, environment=environment)
    for key, seconds in took.items():
        outcome = TestOutcome(
            test=f"shop/{key}",
            verdict=verdict,
            attempts=(an_attempt(verdict),),
            started_at=MOMENT,
            finished_at=MOMENT + timedelta(seconds=seconds),
        )
        await durations.on(TestFinished(outcome=outcome))
    await durations.close()


async def test_the_median_of_earlier_runs_is_known(tmp_path: Path) -> None:
    """One slow answer does not count."""
    for seconds in (0.5, 9.0, 0.7):
        await learn(tmp_path, a=seconds)
    assert known(tmp_path).medians() == {"shop/a": 0.7}


async def test_only_the_latest_runs_count(tmp_path: Path) -> None:
    """An API that has become slower is slower."""
    for _ in range(RUNS_KEPT):
        await learn(tmp_path, a=1.0)
    for _ in range(RUNS_KEPT):
        await learn(tmp_path, a=5.0)
    assert known(tmp_path).medians() == {"shop/a": 5.0}


async def test_what_did_not_pass_is_no_measure(tmp_path: Path) -> None:
    """A failed test may have ended early, or late."""
    await learn(tmp_path, a=1.0)
    await learn(tmp_path, a=60.0, verdict=Verdict.FAILED)
    assert known(tmp_path).medians() == {"shop/a": 1.0}


async def test_environments_are_apart(tmp_path: Path) -> None:
    """Staging may be slower than one's own machine; both are kept."""
    await learn(tmp_path, environment="local", a=1.0)
    await learn(tmp_path, environment="staging", a=3.0)
    assert known(tmp_path, environment="local").medians() == {"shop/a": 1.0}
    assert known(tmp_path, environment="staging").medians() == {"shop/a": 3.0}


async def test_tests_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    """The file does not grow with every renaming."""
    await learn(tmp_path, a=1.0, b=2.0)
    smaller = known(tmp_path, suite=a_suite(a_test("b")))
    assert smaller.medians() == {"shop/b": 2.0}


async def test_the_longest_chain_goes_first_with_what_was_learned(tmp_path: Path) -> None:
    """A slow test without followers before a quick chain of two."""
    await learn(tmp_path, a=0.1, b=0.1, slow=4.0)
    plan = make_plan([SUITE], medians=known(tmp_path).medians())
    assert plan.weight["shop/slow"] > plan.weight["shop/a"]


@pytest.mark.parametrize(
    "text", ["", "[", "[]", '{"version": 2}', '{"version": 1, "environments": {"local": {"a": ["x", true]}}}']
)
async def test_a_file_that_makes_no_sense_is_no_trouble(tmp_path: Path, text: str) -> None:
    """It is replaced with the next run."""
    await learn(tmp_path, a=1.0)
    [path] = (tmp_path / "durations").iterdir()
    path.write_text(text)
    assert known(tmp_path).medians() == {}
    await learn(tmp_path, a=2.0)
    assert known(tmp_path).medians() == {"shop/a": 2.0}


async def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    """A run is right without it."""
    (tmp_path / "durations").write_text("a file, not a folder")
    await learn(tmp_path, a=1.0)
    assert known(tmp_path).medians() == {}


async def test_nothing_but_names_and_numbers_is_kept(tmp_path: Path) -> None:
    """And nobody else may look."""
    await learn(tmp_path, a=1.5)
    [path] = (tmp_path / "durations").iterdir()
    assert json.loads(path.read_text()) == {"version": 1, "environments": {"local": {"a": [1500.0]}}}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_without_a_folder_nothing_is_known_and_nothing_kept(tmp_path: Path) -> None:
    """A container without a home."""
    durations = Durations([SUITE], environment="local", folder=None)
    assert durations.medians() == {}
    await durations.close()
