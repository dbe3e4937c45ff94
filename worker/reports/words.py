"""Numbers, names and texts as people read them."""

import re
from collections.abc import Iterable, Sequence

from worker.models.suite import TestName

#: How many names a list shows before it says "and 34 more".
NAMES_SHOWN = 3

#: What a terminal would obey instead of show: everything below a space but tab and line feed, the
#: C1 block, and what turns the direction of all that follows.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def duration(seconds: float) -> str:
    """A time as people say it: 0.4 ms, 41 ms, 2.3 s, 1 m 04 s. No time at all is 0 ms, and nothing else."""
    if 0 < seconds < 0.00095:
        return f"{max(seconds * 1000, 0.1):.1f} ms"
    if seconds < 0.9995:
        return f"{round(seconds * 1000)} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} m {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} m"


def size(number_of_bytes: int) -> str:
    """A number of bytes as people say it: 45 bytes, 1.2 KB, 3.4 MB."""
    if number_of_bytes < 1000:
        return count(number_of_bytes, "byte")
    if number_of_bytes < 999_950:
        return f"{number_of_bytes / 1000:.1f} KB"
    return f"{number_of_bytes / 1_000_000:.1f} MB"


def count(number: int, noun: str) -> str:
    """A number with its noun: 1 test, 2 tests."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(names: Sequence[str], *, shown: int = NAMES_SHOWN) -> str:
    """Names as a list that stays short: a, b, c and 34 more."""
    if len(names) <= shown + 1:
        return ", ".join(names)
    return f"{', '.join(names[:shown])} and {len(names) - shown:,} more"


def first_line(text: str) -> str:
    """The first line that says anything."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def clipped(text: str, width: int) -> str:
    """At most `width` characters; an ellipsis says that something is missing."""
    if len(text) <= width:
        return text
    return text[: max(width - 1, 0)] + "…"


def printable(text: str) -> str:
    """Text that a terminal shows instead of obeying: what an API answers must not move the cursor."""
    return _CONTROL.sub(_escaped, text.replace("\r\n", "\n"))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


class Labels:
    """Tests as this run calls them: by their key alone where there is only one suite."""

    def __init__(self, tests: Iterable[TestName]) -> None:
        suites = {name.partition("/")[0] for name in tests}
        self._short = len(suites) <= 1

    def __call__(self, name: TestName) -> str:
        """The name of this test for people."""
        return name.partition("/")[2] or name if self._short else name
