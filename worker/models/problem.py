"""What is wrong with a suite file: what, where, and what to write instead."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class ProblemKind(StrEnum):
    """Every way in which files can be wrong. Each is documented, with its message, in a golden file."""

    CANNOT_READ = "cannot-read"  # the file is not there, not text, or too large
    NOT_YAML = "not-yaml"  # the text is not YAML (nor JSON)
    WRONG_TYPE = "wrong-type"  # a list where a mapping belongs, a text where a number does
    UNKNOWN_KEY = "unknown-key"  # a word the format does not have
    MISSING_KEY = "missing-key"  # a word the format needs
    BAD_VALUE = "bad-value"  # the right type, but not a value that can be
    DUPLICATE_KEY = "duplicate-key"  # one key twice in one mapping
    BAD_TEMPLATE = "bad-template"  # {{ … }} that cannot be read
    UNKNOWN_NAME = "unknown-name"  # {{ name }} that nothing provides
    UNKNOWN_TEST = "unknown-test"  # needs: of a test that is not there
    AMBIGUOUS_PRODUCER = "ambiguous-producer"  # one name, two tests that capture it
    SELF_DEPENDENCY = "self-dependency"  # a test that needs itself
    CYCLE = "cycle"  # tests that wait for each other
    DUPLICATE_SUITE = "duplicate-suite"  # two files with one suite key


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file. Line and column begin at 1; `length` is what a caret underlines."""

    path: str
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake. `text` is the user's own line; `related` are further lines that belong to it."""

    kind: ProblemKind
    what: str
    where: Location
    text: str = ""
    hint: str | None = None
    related: tuple["Related", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another line that a problem speaks of, such as a station of a cycle."""

    where: Location
    text: str
    note: str


#: What ends a line in YAML. The parser counts lines with these, so must we.
_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


@lru_cache(maxsize=16)
def _lines_of(source: str) -> list[str]:
    return _LINE_BREAK.split(source)


def line_of(source: str, number: int) -> str:
    """The line of a file's text with this number (from 1), without its end; empty beyond the text."""
    lines = _lines_of(source)
    return lines[number - 1] if 1 <= number <= len(lines) else ""
