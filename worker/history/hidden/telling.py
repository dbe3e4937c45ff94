"""What a hunt has found, for people and for programs."""

from collections.abc import Iterable, Iterator, Mapping

from context.values import JsonValue
from worker.history.hidden.hunt import Report
from worker.history.hidden.rounds import Hidden, HowItDepends, Round
from worker.models.outcome import Verdict
from worker.models.suite import Test, TestName
from worker.reports.style import Style
from worker.reports.words import Labels, count, first_line, listed, printable


def declaration(hidden: Hidden, tests: Mapping[TestName, Test]) -> tuple[Test, str]:
    """The line that would declare the dependency, and the test in whose lines it belongs.

    What a test needs it names itself; what would disturb a test has to come after it.
    """
    if hidden.how is HowItDepends.NEEDS:
        test = tests[hidden.test]
        return test, f"needs: [{_names(hidden.others, test, tests)}]"
    test = tests[hidden.others[-1]]
    return test, f"after: [{_names([hidden.test], test, tests)}]"


def _names(names: Iterable[TestName], of: Test, tests: Mapping[TestName, Test]) -> str:
    shown = (tests[name].key if tests[name].suite == of.suite else name for name in names)
    # In YAML a bracket would begin a list.
    return ", ".join(f'"{name}"' if "[" in name else name for name in shown)


def round_line(each: Round, *, number: int, of: int, style: Style, labels: Labels) -> str:
    """One round in a line: its order, and what came of it."""
    order = f"--shuffle {each.shuffle}" if each.shuffle is not None else "as written"
    verdicts = list(each.verdicts.values())
    sums = [f"{verdicts.count(verdict)} {verdict.value}" for verdict in Verdict if verdict in verdicts]
    bad = [labels(name) for name in each.order if each.went_wrong(name)]
    what = ", ".join(sums) + (f": {listed(bad)}" if bad else "")
    mark = style.mark(Verdict.FAILED if bad else Verdict.PASSED)
    return f"{mark} {number:>2} of {of}  {order:<16}  {printable(what)}"


def finding_lines(
    hidden: Hidden, tests: Mapping[TestName, Test], *, style: Style, labels: Labels
) -> Iterator[str]:
    """A dependency that was found: what it is, how it shows, and what to write."""
    test, others = labels(hidden.test), " and ".join(map(labels, hidden.others))
    needs = hidden.how is HowItDepends.NEEDS
    said = (
        f"{test} passes only if {others} ran before it"
        if needs
        else f"{test} fails if {others} ran before it"
    )
    place = str(tests[hidden.test].where)
    yield f"{style.mark(Verdict.FAILED)} {style.bold(printable(said))}  {style.dim(place)}"
    shown = " → ".join([*map(labels, hidden.others), test])
    alone = f"{test} alone"
    width = max(len(shown), len(alone))
    reason = f"failed: {printable(first_line(hidden.reason))}" if hidden.reason else "failed"
    for order, fails in ((shown, not needs), (alone, needs)):
        yield f"    {order:<{width}}  {reason if fails else 'passed'}"
    where, line = declaration(hidden, tests)
    yield f"  It is not written down. In {where.where.path}, under {where.row_of or where.key}:"
    yield f"    {line}"
    if not needs:
        yield "  Or let a cleanup of it undo what it leaves behind."


def plain_report(report: Report, tests: Mapping[TestName, Test], *, runs: int) -> dict[str, JsonValue]:
    """The whole report as JSON."""
    return {
        "version": 1,
        "complete": report.complete,
        "runs": runs,
        "rounds": [
            {
                "shuffle": each.shuffle,
                "order": list(each.order),
                "verdicts": {name: verdict.value for name, verdict in each.verdicts.items()},
            }
            for each in report.rounds
        ],
        "hidden": [_plain(each, tests) for each in report.hidden],
        "unexplained": [{"test": each.test, "why": each.why} for each in report.unexplained],
        "always_wrong": list(report.always_wrong),
    }


def _plain(hidden: Hidden, tests: Mapping[TestName, Test]) -> dict[str, JsonValue]:
    test, line = declaration(hidden, tests)
    return {
        "test": hidden.test,
        "others": list(hidden.others),
        "how": hidden.how.value,
        "reason": hidden.reason,
        "declare": {"test": test.name, "path": test.where.path, "line": line},
    }


def sum_line(report: Report, *, runs: int) -> str:
    """What came of the hunt."""
    found = [count(len(report.hidden), "hidden dependency").replace("dependencys", "dependencies")]
    found += [f"{len(report.unexplained)} not explained"] if report.unexplained else []
    return f"{', '.join(found)}, in {count(runs, 'run')}"
