"""How far it is, on standard error."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


class Progress:
    """Takes lines like "days: 9 of 90". A terminal shows the latest; a file gets one for each tenth."""

    def __init__(self) -> None:
        self._shown: tuple[str, int] = ("", 0)

    def __call__(self, line: str) -> None:
        if sys.stderr.isatty():
            print(f"\r{line}\033[K", end="", file=sys.stderr, flush=True)
        elif (tenth := _tenth(line)) != self._shown:
            self._shown = tenth
            print(line, file=sys.stderr, flush=True)

    def each(self, what: str, items: Sequence[T]) -> Iterator[T]:
        """The items, one after the other, and how many of them are done."""
        for number, item in enumerate(items, start=1):
            yield item
            self(f"{what}: {number} of {len(items)}")


def _tenth(line: str) -> tuple[str, int]:
    """What is counted, and how many tenths of it are done; of another line, the line itself."""
    what, _, count = line.partition(": ")
    done, _, total = count.replace(",", "").partition(" of ")
    if not (done.isdigit() and total.isdigit()):
        return line, 0
    return what, int(done) * 10 // int(total)
