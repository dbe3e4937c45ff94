"""A stream that lines are written to; on a terminal, its last lines may be drawn over."""

from collections.abc import Callable, Sequence
from typing import TextIO

from worker.reports.style import Style

#: The least time between two pictures. Ten a second look smooth and cost nothing.
SECONDS_BETWEEN_FRAMES = 0.1

_HIDE_CURSOR = "\x1b[?25l"
_SHOW_CURSOR = "\x1b[?25h"
#: To the line's start, and everything from there to the end of the screen gone.
_CLEAR_BELOW = "\r\x1b[0J"

#: Makes the live lines for this moment (monotonic seconds).
Picture = Callable[[float], Sequence[str]]


class Screen:
    """Lines that stay, and below them a picture that moves as long as the stream is live."""

    def __init__(self, stream: TextIO, *, style: Style, picture: Picture) -> None:
        self._stream = stream
        self._style = style
        self._picture = picture
        self._live = style.live
        self._waiting: list[str] = []
        self._height = 0
        self._drawn_at = float("-inf")

    def print(self, *lines: str) -> None:
        """Lines that stay; `show` or `settle` writes them."""
        self._waiting += [self._style.plain(line) for line in lines]

    def show(self, now: float) -> None:
        """Write what waits; with a picture not more often than the eye can follow."""
        if not self._live:
            self._write(self._taken())
        elif now - self._drawn_at >= SECONDS_BETWEEN_FRAMES:
            self._drawn_at = now
            self._draw(self._picture(now))

    def settle(self) -> None:
        """Take the picture away for good, give the cursor back and write what waits."""
        self._live = False
        self._write(self._back() + (_SHOW_CURSOR if self._height else "") + self._taken())
        self._height = 0

    def _draw(self, lines: Sequence[str]) -> None:
        # One write for everything, so that nothing flickers.
        hide = "" if self._height else _HIDE_CURSOR
        self._write(hide + self._back() + self._taken() + "\n".join(lines))
        self._height = len(lines)

    def _back(self) -> str:
        if not self._height:
            return ""
        up = f"\x1b[{self._height - 1}A" if self._height > 1 else ""
        return f"{up}{_CLEAR_BELOW}"

    def _taken(self) -> str:
        lines, self._waiting = self._waiting, []
        return "".join(f"{line}\n" for line in lines)

    def _write(self, text: str) -> None:
        if text:
            self._stream.write(text)
            self._stream.flush()
