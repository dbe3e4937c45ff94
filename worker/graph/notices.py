"""What a person should know of the choice of tests."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from worker.graph.select import focused_by
from worker.models.graph import Selection
from worker.models.suite import Test, TestName

#: How many names a notice lists.
_SHOWN = 4


def notices(
    tests: Mapping[TestName, Test], selection: Selection, *, included: Collection[TestName]
) -> Iterator[str]:
    """That somebody left an `only` in a file, which must not go unnoticed."""
    focused = focused_by(tests, selection)
    if focused:
        where = next(iter(focused.values())).where
        yield f"'only: true' ({where}) leaves out {len(tests) - len(included)} of {len(tests)} tests"


def choice(
    tests: Mapping[TestName, Test],
    selection: Selection,
    *,
    selected: Collection[TestName],
    included: Collection[TestName],
) -> Iterator[str]:
    """Which tests were picked and why, and what they bring with them."""
    if selection.picked is None:
        return
    names = _shown_names(tests)
    reasons: dict[str, list[str]] = {}
    for name in tests:
        if name in selected:
            reasons.setdefault(selection.picked[name], []).append(names[name])
    for reason, picked in reasons.items():
        yield f"Picked, because {reason}: {_some(picked)}"
    needed = [names[name] for name in tests if name in included and name not in selected]
    if needed:
        yield f"With what they need: {_some(needed)}"
    gone = [name for name in selection.picked if name not in tests]
    if gone:
        yield f"No longer there: {_some(gone)}"
    if not selected:
        yield "No test was picked, so there is nothing to run."


def _shown_names(tests: Mapping[TestName, Test]) -> dict[TestName, str]:
    short = len({test.suite for test in tests.values()}) == 1
    return {name: test.key if short else name for name, test in tests.items()}


def _some(names: Sequence[str]) -> str:
    if len(names) <= _SHOWN + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
