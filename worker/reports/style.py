"""What a terminal can show: colours, marks, width."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from worker.models.outcome import Verdict

#: How wide lines are where no terminal tells.
WIDTH_WITHOUT_TERMINAL = 100

#: Marks that need Unicode, and what stands for them where there is none.
_MARKS = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.BROKEN: "‼",
    Verdict.BLOCKED: "⊘",
    Verdict.SKIPPED: "–",
}
_PLAIN_MARKS = {
    Verdict.PASSED: "ok     ",
    Verdict.FAILED: "FAILED ",
    Verdict.BROKEN: "BROKEN ",
    Verdict.BLOCKED: "blocked",
    Verdict.SKIPPED: "skipped",
}
_COLOURS = {
    Verdict.PASSED: "32",
    Verdict.FAILED: "31",
    Verdict.BROKEN: "31",
    Verdict.BLOCKED: "33",
    Verdict.SKIPPED: "2",
}
#: Typography outside ASCII that our own sentences use, and its plain form.
_ASCII = str.maketrans(
    {"·": "-", "→": "->", "…": "...", "–": "-", "─": "-", "│": "|", "█": "#", "░": ".", "▏": "|", "↻": "~"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How to write to one stream. `live`: lines may be drawn over."""

    colour: bool = False
    live: bool = False
    unicode: bool = True
    width: int = WIDTH_WITHOUT_TERMINAL

    @classmethod
    def for_stream(cls, stream: TextIO, *, environment: Mapping[str, str] | None = None) -> "Style":
        """What this stream can show. NO_COLOR wins over FORCE_COLOR; nothing moves under CI."""
        settings = os.environ if environment is None else environment
        terminal = stream.isatty() and settings.get("TERM") != "dumb"
        return cls(
            colour=_wants_colour(terminal, settings),
            live=terminal and not in_ci(settings),
            unicode=_can_write_marks(stream),
            width=_width(stream, settings),
        )

    def mark(self, verdict: Verdict) -> str:
        """The sign of a verdict, coloured."""
        marks = _MARKS if self.unicode else _PLAIN_MARKS
        return self.paint(marks[verdict], _COLOURS[verdict])

    def verdict(self, text: str, verdict: Verdict) -> str:
        """Text in the colour of a verdict."""
        return self.paint(text, _COLOURS[verdict])

    def bold(self, text: str) -> str:
        """Text that stands out."""
        return self.paint(text, "1")

    def dim(self, text: str) -> str:
        """Text that stands back."""
        return self.paint(text, "2")

    def paint(self, text: str, code: str) -> str:
        """Text in the colour with this ANSI code, where there are colours."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def plain(self, text: str) -> str:
        """Text that this stream can carry."""
        return text if self.unicode else text.translate(_ASCII)


def in_ci(settings: Mapping[str, str]) -> bool:
    """Whether nobody sits in front of this: `CI` is set, and not to a word that means no."""
    return settings.get("CI", "").strip().lower() not in ("", "0", "false", "no")


def _wants_colour(terminal: bool, settings: Mapping[str, str]) -> bool:
    if settings.get("NO_COLOR"):
        return False
    if settings.get("FORCE_COLOR"):
        return settings["FORCE_COLOR"] != "0"
    return terminal


def _can_write_marks(stream: TextIO) -> bool:
    try:
        "✓✗‼⊘–…→█".encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def terminal_width(stream: TextIO, *, otherwise: int) -> int:
    """How many columns this stream's terminal has at this moment; `otherwise` where it is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or otherwise
    except (OSError, ValueError):
        return otherwise


def _width(stream: TextIO, settings: Mapping[str, str]) -> int:
    columns = settings.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return int(columns)
    return terminal_width(stream, otherwise=WIDTH_WITHOUT_TERMINAL)
