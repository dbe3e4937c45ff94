"""A clean-up that is killed: `python -m tests.acceptance.killed_clean_up URL FOLDER STEP during|after`.

The key comes in BATON_SECRET_KEY. The process kills itself, as a machine that loses its power would: while
its step of this number is under way, or when that is done. It ends with 0 when there was no such step.
"""

import asyncio
import os
import signal
import sys
from itertools import count
from typing import Any, NoReturn

from worker.database import open_database
from worker.retention import CleanUp, open_storage
from worker.retention.records import RetentionRecords

#: These change nothing for which it would matter when the end comes.
ASKING = frozenset({"begin", "plan", "expired_runs", "open_archives", "rows", "archives", "get"})


class Killing:
    """Something whose calls are steps; one of them is the last of this process."""

    def __init__(self, inner: Any, steps: "count[int]", *, last: int, during: bool) -> None:
        self._inner = inner
        self._steps = steps
        self._last = last
        self._during = during

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._inner, name)
        return inner if name in ASKING else self._step(inner)

    def _step(self, inner: Any) -> Any:
        async def call(*arguments: Any, **named: Any) -> Any:
            is_last = next(self._steps) == self._last
            if is_last and self._during:
                begun = asyncio.ensure_future(inner(*arguments, **named))
                # Long enough to be sent, and not to be answered.
                await asyncio.wait([begun], timeout=0.002)
                _die()
            answer = await inner(*arguments, **named)
            if is_last:
                _die()
            return answer

        return call


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


async def main(url: str, folder: str, last: int, *, during: bool) -> None:
    """Clean up, as far as it gets."""
    database = await open_database(url, os.environ["BATON_SECRET_KEY"])
    steps = count()
    parts: Any = (RetentionRecords(database), open_storage(folder, {}))
    killing: Any = [Killing(part, steps, last=last, during=during) for part in parts]
    await CleanUp(*killing, worker="killed").run(now=True)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), during=sys.argv[4] == "during"))
