"""A plan as one document, for programs. Its model, for whoever reads it, is worker.records.pipeline."""

from context.values import JsonValue
from worker.models.graph import Dependency, Plan
from worker.models.suite import TestName


def to_pipeline(plan: Plan) -> dict[str, JsonValue]:
    """The plan's tests in its order, each with its stage and with what it waits for."""
    stages: dict[TestName, int] = {}
    for name in plan.tests:
        stages[name] = 1 + max((stages[required] for required in plan.requires[name]), default=0)
    steps = [_step(plan, name, position, stages[name]) for position, name in enumerate(plan.tests, start=1)]
    return {"version": 1, "steps": steps}


def _step(plan: Plan, name: TestName, position: int, stage: int) -> dict[str, JsonValue]:
    test = plan.tests[name]
    return {
        "position": position,
        "stage": stage,
        "test": name,
        "priority": test.priority.value,
        "tags": list(test.tags),
        "required_only": name in plan.required_only,
        "needs": [_edge(edge) for edge in plan.requires[name].values()],
    }


def _edge(edge: Dependency) -> dict[str, JsonValue]:
    return {"required": edge.required, "kind": edge.kind.value, "reasons": list(edge.reasons)}
