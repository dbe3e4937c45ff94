"""`baton run` in GitHub Actions, as the runner hears it."""

from pathlib import Path

import pytest

from tests.acceptance.commands import Done, baton
from tests.acceptance.site import Site
from tests.targets import Target

SUITE = """
suite: s
tests:
  a: { GET: /status/500, expect: { status: 200 } }
  b: { GET: /echo, needs: [a] }
  c: { POST: /echo, text: "::error::an order of the API", expect: { status: 201 } }
"""


def run(folder: Path, target: Target, *words: str) -> Done:
    """A step of a job, started in a folder of the checkout."""
    inner = folder / "tests"
    inner.mkdir(exist_ok=True)
    (inner / "s.yaml").write_text(SUITE, encoding="utf-8")
    settings = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(folder),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
    }
    return baton(
        "run", "s.yaml", "--base-url", target.base_url, *words, home=folder, folder=inner, settings=settings
    )


def test_root_causes_are_annotations_in_the_checkout(tmp_path: Path, target: Target) -> None:
    """Below the workspace, wherever the command was started; what was blocked is none."""
    done = run(tmp_path, target)
    assert done.returncode == 1
    found = [line for line in done.stdout.splitlines() if line.startswith("::error ")]
    assert [line.partition(",")[0] for line in found] == ["::error file=tests/s.yaml"] * 2
    assert "title=a failed::expected status 200, got 500%0AIt blocked 1 test." in found[0]


def test_an_answer_gives_no_orders(tmp_path: Path, target: Target) -> None:
    """Between the word that deafens the runner and the word that ends it."""
    lines = run(tmp_path, target, "-v").stdout.splitlines()
    places = [place for place, line in enumerate(lines) if "an order of the API" in line]
    assert places
    for place in places:
        before = [line for line in lines[:place] if line.startswith("::")]
        assert before[-1].startswith("::stop-commands::")


def test_the_summary_names_what_went_wrong(tmp_path: Path, target: Target) -> None:
    """A page that is read beside the job."""
    run(tmp_path, target)
    text = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "2 failed, 1 blocked by a" in text
    assert "`s.yaml:4:3`" in text


def test_programs_get_no_annotations(tmp_path: Path, target: Target) -> None:
    """`--json` is read by a program: every line is an object; the summary is written all the same."""
    done = run(tmp_path, target, "--json")
    assert all(line.startswith("{") for line in done.stdout.splitlines())
    assert (tmp_path / "summary.md").exists()


@pytest.mark.stack
@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("words", [(), ("--json",)])
async def test_an_answer_gives_no_orders_where_a_worker_has_got_it(
    site: Site, words: tuple[str, ...]
) -> None:
    """Neither while it is followed nor when it is told; only our own lines are heard. GitHub obeys its old
    commands (`##[…]`) in the middle of a line, too."""
    orders = SUITE.replace("::error::an order", "##[add-mask]##[error]an order")
    await site.push(orders=orders.replace("suite: s", "suite: orders"))
    settings = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(site.home)}
    done = await site.baton("trigger", "--project", "shop", "-e", "local", *words, settings=settings)
    assert done.returncode == 1, done.stdout + done.stderr
    # The stream for people; with --json the other one has the events, told while GitHub is deaf.
    lines = (done.stderr if words else done.stdout).splitlines()
    word, places = "", 0
    for line in lines:
        if line.startswith("::stop-commands::"):
            word = line.removeprefix("::stop-commands::")
        elif line == f"::{word}::":
            word = ""
        elif "an order" in line and not line.startswith("::error file="):
            places += 1
            assert word, line
    assert places
    assert word == "", "GitHub listens again in the end"
    found = [line for line in lines if line.startswith("::error file=")]
    assert len(found) == 2
