"""How often a process that used the default sender ends with another exit code than its own.

    python bench/exit_codes.py [PROCESSES]

Clients with native threads may abort while the interpreter ends; a wrong exit code of a test runner
is a wrong verdict.
"""

import asyncio
import os
import subprocess
import sys
from collections import Counter

from tests.targets import running_target
from worker.http import make_sender
from worker.models.exchange import PreparedRequest

OURS = 3
WAYS = ("closed", "left open", "os._exit")


async def send_some(base_url: str, *, close: bool) -> None:
    sender = make_sender()
    request = PreparedRequest(method="GET", url=f"{base_url}/json")

    async def lane() -> None:
        for _ in range(4):
            await sender.send(request, timeout_seconds=10)

    await asyncio.gather(*(lane() for _ in range(50)))
    if close:
        await sender.close()


def child(base_url: str, way: str) -> None:
    asyncio.run(send_some(base_url, close=way != "left open"))
    if way == "os._exit":
        os._exit(OURS)
    sys.exit(OURS)


def main() -> None:
    if sys.argv[1:2] == ["child"]:
        return child(sys.argv[2], sys.argv[3])
    processes = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    with running_target() as target:
        for way in WAYS:
            command = [sys.executable, __file__, "child", target.base_url, way]
            codes = Counter(
                subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode
                for _ in range(processes)
            )
            wrong = processes - codes[OURS]
            print(f"{way:<10} {wrong} of {processes} wrong {dict(codes) if wrong else ''}")


if __name__ == "__main__":
    main()
