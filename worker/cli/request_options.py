"""What of a project's suites is to run, and how: for runs at once, and for runs by the clock."""

import click

from worker.cli.run_options import together

request_options = together(
    click.option("--only", multiple=True, metavar="SUITE/TEST", help="Only this test, with what it needs."),
    click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only tests with this tag."),
    click.option(
        "--priority", type=click.Choice(["critical", "high", "medium", "low"]), default="medium",
        show_default=True, help="What goes first when many runs wait.",
    ),
    click.option(
        "--jobs", "-j", type=click.IntRange(1, 1000), metavar="N", help="Tests at the same time, at most."
    ),
)  # fmt: skip
