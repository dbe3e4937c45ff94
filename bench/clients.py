"""What a request costs with each sender: CPU of this process, so that a slow server does not count.

    python bench/clients.py [REQUESTS]

100 requests in flight against a small server in a process of its own, with and without TLS.
"""

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.certificates import Authority
from tests.targets import running_target
from worker.http.httpx_sender import HttpxSender
from worker.http.pyreqwest_sender import PyreqwestSender
from worker.http.send import Sender
from worker.models.exchange import Channel, PreparedRequest

IN_FLIGHT = 100
SENDERS: dict[str, type[PyreqwestSender] | type[HttpxSender]] = {
    "pyreqwest": PyreqwestSender,
    "httpx": HttpxSender,
}


@contextmanager
def a_server(*, tls: bool) -> Iterator[str]:
    """A server in a process of its own; gives its base URL."""
    command = [sys.executable, __file__, "serve", *(["tls"] if tls else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        # The server ends with its input.
        process.communicate()


def serve(*, tls: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        certificate = Authority(Path(folder)).issue("target") if tls else None
        with running_target(certificate=certificate) as target:
            print(target.base_url, flush=True)
            sys.stdin.read()


async def send_all(sender: Sender, base_url: str, count: int) -> list[float]:
    """Seconds of every request."""
    request = PreparedRequest(
        method="GET",
        url=f"{base_url}/json",
        headers=(("Authorization", "Bearer abc"), ("Accept", "*/*")),
        channel=Channel(verify_tls=False),
    )
    left = iter(range(count))
    times: list[float] = []

    async def lane() -> None:
        for _ in left:
            response = await sender.send(request, timeout_seconds=60)
            response.json()
            times.append(response.seconds)

    await asyncio.gather(*(lane() for _ in range(IN_FLIGHT)))
    return sorted(times)


async def measure(name: str, base_url: str, count: int) -> tuple[float, float, float, float]:
    """CPU seconds, wall seconds, median and 99th percentile."""
    sender = SENDERS[name](trust_environment=False)
    await send_all(sender, base_url, IN_FLIGHT * 2)
    cpu, began = cpu_seconds(), time.perf_counter()
    times = await send_all(sender, base_url, count)
    spent, lasted = cpu_seconds() - cpu, time.perf_counter() - began
    await sender.close()
    return spent, lasted, times[len(times) // 2], times[int(len(times) * 0.99)]


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    if sys.argv[1:2] == ["serve"]:
        return serve(tls="tls" in sys.argv)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    print(f"{count} requests, {IN_FLIGHT} in flight\n")
    print("client       TLS   CPU µs a request   requests/s   median ms   p99 ms")
    for tls in (False, True):
        for name in SENDERS:
            with a_server(tls=tls) as base_url:
                spent, lasted, middle, slow = asyncio.run(measure(name, base_url, count))
            print(
                f"{name:<12} {'yes' if tls else 'no ':<5} {spent / count * 1e6:16.0f} "
                f"{count / lasted:12.0f} {middle * 1e3:11.1f} {slow * 1e3:8.1f}"
            )


if __name__ == "__main__":
    main()
