"""A plan as one document, for programs."""

from worker.models.graph import Plan
from worker.models.suite import TestName
from worker.records.pipeline import PipelineEdge, PipelineStep, TestExecutionPipeline


def to_pipeline(plan: Plan) -> TestExecutionPipeline:
    """The plan's tests in its order, each with its stage and with what it waits for."""
    stages: dict[TestName, int] = {}
    for name in plan.tests:
        stages[name] = 1 + max((stages[required] for required in plan.requires[name]), default=0)
    steps = (_step(plan, name, position, stages[name]) for position, name in enumerate(plan.tests, start=1))
    return TestExecutionPipeline(steps=tuple(steps))


def _step(plan: Plan, name: TestName, position: int, stage: int) -> PipelineStep:
    test = plan.tests[name]
    return PipelineStep(
        position=position,
        stage=stage,
        test=name,
        priority=test.priority,
        tags=tuple(test.tags),
        required_only=name in plan.required_only,
        needs=tuple(
            PipelineEdge(required=edge.required, kind=edge.kind, reasons=edge.reasons)
            for edge in plan.requires[name].values()
        ),
    )
