"""What the files of a project say of a recorded run."""

from worker.cli.recorded_plan import written_of
from worker.models.dependency import DependencyKind
from worker.project.stored import StoredSource, readable_suites

LOGIN = """suite: accounts
tests:
  login:
    POST: /login
    json: { password: "a password of somebody" }
    capture: { tokens: { access: $.token } }
"""
SHOP = """suite: shop
tests:
  order:
    POST: /orders
    auth: { bearer: "{{ tokens.access }}" }
  look:
    GET: /orders
    needs: [order]
"""
FILES = (StoredSource(path="accounts.yaml", text=LOGIN), StoredSource(path="shop.yaml", text=SHOP))


def test_a_recorded_run_has_a_plan_and_lines() -> None:
    """Edges with their kinds, and where each test is written, as in a local run."""
    written = written_of(readable_suites(FILES), ["accounts/login", "shop/order", "shop/look"])
    assert written.plan is not None
    assert {(edge.dependent, edge.required): edge.kind for edge in written.plan.dependencies} == {
        ("shop/order", "accounts/login"): DependencyKind.TOKEN,
        ("shop/look", "shop/order"): DependencyKind.DATA,
    }
    assert str(written.plan.tests["shop/look"].where).startswith("shop.yaml:6")
    assert written.sources["shop.yaml"] == SHOP


def test_only_tests_of_the_run_are_in_its_plan() -> None:
    """What was not run, or is gone from the files, has no place in a report."""
    written = written_of(readable_suites(FILES), ["shop/order", "shop/gone"])
    assert written.plan is not None
    assert list(written.plan.tests) == ["shop/order"]
    assert written.plan.dependencies == ()
    assert written_of(readable_suites(FILES), ["shop/gone"]).plan is None


def test_a_secret_in_a_file_is_not_shown() -> None:
    """Somebody may have written a password there."""
    written = written_of(readable_suites(FILES), ["accounts/login"])
    assert "a password of somebody" not in written.sources["accounts.yaml"]


def test_a_file_that_cannot_be_read_leaves_the_others() -> None:
    """Names that only it knows leave no plan at all; a report is written nonetheless."""
    broken = StoredSource(path="accounts.yaml", text="suite: [")
    written = written_of(readable_suites((broken, FILES[1])), ["shop/order", "shop/look"])
    assert written.plan is None or "shop/order" in written.plan.tests
    assert list(written.sources) == ["shop.yaml"]
