"""Words that a shell completes: names of tests, tags and environments, out of suite files.

Whatever is wrong with the files, nothing is said: a person is in the middle of a line.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from worker.models.suite import Suite

#: A word with what is said beside it, where the shell can show that.
_Words = Iterable[tuple[str, str]]
Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def _completes(words_of: "Callable[[tuple[Suite, ...]], _Words]") -> Complete:
    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        words = dict(words_of(_suites(ctx)))
        return [
            CompletionItem(word, help=said or None)
            for word, said in words.items()
            if word.lower().startswith(incomplete.lower())
        ]

    return complete


def _suites(ctx: click.Context) -> "tuple[Suite, ...]":
    """The suites that the line names so far; without a path those of this folder."""
    from worker.parsing import read_suites

    paths = [Path(path) for path in ctx.params.get("paths") or ()]
    return read_suites([path for path in paths if path.exists()] or [Path()]).suites


def _tests(suites: "tuple[Suite, ...]") -> Iterator[tuple[str, str]]:
    for suite in suites:
        for test in suite.tests.values():
            yield (test.key if len(suites) == 1 else test.name), test.title or ""


def _tags(suites: "tuple[Suite, ...]") -> Iterator[tuple[str, str]]:
    for suite in suites:
        for test in suite.tests.values():
            yield from ((tag, "") for tag in test.tags)


def _environments(suites: "tuple[Suite, ...]") -> Iterator[tuple[str, str]]:
    for suite in suites:
        for environment in suite.environments.values():
            yield environment.name, environment.base_url


complete_tests = _completes(_tests)
complete_tags = _completes(_tags)
complete_environments = _completes(_environments)
