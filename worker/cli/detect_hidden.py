"""`baton detect-hidden`: find tests that pass or fail depending on an order that nobody wrote down."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from secrets import randbelow
from typing import TYPE_CHECKING, TextIO, Unpack, cast

import click

from worker.cli.exit_codes import ExitCode
from worker.cli.run_options import (
    FILE,
    Choice,
    Flow,
    Given,
    Reaching,
    Values,
    choice_options,
    connection_options,
    request_of,
    value_options,
)
from worker.errors import UsageError

if TYPE_CHECKING:
    from worker.cli.hidden_runner import LocalRunner
    from worker.cli.prepared import PreparedRun
    from worker.cli.run_request import RunRequest
    from worker.history.hidden import Report, Round

_ROUNDS = 10
_SEEDS = 100_000


class Hunting(Values, Reaching, Choice):
    """The options as click gives them."""

    rounds: int
    limit: float
    shuffle: int | None
    reset: str | None
    as_json: bool


@click.command("detect-hidden")
@click.argument("paths", nargs=-1, required=True, type=FILE, metavar="PATH…")
@click.option(
    "--rounds", type=click.IntRange(1, 1000), default=_ROUNDS, show_default=True, metavar="N",
    help="Random orders to try.",
)  # fmt: skip
@click.option(
    "--time", "limit", type=click.FloatRange(min=1), default=600.0, show_default=True, metavar="SECONDS",
    help="Begin no further run after so long.",
)  # fmt: skip
@click.option("--shuffle", type=click.IntRange(min=0), metavar="SEED", help="Try the same orders again.")
@click.option(
    "--reset", metavar="COMMAND", help="Run this before each run, to put the API back to its beginning."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
@value_options
@connection_options
@choice_options
def detect_hidden(paths: Sequence[Path], **given: Unpack[Hunting]) -> int:
    """Find tests that depend on an undeclared order.

    Such a test passes or fails depending on what happens to run before it. The tests run one at a time:
    once as they are written, then in random orders that keep every `needs` and `after`. Where a test passes
    in one and fails in another, ever smaller selections tell which other test makes the difference, and the
    line is shown that would declare it.

    Each run begins as if it were the first. What tests leave behind in the API must not outlast a run: that
    is what `cleanup`, hooks and --reset are for.

    \b
      baton detect-hidden shop.yaml
      baton detect-hidden tests/ --rounds 30 --reset "make reset-database"

    Exit codes: 0 nothing was found, 1 a dependency was found or a verdict changed, 2 bad files or usage,
    3 it could not be carried out, 130 interrupted.
    """
    from worker.cli.prepared import prepare

    flow: Flow = {
        "jobs": 1,
        "bail": None,
        "timeout": None,
        "fail_fast": False,
        "shuffle": None,
        "update_snapshots": False,
    }
    request = request_of(paths, cast("Given", {**given, **flow}))
    request = replace(request, remember=False)
    prepared = prepare(request)
    if len(prepared.plan.tests) < 2:
        raise UsageError("one test has no order", hint="give the files of several tests")
    return _hunt(prepared, request, given, sys.stdout)


def _hunt(prepared: "PreparedRun", request: "RunRequest", given: Hunting, stream: TextIO) -> int:
    from worker.cli.hidden_runner import LocalRunner, words_of_reset
    from worker.history.hidden import Hunt

    seed = randbelow(_SEEDS) if given["shuffle"] is None else given["shuffle"]
    shuffles = [str(seed + number) for number in range(given["rounds"])]
    screen = _Screen(prepared, stream, rounds=len(shuffles) + 1, quiet=given["as_json"])
    runner = LocalRunner(
        prepared,
        request,
        seed=request.seed or str(seed),
        limit_seconds=given["limit"],
        reset=words_of_reset(given["reset"]),
        told=screen.ran,
    )
    screen.begin()
    hunt = Hunt(prepared.plan, runner, tell=screen.looking)
    report = asyncio.run(hunt.go(shuffles=shuffles))
    if given["as_json"]:
        from worker.history.hidden.telling import plain_report

        found = plain_report(report, prepared.plan.tests, runs=runner.runs)
        stream.write(f"{json.dumps({'seed': seed, **found}, indent=2, ensure_ascii=False)}\n")
    else:
        screen.end(report, runner, has_reset=given["reset"] is not None)
    if runner.interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.TESTS_FAILED if report.hidden or report.unexplained else ExitCode.OK


class _Screen:
    """Tells a person how the hunt goes; says nothing where a program listens."""

    def __init__(self, prepared: "PreparedRun", stream: TextIO, *, rounds: int, quiet: bool) -> None:
        from worker.reports.style import Style
        from worker.reports.words import Labels

        self._prepared = prepared
        self._stream = stream
        self._rounds = rounds
        self._quiet = quiet
        self._style = Style.for_stream(stream)
        self._labels = Labels(prepared.plan.tests)
        self._number = 0
        self._looking_at = ""

    def begin(self) -> None:
        """What is about to happen."""
        from worker.engine.opening import without_credentials

        where, tests = self._prepared.environment, len(self._prepared.plan.tests)
        address = without_credentials(where.base_url)
        said = f"{tests} tests in {where.name} ({address}), one at a time, in {self._rounds} orders"
        self._print(self._style.dim(said), "")

    def ran(self, found: "Round") -> None:
        """A round is over."""
        from worker.history.hidden.telling import round_line

        self._number += 1
        self._print(
            round_line(found, number=self._number, of=self._rounds, style=self._style, labels=self._labels)
        )

    def looking(self, test: str, others: Sequence[str]) -> None:
        """A test's verdict has changed, and it is looked for what has changed it."""
        if test != self._looking_at:
            self._looking_at = test
            what = self._labels(others[0]) if len(others) == 1 else f"one of {len(others)} others"
            said = f"{self._labels(test)} has passed and failed: is it because of {what}?"
            self._print("", self._style.dim(said))

    def end(self, report: "Report", runner: "LocalRunner", *, has_reset: bool) -> None:
        """What was found."""
        from worker.history.hidden.telling import finding_lines, sum_line

        tests = self._prepared.plan.tests
        for hidden in report.hidden:
            self._print("", *finding_lines(hidden, tests, style=self._style, labels=self._labels))
        for each in report.unexplained:
            self._print("", f"? {self._labels(each.test)}: {each.why}")
        if report.always_wrong:
            names = ", ".join(map(self._labels, report.always_wrong))
            self._print("", f"Never passed, so nothing can be said of it: {names}")
        self._print("", self._style.bold(sum_line(report, runs=runner.runs)))
        if not report.complete:
            why = "Interrupted" if runner.interrupted else "The time was over"
            self._print(f"{why}: not everything was tried.")
        elif not (report.hidden or report.unexplained or has_reset):
            self._print(self._style.dim("Is the API as before when a run begins? If not: --reset COMMAND"))

    def _print(self, *lines: str) -> None:
        if not self._quiet:
            self._stream.writelines(f"{self._style.plain(line)}\n" for line in lines)
            self._stream.flush()
