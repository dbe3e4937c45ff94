"""The options that pick tests by what is known of them."""

from typing import TypedDict

import click

from worker.cli.narrowing import LATEST, Narrowing
from worker.cli.run_options import together


class Narrowed(TypedDict):
    """The options as click gives them."""

    failed: bool
    changed: str | None
    changed_operations: tuple[str, ...]


narrowing_options = together(
    click.option(
        "--failed", "--only-failed", "failed", is_flag=True,
        help="Only tests that failed, broke or were blocked last time on this machine.",
    ),
    click.option(
        "--changed", is_flag=False, flag_value=LATEST, metavar="[=REV]",
        help="Only tests that are not as in this revision of git (HEAD), with files they name.",
    ),
    click.option(
        "--changed-openapi", "changed_operations", multiple=True, metavar="FILE[@REV]",
        help="Only tests that call operations which are new or different in this description since REV.",
    ),
)  # fmt: skip


def narrowing_of(given: Narrowed) -> Narrowing:
    """What the options say."""
    return Narrowing(
        failed=given["failed"], changed=given["changed"], changed_operations=given["changed_operations"]
    )
