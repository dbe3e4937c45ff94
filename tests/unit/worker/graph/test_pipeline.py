"""A plan as one document."""

from tests.builders import a_suite, a_test, a_token, a_use
from worker.graph import Selection, make_plan
from worker.graph.pipeline import to_pipeline
from worker.records import TestExecutionPipeline

SHOP = a_suite(
    a_test("login", capture=[a_token("access")]),
    a_test("catalog", uses=[a_use("tokens", "access", field="auth.bearer")]),
    a_test("cart", needs=["catalog"], after=["login"]),
    a_test("health"),
)


def test_each_test_has_its_place_and_what_it_waits_for() -> None:
    """A stage after the last of those it needs, whatever its position."""
    pipeline = TestExecutionPipeline.model_validate(to_pipeline(make_plan([SHOP])))
    placed = {step.test: (step.stage, [edge.required for edge in step.needs]) for step in pipeline.steps}
    assert placed == {
        "shop/login": (1, []),
        "shop/health": (1, []),
        "shop/catalog": (2, ["shop/login"]),
        "shop/cart": (3, ["shop/catalog", "shop/login"]),
    }
    assert [step.position for step in pipeline.steps] == [1, 2, 3, 4]


def test_it_says_what_was_not_asked_for() -> None:
    """Required tests are marked."""
    plan = make_plan([SHOP], Selection(only=("catalog",)))
    pipeline = TestExecutionPipeline.model_validate(to_pipeline(plan))
    assert [step.test for step in pipeline.steps if step.required_only] == ["shop/login"]
