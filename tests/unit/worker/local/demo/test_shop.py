"""The sample shop beside the stack."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from shopapi import ShopServer

from tests.manual_clock import ManualClock
from tests.shops import running_shop
from worker.clock import SystemClock
from worker.errors import LocalStackError
from worker.local.demo import shop
from worker.local.demo.shop import shop_command, shop_port, wait_for_shop
from worker.local.folders import StackFolder
from worker.local.ports import a_held_port, listening_socket


@pytest.fixture
def server() -> Iterator[ShopServer]:
    """A shop on a free port."""
    with running_shop() as server:
        yield server


def test_the_password_is_no_argument() -> None:
    """Everybody may list the arguments of a process; its environment only its owner."""
    command = shop_command(port=8900, password="hush-hush")
    assert "hush-hush" not in " ".join(command.arguments)
    assert command.environment["SHOP_PASSWORD"] == "hush-hush"
    assert "hush-hush" not in repr(command)


def test_a_taken_port_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the usual port is in use, the shop gets a free one."""
    with a_held_port() as port:
        monkeypatch.setattr(shop, "USUAL_PORT", port)
        assert shop_port(StackFolder(tmp_path)) == port
    with listening_socket(0) as taken:
        taken.listen()
        monkeypatch.setattr(shop, "USUAL_PORT", taken.getsockname()[1])
        assert shop_port(StackFolder(tmp_path)) != taken.getsockname()[1]


async def test_a_shop_that_answers_is_there(server: ShopServer) -> None:
    """Waiting ends as soon as it says that it is well."""
    await wait_for_shop(server.server_port, clock=SystemClock())


async def test_a_shop_that_does_not_come_is_explained() -> None:
    """After a while waiting ends with its address and what to do."""
    with a_held_port() as port, pytest.raises(LocalStackError, match="does not answer") as refusal:
        await wait_for_shop(port, clock=_HurriedClock())
    assert refusal.value.where == f"http://127.0.0.1:{port}"
    assert refusal.value.hint


class _HurriedClock(ManualClock):
    """A clock on which a nap takes no time here, and all its time there."""

    async def sleep(self, seconds: float) -> None:
        """Move the hands."""
        await self.advance(seconds)
