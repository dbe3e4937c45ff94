"""`baton why`: for whom a test waits and why, what it got from whom, and what kept it from passing."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.exit_codes import ExitCode
from worker.cli.run_options import FILE
from worker.errors import UsageError

if TYPE_CHECKING:
    from worker.history.facts import RunFacts
    from worker.history.head import Head
    from worker.history.shelf import Shelf
    from worker.history.why import Explanation
    from worker.models.suite import TestName


@click.command()
@click.argument("test", metavar="TEST")
@click.argument("paths", nargs=-1, type=FILE, metavar="[PATH…]")
@click.option(
    "--run", "run_id", metavar="RUN", help="Of this run: last, an id or its end, or a project's run."
)
@click.option("--context", is_flag=True, help="What the run knew after the test, and from whom.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
@click.option("--profile", help="Which sign-in, for a project's run; otherwise BATON_PROFILE, or `default`.")
def why(
    test: str, paths: Sequence[Path], run_id: str | None, context: bool, as_json: bool, profile: str | None
) -> int:
    """Say why a test waits, and what kept it from passing.

    Also what it got from whom, and who used what it gave. TEST is a key or a full name. Without PATH it is
    looked up in the latest run on this machine that knows it; with PATH the files say who waits for whom,
    and the latest run what came of it. Secrets are never shown.

    \b
      baton why checkout                    in the latest run
      baton why checkout tests/             as the files have it now
      baton why checkout --context          what the run knew after it
      baton why checkout --run 3f9a1c2e-…   in a run that a worker recorded
    """
    found = _facts(test, paths, run_id, profile)
    explanation = _explained(found, test)
    _print(explanation, context=context, as_json=as_json)
    return ExitCode.OK


def _facts(test: str, paths: Sequence[Path], run_id: str | None, profile: str | None) -> "RunFacts":
    if run_id is not None and is_uuid(run_id):
        from worker.cli.recorded_facts import read_facts

        return read_facts(run_id, profile=profile)
    files = _files(paths) if paths else None
    remembered = _remembered(test, run_id, must=files is None)
    if files is None or remembered is None:
        found = files or remembered
        assert found is not None
        return found
    from worker.history.from_files import joined

    return joined(files, remembered)


def is_uuid(text: str) -> bool:
    """Whether this is the id of a project's run; those of this machine are shorter."""
    from uuid import UUID

    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _files(paths: Sequence[Path]) -> "RunFacts":
    from worker.graph import build_graph, find_problems
    from worker.history.from_files import facts_of_files
    from worker.parsing import load_suites

    suites = load_suites(paths, check=lambda found: find_problems(found, known_names=None))
    return facts_of_files(build_graph(suites))


def _remembered(test: str, run_id: str | None, *, must: bool) -> "RunFacts | None":
    """What is remembered of a run: the one that was asked for, else the latest that knows the test."""
    from worker.cli.remembered import shelf_of

    try:
        shelf = shelf_of(os.environ, option="baton why")
        head = shelf.find(run_id) if run_id else _latest_with(shelf, test)
        return shelf.read(head)
    except UsageError as error:
        if must or run_id:
            raise UsageError(
                error.what,
                where=error.where,
                hint=f"{error.hint}, or name the files: baton why {test} tests/",
            ) from None
        return None


def _latest_with(shelf: "Shelf", test: str) -> "Head":
    """The latest run that knows the test. Where none does, the latest, which can say near names."""
    found = (head for head in shelf.heads() if any(_is(test, name) for name in head.verdicts))
    return next(found, None) or shelf.find()


def _is(test: str, name: "TestName") -> bool:
    return test in (name, name.partition("/")[2])


def _explained(run: "RunFacts", test: str) -> "Explanation":
    from worker.history.why import explain

    return explain(run, _one_of(run.tests, test))


def _one_of(tests: "Mapping[TestName, object]", test: str) -> "TestName":
    """The full name of the test that is meant."""
    from context.paths import near_names

    found = [name for name in tests if _is(test, name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"several suites have a test {test!r}", hint=f"one of: {', '.join(found)}")
    names: Iterable[str] = tests if "/" in test else [name.partition("/")[2] for name in tests]
    near = near_names(test, names)
    raise UsageError(f"there is no test {test!r}", hint=f"did you mean {near[0]!r}?" if near else None)


def _print(explanation: "Explanation", *, context: bool, as_json: bool) -> None:
    from worker.clock import SystemClock
    from worker.history.telling import Teller
    from worker.reports.style import Style

    if as_json:
        import json

        from worker.history.plain import plain_explanation

        click.echo(json.dumps(plain_explanation(explanation), indent=2, ensure_ascii=False))
        return
    style = Style.for_stream(sys.stdout)
    teller = Teller(explanation, style=style, now=SystemClock().now())
    for line in teller.context() if context else teller.lines():
        click.echo(style.plain(line))
