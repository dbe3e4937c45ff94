"""An API that answers when it is told to: the test says what happens before, not the clock."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.patience import FOR_EVER_SECONDS
from tests.targets import running_target
from tests.wire import Reply, Seen, json_reply


class Gate:
    """An API at which each path waits until it is opened. `url` is where, `waiting` how many asked."""

    def __init__(self) -> None:
        self.url = ""
        self.waiting: Counter[str] = Counter()
        self._opened: set[str] = set()

    def open(self, *keys: str) -> None:
        """Let requests for these through, those that wait and those that come."""
        self._opened.update(keys)

    def close(self, *keys: str) -> None:
        """Hold requests for these that come from now on."""
        self._opened.difference_update(keys)

    async def answer(self, _: Seen, key: str) -> Reply:
        """What `GET /held/<key>` gets, once it may."""
        self.waiting[key] += 1
        while key not in self._opened:
            await asyncio.sleep(0.02)
        return json_reply({"key": key})


@contextmanager
def a_gate() -> Iterator[Gate]:
    """A gate for the length of a `with`; at its end nobody waits any more."""
    gate = Gate()
    with running_target(routes={"held": gate.answer}) as target:
        gate.url = target.base_url
        yield gate


async def until(happened: Callable[[], object]) -> None:
    """Wait for something that nobody tells."""
    async with asyncio.timeout(FOR_EVER_SECONDS):
        while not happened():
            await asyncio.sleep(0.02)
