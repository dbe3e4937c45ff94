"""What processes exist and whom they talk to, as Linux tells it in /proc."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_LISTEN = "0A"


def descendants(pid: int) -> set[int]:
    """This process and everybody who comes from it."""
    children: dict[int, list[int]] = {}
    for process in (int(name) for name in os.listdir("/proc") if name.isdigit()):
        if fields := _facts(process):
            children.setdefault(int(fields[1]), []).append(process)
    found, waiting = set(), [pid]
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting.extend(children.get(one, []))
    return found


def listening_addresses(pids: set[int]) -> set[str]:
    """The addresses on which these processes accept connections."""
    return {local for local, _, state in _sockets(pids) if state == _LISTEN}


def remote_addresses(pids: set[int]) -> set[str]:
    """The addresses to which these processes are connected, or try to be."""
    return {remote for _, remote, state in _sockets(pids) if state != _LISTEN and int(remote, 16)}


def is_loopback(address: str) -> bool:
    """Whether this address, as /proc writes it, is this machine itself."""
    # 127.x.x.x, ::1, and 127.x.x.x written as IPv6; words of four bytes, each the wrong way round.
    return (
        (len(address) == 8 and address.endswith("7F"))
        or address == "00000000000000000000000001000000"
        or (address.startswith("0000000000000000FFFF0000") and address.endswith("7F"))
    )


def _facts(pid: int) -> list[str]:
    """What is told of a process behind its name; nothing once it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _sockets(pids: set[int]) -> Iterator[tuple[str, str, str]]:
    inodes = set(_socket_inodes(pids))
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes:
                yield fields[1].partition(":")[0], fields[2].partition(":")[0], fields[3]


def _socket_inodes(pids: set[int]) -> Iterator[str]:
    for pid in pids:
        for target in _open_files(Path(f"/proc/{pid}/fd")):
            if target.startswith("socket:["):
                yield target.removeprefix("socket:[").removesuffix("]")


def _open_files(folder: Path) -> Iterator[str]:
    # Both the process and each of its files may go while they are looked at.
    with suppress(OSError):
        for name in os.listdir(folder):
            with suppress(OSError):
                yield os.readlink(folder / name)
