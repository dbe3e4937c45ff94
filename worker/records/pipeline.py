"""Pipeline: the tests of a run in an order in which they can run, with what each waits for."""

from worker.models.dependency import DependencyKind
from worker.models.suite import Priority
from worker.records.base import Record


class PipelineEdge(Record):
    """What a step waits for, how strongly, and why."""

    required: str
    kind: DependencyKind
    reasons: tuple[str, ...] = ()


class PipelineStep(Record):
    """One test in its place. `stage` counts from 1: a test is one stage after the last it waits for.
    `required_only`: nobody selected it, another test needs it."""

    position: int
    stage: int
    test: str
    priority: Priority = Priority.MEDIUM
    tags: tuple[str, ...] = ()
    required_only: bool = False
    needs: tuple[PipelineEdge, ...] = ()


class TestExecutionPipeline(Record):
    """All steps, in a valid order. A test starts as soon as its own needs are met, not with its stage."""

    __test__ = False

    version: int = 1
    steps: tuple[PipelineStep, ...]

    @property
    def stages(self) -> tuple[tuple[PipelineStep, ...], ...]:
        """The steps by stage: the most that could run side by side."""
        last = max((step.stage for step in self.steps), default=0)
        return tuple(
            tuple(step for step in self.steps if step.stage == stage) for stage in range(1, last + 1)
        )
