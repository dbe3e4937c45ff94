"""All expectations of a step: nothing hides the rest."""

from context.errors import UndefinedName
from context.values import JsonValue
from tests.builders import an_expectation
from worker.assertions.scene import NOWHERE, Tools
from worker.engine.checking import check_all
from worker.models.exchange import Response
from worker.models.expectation import Expectation, ExpectationKind
from worker.snapshots import MemorySnapshots, Mode

ANSWER = Response(status_code=500, body=b'{"id": 7}')


def fill(expectation: Expectation) -> JsonValue:
    """What is expected; `{{ nope }}` is not known."""
    if expectation.expected == "{{ nope }}":
        raise UndefinedName("'nope' is not known")
    return expectation.expected


def test_an_expectation_that_cannot_be_filled_hides_none() -> None:
    """The error is told, and what the others found is kept."""
    expectations = [
        an_expectation(200),
        an_expectation("{{ nope }}", kind=ExpectationKind.JSON, subject="$.id"),
        an_expectation(8, kind=ExpectationKind.JSON, subject="$.id"),
    ]
    checked = check_all(expectations, ANSWER, fill=fill, scene=NOWHERE)
    assert [result.message for result in checked.results] == [
        "expected status 200, got 500",
        "$.id: expected 8, got 7",
    ]
    assert isinstance(checked.error, UndefinedName)


def test_a_snapshot_is_taken_last_and_only_of_a_good_answer() -> None:
    """Wherever it stands; the results keep the order of the file."""
    snapshots = MemorySnapshots(mode=Mode.CREATE)
    scene = NOWHERE._replace(suite="shop", test="order", tools=Tools(snapshots=snapshots))
    snapshot = an_expectation(True, kind=ExpectationKind.SNAPSHOT)
    wrong = check_all([snapshot, an_expectation(200)], ANSWER, fill=fill, scene=scene)
    assert [result.expectation.kind for result in wrong.results] == [
        ExpectationKind.SNAPSHOT,
        ExpectationKind.STATUS,
    ]
    assert snapshots.written == ()
    right = check_all([snapshot, an_expectation(500)], ANSWER, fill=fill, scene=scene)
    assert all(result.passed for result in right.results)
    assert right.results[0].message == "snapshot written: __snapshots__/shop/order.json"
    assert snapshots.texts == {"__snapshots__/shop/order.json": '{\n  "id": 7\n}\n'}
