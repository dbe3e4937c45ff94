"""What is known of tests that nobody has run: what their files say."""

from collections.abc import Mapping
from dataclasses import replace

from context.gather import is_secret, written
from worker.history.facts import Gift, RunFacts, TestFacts
from worker.history.lines import planned
from worker.history.readers import with_readers
from worker.models.graph import Graph
from worker.models.suite import Test, TestName


def facts_of_files(graph: Graph) -> RunFacts:
    """All tests with their edges, and what they would hand on."""
    tests = {
        name: replace(
            planned(test, graph.requires[name], graph.undo_requires.get(name, {})), gifts=_gifts(test)
        )
        for name, test in graph.tests.items()
    }
    return RunFacts(tests=with_readers(tests))


def _gifts(test: Test) -> tuple[Gift, ...]:
    return tuple(
        Gift(name=rule.name, kind=rule.target.value, capture=written(rule), secret=is_secret(rule))
        for rule in test.captures
    )


def joined(files: RunFacts, run: RunFacts) -> RunFacts:
    """The tests as the files have them now, with what became of them in a run; a test that the run did not
    know has no verdict."""
    return replace(run, tests={name: _joined(test, run.tests) for name, test in files.tests.items()})


def _joined(test: TestFacts, ran: Mapping[TestName, TestFacts]) -> TestFacts:
    then = ran.get(test.name)
    if then is None:
        return test
    known = {gift.name: gift for gift in then.gifts}
    return replace(
        then,
        title=test.title,
        place=test.place,
        edges=test.edges,
        undo_edges=test.undo_edges,
        gifts=tuple(known.get(gift.name, gift) for gift in test.gifts),
    )
