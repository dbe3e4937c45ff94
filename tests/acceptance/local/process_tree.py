"""What processes exist and whom they talk to, as Linux tells it in /proc."""

from collections.abc import Iterator
from pathlib import Path

_LISTEN = "0A"


def descendants(pid: int) -> set[int]:
    """This process and everybody who comes from it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
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


def _sockets(pids: set[int]) -> Iterator[tuple[str, str, str]]:
    inodes = set(_socket_inodes(pids))
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes:
                yield fields[1].partition(":")[0], fields[2].partition(":")[0], fields[3]


def _socket_inodes(pids: set[int]) -> Iterator[str]:
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = str(descriptor.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                yield target.removeprefix("socket:[").removesuffix("]")
