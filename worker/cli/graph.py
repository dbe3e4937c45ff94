"""`baton graph`: who waits for whom."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from worker.cli.completing import complete_tags, complete_tests
from worker.models.graph import Plan, Selection


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option(
    "--format", "form", type=click.Choice(["text", "mermaid", "json"]), default="text", show_default=True,
    help="For a terminal, a diagram for a README or a pull request, or one document for programs.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--only", multiple=True, metavar="NAME", shell_complete=complete_tests,
    help="Only this test and what it needs; * and ? work.",
)  # fmt: skip
@click.option(
    "--tag", "tags", multiple=True, metavar="TAG", shell_complete=complete_tags,
    help="Only tests with this tag and what they need.",
)  # fmt: skip
def graph(
    paths: Sequence[Path], *, form: str, as_json: bool, only: Sequence[str], tags: Sequence[str]
) -> None:
    """Show which test waits for which.

    Edges that Baton found out by itself are shown with those that the files name, each with its
    reason. Nothing is sent.

    \b
      baton graph shop.yaml
      baton graph tests/ --format mermaid > graph.mmd
    """
    from worker.graph import find_problems, make_plan
    from worker.parsing import load_suites

    suites = load_suites(paths, check=lambda found: find_problems(found, known_names=None))
    plan = make_plan(suites, Selection(only=tuple(only), tags=tuple(tags)))
    click.echo(_drawn(plan, "json" if as_json else form))


def _drawn(plan: Plan, form: str) -> str:
    from worker.graph import to_mermaid, to_text

    if form == "json":
        from worker.graph.pipeline import to_pipeline

        return json.dumps(to_pipeline(plan), indent=2)
    return to_mermaid(plan) if form == "mermaid" else to_text(plan)
