"""Secrets that are easy to find again, whole or in part, however they were spelled on their way."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"

#: So many characters of a secret in a row are a leak: no other text has them by chance.
WINDOW = 9

#: What stands around the letters, so that every way of escaping has something to do.
DRESSES = ("{}", 'a "{}" /+&=?', "é%{}%20 €", "<{}>&'\\", "{}==", "  {} ;,")


@dataclass(frozen=True, slots=True)
class Canary:
    """A secret with letters in it that nothing else has. `name` says where it was put."""

    name: str
    letters: str
    secret: str

    def seen_in(self, text: str) -> str | None:
        """The part of the secret that can be read in this text, if there is one."""
        return next((mark for mark in self._marks() if mark in text), None)

    def _marks(self) -> Iterator[str]:
        yield from _windows(self.letters, WINDOW)
        content = self.letters.encode()
        yield from _windows(content.hex(), 2 * WINDOW)
        for offset in range(3):
            encoded = base64.b64encode(b"\0" * offset + content).decode()
            # Without the ends, which hold bits of what stands beside.
            yield from _windows(encoded[4:-4], WINDOW + 3)


def canary(name: str, chance: Random, dress: str = "{}") -> Canary:
    """A new secret, dressed in characters that have to be escaped."""
    letters = "".join(chance.choices(_LETTERS, k=24))
    return Canary(name, letters, dress.format(letters))


def leaks(canaries: Iterable[Canary], outputs: Mapping[str, str]) -> list[str]:
    """What can be read where: one line each, with what stands around it."""
    found: list[str] = []
    for place, text in outputs.items():
        for one in canaries:
            mark = one.seen_in(text)
            if mark is not None:
                at = text.index(mark)
                around = json.dumps(text[max(0, at - 80) : at + len(mark) + 40])
                found.append(f"{one.name} in {place}: {around}")
    return found


def contents(folder: Path, *, without: Iterable[Path] = ()) -> dict[str, str]:
    """Every file below a folder, as text and with its name, but for those that were put there."""
    left_out = set(without)
    return {
        str(path.relative_to(folder)): f"{path.name}\n{path.read_bytes().decode(errors='replace')}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path not in left_out
    }


def _windows(text: str, width: int) -> Iterator[str]:
    yield from (text[start : start + width] for start in range(len(text) - width + 1))
