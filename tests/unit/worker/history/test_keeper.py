"""What is remembered of a run."""

import stat
from pathlib import Path

from tests.unit.worker.history.shelves import SECRET, remember
from worker.history.facts import Gift
from worker.history.head import PENDING, Asked
from worker.models.outcome import Verdict

PASSED, FAILED, BLOCKED = Verdict.PASSED, Verdict.FAILED, Verdict.BLOCKED
WELL = {"login": PASSED, "cart": PASSED, "order": PASSED, "health": PASSED}


async def test_a_run_is_found_again(tmp_path: Path) -> None:
    """With its verdicts, its edges and places, and what was sent."""
    shelf = await remember(tmp_path, {**WELL, "cart": FAILED, "order": BLOCKED})
    run = shelf.read(shelf.find())
    cart = run.tests["shop/cart"]
    assert cart.verdict is FAILED
    assert cart.edges[0].reasons == ("uses tokens.access in auth.bearer", "uses user_id in json.id")
    assert cart.edges[0].places == ("suite.yaml:1:1", "suite.yaml:1:1")
    assert cart.tries[0].exchanges[0].request == "GET http://127.0.0.1/things/1"
    assert run.tests["shop/order"].blocked_by == "shop/cart"
    assert run.order == ("shop/login", "shop/cart", "shop/health")


async def test_every_value_knows_its_capture_and_its_readers(tmp_path: Path) -> None:
    """A secret is known by its name only."""
    shelf = await remember(tmp_path, WELL)
    login = shelf.read(shelf.find()).tests["shop/login"]
    assert login.gifts == (
        Gift(
            name="access", kind="token", capture="$.access", secret=True, known=True, value="***",
            used_by=("shop/cart",),
        ),
        Gift(
            name="user_id", kind="variable", capture="$.user_id", known=True, value=7,
            used_by=("shop/cart",),
        ),
    )  # fmt: skip


async def test_no_secret_is_written_and_nobody_else_may_read(tmp_path: Path) -> None:
    """Neither one of the environment nor one that a test has captured, nor one in an address."""
    asked = Asked(folder=str(tmp_path), command=f"baton run --var x={SECRET}", base_url=f"http://{SECRET}/")
    shelf = await remember(tmp_path / "deep" / "er", WELL, asked=asked)
    [path] = shelf.folder.iterdir()
    text = path.read_text()
    assert SECRET not in text
    assert "correct horse" not in text
    assert "ada@example.com" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (tmp_path / "deep", tmp_path / "deep" / "er"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_a_test_that_was_not_come_to_is_pending(tmp_path: Path) -> None:
    """A run that was cut off is remembered as far as it came."""
    shelf = await remember(tmp_path, {"login": PASSED}, ended=False)
    head = shelf.find()
    assert head.status == "cancelled"
    assert head.verdicts["shop/cart"] == PENDING
    assert set(head.unsettled) == {"shop/cart", "shop/order", "shop/health"}


async def test_what_a_run_left_out_by_choice_needs_no_other_try(tmp_path: Path) -> None:
    """It came to its end."""
    shelf = await remember(tmp_path, {"login": PASSED, "cart": FAILED})
    assert shelf.find().unsettled == ("shop/cart",)


async def test_a_run_that_cannot_be_remembered_is_as_good(tmp_path: Path) -> None:
    """A file stands where the folder should be: nothing is raised."""
    (tmp_path / "taken").write_text("")
    shelf = await remember(tmp_path / "taken", WELL)
    assert list(shelf.heads()) == []
