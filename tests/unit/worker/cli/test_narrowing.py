"""Tests that are picked by what is known of them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.builders import a_suite, a_test, an_environment
from tests.repositories import Repository
from tests.unit.worker.history.shelves import remember
from worker.cli.narrowing import Narrowing, narrowed
from worker.cli.run import run
from worker.errors import UsageError
from worker.history.place import project_of, runs_folder
from worker.models.graph import Selection
from worker.models.outcome import Verdict

SUITE = a_suite(a_test("login"), a_test("cart"), a_test("health"))


def pick(folder: Path, **words: object) -> Selection:
    """What is picked of the suite, with this folder for a memory."""
    return narrowed(
        Selection(tags=("smoke",)),
        Narrowing(**words),  # type: ignore[arg-type] # fields by name
        [SUITE],
        environment=an_environment(),
        surroundings={"XDG_STATE_HOME": str(folder)},
    )


async def remembered(folder: Path, **verdicts: Verdict) -> None:
    """A run of this project."""
    await remember(runs_folder(folder / "baton", project_of(Path())), verdicts)


def test_where_nothing_is_picked_the_selection_stays(tmp_path: Path) -> None:
    """No memory and no git is asked."""
    assert pick(tmp_path) == Selection(tags=("smoke",))


async def test_failed_last_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with how it ended."""
    monkeypatch.chdir(tmp_path)
    await remembered(tmp_path, login=Verdict.BROKEN, cart=Verdict.FAILED, health=Verdict.PASSED)
    assert pick(tmp_path, failed=True).picked == {
        "shop/login": "it broke last time",
        "shop/cart": "it failed last time",
    }


async def test_several_must_hold_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of those of a run, the ones that failed since."""
    monkeypatch.chdir(tmp_path)
    await remembered(tmp_path, login=Verdict.BROKEN, cart=Verdict.FAILED)
    picked = pick(tmp_path, failed=True, tests={"shop/cart": "somebody said so"}).picked
    assert picked == {"shop/cart": "somebody said so, and it failed last time"}


def test_a_machine_that_remembers_nothing_says_so(tmp_path: Path) -> None:
    """With what switches it off."""
    with pytest.raises(UsageError, match="remembers no runs") as refusal:
        narrowed(
            Selection(),
            Narrowing(failed=True),
            [SUITE],
            environment=an_environment(),
            surroundings={"HOME": str(tmp_path), "BATON_HISTORY": "off"},
        )
    assert "BATON_HISTORY" in str(refusal.value.hint)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ({"changed": "nowhere"}, "there is no revision 'nowhere'"),
        ({"changed": "--output=x"}, "is no revision"),
        ({"changed_operations": ("api.yaml@nowhere",)}, "there is no revision 'nowhere'"),
        ({"changed_operations": ("api.yaml@-x",)}, "'-x' is no revision"),
        ({"changed_operations": ("gone.yaml@HEAD",)}, "there is no file 'gone.yaml'"),
        ({"changed_operations": ("gone.yaml",)}, "there is no file 'gone.yaml'"),
        ({"changed_operations": ("@",)}, "there is no file"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: dict[str, object], what: str
) -> None:
    """With the option as its place."""
    repository = Repository(tmp_path)
    repository.put("api.yaml", "openapi: 3.1.0\npaths: {}\n")
    repository.commit()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=what) as refusal:
        pick(tmp_path, **words)
    assert str(refusal.value.where).startswith("--changed")


def test_a_path_may_hold_the_sign_that_parts_file_and_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of that name wins."""
    repository = Repository(tmp_path)
    repository.put("api@2.yaml", "openapi: 3.1.0\npaths: {}\n")
    repository.commit()
    monkeypatch.chdir(tmp_path)
    assert pick(tmp_path, changed_operations=("api@2.yaml",)).picked == {}
    assert pick(tmp_path, changed_operations=("api@2.yaml@main",)).picked == {}


def test_changed_takes_no_path_for_a_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--changed tests/` compares tests/ with the latest commit."""
    repository = Repository(tmp_path)
    text = 'suite: a\nenvironments: { local: { base_url: "http://x" } }\ntests: { a: { GET: / } }\n'
    repository.put("a.yaml", text)
    repository.commit()
    repository.put("a.yaml", text.replace("GET: /", "GET: /b"))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(run, ["--changed", "a.yaml", "--list"], standalone_mode=False)
    assert done.output == "a/a\n"
