"""Options that say what is told and kept of a run, and where it is recorded."""

from typing import TypedDict

import click

from worker.cli.run_options import together


class Output(TypedDict):
    """What is told and kept of a run."""

    no_history: bool
    reports: tuple[str, ...]
    as_json: bool
    verbose: bool
    dry_run: bool
    list_only: bool


class Recorded(TypedDict):
    """Whether and where the run is recorded."""

    record: bool
    project: str | None
    organization: str | None
    profile: str | None


report_option = click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="KIND=PATH",
    help="Write a report: allure, codequality, ctrf, html, json, junit or markdown, such as"
    " html=run.html; - prints it.",
)

output_options = together(
    report_option,
    click.option("--json", "as_json", is_flag=True, help="Print events as lines of JSON instead of text."),
    click.option("-v", "--verbose", is_flag=True, help="Show every request and response."),
    click.option("--dry-run", is_flag=True, help="Show what would run, in which order; send nothing."),
    click.option(
        "--list", "list_only", is_flag=True, help="Print the names of what would run; send nothing."
    ),
    click.option("--no-history", is_flag=True, help="Let this machine remember nothing of this run."),
)


record_options = together(
    click.option("--record", is_flag=True, help="Write the run into a project while it happens."),
    click.option("--project", metavar="SLUG", help="The project to record in."),
    click.option("--organization", metavar="SLUG", help="Its organization, where several have one."),
    click.option("--profile", help="Which sign-in; otherwise BATON_PROFILE, or `default`."),
)
