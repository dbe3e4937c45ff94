"""What a worker is told when it takes a run: all that it needs, and what others have done of it."""

from tests.database.pushes import a_push, a_result, a_suite
from tests.database.world import PASSWORD, World


def test_a_claim_says_what_to_run_where(world: World) -> None:
    """Run, environment with values, files, an empty context."""
    run_id = world.a_run(suites=["shop"], config={"jobs": 2}, selection={"tags": ["smoke"]})
    claim = world.claim()
    run = claim["run"]
    assert (run["id"], run["project_key"], run["status"]) == (str(run_id), "shop", "preparing")
    assert (run["config"], run["selection"], run["lease_number"]) == ({"jobs": 2}, {"tags": ["smoke"]}, 1)
    assert run["requested_by"] == str(world.editor.id)
    environment = claim["environment"]
    assert (environment["name"], environment["base_url"]) == ("staging", "http://127.0.0.1:8900")
    assert (environment["kind"], environment["max_parallel"]) == ("staging", 4)
    assert environment["variables"] == {"email": "ann@example.com"}
    assert environment["secrets"] == {"password": PASSWORD}
    assert [(suite["key"], suite["selected"]) for suite in claim["suites"]] == [
        ("shop", True),
        ("accounts", False),
    ]
    assert claim["suites"][0]["path"] == "suites/shop.yaml"
    assert claim["suites"][0]["source"] == "suite: x\n"
    assert (claim["finished"], claim["in_flight"], claim["next_batch_number"]) == ([], [], 1)


def test_the_first_claim_begins_the_context(world: World) -> None:
    """Empty, with version 1."""
    world.a_run()
    assert world.claim()["context"] == {
        "version": 1,
        "tokens": {},
        "variables": {},
        "captured_data": {},
        "provenance": [],
        "test_order": [],
    }


def test_the_first_claim_starts_the_clock_and_later_ones_do_not(world: World) -> None:
    """A run that is taken up again has been running since its first claim."""
    run_id = world.a_claimed_run()
    started_at = world.run(run_id)["started_at"]
    world.lose_lease(run_id)
    world.claim("worker-2")
    assert world.run(run_id)["started_at"] == started_at


def test_a_run_is_taken_up_where_it_stopped(world: World) -> None:
    """What has a result is not run again; what had begun is named; values are restored, secret ones too."""
    run_id = world.a_claimed_run()
    world.record(
        run_id,
        1,
        {
            "started": ["accounts/login", "shop/catalog", "shop/cart"],
            "results": [
                a_result("accounts/login"),
                a_result("shop/order", "blocked", blocked_by="shop/cart", reason="blocked by cart: 500"),
            ],
            "context": {"token_names": ["access_token"], "variables": {"user_id": 7}, "test_order": ["x"]},
            "secrets": {"tokens": {"access_token": "eyJ.secret"}},
        },
    )
    world.lose_lease(run_id)
    claim = world.claim("worker-2")
    assert sorted(claim["finished"], key=lambda test: str(test["test"])) == [
        {"test": "accounts/login", "verdict": "passed", "blocked_by": None, "reason": None},
        {
            "test": "shop/order",
            "verdict": "blocked",
            "blocked_by": "shop/cart",
            "reason": "blocked by cart: 500",
        },
    ]
    assert claim["in_flight"] == ["shop/cart", "shop/catalog"]
    assert claim["context"]["version"] == 2
    assert claim["context"]["tokens"] == {"access_token": "eyJ.secret"}
    assert claim["context"]["variables"] == {"user_id": 7}


def test_a_test_that_was_removed_meanwhile_keeps_its_result(world: World) -> None:
    """The run has its version; a push in between does not disturb it."""
    run_id = world.a_claimed_run()
    world.push(a_push(a_suite("shop", ["catalog", "cart"], source="newer")))
    world.record(run_id, 1, {"results": [a_result("shop/order")]})
    world.lose_lease(run_id)
    assert world.claim("worker-2")["finished"][0]["test"] == "shop/order"


def test_followers_are_told_of_a_claim(world: World) -> None:
    """Those of the run, and those of the project."""
    run_id = world.a_claimed_run()
    [message] = world.messages(f"run:{run_id}")
    assert (message["event"], message["payload"]["status"]) == ("run_progress", "preparing")
    events = [message["event"] for message in world.messages(f"project:{world.facts.project_id}")]
    assert events == ["run_requested", "run_status"]


def test_a_worker_is_told_how_long_tests_usually_take(world: World) -> None:
    """In that environment, in seconds, by its days of two weeks; a test that is new there has none."""
    first = world.a_claimed_run(suites=["accounts"])
    result = a_result("accounts/login", execution_ms=1500.0, total_ms=1500.0)
    world.record(first, 1, {"total": 1, "results": [result]})
    world.finish(first)
    world.a_run(suites=["shop"])
    assert world.claim()["medians"] == {"accounts/login": 1.5}
    world.session.change("update public.performance_metrics set date = date - 15")
    world.a_run(suites=["shop"])
    assert world.claim("worker-2")["medians"] == {}
