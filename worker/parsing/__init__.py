"""From files to suites, or to problems: what is wrong, where, and what to write instead."""

from worker.parsing.folders import folders_of, load_suites, read_suites
from worker.parsing.load import load_suite, parse_suite
from worker.parsing.problems import format_problems
from worker.parsing.reading import Reading

__all__ = [
    "Reading",
    "folders_of",
    "format_problems",
    "load_suite",
    "load_suites",
    "parse_suite",
    "read_suites",
]
